"""Looks terms up in the segments of an index: their places, and how many documents contain them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.index.segment import Segment
from retrieval.index.strings import keys

_CACHED: Final = 20_000
"""Terms in the cache, at most: more than the questions of a day have."""


@dataclass(frozen=True, eq=False, slots=True)
class IndexedTerm:
    """A term in an index: its place in each segment (-1: none), and how many documents contain it."""

    places: NDArray[np.intp]
    frequency: int


class TermLookup:
    """Looks terms up in segments, and caches them. Safe to use from several threads."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._known = dict[str, IndexedTerm]()

    def words(self, terms: Sequence[str]) -> list[IndexedTerm]:
        """These terms, including those that no document contains, in their order."""
        known = self._known  # another thread may replace the attribute
        new = [term for term in terms if term not in known]
        if new:
            found = self._found(new)
            if len(known) + len(found) > _CACHED:
                self._known = known = {term: known[term] for term in terms if term in known}
            known.update(found)
        return [known[term] for term in terms]

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """How many documents contain each of these terms, which aren't cached: for many, of which few are known."""
        return self._places(terms)[1].tolist()

    def _found(self, terms: Sequence[str]) -> dict[str, IndexedTerm]:
        places, frequencies = self._places(terms)
        columns = map(np.ascontiguousarray, places.T)
        return dict(zip(terms, map(IndexedTerm, columns, frequencies.tolist()), strict=True))

    def _places(self, terms: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """The place of each term in each segment: (segments, terms), and how many documents contain it."""
        term_keys = keys(terms)
        places = np.array([segment.postings.find(term_keys) for segment in self._segments], np.intp)
        places, frequencies = places.reshape(-1, len(terms)), np.zeros(len(terms), np.int64)
        for segment, row in zip(self._segments, places, strict=True):
            frequencies += segment.frequencies_at(row)
        return places, frequencies
