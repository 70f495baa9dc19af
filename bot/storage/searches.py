"""Searches that were made: what "next page" under a list of hits continues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, Table, Text, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.columns import metadata
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search as it was typed."""

    id: int
    text: str
    user_id: int
    at: datetime


searches = Table(
    "searches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # an id stands in a message's buttons: it must not come again after a deletion
)
Index("ix_searches_user_id", searches.c.user_id)


class Searches:
    """``store.searches``"""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def record(self, text: str, user_id: int, at: datetime) -> int:
        """Keep a search's text; the id that its buttons carry."""
        kept = insert(searches).values(text=text, user_id=user_id, at=at).returning(searches.c.id)
        async with self._engine.begin() as connection:
            return (await connection.execute(kept)).scalar_one()

    async def get(self, search_id: int) -> str | None:
        """The text of a kept search."""
        async with self._engine.connect() as connection:
            return await connection.scalar(select(searches.c.text).where(searches.c.id == search_id))

    async def lately(self, user_id: int, limit: int) -> list[str]:
        """The texts of a person's last searches, the last one first, each once."""
        last = func.max(searches.c.id).label("last")
        mine = select(searches.c.text, last).where(searches.c.user_id == user_id).group_by(searches.c.text)
        async with self._engine.connect() as connection:
            return [row.text for row in await connection.execute(mine.order_by(last.desc()).limit(limit))]

    async def forget(self, before: datetime) -> int:
        """Drop searches made before a moment; how many. Their buttons then say so."""
        return await self._drop(searches.c.at < before)

    async def of_person(self, user_id: int) -> Sequence[KeptSearch]:
        """What a person searched for, oldest first."""
        mine = select(searches).where(searches.c.user_id == user_id).order_by(searches.c.id)
        async with self._engine.connect() as connection:
            return [KeptSearch(**row) for row in (await connection.execute(mine)).mappings()]

    async def forget_person(self, user_id: int) -> int:
        """Drop a person's searches; how many."""
        return await self._drop(searches.c.user_id == user_id)

    async def _drop(self, condition: ColumnElement[bool]) -> int:
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(searches).where(condition))
        return gone.rowcount
