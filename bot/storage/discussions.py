"""Threads in which papers are discussed: one for each server and paper, and where a server wants them.

A row is claimed before its thread is opened, so that two presses in one moment make one thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, String, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.columns import metadata
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class Discussion:
    """A paper's thread in a server. ``thread_id`` is ``None`` while it is being opened, since ``claimed_at``."""

    guild_id: int
    paper_id: str
    thread_id: int | None
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """The right to open a paper's thread. ``tried_at``: an earlier try then may have opened it and not said so."""

    tried_at: datetime | None


discussions = Table(
    "discussions",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
    Column("thread_id", BigInteger),
    Column("claimed_at", UtcDateTime, nullable=False),
)

discussion_places = Table(
    "discussion_places",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
)


class Discussions:
    """``store.discussions``"""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def get(self, guild_id: int, paper_id: str) -> Discussion | None:
        """The paper's thread in a server, open or being opened."""
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(discussions).where(_of(guild_id, paper_id)))).mappings().first()
        return None if row is None else Discussion(**row)

    async def paper_of(self, guild_id: int, thread_id: int) -> str | None:
        """The paper that a thread is about."""
        about = select(discussions.c.paper_id).where(
            discussions.c.guild_id == guild_id, discussions.c.thread_id == thread_id
        )
        async with self._engine.connect() as connection:
            return await connection.scalar(about)

    async def claim(self, guild_id: int, paper_id: str, at: datetime, stale_before: datetime) -> Claimed | None:
        """The right to open the thread; ``None`` where somebody has it, or opened it already.

        A right that was taken before ``stale_before`` and never used is lost.
        """
        stale = discussions.c.thread_id.is_(None) & (discussions.c.claimed_at < stale_before)
        taking_over = delete(discussions).where(_of(guild_id, paper_id) & stale).returning(discussions.c.claimed_at)
        row = {"guild_id": guild_id, "paper_id": paper_id, "thread_id": None, "claimed_at": at}
        try:
            async with self._engine.begin() as connection:
                # The deletion comes first: it takes the write lock, so that claims wait for each other.
                tried_at = await connection.scalar(taking_over)
                await connection.execute(insert(discussions).values(**row))
        except IntegrityError:
            return None
        return Claimed(tried_at)

    async def opened(self, guild_id: int, paper_id: str, thread_id: int) -> None:
        """The thread is there."""
        change = update(discussions).where(_of(guild_id, paper_id)).values(thread_id=thread_id)
        async with self._engine.begin() as connection:
            await connection.execute(change)

    async def drop(self, guild_id: int, paper_id: str, thread_id: int | None) -> None:
        """There is no such thread: it was deleted, or (``None``) could not be opened."""
        async with self._engine.begin() as connection:
            same = _of(guild_id, paper_id) & (discussions.c.thread_id.is_not_distinct_from(thread_id))
            await connection.execute(delete(discussions).where(same))

    async def place(self, guild_id: int) -> int | None:
        """The channel in which a server wants its threads; ``None``: where the button is pressed."""
        wanted = select(discussion_places.c.channel_id).where(discussion_places.c.guild_id == guild_id)
        async with self._engine.connect() as connection:
            return await connection.scalar(wanted)

    async def set_place(self, guild_id: int, channel_id: int | None) -> None:
        """Say where a server wants its threads; ``None``: where the button is pressed."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(discussion_places).where(discussion_places.c.guild_id == guild_id))
            if channel_id is not None:
                await connection.execute(insert(discussion_places).values(guild_id=guild_id, channel_id=channel_id))

    async def forget_guild(self, guild_id: int) -> int:
        """Drop what is known of a server's threads; how many records."""
        async with self._engine.begin() as connection:
            gone = [
                await connection.execute(delete(table).where(table.c.guild_id == guild_id))
                for table in (discussions, discussion_places)
            ]
        return sum(each.rowcount for each in gone)


def _of(guild_id: int, paper_id: str) -> ColumnElement[bool]:
    return (discussions.c.guild_id == guild_id) & (discussions.c.paper_id == paper_id)
