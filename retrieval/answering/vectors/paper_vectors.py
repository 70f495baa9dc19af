"""What each paper of an index is about: a direction among word vectors, made from the index's postings.

A direction takes a byte a number. Those of a segment on disk stand beside its file and are mapped, so
that a million papers take 200 MB of file and as much memory as the papers that are looked at.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.vectors.word_vectors import Vectors, WordVectors, unit
from retrieval.index import Index, Segment
from retrieval.index.storage import beside

log = logging.getLogger(__name__)

Directions = NDArray[np.int8]

_POSTINGS_AT_A_TIME: Final = 20_000
_FULL: Final = 127
"""The largest number of a direction: only where it points to counts, not how long it is."""


@dataclass(frozen=True, eq=False)
class PaperVectors:
    """The directions of indexes' papers, kept as long as their segments are.

    Indexes share segments, so that after an import only new segments are read (a tenth of a
    millisecond a paper, once). Threads may ask at the same time; at worst both make the same thing.
    """

    associations: WordVectors
    _segments: WeakKeyDictionary[Segment, Directions] = field(default_factory=WeakKeyDictionary[Segment, Directions])

    def prepare(self, index: Index) -> None:
        """Make what is missing for an index."""
        for segment in index.segments:
            self._of_segment(segment)

    def likeness(self, index: Index, rows: NDArray[np.intp], asked: Vectors) -> Vectors:
        """The cosine of each paper, by its row in the index, and a direction of length 1; 0 for -1."""
        like = np.zeros(len(rows), np.float32)
        for number, here, local in index.by_segment(rows):
            like[here] = unit(self._of_segment(index.segments[number])[local].astype(np.float32)) @ asked
        return like

    def _of_segment(self, segment: Segment) -> Directions:
        found = self._segments.get(segment)
        if found is None:
            found = self._segments[segment] = _kept(segment, self.associations)
        return found


def _kept(segment: Segment, associations: WordVectors) -> Directions:
    """The directions of a segment, from the file beside it; made, and written there, where there is none.

    The file is derived: one that was cut short is made again, and a wrong byte in it would only make
    another paper a candidate.
    """
    path = beside(segment, associations.digest)
    if path is None:
        return _directions(segment, associations)
    shape = (len(segment), associations.vectors.shape[1])
    with suppress(OSError, ValueError):
        if path.stat().st_size == shape[0] * shape[1]:
            return np.memmap(path, np.int8, mode="r", shape=shape)
    made = _directions(segment, associations)
    return _mapped(path, made) if made.size else made


def _mapped(path: Path, made: Directions) -> Directions:
    """The same directions over a file; where there is no room for it they stay in memory."""
    new = path.with_suffix(".new")
    try:
        new.write_bytes(made.tobytes())
        new.replace(path)
        return np.memmap(path, np.int8, mode="r", shape=made.shape)
    except OSError as error:
        log.warning("What papers are about cannot be kept in %s: %s", path, error.strerror)
        return made


def _directions(segment: Segment, associations: WordVectors) -> Directions:
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
    sums *= _FULL / np.maximum(np.abs(sums).max(axis=1, initial=0.0, keepdims=True), 1e-9)
    return np.rint(sums, out=sums).astype(np.int8)
