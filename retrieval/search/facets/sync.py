"""Columns of records that are kept up to date with the catalogue, so that filters know the latest votes."""

from __future__ import annotations

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
from retrieval.search.facets.columns import UNDATED, UNKNOWN, ColumnCondition, Facets, Mask, facets_of_records
from retrieval.search.facets.files import StoredFacets
from retrieval.worker import beside_loop

log = logging.getLogger(__name__)

_MANY: Final = 10_000
"""Reading the records of this many papers takes long enough to be logged."""
_OLD: Final = 1_000
"""A file that lacks this many changes of records is written again."""


@dataclass(frozen=True, eq=False, slots=True)
class IndexFacets:
    """The columns of all papers of one index, one part for each segment."""

    index: Index
    parts: tuple[Facets, ...]

    def select(self, condition: ColumnCondition) -> Selection:
        """The papers of the index that fulfil a condition."""
        return self.index.documents.selection([part.mask(condition) for part in self.parts])

    def known(self, condition: ColumnCondition) -> bool:
        """Whether any paper has a known value for this kind of condition; an index of some papers can't tell."""
        return not self.index.is_whole or any(part.known(condition) for part in self.parts)

    def newest(self, selection: Selection, limit: int) -> list[str]:
        """The ids of the newest ``limit`` papers of a selection; undated ones come last, equal ones by id."""
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
        rows, found, values = selection.rows, [np.empty(0, np.intp)], [np.empty(0, np.int64)]
        for number, _, local in self.index.documents.by_segment(rows):
            part = getattr(self.parts[number], column)[local].astype(np.int64)
            part = part if sign > 0 else ~part  # the other way round, as the lowest number has no negative one
            best = _at_least(part, limit)
            found.append(local[best] + self.index.documents.starts[number])
            values.append(part[best])
        rows, highest = np.concatenate(found), np.concatenate(values)
        best = _at_least(highest, limit)
        ids = self.index.documents.ids_at(rows[best])
        return [id for _, id in nsmallest(limit, zip((~highest[best]).tolist(), ids, strict=True))]


def _at_least(values: NDArray[np.int64], limit: int) -> Mask:
    """Which values are among the highest ``limit``, or as high as the last of these."""
    if not 0 < limit < len(values):
        return np.ones(len(values), np.bool_)
    return values >= np.partition(values, len(values) - limit)[len(values) - limit]


class FacetCache:
    """The columns of all segments in use.

    Safe to use from several coroutines; at worst they all do the same work.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._records = catalogue.records
        self._stored = WeakKeyDictionary[Postings, StoredFacets]()

    def reading(self, catalogue: Catalogue) -> FacetCache:
        """The same columns, brought up to date by another reader of the same database."""
        other = FacetCache(catalogue)
        other._stored = self._stored
        return other

    async def for_index(self, index: Index) -> IndexFacets:
        """The columns of an index, up to date with the catalogue: a single statement if nothing changed."""
        now = await self._records.version()
        for segment in index.segments:
            if segment.postings not in self._stored:
                self._stored[segment.postings] = await self._first(segment, now)
        lagging = {stored.changes for stored in self._stored_for(index)} - {now.changes}
        for changes in lagging:
            await self._catch_up(index, changes, now)
        return IndexFacets(index, tuple(stored.facets for stored in self._stored_for(index)))

    def at_hand(self, index: Index) -> IndexFacets | None:
        """The columns of an index as they were last seen, for what doesn't depend on them; ``None``: none yet."""
        if any(segment.postings not in self._stored for segment in index.segments):
            return None
        return IndexFacets(index, tuple(stored.facets for stored in self._stored_for(index)))

    def _stored_for(self, index: Index) -> list[StoredFacets]:
        return [self._stored[segment.postings] for segment in index.segments]

    async def _first(self, segment: Segment, now: CatalogueVersion) -> StoredFacets:
        """The columns of a segment, from its file or else from the catalogue: a second for a full segment."""
        stored = await beside_loop(files.read, segment, now)
        if stored is None:
            if len(segment) >= _MANY:
                log.info("Reading the records of %d papers once.", len(segment))
            ids = await beside_loop(segment.ids.all)
            batches = [_with_rows(segment, batch) async for batch in self._records.get(ids)]
            stored = StoredFacets(await beside_loop(facets_of_records, len(segment), batches), now.changes)
            await beside_loop(files.write, segment, stored, now.identity)
        return stored

    async def _catch_up(self, index: Index, changes: int, now: CatalogueVersion) -> None:
        """Update the columns that only include changes up to ``changes``."""
        lagging = [each for each in index.segments if self._stored[each.postings].changes == changes]
        facets = {segment: self._stored[segment.postings].facets for segment in lagging}
        async for batch in self._records.changed(changes, now.changes):
            for segment in lagging:
                rows, records = _with_rows(segment, batch)
                facets[segment] = await beside_loop(facets[segment].changed, rows, records)
        for segment in lagging:
            stored = self._stored[segment.postings] = StoredFacets(facets[segment], now.changes)
            if now.changes - changes > _OLD:
                await beside_loop(files.write, segment, stored, now.identity)


def _with_rows(segment: Segment, records: Sequence[Record]) -> tuple[NDArray[np.intp], list[Record]]:
    """The records of papers in a segment, including deleted documents, and their rows."""
    rows = Segment(segment.postings).rows_of(keys([record.paper_id for record in records]))
    return rows[rows >= 0], list(compress(records, rows >= 0))
