"""Columns of records kept in step with the catalogue: a vote that came in a moment ago is filtered by."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import compress
from typing import Final, Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from retrieval.catalogue import Catalogue, CatalogueVersion, Record
from retrieval.index import Index, Postings, Segment, Selection, keys
from retrieval.search.facets import files
from retrieval.search.facets.columns import UNDATED, UNKNOWN, ColumnCondition, Facets, of_records
from retrieval.search.facets.files import Kept

log = logging.getLogger(__name__)

_MANY: Final = 10_000
"""Papers whose records take so long to read that the operator should know."""
_OLD: Final = 1_000
"""A kept file that lacks so many changes of records is written again."""


@dataclass(frozen=True, eq=False, slots=True)
class IndexFacets:
    """The columns of all papers of one index, a part for each of its segments."""

    index: Index
    parts: tuple[Facets, ...]

    def select(self, condition: ColumnCondition) -> Selection:
        """The papers of the index that fulfil a condition."""
        return self.index.documents.selection([part.mask(condition) for part in self.parts])

    def known(self, condition: ColumnCondition) -> bool:
        """Whether of any paper it is known what a condition of this kind asks for."""
        return any(part.known(condition) for part in self.parts)

    def newest(self, selection: Selection, limit: int) -> list[str]:
        """The ids of the newest ``limit`` papers of a selection: undated ones last, equal ones by id."""
        return self._highest("published", selection, limit)

    def oldest(self, selection: Selection, limit: int) -> list[str]:
        """The ids of the oldest ``limit`` papers of a selection; undated ones are left out."""
        return self._highest("published", selection & self._recorded("published"), limit, sign=-1)

    def most_voted(self, selection: Selection, limit: int, *, fewest: bool = False) -> list[str]:
        """The ids of ``limit`` papers of a selection with the most votes, or the fewest; unknown votes are left out."""
        return self._highest("votes", selection & self._recorded("votes"), limit, sign=-1 if fewest else 1)

    def _recorded(self, column: Literal["published", "votes"]) -> Selection:
        unknown = UNDATED if column == "published" else UNKNOWN
        return self.index.documents.selection([getattr(part, column) != unknown for part in self.parts])

    def _highest(
        self, column: Literal["published", "votes"], selection: Selection, limit: int, *, sign: int = 1
    ) -> list[str]:
        rows = np.flatnonzero(selection.mask)
        # As floats, which hold them exactly: the least integer, which stands for no date, has no negative.
        columns = [getattr(part, column).astype(np.float64) for part in self.parts]
        values = sign * np.concatenate([np.empty(0), *columns])[rows]
        if len(rows) > limit > 0:
            least = np.partition(values, len(rows) - limit)[len(rows) - limit]
            rows, values = rows[values >= least], values[values >= least]
        return [
            id for _, id in nsmallest(limit, zip((-values).tolist(), self.index.documents.ids_at(rows), strict=True))
        ]


class FacetsOf:
    """The columns of indexes' papers, kept as long as their segments are.

    Coroutines may ask at the same time; at worst they make the same thing.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._records = catalogue.records
        self._kept = WeakKeyDictionary[Postings, Kept]()

    async def of(self, index: Index) -> IndexFacets:
        """The columns of an index as the catalogue's records stand: one statement where nothing changed."""
        now = await self._records.stand()
        for segment in index.segments:
            if segment.postings not in self._kept:
                self._kept[segment.postings] = await self._first(segment, now)
        lagging = {kept.changes for kept in self._of(index)} - {now.changes}
        for changes in lagging:
            await self._catch_up(index, changes, now)
        return IndexFacets(index, tuple(kept.facets for kept in self._of(index)))

    def _of(self, index: Index) -> list[Kept]:
        return [self._kept[segment.postings] for segment in index.segments]

    async def _first(self, segment: Segment, now: CatalogueVersion) -> Kept:
        """The columns of a segment, from beside its file, else from the catalogue: a second for a full one."""
        kept = await asyncio.to_thread(files.read, segment, now)
        if kept is None:
            if len(segment) >= _MANY:
                log.info("Reading what the catalogue records of %d papers, once.", len(segment))
            ids = await asyncio.to_thread(segment.ids.all)
            batches = [_placed(segment, batch) async for batch in self._records.of(ids)]
            kept = Kept(await asyncio.to_thread(of_records, len(segment), batches), now.changes)
            await asyncio.to_thread(files.write, segment, kept, now.identity)
        return kept

    async def _catch_up(self, index: Index, changes: int, now: CatalogueVersion) -> None:
        """Bring the columns that hold up to one change to that of now."""
        lagging = [each for each in index.segments if self._kept[each.postings].changes == changes]
        facets = {segment: self._kept[segment.postings].facets for segment in lagging}
        async for batch in self._records.changed(changes, now.changes):
            for segment in lagging:
                rows, records = _placed(segment, batch)
                facets[segment] = await asyncio.to_thread(facets[segment].changed, rows, records)
        for segment in lagging:
            kept = self._kept[segment.postings] = Kept(facets[segment], now.changes)
            if now.changes - changes > _OLD:
                await asyncio.to_thread(files.write, segment, kept, now.identity)


def _placed(segment: Segment, records: Sequence[Record]) -> tuple[NDArray[np.intp], list[Record]]:
    """Those of the records whose papers are in a segment, dead ones too, and their rows."""
    rows = Segment(segment.postings).rows_of(keys([record.paper_id for record in records]))
    return rows[rows >= 0], list(compress(records, rows >= 0))
