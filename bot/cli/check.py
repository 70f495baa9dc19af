"""``python -m bot check``: what works, what doesn't, and how to fix it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import discord
from rich.console import Console
from rich.text import Text

from bot.cli.check_results import Check, State
from bot.cli.deep_check import deep_checks
from bot.client import intents
from bot.errors import REQUEST_FAILURES
from bot.mail.errors import MailUnavailable
from bot.mail.mailer import MailService
from bot.settings import Settings, load_mail_secrets, load_token
from bot.storage import Store
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import Status
from bot.storage.heartbeat import STALE, Heartbeat, JobStatus, heartbeat_path, heartbeat_paths, read_heartbeat
from retrieval.answering.answerer import usable_reader
from retrieval.answering.reader.reader import is_installed
from retrieval.answering.scoring.model import load_model
from retrieval.catalogue import Catalogue, SourceState
from retrieval.database import location_text
from retrieval.english import counted
from retrieval.errors import IndexDamaged, PaperBotError, SettingsError, install_command
from retrieval.index import Index, analysis_name
from retrieval.index.rank_bm25_search import LARGEST
from retrieval.ingest.live import Source, synced_sources
from retrieval.search.milvus import paper_collection
from retrieval.search.milvus.milvus_index import another_catalogue
from retrieval.settings import ReaderUse, SearchEngine

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    create_public_threads=True,
    send_messages_in_threads=True,
    read_message_history=True,
    attach_files=True,
)
"""The permissions that the bot uses, and that the invite link asks for."""

SCOPES = ("bot", "applications.commands")
_DISCORD_SECONDS = 30.0
_CHANNELS = 50  # channels of daily posts that are checked


async def check(settings: Settings, now: datetime, *, deep: bool = False) -> int:
    """Print a line for each check; returns 1 if something is wrong, else 0. ``deep``: also read everything stored."""
    console, status = Console(), 0
    async for each in checks(settings, now, deep=deep):
        console.print(rendered(each), soft_wrap=True)  # a link must stay on one line
        status |= each.state is State.WRONG
    return status


def rendered(check: Check) -> Text:
    """A check as a line, with the fix below."""
    colour = {State.OK: "green", State.NOTE: "cyan", State.WRONG: "red"}[check.state]
    line = Text.assemble((f"{check.state.value:<6}", f"bold {colour}"), (f"{check.name}: ", "bold"), check.text)
    return line.append(f"\n      → {check.fix}") if check.fix else line


async def checks(settings: Settings, now: datetime, *, deep: bool = False) -> AsyncIterator[Check]:
    """All checks, one after the other, each with a timeout."""
    yield Check("Python", State.OK, f"{sys.version.split()[0]}, discord.py {discord.__version__}")
    yield await asyncio.to_thread(_reader, settings)
    folder, feeds = _folder(settings), list[DailyFeed]()
    yield folder
    if folder.state is State.OK:
        for each in await _papers(settings):
            yield each
        community, feeds = await _community(settings)
        for each in community:
            yield each
        if deep:
            async for each in deep_checks(settings):
                yield each
        for each in _background(settings, now):
            yield each
        for each in await _sources(settings):
            yield each
    if settings.mail.host:
        yield await _mail(settings)
    async for each in _discord(settings, feeds):
        yield each


def _reader(settings: Settings) -> Check:
    if settings.answers.reader is ReaderUse.OFF:
        return Check("Reader", State.NOTE, 'off ([answers] reader = "off")')
    if not is_installed():
        fix = f"Install its packages: {install_command('reader')}."
        return Check("Reader", State.NOTE, "not installed; answers are made without it", fix)
    fix = "Restore config/reader.onnx, config/answers.json and what's beside them from the project."
    reader = usable_reader(load_model())
    if reader is None:
        return Check("Reader", State.NOTE, "config/reader.onnx is missing, or the weights were fitted without it", fix)
    try:
        reader.check()
    except SettingsError as error:
        return Check("Reader", State.NOTE, f"{error}; answers are made without it", fix)
    return Check("Reader", State.OK, "gives a second opinion on answers")


def _folder(settings: Settings) -> Check:
    folder = settings.data_folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        fix = "Make it writable for this user, or set data_folder to another folder."
        return Check("Data folder", State.WRONG, f"{folder}: {os.strerror(error.errno or 0)}", fix)
    return Check("Data folder", State.OK, str(folder))


async def _papers(settings: Settings) -> list[Check]:
    try:
        async with Catalogue.open(settings.papers_location) as catalogue:
            count, lists, revision, version = (
                await catalogue.count(),
                await catalogue.lists.all(),
                await catalogue.revision(),
                await catalogue.records.version(),
            )
    except PaperBotError as error:
        return [Check("Papers", State.WRONG, str(error))]
    if not count:
        return [Check("Papers", State.NOTE, "none yet; the seed page is loaded on the first start")]
    return [
        Check("Papers", State.OK, f"{counted(count, 'paper')} on {counted(len(lists), 'list')}"),
        _newest(lists[0].day if lists else None),
        await _search_engine(settings, version.identity, revision)
        if settings.retrieval.engine is SearchEngine.MILVUS
        else _index(settings, revision),
    ]


async def _sources(settings: Settings) -> list[Check]:
    """When each live source was last read, and its last error."""
    chosen = settings.sources
    if not chosen.enabled:
        text = "live sources are off; import files with python -m retrieval import FILE…"
        return [Check("Sources", State.NOTE, text, "To let the bot read them, set [sources] enabled = true.")]
    try:
        async with Catalogue.open(settings.papers_location) as catalogue:
            states = {state.source: state for state in await catalogue.sources.states()}
            defects = await catalogue.sources.defects()
    except PaperBotError:
        return []  # the line about papers says what's wrong with their database
    found = [
        _source(source, states.get(source), defects.get(source, 0))
        for source in Source
        if source in states or source in synced_sources(chosen)
    ]
    if not chosen.contact.strip():
        fix = "Set [sources] contact to your address: the sources' operators ask for one."
        found.append(Check("Contact", State.NOTE, "requests to the sources carry no contact address", fix))
    return found


def _source(source: Source, state: SourceState | None, defects: int) -> Check:
    """A failing source is only a note: the bot tries again by itself."""
    if state is None:
        return Check(source.display_name, State.NOTE, "not read yet; to read it now: python -m retrieval fetch")
    read = f"last read {_utc(state.read_at)}" if state.read_at else "not read yet"
    skipped = f"; {counted(defects, 'defect')} skipped so far" if defects else ""
    if not state.failures:
        return Check(source.display_name, State.OK, f"{read} ({state.last_status}){skipped}")
    failed = f"{counted(state.failures, 'failure')} in a row, the last at {state.failed_at:%Y-%m-%d %H:%M} UTC"
    fix = f"The bot will try again at {state.free_at:%H:%M} UTC. If that fails too, check the network."
    return Check(source.display_name, State.NOTE, f"{read}; {failed}: {state.last_status}{skipped}", fix)


def _newest(day: date | None) -> Check:
    if day is None:
        return Check(
            "Newest list",
            State.NOTE,
            "only a page without a date",
            "Read the daily lists: python -m retrieval fetch, or import files: python -m retrieval import FILE…",
        )
    return Check("Newest list", State.OK, f"{day}")


async def _search_engine(settings: Settings, identity: str, revision: int) -> Check:
    """Whether Milvus responds, and has the papers of the catalogue with this identity at this revision."""
    name, where = "Milvus", f"{settings.milvus.collection} at {settings.milvus.uri}"
    fix = "Check [milvus] uri and token, and whether Milvus is running. Searches work again as soon as it responds."
    try:
        state = await asyncio.to_thread(paper_collection(settings.milvus).state)
    except SettingsError as error:
        return Check(name, State.WRONG, str(error))
    except PaperBotError as error:
        return Check(name, State.WRONG, f"{where}: {error}", fix)
    if state is None:
        return Check(name, State.NOTE, f"{where} doesn't exist yet; it is created on the next start")
    if state.identity != identity:
        return Check(name, State.WRONG, another_catalogue(settings.milvus.collection))
    late = "" if state.revision == revision and not state.writing else "; the newest papers aren't there yet"
    return Check(name, State.NOTE if late else State.OK, f"{counted(state.documents, 'paper')} in {where}{late}")


def _index(settings: Settings, revision: int) -> Check:
    try:
        index = Index.load(settings.index_folder, revision, analysis_name(settings.retrieval.title_weight))
        index.verify()
    except IndexDamaged as error:
        return Check("Index", State.NOTE, f"{error} It will be rebuilt on the next start.")
    if settings.retrieval.engine is SearchEngine.RANK_BM25 and len(index) > LARGEST:
        text = f'{counted(len(index), "paper")}, but [retrieval] engine = "rank-bm25" is for up to {LARGEST:,}'
        return Check("Index", State.NOTE, text, 'The bot searches as with "auto". Set that to get rid of this note.')
    return Check("Index", State.OK, counted(len(index), "paper"))


async def _community(settings: Settings) -> tuple[list[Check], list[DailyFeed]]:
    try:
        async with Store.open(settings.community_location) as store:
            feeds, deliveries = await store.daily_feeds.active(), await store.deliveries.counts()
    except PaperBotError as error:
        return [Check("Community", State.WRONG, str(error))], []
    posts, limits = counted(len(feeds), "daily post"), settings.limits
    found = [
        Check("Community", State.OK, f"{location_text(settings.community_location)}, {posts} set up"),
        _waiting(deliveries),
        Check("Queue", State.OK, f"{limits.waiting} people at the same time; others are asked to try again"),
    ]
    return [each for each in found if each is not None], feeds


def _waiting(deliveries: Mapping[tuple[str, str], int]) -> Check | None:
    """How many deliveries of each kind aren't settled; ``None`` if there never was one."""
    if not deliveries:
        return None
    waiting = {kind: count for (kind, state), count in deliveries.items() if state in {Status.OPEN, Status.WAITING}}
    unknown = sum(count for (_, state), count in deliveries.items() if state == Status.UNKNOWN)
    text = ", ".join(f"{count:,} {kind}" for kind, count in waiting.items()) or "none"
    if unknown:
        fix = "The bot couldn't look for them: allow it Read Message History in their channels."
        return Check(
            "Deliveries", State.NOTE, f"waiting: {text}; of {unknown:,} nobody knows whether they arrived", fix
        )
    return Check("Deliveries", State.OK, f"waiting: {text}")


def _background(settings: Settings, now: datetime) -> list[Check]:
    """The lines of each process that runs on this machine; with several, each line names its shards."""
    database = settings.community_database
    found = heartbeat_paths(database) or [heartbeat_path(database)]
    lines = list[Check]()
    for path in found:
        shards = path.name.removeprefix(f"{database.stem}.").removesuffix("jobs.json").strip(".")
        named = f" ({shards.replace('-of-', '/')})" if shards else ""
        lines += [replace(each, name=each.name + named) for each in background_checks(read_heartbeat(path), now)]
    return lines


def background_checks(heartbeat: Heartbeat | None, now: datetime) -> list[Check]:
    """How the running bot's background jobs are doing: one line if all is well, else one for each job that isn't."""
    if heartbeat is None:
        return [Check("Background", State.NOTE, "the bot isn't running")]
    if now - heartbeat.written_at > STALE:
        text = f"no heartbeat from the bot since {_utc(heartbeat.written_at)}: it is hanging, or was killed"
        return [Check("Background", State.WRONG, text, "Restart the bot. See the end of its log for the reason.")]
    found = [_job(job, now) for job in heartbeat.jobs if job.restarts or not job.is_healthy(now)]
    return found or [Check("Background", State.OK, f"all {counted(len(heartbeat.jobs), 'job')} running")]


def _job(job: JobStatus, now: datetime) -> Check:
    name = f"Background job “{job.name}”"
    success = f"last success {_utc(job.last_success)}" if job.last_success else "no success since the start"
    last = f"the last error was {job.error} (reference {job.reference})" if job.reference else "no error"
    if job.is_late(now):
        text = f"late: expected by {_utc(job.expected_by)}; {success}; {last}"
        fix = "Restart the bot. If that doesn't help, check the network and the load of the machine."
        return Check(name, State.WRONG, text, fix)
    fix = f"Look up {job.reference} in the log: the traceback there shows the cause."
    if job.failures:
        return Check(name, State.WRONG, f"{counted(job.failures, 'failure')} in a row; {success}; {last}", fix)
    return Check(name, State.NOTE, f"running again after {counted(job.restarts, 'restart')}; {last}", fix)


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


async def _mail(settings: Settings) -> Check:
    """Whether the bot can log in to the mail server."""
    chosen = settings.mail
    try:
        service = MailService.of(chosen, load_mail_secrets())
        if service is not None:
            async with service.transport.connect():
                pass
    except SettingsError as error:
        return Check("Mail", State.WRONG, str(error))
    except MailUnavailable as away:
        fix = "Check [mail] host, port, security and user, and the environment variable SMTP_PASSWORD."
        return Check("Mail", State.WRONG, f"{chosen.host}:{chosen.port} can't be used: {away.detail}", fix)
    unsubscribe = chosen.unsubscribe_url or "by mail to the sender"
    return Check("Mail", State.OK, f"{chosen.host}:{chosen.port}, from {chosen.sender}; unsubscribe: {unsubscribe}")


async def _discord(settings: Settings, feeds: Sequence[DailyFeed]) -> AsyncIterator[Check]:
    try:
        token = load_token()
    except SettingsError as error:
        yield Check("Token", State.WRONG, str(error))
        return
    if token is None:
        text = "DISCORD_TOKEN is not set: the bot runs in the local preview"
        yield Check("Token", State.NOTE, text, "How to get a token: docs/operator.md.")
        return
    content = settings.discord.message_content
    try:
        async with (
            asyncio.timeout(_DISCORD_SECONDS),
            discord.Client(intents=intents(message_content=content)) as client,
        ):
            await client.login(token.get_secret_value())
            application = await client.application_info()
            channels = [await _channel(client, feed) for feed in feeds[:_CHANNELS]]
    except discord.LoginFailure:
        fix = "Create a new token: discord.com/developers/applications → Bot → Reset Token."
        yield Check("Token", State.WRONG, "Discord doesn't accept this token", fix)
    except REQUEST_FAILURES as error:
        text = f"Discord can't be reached ({type(error).__name__})"
        yield Check("Discord", State.WRONG, text, "Check the network and discordstatus.com.")
    else:
        invite = discord.utils.oauth_url(application.id, permissions=PERMISSIONS, scopes=SCOPES)
        yield Check("Token", State.OK, f"logged in as {application.name}")
        yield _intents(application.flags, wanted=content)
        for each in channels:
            yield each
        yield Check("Invite", State.OK, invite)


def _intents(flags: discord.ApplicationFlags, *, wanted: bool) -> Check:
    """Whether the intents in the settings are turned on at Discord: otherwise it refuses the connection."""
    if not wanted:
        text = "no privileged intents needed; link cards and follow-ups without a mention are off"
        fix = "To use them, turn on Message Content Intent at Discord, then set [discord] message_content = true."
        return Check("Intents", State.OK, text, fix)
    if flags.gateway_message_content or flags.gateway_message_content_limited:
        return Check("Intents", State.OK, "message content: link cards and follow-ups without a mention work")
    fix = (
        "discord.com/developers/applications → Bot → Message Content Intent, or set [discord] message_content = false."
    )
    return Check("Intents", State.WRONG, "message_content is on in the settings, but off at Discord", fix)


async def _channel(client: discord.Client, feed: DailyFeed) -> Check:
    """Whether the bot can see a daily post's channel."""
    name = f"Channel {feed.channel_id}"
    try:
        channel = await client.fetch_channel(feed.channel_id)
    except discord.NotFound:
        return Check(name, State.WRONG, "was deleted", "Choose another channel with /daily set.")
    except discord.Forbidden:
        fix = "Allow the bot View Channel there, or choose another channel with /daily set."
        return Check(name, State.WRONG, "the bot can't see it", fix)
    return Check(name, State.OK, f"#{channel}, a daily post at {feed.time:%H:%M} {feed.zone}")
