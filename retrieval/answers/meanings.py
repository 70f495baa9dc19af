"""What each paper of an index is about: a direction among word vectors, made from the index's postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from retrieval.answers.associations import Associations, Vectors, unit
from retrieval.index import Index, Segment

_POSTINGS_AT_A_TIME: Final = 20_000


@dataclass(frozen=True, eq=False)
class Meanings:
    """``vectors[row]`` is the direction of the paper ``ids[row]``, in the order of the index."""

    ids: Sequence[str]
    rows: dict[str, int]
    vectors: Vectors


@dataclass(frozen=True, eq=False)
class MeaningsOf:
    """``Meanings`` of indexes, kept as long as they are.

    Indexes share segments, so that after an import only new segments are read (a tenth of a
    millisecond a paper). Threads may ask at the same time; at worst both make the same thing.
    """

    associations: Associations
    _indexes: WeakKeyDictionary[Index, Meanings] = field(default_factory=WeakKeyDictionary[Index, "Meanings"])
    _segments: WeakKeyDictionary[Segment, Vectors] = field(default_factory=WeakKeyDictionary[Segment, Vectors])

    def __call__(self, index: Index) -> Meanings:
        """The directions of the papers of an index."""
        found = self._indexes.get(index)
        if found is None:
            parts = [self._of_segment(segment)[segment.alive] for segment in index.segments]
            empty = np.zeros((0, self.associations.vectors.shape[1]), np.float32)
            ids = index.ids
            rows = {id: row for row, id in enumerate(ids)}
            found = self._indexes[index] = Meanings(ids, rows, np.concatenate([empty, *parts]))
        return found

    def _of_segment(self, segment: Segment) -> Vectors:
        found = self._segments.get(segment)
        if found is None:
            found = self._segments[segment] = _directions(segment, self.associations)
        return found


def _directions(segment: Segment, associations: Associations) -> Vectors:
    """The direction of each document of a segment: every stem counts once, however often it stands there."""
    of_terms = np.array([associations.numbers.get(term, -1) for term in segment.terms.all()], np.intp)
    words = np.repeat(of_terms, np.diff(segment.offsets))
    known = words >= 0
    words, documents = words[known], segment.documents[known]
    order = np.argsort(documents, kind="stable")
    words, documents = words[order], documents[order]
    sums = np.zeros((len(segment), associations.vectors.shape[1]), np.float32)
    for start in range(0, len(documents), _POSTINGS_AT_A_TIME):  # in lots, to bound the memory
        lot = documents[start : start + _POSTINGS_AT_A_TIME]
        firsts = np.flatnonzero(np.diff(lot, prepend=-1))
        vectors = associations.vectors[words[start : start + _POSTINGS_AT_A_TIME]]
        sums[lot[firsts]] += np.add.reduceat(vectors, firsts, axis=0)
    return unit(sums)
