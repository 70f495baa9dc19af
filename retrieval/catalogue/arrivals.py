"""What came in or changed since somebody last looked, in the order in which it was stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.catalogue.tables import listings, papers, revisions


@dataclass(frozen=True, slots=True)
class Arrival:
    """A paper that is new or has changed; ``arrived`` is the change with which it came in."""

    paper_id: str
    arrived: int


class Arrivals:
    """``catalogue.arrivals``: every change of the papers' records has a number, in the order of storing.

    Numbers, not moments: a long import stores papers after the moment at which it began.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def latest(self) -> int:
        """The number of the last change; 0 before the first."""
        async with self._engine.connect() as connection:
            return int(await connection.scalar(select(revisions.c.changes)) or 0)

    async def between(self, after: int, until: int, *, recent: date) -> list[Arrival]:
        """Recent papers whose records were last changed behind ``after``, up to ``until``; as they came in.

        Recent is what was published, or on a list, on the day ``recent`` or later. A paper whose day nobody
        knows counts when it comes in, and not again.
        """
        listed = exists().where(listings.c.paper_id == papers.c.id, listings.c.day.is_not(None))
        is_recent = or_(
            papers.c.published >= datetime.combine(recent, time(), UTC),
            listed.where(listings.c.day >= recent),
            and_(papers.c.published.is_(None), ~listed, papers.c.arrived > after),
        )
        wanted = select(papers.c.id, papers.c.arrived).where(papers.c.touched > after, papers.c.touched <= until)
        wanted = wanted.where(is_recent).order_by(papers.c.arrived, papers.c.id)
        async with self._engine.connect() as connection:
            return [Arrival(*row) for row in await connection.execute(wanted)]
