"""``catalogue.arrivals``: papers that are new or changed since an earlier change, in the order of storing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import and_, exists, or_, select

from retrieval.catalogue.tables import listings, papers, revisions
from retrieval.database import Reader


@dataclass(frozen=True, slots=True)
class Arrival:
    """A paper that is new or changed; ``arrived`` is the number of the change that added it."""

    paper_id: str
    arrived: int


class Arrivals(Reader):
    """``catalogue.arrivals``: every change of papers' records has a number, in the order of storing.

    Numbers rather than times, because a long import stores papers long after it started.
    """

    async def latest(self) -> int:
        """The number of the last change; 0 before the first one."""
        return await self._value(select(revisions.c.changes)) or 0

    async def between(self, after: int, until: int, *, recent: date) -> list[Arrival]:
        """Recent papers whose records last changed after ``after`` and up to ``until``, in the order of arrival.

        A paper is recent if it was published, or on a list, on the day ``recent`` or later. A paper without any day
        counts only when it is added.
        """
        listed = exists().where(listings.c.paper_id == papers.c.id, listings.c.day.is_not(None))
        is_recent = or_(
            papers.c.published >= datetime.combine(recent, time(), UTC),
            listed.where(listings.c.day >= recent),
            and_(papers.c.published.is_(None), ~listed, papers.c.arrived > after),
        )
        wanted = select(papers.c.id.label("paper_id"), papers.c.arrived).where(
            papers.c.touched > after, papers.c.touched <= until
        )
        return await self._rows(wanted.where(is_recent).order_by(papers.c.arrived, papers.c.id), Arrival)
