"""``catalogue.lists``: published lists and their papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select

from retrieval.catalogue.rows import paper_of
from retrieval.catalogue.tables import listings, papers
from retrieval.database import Reader
from retrieval.papers import Paper


@dataclass(frozen=True, slots=True)
class ListSummary:
    """A published list: its name, its day (``None`` for a page without one), and the number of its papers."""

    name: str
    day: date | None
    size: int


class PublishedLists(Reader):
    """``catalogue.lists``"""

    async def all(self) -> list[ListSummary]:
        """All lists, newest first; pages without a day come last."""
        size = func.count().label("size")
        statement = select(listings.c.name, listings.c.day, size).group_by(listings.c.name, listings.c.day)
        return await self._rows(statement.order_by(listings.c.day.desc().nulls_last(), listings.c.name), ListSummary)

    async def newest_day(self, until: date | None = None) -> date | None:
        """The day of the newest list, or of the newest one up to a day; ``None`` if there is none."""
        newest = select(func.max(listings.c.day))
        return await self._value(newest if until is None else newest.where(listings.c.day <= until))

    async def papers(self, name: str) -> list[Paper]:
        """The papers of a list in its order."""
        return await self._papers(listings.c.name == name)

    async def between(self, first: date, last: date) -> list[Paper]:
        """Papers on the lists of these days (inclusive), each once, on the last of its lists."""
        by_id = {paper.id: paper for paper in await self._papers(listings.c.day.between(first, last))}
        return list(by_id.values())

    async def _papers(self, condition: ColumnElement[bool]) -> list[Paper]:
        statement = select(papers, listings.c.name, listings.c.day, listings.c.position).join(listings)
        statement = statement.where(condition).order_by(listings.c.day, listings.c.position, papers.c.id)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(statement)).mappings().all()
        return [paper_of(row, row) for row in rows]
