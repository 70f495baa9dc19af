"""The topic of each paper in an index: a direction among the word vectors, computed from the index's postings.

A direction takes one byte a number. The directions of a segment on disk are stored beside its file and memory-mapped,
so a million papers take 200 MB of disk, and only the papers that are compared take memory.
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

from retrieval.answering.vectors.word_vectors import Vectors, WordVectors
from retrieval.index import Index, Segment
from retrieval.index.columns import write_pieces
from retrieval.index.mapped_files import MAPPED
from retrieval.index.storage import derived_path

log = logging.getLogger(__name__)

Directions = NDArray[np.int8]

_BATCH: Final = 20_000  # postings, to limit the memory
_FULL: Final = 127
"""The largest number in a direction; its length doesn't matter."""
_UNIT: Final = 1 << 30
"""Length 1 in whole numbers: finer than 32-bit floats are, and sums of products still fit 64 bits."""


@dataclass(frozen=True, eq=False)
class PaperVectors:
    """The directions of papers, cached as long as their segments exist.

    Indexes share segments, so after an import only new ones are read (a tenth of a millisecond a paper). Thread-safe:
    at worst two threads compute the same directions.
    """

    word_vectors: WordVectors
    _segments: WeakKeyDictionary[Segment, Directions] = field(default_factory=WeakKeyDictionary[Segment, Directions])

    def prepare(self, index: Index) -> None:
        """Compute what's missing for an index."""
        for segment in index.segments:
            self._of_segment(segment)

    def likeness(self, index: Index, rows: NDArray[np.intp], asked: Vectors) -> Vectors:
        """The cosines of papers, given by their rows in the index, and a direction of length 1; 0 for row -1."""
        axes, found = np.rint(asked.astype(np.float64) * _UNIT).astype(np.int32), np.zeros(len(rows))
        for number, here, local in index.documents.by_segment(rows):
            index.engine.likeness(self._of_segment(index.segments[number]), local, here, axes, found)
        return (found / _UNIT).astype(np.float32)

    def _of_segment(self, segment: Segment) -> Directions:
        found = self._segments.get(segment)
        if found is None:
            found = self._segments[segment] = _stored(segment, self.word_vectors)
        return found


def _stored(segment: Segment, word_vectors: WordVectors) -> Directions:
    """The directions of a segment, from the file beside it; computed and written if there is none.

    A truncated file is replaced. A wrong byte in it could only make another paper a candidate.
    """
    path = derived_path(segment, word_vectors.digest)
    if path is None:
        return _directions(segment, word_vectors)
    shape = (len(segment), word_vectors.vectors.shape[1])
    with suppress(OSError, ValueError):
        return _mapped(path, shape)
    computed = _directions(segment, word_vectors)
    return _written(path, computed) if computed.size else computed


def _mapped(path: Path, shape: tuple[int, int]) -> Directions:
    """The directions in a file. Raises ``OSError`` if it isn't there or has another size."""
    size = shape[0] * shape[1]
    return np.frombuffer(MAPPED.map(path, size, [(0, size)]), np.int8).reshape(shape)


def _written(path: Path, directions: Directions) -> Directions:
    """The same directions, mapped from a file; they stay in memory if it can't be written."""
    new = path.with_suffix(".new")
    try:
        with new.open("wb") as file:
            write_pieces(file, directions.tobytes())
        new.replace(path)
        return _mapped(path, (len(directions), directions.shape[1]))
    except OSError as error:
        log.warning("The papers' directions can't be stored in %s: %s", path, error.strerror)
        return directions


def _directions(segment: Segment, word_vectors: WordVectors) -> Directions:
    """The direction of each document in a segment; every stem counts once, however often it occurs."""
    of_terms = np.array([word_vectors.numbers.get(term, -1) for term in segment.terms.all()], np.intp)
    words = np.repeat(of_terms, np.diff(segment.postings.offsets))
    known = words >= 0
    words, documents = words[known], segment.postings.documents[known]
    order = np.argsort(documents, kind="stable")
    words, documents = words[order], documents[order]
    sums = np.zeros((len(segment), word_vectors.vectors.shape[1]), np.float32)
    for start in range(0, len(documents), _BATCH):
        batch = documents[start : start + _BATCH]
        firsts = np.flatnonzero(np.diff(batch, prepend=-1))
        vectors = word_vectors.vectors[words[start : start + _BATCH]]
        sums[batch[firsts]] += np.add.reduceat(vectors, firsts, axis=0)
    sums *= _FULL / np.maximum(np.abs(sums).max(axis=1, initial=0.0, keepdims=True), 1e-9)
    return np.rint(sums, out=sums).astype(np.int8)
