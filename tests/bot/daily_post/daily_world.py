"""A world for the daily post: dated lists with votes, one channel, and a clock that Discord shares."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.client import PaperBot
from bot.daily_post.poster import DailyPoster, daily_poster
from bot.storage import Store
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.deliveries import Delivery, DeliveryKind, Status
from bot.storage.schedule import EVERY_DAY
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from tests.bot.conftest import SETTLE_SECONDS, START, FakeClock, seen, settings_for

TODAY = START.date()

FEED = DailyFeed(
    guild_id=0,
    channel_id=0,
    time=time(8, 0),
    zone="UTC",
    papers=10,
    minimum_votes=0,
    weekdays=EVERY_DAY,
    when_empty=WhenEmpty.SILENT,
    paused=False,
    changed_by=1,
    changed_at=START - timedelta(days=30),
)


def list_of(day: date, *votes: int | None) -> list[Paper]:
    """A dated list with a paper for each number of votes, titled by day and place."""
    return [
        Paper(
            id=f"t-{day:%m%d}-{place}",
            title=f"Paper {place} of {day:%d %B}",
            abstract=f"We study question {place}. It is open.",
            listing=Listing(name=day.isoformat(), day=day, position=place),
            votes=count,
        )
        for place, count in enumerate(votes)
    ]


@dataclass
class DailyWorld:
    """Everything that a test of the daily post needs. ``feed`` is saved for ``channel``."""

    env: simcord.Env
    bot: PaperBot
    store: Store
    library: Library
    clock: FakeClock
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    admin: simcord.MemberActor
    member: simcord.MemberActor
    feed: DailyFeed
    poster: DailyPoster

    async def pass_time(self, **by: float) -> None:
        """Let time pass, ``timedelta`` keywords, for the bot and for Discord."""
        self.clock.move(**by)
        await self.env.advance_time((self.clock() - self.env.now()).total_seconds())

    async def tick(self) -> None:
        """One run of the poster."""
        await self.poster.tick(self.clock())

    async def set_up(self, **changes: object) -> None:
        """Change the channel's set-up."""
        self.feed = replace(self.feed, **changes)  # pyright: ignore[reportArgumentType] - fields by name
        await self.store.daily_feeds.save(self.feed)

    async def restart(self) -> None:
        """The process ends and a new one begins: the databases are all that it knows."""
        self.bot = PaperBot(self.bot.settings, self.library, self.store, self.clock)
        await self.env.restart_bot(self.bot)
        self.poster = daily_poster(self.bot)

    def posts(self) -> list[str]:
        """What people see in the channel, message by message."""
        return [seen(message) for message in self.channel.history()]


def delivery(status: Status, day: date = TODAY, **changes: object) -> Delivery:
    """The post of a day's list."""
    made = Delivery(1, DeliveryKind.POST, 1, 2, 1, day.isoformat(), day, status, START, START)
    return replace(made, **changes)  # pyright: ignore[reportArgumentType] - fields by name


@asynccontextmanager
async def daily_world(folder: Path, papers: Sequence[Paper], **changes: Any) -> AsyncGenerator[DailyWorld]:
    """The real bot with these papers, in a simulated Discord that shares its clock."""
    clock, settings = FakeClock(), settings_for(folder, **changes)
    async with Library.of(papers, settings, clock) as library, Store.open(settings.community_database) as store:
        bot = PaperBot(settings, library, store, clock)
        # Not simcord.run(): it must be left in the task that entered it; a fixture is left in another.
        env = simcord.Env(bot, shard_count=1, check_errors=False, settle_timeout=SETTLE_SECONDS)
        await env.start()
        try:
            yield await _furnished(env, bot, library, store, clock)
        finally:
            await env.shutdown()


async def _furnished(env: simcord.Env, made: PaperBot, library: Library, store: Store, clock: FakeClock) -> DailyWorld:
    guild = env.create_guild("Reading room")
    channel = guild.create_text_channel("papers")
    manager = guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
    admin = guild.add_member(env.create_user("grace"), roles=[manager])
    member = guild.add_member(env.create_user("ada"))
    feed = replace(FEED, guild_id=guild.id, channel_id=channel.id)
    world = DailyWorld(env, made, store, library, clock, guild, channel, admin, member, feed, daily_poster(made))
    await env.settle()
    await world.pass_time()
    return world


async def use_daily(
    world: DailyWorld, command: str, who: simcord.MemberActor | None = None, **options: object
) -> list[Any]:
    """Use a /daily command. Its messages, which only this person can see."""
    result = await (who or world.admin).slash(world.channel, f"daily {command}", **options)
    messages = [each for each in (result.response, *result.followups) if each is not None]
    assert messages
    assert all(message.ephemeral for message in messages)
    return messages


async def answer(world: DailyWorld, command: str, who: simcord.MemberActor | None = None, **options: object) -> str:
    """The text of the only message of a /daily command."""
    [message] = await use_daily(world, command, who, **options)
    return seen(message)


async def saved_feed(world: DailyWorld, channel_id: int | None = None) -> DailyFeed:
    """The channel's daily post, which must exist."""
    feed = await world.store.daily_feeds.get(channel_id or world.channel.id)
    assert feed is not None
    return feed
