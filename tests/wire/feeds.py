"""Servers with daily posts in any zone, the real bot, and a clock that a test sets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.storage import Store
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.heartbeat import heartbeat_path, read_heartbeat
from bot.storage.schedule import EVERY_DAY
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from tests.wire.bot_process import ForkServer
from tests.wire.conftest import Scene, settings_in
from tests.wire.loopback import LoopbackDiscord

PACE = 0.2
"""Seconds: the longest that a background job sleeps."""


@dataclass
class Feeds:
    """Channels by their number, each in a server of its own."""

    scene: Scene
    offset: timedelta = timedelta()
    channels: list[int] = field(default_factory=list[int])

    def now(self) -> datetime:
        """The time of the bot, of Discord and of the test."""
        return datetime.now(UTC) + self.offset

    def set_time(self, moment: datetime) -> None:
        """Move the clock of everybody."""
        self.offset = moment - datetime.now(UTC)
        new = self.scene.folder / "clock.new"
        new.write_text(str(self.offset.total_seconds()), encoding="utf-8")
        new.replace(self.scene.folder / "clock")

    async def tick_at(self, moment: datetime) -> None:
        """Move the clock, and wait for a whole run of the daily posts that began after that."""
        self.set_time(moment)
        heartbeat = heartbeat_path(settings_in(self.scene.folder).community_database)
        async with asyncio.timeout(60):
            while not _has_run(heartbeat, moment):
                await pause(PACE)

    def posts(self, number: int) -> int:
        """How many messages a channel has."""
        return len(self.scene.discord.world.posted(self.channels[number]))

    @asynccontextmanager
    async def bot(self) -> AsyncGenerator[None]:
        """The bot's process, while the block runs."""
        clock = str(self.scene.folder / "clock")
        async with self.scene.bot(WIRE_CLOCK=clock, WIRE_PACE=str(PACE), DAILY_PAPERS_LOG__LEVEL="warning"):
            yield


def _has_run(heartbeat: Path, since: datetime) -> bool:
    """Whether the daily posts had a run that began after this moment."""
    written = read_heartbeat(heartbeat)
    [status] = [each for each in written.jobs if each.name == "daily posts"] if written else [None]
    if status is None or status.last_run is None or status.last_success is None:
        return False
    return since <= status.last_run <= status.last_success


async def pause(seconds: float) -> None:
    """Let others run for so long."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, passed.set)
    await passed.wait()


@asynccontextmanager
async def daily_feeds(
    folder: Path, forks: ForkServer, schedules: Collection[tuple[str, time]], lists: Collection[date], start: datetime
) -> AsyncGenerator[Feeds]:
    """A server and channel for each zone and local time, and a list of three papers for each of the days."""
    (folder / "local.toml").touch()
    async with LoopbackDiscord.open() as discord:
        ada = discord.world.add_user("ada")
        scene = Scene(discord, forks, 0, 0, ada, folder)
        feeds = Feeds(scene)
        discord.world.clock = feeds.now
        feeds.set_time(start)
        guilds = dict[int, int]()
        for _ in schedules:
            guild_id = int(discord.world.add_guild()["id"])
            channel_id = int(discord.world.add_channel(guild_id)["id"])
            guilds[channel_id] = guild_id
        feeds.channels = list(guilds)
        await _fill(folder, guilds, schedules, lists, start)
        yield feeds
        assert discord.rest.violations == []


async def _fill(
    folder: Path,
    guilds: Mapping[int, int],
    schedules: Collection[tuple[str, time]],
    lists: Collection[date],
    start: datetime,
) -> None:
    settings, before = settings_in(folder), start - timedelta(days=30)
    async with Library.open(settings, lambda: start) as library, Store.open(settings.community_database) as store:
        await library.add([paper for day in lists for paper in _papers_of(day)])
        for (channel_id, guild_id), (zone, at) in zip(guilds.items(), schedules, strict=True):
            rules = (10, 0, EVERY_DAY, WhenEmpty.SILENT, False, 1, before)
            await store.daily_feeds.save(DailyFeed(guild_id, channel_id, at, zone, *rules))


def _papers_of(day: date) -> list[Paper]:
    return [
        Paper(
            id=f"{day:%y%m}.{day:%d}{place:03}",
            title=f"Owls and question {place} of {day:%d %B}",
            abstract="We study owls. They answer.",
            listing=Listing(name=day.isoformat(), day=day, position=place),
            votes=20 - place,
        )
        for place in range(3)
    ]
