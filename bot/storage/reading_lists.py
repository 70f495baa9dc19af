"""Reading lists of servers: when one paper is chosen each week, which papers were put forward, who votes and reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Integer,
    Table,
    Time,
    func,
    insert,
    select,
)

from bot.storage.columns import metadata
from bot.storage.repository import Repository, SomeShards
from bot.storage.schedule import Frequency, Schedule
from retrieval.database import PortableText, UtcDateTime
from retrieval.errors import InvalidInput

MOST_CANDIDATES: Final = 100
"""Papers of a server that wait to be read."""
MOST_READERS: Final = 100
"""People of a server who are reminded: Discord lets a message mention no more."""


@dataclass(frozen=True, slots=True)
class ReadingList:
    """A server's reading list. Each ``weekday`` (Monday 0) at ``time`` in ``zone``, a paper's thread opens.

    It is discussed ``discuss_hours`` later; ``remind_hours`` before that, those who joined are reminded.
    ``changed_at`` is aware UTC: what was due before it doesn't happen later.
    """

    guild_id: int
    channel_id: int
    weekday: int
    time: time
    zone: str
    discuss_hours: int
    remind_hours: int
    changed_at: datetime

    @property
    def schedule(self) -> Schedule:
        """When threads open."""
        return Schedule(Frequency.WEEKLY, self.time, self.zone, frozenset({self.weekday}))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that was put forward at ``at`` (aware UTC), and its votes."""

    paper_id: str
    at: datetime
    votes: int


@dataclass(frozen=True, slots=True)
class ReadingVote:
    """A person's vote for a paper that was put forward in a server. ``at`` is aware UTC."""

    guild_id: int
    paper_id: str
    user_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """A person who joined a server's reading list. ``at`` is aware UTC."""

    guild_id: int
    user_id: int
    at: datetime


reading_lists = Table(
    "reading_lists",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("time", Time, nullable=False),
    Column("zone", PortableText(64), nullable=False),
    Column("discuss_hours", Integer, nullable=False),
    Column("remind_hours", Integer, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
reading_candidates = Table(
    "reading_candidates",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
reading_votes = Table(
    "reading_votes",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_reading_votes_user_id", reading_votes.c.user_id)
readers = Table(
    "readers",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_readers_user_id", readers.c.user_id)
_c, _v = reading_candidates.c, reading_votes.c


class ReadingLists(Repository[ReadingList], table=reading_lists, row=ReadingList, order=(reading_lists.c.guild_id,)):
    """``store.reading_lists``: the lists and the papers on them."""

    async def save(self, reading: ReadingList) -> None:
        """Set up a server's list; replaces an earlier setup."""
        await self._replace(reading_lists, asdict(reading))

    async def get(self, guild_id: int) -> ReadingList | None:
        """A server's list."""
        return await self._one(reading_lists.c.guild_id == guild_id)

    async def all(self, shards: SomeShards | None = None) -> Sequence[ReadingList]:
        """Every list, or those of servers of some shards."""
        return await (self._all() if shards is None else self._all(shards.have(reading_lists.c.guild_id)))

    async def stop(self, guild_id: int) -> bool:
        """Delete a server's setup; the papers on its list stay. ``False`` if it has none."""
        return await self._drop(reading_lists, reading_lists.c.guild_id == guild_id) > 0

    async def add(self, guild_id: int, paper_id: str, at: datetime) -> bool:
        """Put a paper forward; ``False`` if it is on the list already. Raises ``InvalidInput`` if the list is full."""
        here = _c.guild_id == guild_id
        async with self._writing(guild_id) as connection:
            known = select(func.count()).select_from(reading_candidates).where(here, _c.paper_id == paper_id)
            if await connection.scalar(known):
                return False
            full = InvalidInput("This reading list is full. Remove a paper with `/reading remove` first.")
            await self._leave_room(connection, MOST_CANDIDATES, full, here)
            await connection.execute(insert(reading_candidates).values(guild_id=guild_id, paper_id=paper_id, at=at))
        return True

    async def remove(self, guild_id: int, paper_id: str) -> bool:
        """Take a paper off the list, with its votes. ``False`` if it isn't on it."""
        await self._drop(reading_votes, (_v.guild_id == guild_id) & (_v.paper_id == paper_id))
        return await self._drop(reading_candidates, (_c.guild_id == guild_id) & (_c.paper_id == paper_id)) > 0

    async def candidates(self, guild_id: int, had: Collection[str] = ()) -> list[Candidate]:
        """The papers on a server's list, oldest first, without those in ``had``."""
        votes = select(func.count()).where(_v.guild_id == _c.guild_id, _v.paper_id == _c.paper_id).scalar_subquery()
        found = select(_c.paper_id, _c.at, votes.label("votes")).where(_c.guild_id == guild_id)
        listed = await self._rows(found.order_by(_c.at, _c.paper_id), Candidate)
        return [each for each in listed if each.paper_id not in had]

    async def forget_guild(self, guild_id: int) -> int:
        """Delete a server's list and its papers; how many records."""
        papers = await self._drop(reading_candidates, _c.guild_id == guild_id)
        return papers + await super().forget_guild(guild_id)


class ReadingVotes(Repository[ReadingVote], table=reading_votes, row=ReadingVote, order=(_v.at, _v.paper_id)):
    """``store.reading_votes``"""

    async def toggle(self, guild_id: int, paper_id: str, user_id: int, at: datetime) -> bool:
        """Vote for a paper, or take the vote back; whether there is a vote now."""
        mine = _of(guild_id, paper_id, user_id)
        async with self._writing(guild_id, paper_id, user_id) as connection:
            return await self._toggle(connection, mine, asdict(ReadingVote(guild_id, paper_id, user_id, at)))

    async def give(self, guild_id: int, paper_id: str, user_id: int, at: datetime) -> None:
        """Vote for a paper, if the person hasn't yet."""
        await self._replace(reading_votes, asdict(ReadingVote(guild_id, paper_id, user_id, at)))


class Readers(Repository[Reader], table=readers, row=Reader, order=(readers.c.at, readers.c.user_id)):
    """``store.readers``"""

    async def join(self, guild_id: int, user_id: int, at: datetime) -> None:
        """Be reminded from now on. Raises ``InvalidInput`` if too many people are."""
        async with self._writing(guild_id) as connection:
            here = readers.c.guild_id == guild_id
            if await connection.scalar(select(func.count()).where(here, readers.c.user_id == user_id)):
                return
            full = InvalidInput("The most people that one message can mention have joined. You can read along.")
            await self._leave_room(connection, MOST_READERS, full, here)
            await connection.execute(insert(readers).values(guild_id=guild_id, user_id=user_id, at=at))

    async def leave(self, guild_id: int, user_id: int) -> bool:
        """Be reminded no more. ``False`` if the person hasn't joined."""
        return await self._drop(readers, (readers.c.guild_id == guild_id) & (readers.c.user_id == user_id)) > 0

    async def of_guild(self, guild_id: int) -> list[Reader]:
        """Who joined in a server, first those who did first."""
        return await self._all(readers.c.guild_id == guild_id)


def _of(guild_id: int, paper_id: str, user_id: int) -> ColumnElement[bool]:
    return (_v.guild_id == guild_id) & (_v.paper_id == paper_id) & (_v.user_id == user_id)
