"""News for those who follow something: what is new since they looked, and which of it fits what they follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from retrieval.catalogue import Catalogue
from retrieval.catalogue.arrivals import Arrival
from retrieval.papers import Paper
from retrieval.query.conditions import PaperText, holds
from retrieval.query.query import Query
from retrieval.worker import Worker

_READ_AT_ONCE = 100  # papers, and
_ASKED_AT_ONCE = 500  # queries held against them at a time: questions get their turn in between


class News:
    """``library.news``"""

    def __init__(self, catalogue: Catalogue, worker: Worker) -> None:
        self._catalogue = catalogue
        self._worker = worker

    async def latest(self) -> int:
        """The number of the catalogue's last change: where a look that begins now will go on."""
        return await self._catalogue.arrivals.latest()

    async def between(self, after: int, until: int, *, recent: date) -> list[Arrival]:
        """Papers that came in or changed behind ``after``, up to ``until``, of the day ``recent`` or later."""
        return await self._catalogue.arrivals.between(after, until, recent=recent)

    async def fitting(self, queries: Sequence[Query], paper_ids: Sequence[str]) -> list[set[str]]:
        """For each query those of these papers that fit it; withdrawn ones never do.

        Each paper is read once for all queries. Raises ``Busy`` when too many questions wait.
        """
        found = [set[str]() for _ in queries]
        for start in range(0, len(paper_ids), _READ_AT_ONCE):
            papers = list((await self._catalogue.get(paper_ids[start : start + _READ_AT_ONCE])).values())
            standing = [paper for paper in papers if paper.withdrawn is None]
            for first in range(0, len(queries), _ASKED_AT_ONCE):
                asked = queries[first : first + _ASKED_AT_ONCE]
                for place, ids in enumerate(await self._worker.run(_fitting, asked, standing), first):
                    found[place] |= ids
        return found


def _fitting(queries: Sequence[Query], papers: Sequence[Paper]) -> list[set[str]]:
    readings = [PaperText(paper) for paper in papers]
    return [{each.paper.id for each in readings if holds(query.condition, each)} for query in queries]
