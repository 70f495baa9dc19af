"""``python -m bot``: the composition root, where settings, databases, library and bot are put together."""

from __future__ import annotations

from bot.shutdown import stop_signals

if __name__ == "__main__":
    stop_signals.listen()  # before the other imports, which take seconds

import asyncio
import gc
import importlib.util
import os
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs] - it has no types

from bot.ask.feedback_export import export, open_questions_path, write
from bot.cli import backup_commands
from bot.cli.chat import chat as chat_in_terminal
from bot.cli.check import check as check_everything
from bot.cli.jobs import shared_jobs, supervise
from bot.cli.move import move as move_to_server
from bot.cli.processes import run_processes
from bot.cli.web_pages import serve_web_pages
from bot.client import PaperBot, StopRequest
from bot.connection.shards import ShardRange
from bot.folder_lock import lock_folder
from bot.logs import set_up_logging
from bot.mail.mailer import MailService
from bot.mail.unsubscribe_page import UnsubscribePage, serve_unsubscribe_page
from bot.monitoring.page import serve_monitoring
from bot.settings import Settings, load_mail_secrets, load_settings, load_token
from bot.storage import Store
from bot.storage.heartbeat import heartbeat_path
from retrieval.database import Location, storage_errors
from retrieval.errors import PaperBotError, SettingsError, install_command
from retrieval.ingest.live import RetryTiming
from retrieval.library import Library
from retrieval.library.pooled_library import PooledLibrary
from retrieval.settings import DatabaseSettings, server_url

CONFIGURATION_ERROR: Final = 78
"""The exit status when starting again wouldn't help (EX_CONFIG of sysexits.h): RestartPreventExitStatus of systemd."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def now() -> datetime:
    """The present time (UTC): the clock that everything else is given."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Share:
    """What this process serves: all shards, some of them, or as many ``processes`` that divide them."""

    shards: ShardRange | None = None
    processes: int = 1


@asynccontextmanager
async def open_bot(
    settings: Settings,
    community: Location,
    mail: MailService | None,
    live: RetryTiming | None = None,
    shards: ShardRange | None = None,
) -> AsyncGenerator[PaperBot]:
    """The bot with its library and store, which are closed at the end. The first run loads the seed page.

    ``live`` lets it read the live sources, if the settings do too.
    """
    live = live if settings.sources.enabled else None
    async with (
        PooledLibrary.open(settings, now, live=live) as library,
        Store.open(community) as store,
        library.pool(settings),
    ):
        await library.add_seeds()
        # What lives as long as the program needn't be part of every full collection, each of which stops everything.
        gc.collect()
        gc.freeze()
        yield PaperBot(settings, library, store, now, mail, shards)


@asynccontextmanager
async def unsubscribe_page(bot: PaperBot) -> AsyncGenerator[None]:
    """Serve the unsubscribe page while the block runs, if the settings ask for one."""
    async with AsyncExitStack() as stack:
        if bot.mail is not None and bot.mail.unsubscribe_links is not None:
            chosen = bot.settings.mail
            pages = UnsubscribePage(bot.mail.unsubscribe_links, bot.store, chosen.sender_name)
            await stack.enter_async_context(serve_unsubscribe_page(pages, chosen))
        yield


async def serve_discord(settings: Settings, token: str, stop: StopRequest, shards: ShardRange | None) -> None:
    """Run on Discord until ``stop`` is set."""
    mail = MailService.of(settings.mail, load_mail_secrets())
    heartbeat = heartbeat_path(settings.community_database, str(shards) if shards else "")
    async with AsyncExitStack() as stack:
        if not settings.database.url:
            stack.enter_context(lock_folder(settings.data_folder))
        bot = await stack.enter_async_context(
            open_bot(settings, settings.community_location, mail, RetryTiming(), shards)
        )
        shared = await stack.enter_async_context(shared_jobs(bot, stop))
        if shards is None or shards.leads:
            await stack.enter_async_context(unsubscribe_page(bot))
            await stack.enter_async_context(serve_monitoring(bot, settings.metrics))
            await stack.enter_async_context(serve_web_pages(bot))
        await bot.run_until_stopped(token, supervise(bot, heartbeat, shared), stop)


async def serve(settings: Settings, stop: StopRequest, share: Share, *, fresh: bool = False) -> int:
    """Run on Discord if a token is set, otherwise in the local browser preview, until ``stop`` is set.

    ``fresh``: without what the preview stored.
    """
    token = load_token()
    if share != Share() and (token is None or not settings.database.url):
        raise SettingsError("Several processes need DISCORD_TOKEN, and [database] url for what they share.")
    if token is not None:
        if share.processes > 1:
            return await run_processes(token.get_secret_value(), share.processes, stop, final=CONFIGURATION_ERROR)
        await serve_discord(settings, token.get_secret_value(), stop, share.shards)
        return 0
    if importlib.util.find_spec("simcord") is None:
        raise SettingsError(
            "Set DISCORD_TOKEN to run on Discord. The local preview needs no token, but more packages: "
            f"{install_command('preview')}."
        )
    from bot.cli.preview import offline, serve_preview  # noqa: PLC0415 - an optional extra

    if fresh:
        settings.preview_database.unlink(missing_ok=True)
    mail = MailService.in_folder(settings.mail, settings.preview_mail)
    async with open_bot(offline(settings), settings.preview_database, mail) as bot:
        await serve_preview(bot, supervise(bot, heartbeat_path(settings.preview_database)), stop)
    return 0


async def serve_until_signal(settings: Settings, share: Share, *, fresh: bool = False) -> int:
    """``serve`` until the process is asked to stop; the exit status. While it still opens its files, it just ends."""
    stop, loop = StopRequest(), asyncio.get_running_loop()
    stop_signals.notify(lambda: loop.call_soon_threadsafe(stop.set))
    serving = asyncio.create_task(serve(settings, stop, share, fresh=fresh), name="serve")
    asked = asyncio.create_task(stop.wait(), name="stop")
    await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if stop.is_set() and not stop.watched:
        serving.cancel()
    try:
        return await serving
    except asyncio.CancelledError:
        return 0


def _finish(main: Coroutine[Any, Any, int]) -> None:
    """Run ``main`` and exit with its status. An error meant for people is printed without a traceback."""
    try:
        with storage_errors():
            status = asyncio.run(main)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        status = CONFIGURATION_ERROR
    except PaperBotError as error:
        typer.echo(str(error), err=True)
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _settings(status: int = 2) -> Settings:
    try:
        settings = load_settings()
    except PaperBotError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(status) from None
    set_up_logging(settings.log.level, settings.log.format)
    return settings


def _shard_range(text: str) -> ShardRange:
    try:
        return ShardRange.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="In the preview: forget what was saved, followed and set up before.")
    ] = False,
    shards: Annotated[
        ShardRange | None,
        typer.Option(
            metavar="A-B/N", parser=_shard_range, help="Serve only these of N shards, as one of the processes."
        ),
    ] = None,
    processes: Annotated[
        int, typer.Option(min=1, max=256, help="Run as so many processes on this machine, which share the shards.")
    ] = 1,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", hidden=True, help="Stop when the standard input ends.")
    ] = False,
) -> None:
    """Run Daily Papers Bot: on Discord if DISCORD_TOKEN is set, otherwise on a local web page."""
    # The matrices of an answer are small: a second thread of BLAS would only wait, and take a core while it does.
    threadpool_limits(1, user_api="blas")
    os.umask(0o077)  # nobody else reads what is stored
    if context.invoked_subcommand is not None:
        stop_signals.ignore()
        return
    stop_signals.listen()
    if with_parent:
        stop_signals.listen_to_parent()
    if shards is not None and processes > 1:
        raise typer.BadParameter("--shards is for one process. Give either --shards or --processes.")
    share = Share(shards, processes)
    _finish(serve_until_signal(_settings(CONFIGURATION_ERROR), share, fresh=fresh))


@app.command()
def chat(
    once: Annotated[str | None, typer.Option(help="Answer this question and exit (status 1: no answer).")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="With --once: also explain the answer, or why there is none.")
    ] = False,
) -> None:
    """Ask questions in the terminal."""
    if explain and once is None:
        raise typer.BadParameter("--explain needs --once. In a conversation, type /why after an answer.")
    _finish(chat_in_terminal(_settings(), once, explain=explain))


@app.command()
def check(
    deep: Annotated[bool, typer.Option("--deep", help="Also read and compare everything that is stored.")] = False,
) -> None:
    """Check the installation and show how to fix problems (exit status 1: something is wrong)."""
    _finish(check_everything(_settings(), now(), deep=deep))


@app.command()
def backup(
    to: Annotated[
        Path | None, typer.Option(metavar="FOLDER", file_okay=False, help="Where; by default in the data folder.")
    ] = None,
    keep: Annotated[int, typer.Option(min=1, help="How many backups to keep there.")] = 14,
) -> None:
    """Back up what people set up, asked and saved, while the bot runs. The copy is checked."""
    _finish(backup_commands.backup(_settings(), to, keep, now()))


@app.command()
def restore(
    folder: Annotated[Path | None, typer.Argument(help="A backup; by default the newest one.", file_okay=False)] = None,
) -> None:
    """Restore a backup. Stop the bot first. The database that it replaces is kept beside it."""
    _finish(backup_commands.restore_backup(_settings(), folder))


@app.command()
def unsubscribe(
    address: Annotated[str, typer.Argument(help="The address to unsubscribe. Case doesn't matter.")],
) -> None:
    """Unsubscribe an address, for people who ask by mail."""
    _finish(_unsubscribe(_settings(), address.strip()))


async def _unsubscribe(settings: Settings, address: str) -> int:
    async with Store.open(settings.community_location) as store:
        removed = await store.inboxes.remove_address(address)
    typer.echo("Unsubscribed." if removed else "Nobody is subscribed with that address.")
    return 0 if removed else 1


@app.command()
def move(
    to: Annotated[str, typer.Option(metavar="URL", help="A PostgreSQL database, as in [database] url.")],
) -> None:
    """Copy everything from the files to PostgreSQL.

    Stop the bot first. Each row is compared afterwards; the files stay as they are. If the command is interrupted,
    run it again: it continues.
    """
    try:
        DatabaseSettings(url=to)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--to") from None
    settings = _settings()
    _finish(move_to_server(settings, server_url(to)))


@app.command("export-feedback")
def export_feedback(
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", dir_okay=False, help="The file to write; FILE.open.jsonl goes beside it."),
    ],
) -> None:
    """Make a question set from people's feedback on answers.

    \b
      python -m bot export-feedback --out feedback.jsonl
      python -m retrieval evaluate --questions feedback.jsonl --papers papers.jsonl.gz

    \b
    feedback.jsonl       useful answers, and questions that no abstract answers
    feedback.open.jsonl  answers that were reported or not useful: fill in kind, paper and gold_sentences,
                         and move the lines to the first file
    """
    _finish(_export_feedback(_settings(), out))


async def _export_feedback(settings: Settings, out: Path) -> int:
    async with Library.open(settings, now) as library, Store.open(settings.community_location) as store:
        made = await export(store, library)
    write(made, out)
    typer.echo(f"{len(made.known):,} questions with a known answer: {out}")
    typer.echo(f"{len(made.unknown):,} questions to fill in: {open_questions_path(out)}")
    return 0


if __name__ == "__main__":
    app()
