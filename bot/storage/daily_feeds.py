"""Channels that get the daily post, as their administrators set them up; and set-ups not saved yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    delete,
    false,
    select,
    update,
)

from bot.storage.columns import EnumText, JsonColumn, metadata
from bot.storage.repository import Repository
from bot.storage.schedule import Frequency, Schedule
from retrieval.database import UtcDateTime

NOBODY = 0
"""Stands for a person who wanted to be forgotten: what they set up for others goes on without their name."""

_DRAFTS_LAST = dt.timedelta(days=7)


class WhenEmpty(StrEnum):
    """What happens when there is nothing to post: nothing at all, one line that says so, or that line later.

    To wait also means that an older list is not posted while the newest is late.
    """

    SILENT = "silent"
    SAY = "say"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class DailyFeed:
    """One channel's daily post: ``papers`` papers with ``minimum_votes`` or more, at ``time`` in ``zone``.

    ``zone`` is an IANA name, ``weekdays`` are local days (Monday 0), ``changed_at`` is aware UTC. ``rules`` are
    a query of the search language; every paper fits the empty one. With ``server_votes`` the server's own votes
    count in the order. ``wait_until`` is the local time to which ``WhenEmpty.WAIT`` waits. ``trouble`` says why
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
    Column("zone", String(64), nullable=False),
    Column("papers", Integer, nullable=False),
    Column("minimum_votes", Integer, nullable=False),
    Column("weekdays", JsonColumn(frozenset[int]), nullable=False),
    Column("when_empty", EnumText(WhenEmpty), nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("changed_by", BigInteger, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("rules", Text, nullable=False, server_default=""),
    Column("server_votes", Boolean, nullable=False, server_default=false()),
    Column("wait_until", Time),
    Column("trouble", Text),
)
Index("ix_daily_feeds_guild_id", daily_feeds.c.guild_id)

daily_drafts = Table(
    "daily_drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed", JsonColumn(DailyFeed), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # an id stands in a message: it must not come again after a deletion
)


class DailyFeeds(Repository):
    """``store.daily_feeds``"""

    async def save(self, feed: DailyFeed) -> None:
        """Set a channel up, in the place of what it had."""
        await self._replace(daily_feeds, asdict(feed))

    async def get(self, channel_id: int) -> DailyFeed | None:
        """The channel's set-up, paused or not."""
        found = await self._all(daily_feeds.c.channel_id == channel_id)
        return found[0] if found else None

    async def of_guild(self, guild_id: int) -> list[DailyFeed]:
        """All set-ups of a server, paused ones too."""
        return await self._all(daily_feeds.c.guild_id == guild_id)

    async def active(self) -> list[DailyFeed]:
        """Every set-up that is not paused."""
        return await self._all(daily_feeds.c.paused.is_(False))

    async def pause(self, channel_id: int, by: int, at: dt.datetime) -> bool:
        """Stop posting for now. False where the channel has no daily post."""
        mine = daily_feeds.c.channel_id == channel_id
        return await self._change(daily_feeds, mine, paused=True, changed_by=by, changed_at=at, trouble=None)

    async def stop(self, channel_id: int, trouble: str) -> bool:
        """Pause a daily post that cannot go on, and say why. False where it was paused: nobody is told twice.

        Who changed it last, and when, stays: this is who is told, and once resumed the day is made up for.
        """
        running = (daily_feeds.c.channel_id == channel_id) & daily_feeds.c.paused.is_(False)
        return await self._change(daily_feeds, running, paused=True, trouble=trouble)

    async def resume(self, channel_id: int, by: int, at: dt.datetime) -> bool:
        """Post again, from the next time on. False where the channel has no daily post."""
        mine = daily_feeds.c.channel_id == channel_id
        return await self._change(daily_feeds, mine, paused=False, changed_by=by, changed_at=at, trouble=None)

    async def remove(self, channel_id: int) -> bool:
        """Forget the set-up; what was posted stays known. False where the channel has no daily post."""
        return await self._drop(daily_feeds, daily_feeds.c.channel_id == channel_id) > 0

    async def save_draft(self, feed: DailyFeed) -> int:
        """Keep a set-up that is not confirmed yet; the id that its buttons carry. Drafts last a week."""
        old = daily_drafts.c.made_at < feed.changed_at - _DRAFTS_LAST
        await self._drop(daily_drafts, old)
        return await self._insert(daily_drafts, {"feed": feed, "made_at": feed.changed_at})

    async def draft(self, draft_id: int) -> DailyFeed | None:
        """A set-up that is not confirmed yet."""
        return await self._value(select(daily_drafts.c.feed).where(daily_drafts.c.id == draft_id))

    async def change_draft(self, draft_id: int, feed: DailyFeed) -> None:
        """Keep a draft as it was changed."""
        await self._change(daily_drafts, daily_drafts.c.id == draft_id, feed=feed)

    async def of_person(self, user_id: int) -> Sequence[DailyFeed]:
        """The set-ups that a person was the last to change, and those of theirs that are not confirmed yet."""
        changed = await self._all(daily_feeds.c.changed_by == user_id)
        return [*changed, *(feed for _, feed in await self._drafts() if feed.changed_by == user_id)]

    async def forget_person(self, user_id: int) -> int:
        """Take a person's name off the set-ups, which go on, and drop their drafts; how many of both."""
        named = update(daily_feeds).where(daily_feeds.c.changed_by == user_id).values(changed_by=NOBODY)
        return await self._run(named) + await self._drop_drafts(lambda feed: feed.changed_by == user_id)

    async def forget_guild(self, guild_id: int) -> int:
        """Drop the set-ups of a server and its drafts; how many of both."""
        gone = await self._drop(daily_feeds, daily_feeds.c.guild_id == guild_id)
        return gone + await self._drop_drafts(lambda feed: feed.guild_id == guild_id)

    async def _drafts(self) -> list[tuple[int, DailyFeed]]:
        """All drafts: there are those of a week."""
        wanted = select(daily_drafts.c.id, daily_drafts.c.feed).order_by(daily_drafts.c.id)
        return [(draft_id, feed) for draft_id, feed in await self._tuples(wanted)]

    async def _drop_drafts(self, condition: Callable[[DailyFeed], bool]) -> int:
        dropped = [draft_id for draft_id, feed in await self._drafts() if condition(feed)]
        return await self._run(*(delete(daily_drafts).where(daily_drafts.c.id == draft_id) for draft_id in dropped))

    async def _all(self, condition: ColumnElement[bool]) -> list[DailyFeed]:
        wanted = select(daily_feeds).where(condition).order_by(daily_feeds.c.channel_id)
        return await self._rows(wanted, DailyFeed)
