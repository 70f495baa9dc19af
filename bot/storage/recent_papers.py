"""Papers that people opened: what they are offered first when they type the next time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Index, String, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.columns import metadata
from retrieval.database import UtcDateTime, write_transaction


@dataclass(frozen=True, slots=True)
class RecentPaper:
    """When a person last opened a paper; ``at`` is aware UTC."""

    user_id: int
    paper_id: str
    at: datetime


openings = Table(
    "openings",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_openings_user_id_at", openings.c.user_id, openings.c.at)
Index("ix_openings_at", openings.c.at)


class RecentPapers:
    """``store.recent_papers``"""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def note(self, opening: RecentPaper) -> None:
        """Remember that a person opened a paper, in place of an earlier time."""
        same = (openings.c.user_id == opening.user_id) & (openings.c.paper_id == opening.paper_id)
        values = {column.name: getattr(opening, column.name) for column in openings.c}
        async with write_transaction(self._engine) as connection:
            await connection.execute(delete(openings).where(same))
            await connection.execute(insert(openings).values(**values))

    async def lately(self, user_id: int, limit: int) -> list[tuple[datetime, str]]:
        """The papers that a person opened last, and when; the last one first."""
        mine = select(openings.c.at, openings.c.paper_id).where(openings.c.user_id == user_id)
        newest = mine.order_by(openings.c.at.desc(), openings.c.paper_id).limit(limit)
        async with self._engine.connect() as connection:
            return [(at, paper_id) for at, paper_id in await connection.execute(newest)]

    async def forget(self, before: datetime) -> int:
        """Drop what was opened before a moment; how many."""
        return await self._drop(openings.c.at < before)

    async def of_person(self, user_id: int) -> Sequence[RecentPaper]:
        """Which papers a person opened, oldest first."""
        mine = select(openings).where(openings.c.user_id == user_id).order_by(openings.c.at, openings.c.paper_id)
        async with self._engine.connect() as connection:
            return [RecentPaper(**row) for row in (await connection.execute(mine)).mappings()]

    async def forget_person(self, user_id: int) -> int:
        """Drop all of a person; how many."""
        return await self._drop(openings.c.user_id == user_id)

    async def _drop(self, condition: ColumnElement[bool]) -> int:
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(openings).where(condition))).rowcount
