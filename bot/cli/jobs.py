"""Which jobs a process runs in the background, and what it shares with others over the same database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot.client import PaperBot, StopRequest
from bot.daily_post.poster import DailyPoster
from bot.daily_post.refresher import PostRefresher
from bot.daily_post.test_posts import TestPostSweeper
from bot.follows.sender import AlertSender
from bot.inbox.sender import MailSender
from bot.jobs.background import Job, Supervisor, every, next_minute
from bot.jobs.leased_jobs import ShardsInUse, SharedJobs
from bot.jobs.source_sync import SourceSync
from bot.paper_updates.notifier import ChangeNotifier
from bot.privacy.retention import delete_expired, forget_departed_servers
from bot.reading.poster import ReadingReminder, WeeklyPaperPoster
from bot.reading.service import reading_service
from bot.recap.poster import RecapPoster
from retrieval.ingest.live import Source


def background_jobs(bot: PaperBot, shared: SharedJobs | None = None) -> list[Job]:
    """Everything the bot does by itself; ``shared`` with other processes over the same database."""
    if shared is None:
        return [*_own_jobs(bot), *_common_jobs(bot)]
    index = Job("index", lambda _: bot.library.follow(), every(seconds=1), needs_discord=False)
    return [*_own_jobs(bot), *map(shared.alone, _common_jobs(bot, shared)), shared.renewal(), index]


def _own_jobs(bot: PaperBot) -> list[Job]:
    """What each process does for the servers that it sees, and for itself."""
    library, store, settings, clock = bot.library, bot.store, bot.settings, bot.clock
    return [
        Job("daily posts", DailyPoster(bot, library, store, clock).tick, next_minute),
        Job("recaps", RecapPoster(bot, library, store, clock, settings.daily).tick, every(minutes=1)),
        Job("reading lists", WeeklyPaperPoster(bot, reading_service(bot)).tick, every(minutes=1)),
        Job("reading reminders", ReadingReminder(bot, reading_service(bot)).tick, every(minutes=1)),
        Job("departed servers", partial(forget_departed_servers, bot), every(days=1)),
        Job("new abstracts", lambda _: library.read_ahead(), every(minutes=10), needs_discord=False),
    ]


def _common_jobs(bot: PaperBot, shared: SharedJobs | None = None) -> list[Job]:
    """What one process can do for all: it needs no server's channels."""
    library, store, settings, clock = bot.library, bot.store, bot.settings, bot.clock
    jobs = [
        Job("test posts", TestPostSweeper(bot, store).tick, every(seconds=10)),
        Job("post updates", PostRefresher(bot, library, store, settings.daily, clock).tick, every(seconds=5)),
        Job("follow alerts", AlertSender(bot, library, store, clock, settings.follows.papers).tick, every(minutes=1)),
        Job("paper changes", ChangeNotifier(bot, library, store, clock).tick, every(minutes=1)),
        Job("retention", partial(delete_expired, store, settings), every(days=1), needs_discord=False),
    ]
    if bot.mail is not None:
        sender = MailSender(library, store, clock, settings.mail, bot.mail, shared)
        jobs.append(Job("mail", sender.tick, every(minutes=1), needs_discord=False))
    if library.fetcher is not None:
        jobs += [
            Job(source.display_name, SourceSync(library, source).tick, every(minutes=1), needs_discord=False)
            for source in Source
        ]
    return jobs


async def supervise(bot: PaperBot, heartbeat: Path, shared: SharedJobs | None = None) -> None:
    """Run the background jobs until cancelled; ``heartbeat`` is the file that says how they are doing."""
    supervisor = Supervisor(
        background_jobs(bot, shared),
        statuses=bot.jobs,
        ready=bot.wait_until_ready,
        heartbeat=heartbeat,
        clock=bot.clock,
    )
    await supervisor.run()


@asynccontextmanager
async def shared_jobs(bot: PaperBot, stop: StopRequest) -> AsyncGenerator[SharedJobs | None]:
    """What this process shares with others over the same database, which a file never is; its shards are its own.

    If another one has taken over a shard, ``stop`` is set, and ``ShardsInUse`` raised at the end.
    """
    if not bot.settings.database.url:
        yield None
        return
    lost = asyncio.Event()

    def end() -> None:
        lost.set()
        stop.set()

    shared = SharedJobs(bot.store.leases, bot.clock, end)
    await shared.hold_shards(bot.shards_here.ids if bot.shards_here else [0])
    try:
        yield shared
    finally:
        await shared.release()
    if lost.is_set():
        raise ShardsInUse("Another process has taken over this one's shards, because it didn't run for a minute.")
