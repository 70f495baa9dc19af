"""``python -m bot``: the one place where settings, databases, library and bot are put together."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.ask.feedback_export import export, to_be_filled, write
from bot.cli.chat import chat as chat_in_terminal
from bot.cli.check import check as check_everything
from bot.client import PaperBot
from bot.daily_post.poster import DailyPoster
from bot.daily_post.refresher import PostRefresher
from bot.daily_post.test_posts import TestPostSweeper
from bot.follows.sender import AlertSender
from bot.inbox.sender import MailSender
from bot.jobs.background import Job, Supervisor, every, next_minute
from bot.jobs.source_sync import SourceSync
from bot.logs import set_up_logging
from bot.mail.mailer import MailService
from bot.mail.unsubscribe_page import UnsubscribePage, serve_unsubscribe_page
from bot.paper_updates.notifier import ChangeNotifier
from bot.privacy.retention import delete_expired, forget_departed_servers
from bot.recap.poster import RecapPoster
from bot.settings import Settings, load_mail_secrets, load_settings, load_token
from bot.storage import Store
from bot.storage.heartbeat import heartbeat_path
from retrieval.errors import PaperBotError, SettingsError
from retrieval.ingest.live import RetryTiming, Source
from retrieval.library import Library

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def now() -> datetime:
    """The present moment, UTC: the clock that is handed to everything."""
    return datetime.now(UTC)


@asynccontextmanager
async def assembled(
    settings: Settings, community: Path, mail: MailService | None, live: RetryTiming | None = None
) -> AsyncGenerator[PaperBot]:
    """The bot with its library and its store, both closed at the end; a first run loads the seed page.

    ``live`` lets it read the live sources, where the settings want that.
    """
    live = live if settings.sources.enabled else None
    async with Library.open(settings, now, live=live) as library, Store.open(community) as store:
        await library.add_seeds()
        # What stays as long as the program runs need not be looked at in every full collection: those stop everything.
        gc.collect()
        gc.freeze()
        yield PaperBot(settings, library, store, now, mail)


@asynccontextmanager
async def unsubscribe_page(bot: PaperBot) -> AsyncGenerator[None]:
    """The page to which the links of mails lead, served as long as this lasts, where the settings want one."""
    async with AsyncExitStack() as open_things:
        if bot.mail is not None and bot.mail.unsubscribe_links is not None:
            chosen = bot.settings.mail
            pages = UnsubscribePage(bot.mail.unsubscribe_links, bot.store.inboxes, chosen.sender_name)
            await open_things.enter_async_context(serve_unsubscribe_page(pages, chosen))
        yield


def background_jobs(bot: PaperBot) -> list[Job]:
    """Everything that the bot does by itself."""
    jobs = [
        Job("daily posts", DailyPoster(bot).tick, next_minute),
        Job("test posts", TestPostSweeper(bot).tick, every(seconds=10)),
        Job("post updates", PostRefresher(bot).tick, every(seconds=5)),
        Job("recaps", RecapPoster(bot).tick, every(minutes=1)),
        Job("follow alerts", AlertSender(bot).tick, every(minutes=1)),
        Job("paper changes", ChangeNotifier(bot).tick, every(minutes=1)),
        Job("departed servers", partial(forget_departed_servers, bot), every(days=1)),
        Job("retention", partial(delete_expired, bot.store, bot.settings), every(days=1), needs_discord=False),
    ]
    if bot.mail is not None:
        jobs.append(Job("mail", MailSender(bot, bot.mail).tick, every(minutes=1), needs_discord=False))
    if bot.library.fetcher is not None:
        jobs += [
            Job(source.spoken, SourceSync(bot.library, source).tick, every(minutes=1), needs_discord=False)
            for source in Source
        ]
    return jobs


async def supervise(bot: PaperBot, database: Path) -> None:
    """Run the background jobs until cancelled; ``database`` is the community database."""
    supervisor = Supervisor(
        background_jobs(bot),
        statuses=bot.jobs,
        ready=bot.wait_until_ready,
        heartbeat=heartbeat_path(database),
        clock=bot.clock,
    )
    await supervisor.run()


async def serve(settings: Settings) -> int:
    """Run on Discord where a token is set, in the local browser preview where none is."""
    token = load_token()
    if token is not None:
        mail = MailService.of(settings.mail, load_mail_secrets())
        database = settings.community_database
        async with assembled(settings, database, mail, RetryTiming()) as bot, unsubscribe_page(bot):
            await bot.run_until_stopped(token.get_secret_value(), supervise(bot, database))
        return 0
    if importlib.util.find_spec("simcord") is None:
        raise SettingsError(
            "Set DISCORD_TOKEN to run on Discord. For the local preview without a token, "
            "install the extra: pip install 'daily-papers-bot[preview]'."
        )
    from bot.cli.preview import serve_preview  # noqa: PLC0415 - an optional extra that only this way of running needs

    settings.preview_database.unlink(missing_ok=True)  # its Discord starts empty: so must its memory of it
    mail = MailService.in_folder(settings.mail, settings.preview_mail)
    async with assembled(settings, settings.preview_database, mail) as bot:
        await serve_preview(bot, supervise(bot, settings.preview_database))
    return 0


def _finish(main: Coroutine[Any, Any, int]) -> None:
    """Run to the end and exit with its status; an error meant to be read is printed, not traced."""
    try:
        status = asyncio.run(main)
    except PaperBotError as error:
        typer.echo(str(error), err=True)
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _settings() -> Settings:
    try:
        settings = load_settings()
    except PaperBotError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    set_up_logging(settings.log.level)
    return settings


@app.callback(invoke_without_command=True)
def run(context: typer.Context) -> None:
    """Daily Papers Bot: on Discord with DISCORD_TOKEN set, else in a local browser page."""
    if context.invoked_subcommand is None:
        _finish(serve(_settings()))


@app.command()
def chat(
    once: Annotated[str | None, typer.Option(help="Answer this one question and exit (1: unanswered).")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="With --once: say also why this is the answer, or why there is none.")
    ] = False,
) -> None:
    """Ask questions in the terminal."""
    if explain and once is None:
        raise typer.BadParameter("--explain goes with --once. In a conversation type /why after an answer.")
    _finish(chat_in_terminal(_settings(), once, explain=explain))


@app.command()
def check() -> None:
    """Say what is in order, what is not, and how to fix it (exit status 1: something is wrong)."""
    _finish(check_everything(_settings(), now()))


@app.command()
def unsubscribe(
    address: Annotated[str, typer.Argument(help="The address that wants no more mail; case does not matter.")],
) -> None:
    """End the mail to an address: for those who ask for it by mail."""
    _finish(_unsubscribe(_settings(), address.strip()))


async def _unsubscribe(settings: Settings, address: str) -> int:
    async with Store.open(settings.community_database) as store:
        gone = await store.inboxes.remove_address(address)
    typer.echo("No more mail goes there." if gone else "Nobody gets mail there.")
    return 0 if gone else 1


@app.command("export-feedback")
def export_feedback(
    out: Annotated[
        Path, typer.Option(metavar="FILE", dir_okay=False, help="The question set; FILE.open.jsonl beside it.")
    ],
) -> None:
    """Make a question set of what people said of answers: useful, not useful, reported.

    \b
      python -m bot export-feedback --out feedback.jsonl
      python -m retrieval evaluate --questions feedback.jsonl --papers papers.jsonl.gz

    \b
    feedback.jsonl       answers that were useful, and refusals that were right or would have been
    feedback.open.jsonl  what was reported or not useful: fill in kind, paper and gold_sentences, and move
                         the lines to the first file
    """
    _finish(_export_feedback(_settings(), out))


async def _export_feedback(settings: Settings, out: Path) -> int:
    async with Library.open(settings, now) as library, Store.open(settings.community_database) as store:
        made = await export(store, library)
    write(made, out)
    typer.echo(f"{len(made.known):,} questions with a known answer in {out}")
    typer.echo(f"{len(made.unknown):,} questions to be filled in in {to_be_filled(out)}")
    return 0


if __name__ == "__main__":
    app()
