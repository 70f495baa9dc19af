"""The settings of daily posts, and drafts of settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Table,
    Time,
    delete,
    false,
    select,
    update,
)

from bot.storage.columns import EnumText, JsonColumn, TextColumn, metadata
from bot.storage.repository import Repository, SomeShards
from bot.storage.schedule import Frequency, Schedule
from retrieval.database import PortableText, RowId, UtcDateTime
from retrieval.english import Text

NOBODY = 0
"""Replaces a person who wanted to be forgotten: what they set up for others stays, without their name."""

_DRAFTS_LAST = dt.timedelta(days=7)


class WhenEmpty(StrEnum):
    """What happens on a day without papers: nothing, a notice, or a notice later.

    Waiting also means that no older list is posted while the newest one is late.
    """

    SILENT = "silent"
    SAY = "say"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class DailyFeed:
    """One channel's daily post: ``papers`` papers with ``minimum_votes`` or more, at ``time`` in ``zone``.

    ``zone`` is an IANA name, ``weekdays`` are local days (Monday 0), ``changed_at`` is aware UTC. ``rules`` are
    a query of the search language; every paper fits the empty one. With ``server_votes`` the server's own votes
    count in the order. ``wait_until`` is the local time until which ``WhenEmpty.WAIT`` waits. ``trouble`` says why
    the bot itself paused it.
    """

    guild_id: int
    channel_id: int
    time: dt.time
    zone: str
    papers: int
    minimum_votes: int
    weekdays: frozenset[int]
    when_empty: WhenEmpty
    paused: bool
    changed_by: int
    changed_at: dt.datetime
    rules: str = ""
    server_votes: bool = False
    wait_until: dt.time | None = None
    trouble: str | None = None

    @property
    def schedule(self) -> Schedule:
        """When the post is made."""
        return Schedule(Frequency.DAILY, self.time, self.zone, self.weekdays)


daily_feeds = Table(
    "daily_feeds",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("time", Time, nullable=False),
    Column("zone", PortableText(64), nullable=False),
    Column("papers", Integer, nullable=False),
    Column("minimum_votes", Integer, nullable=False),
    Column("weekdays", JsonColumn(frozenset[int]), nullable=False),
    Column("when_empty", EnumText(WhenEmpty), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("changed_by", BigInteger, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("rules", PortableText, nullable=False, server_default=""),
    Column("server_votes", Boolean, nullable=False, server_default=false()),
    Column("wait_until", Time),
    Column("trouble", TextColumn),
)
Index("ix_daily_feeds_guild_id", daily_feeds.c.guild_id)

daily_drafts = Table(
    "daily_drafts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("feed", JsonColumn(DailyFeed), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # ids are part of buttons, so they must not be used again
)


class DailyFeeds(Repository[DailyFeed], table=daily_feeds, row=DailyFeed, order=(daily_feeds.c.channel_id,)):
    """``store.daily_feeds``"""

    async def save(self, feed: DailyFeed) -> None:
        """Save a channel's settings; replaces earlier ones."""
        await self._replace(daily_feeds, asdict(feed))

    async def get(self, channel_id: int) -> DailyFeed | None:
        """The channel's settings, paused or not."""
        return await self._one(daily_feeds.c.channel_id == channel_id)

    async def of_guild(self, guild_id: int) -> list[DailyFeed]:
        """The settings of all of a server's channels, including paused ones."""
        return await self._all(daily_feeds.c.guild_id == guild_id)

    async def active(self, shards: SomeShards | None = None) -> list[DailyFeed]:
        """The settings that aren't paused of every channel, or of those in servers of some shards."""
        running = daily_feeds.c.paused.is_(False)
        return await self._all(running if shards is None else running & shards.have(daily_feeds.c.guild_id))

    async def pause(self, channel_id: int, by: int, at: dt.datetime) -> bool:
        """Pause a daily post. ``False`` if the channel has none."""
        mine = daily_feeds.c.channel_id == channel_id
        return await self._change(daily_feeds, mine, paused=True, changed_by=by, changed_at=at, trouble=None)

    async def stop(self, channel_id: int, trouble: Text) -> bool:
        """Pause a daily post that can't continue, and say why. ``False`` if it was paused: nobody is notified twice.

        Who changed it last, and when, stays: they are notified, and once it's resumed, today's post is still sent.
        """
        running = (daily_feeds.c.channel_id == channel_id) & daily_feeds.c.paused.is_(False)
        return await self._change(daily_feeds, running, paused=True, trouble=trouble)

    async def resume(self, channel_id: int, by: int, at: dt.datetime) -> bool:
        """Resume a daily post from its next time on. ``False`` if the channel has none."""
        mine = daily_feeds.c.channel_id == channel_id
        return await self._change(daily_feeds, mine, paused=False, changed_by=by, changed_at=at, trouble=None)

    async def remove(self, channel_id: int) -> bool:
        """Delete the settings and their drafts, but not what was posted. ``False`` if the channel has none."""
        await self._drop_drafts(lambda feed: feed.channel_id == channel_id)
        return await self._drop(daily_feeds, daily_feeds.c.channel_id == channel_id) > 0

    async def save_draft(self, feed: DailyFeed) -> int:
        """Store settings that aren't confirmed yet; the id for their buttons. Drafts are kept for a week."""
        old = daily_drafts.c.made_at < feed.changed_at - _DRAFTS_LAST
        await self._drop(daily_drafts, old)
        return await self._insert(daily_drafts, {"feed": feed, "made_at": feed.changed_at})

    async def draft(self, draft_id: int) -> DailyFeed | None:
        """Settings that aren't confirmed yet."""
        return await self._value(select(daily_drafts.c.feed).where(daily_drafts.c.id == draft_id))

    async def change_draft(self, draft_id: int, feed: DailyFeed) -> None:
        """Replace a draft."""
        await self._change(daily_drafts, daily_drafts.c.id == draft_id, feed=feed)

    async def of_person(self, user_id: int) -> Sequence[DailyFeed]:
        """The settings that a person was the last to change, and their drafts."""
        changed = await self._all(daily_feeds.c.changed_by == user_id)
        return [*changed, *(feed for _, feed in await self._drafts() if feed.changed_by == user_id)]

    async def forget_person(self, user_id: int) -> int:
        """Remove a person's name from settings, which stay, and delete their drafts; how many of both."""
        named = update(daily_feeds).where(daily_feeds.c.changed_by == user_id).values(changed_by=NOBODY)
        return await self._run(named) + await self._drop_drafts(lambda feed: feed.changed_by == user_id)

    async def forget_guild(self, guild_id: int) -> int:
        """Delete a server's settings and drafts; how many of both."""
        gone = await self._drop(daily_feeds, daily_feeds.c.guild_id == guild_id)
        return gone + await self._drop_drafts(lambda feed: feed.guild_id == guild_id)

    async def _drafts(self) -> list[tuple[int, DailyFeed]]:
        """All drafts of the last week."""
        wanted = select(daily_drafts.c.id, daily_drafts.c.feed).order_by(daily_drafts.c.id)
        return [(draft_id, feed) for draft_id, feed in await self._tuples(wanted)]

    async def _drop_drafts(self, condition: Callable[[DailyFeed], bool]) -> int:
        dropped = [draft_id for draft_id, feed in await self._drafts() if condition(feed)]
        return await self._run(*(delete(daily_drafts).where(daily_drafts.c.id == draft_id) for draft_id in dropped))
