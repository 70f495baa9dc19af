"""Papers for people who follow something: what is new, and which of it matches their queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from retrieval.catalogue import Catalogue
from retrieval.catalogue.arrivals import Arrival
from retrieval.papers import Paper
from retrieval.query.conditions import PaperText, fulfils
from retrieval.query.query import Query
from retrieval.worker import Worker

_PAPERS_AT_ONCE = 100
_QUERIES_AT_ONCE = 500
"""Queries that are matched with papers in one call of the worker, so that questions get their turn in between."""


class NewPapers:
    """``library.new_papers``"""

    def __init__(self, catalogue: Catalogue, worker: Worker) -> None:
        self._catalogue = catalogue
        self._worker = worker

    async def latest(self) -> int:
        """The number of the catalogue's last change, to be passed to ``between`` next time."""
        return await self._catalogue.arrivals.latest()

    async def between(self, after: int, until: int, *, recent: date) -> list[Arrival]:
        """Papers from the day ``recent`` or later that were added or changed after ``after`` and up to ``until``."""
        return await self._catalogue.arrivals.between(after, until, recent=recent)

    async def matching(self, queries: Sequence[Query], paper_ids: Sequence[str]) -> list[set[str]]:
        """For each query, which of these papers match it; withdrawn papers never do.

        Each paper is read once for all queries. Raises ``Busy`` if too many questions are waiting.
        """
        found = [set[str]() for _ in queries]
        for start in range(0, len(paper_ids), _PAPERS_AT_ONCE):
            papers = list((await self._catalogue.get(paper_ids[start : start + _PAPERS_AT_ONCE])).values())
            live = [paper for paper in papers if paper.withdrawn is None]
            for first in range(0, len(queries), _QUERIES_AT_ONCE):
                some = queries[first : first + _QUERIES_AT_ONCE]
                for place, ids in enumerate(await self._worker.run(_matching, some, live), first):
                    found[place] |= ids
        return found


def _matching(queries: Sequence[Query], papers: Sequence[Paper]) -> list[set[str]]:
    texts = [PaperText(paper) for paper in papers]
    return [{text.paper.id for text in texts if fulfils(text, query.condition)} for query in queries]
