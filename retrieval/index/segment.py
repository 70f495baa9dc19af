"""A segment: the postings of some documents, in NumPy, never changed once it is made.

Term *t* of a segment is held by the documents ``documents[offsets[t]:offsets[t + 1]]`` (rows of this
segment, ascending), ``frequencies[...]`` times each. Terms are numbers of the vocabulary that all
segments of an index share, so that merging segments never looks at a string.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
SmallIntegers = NDArray[np.int32]
Mask = NDArray[np.bool_]

SEGMENT_SIZE = 65_536
"""Most documents in a segment: bounds the memory of a build and of a merge, and a row fits 16 bits."""

_NO_POSTINGS = (np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, eq=False)
class Segment:
    """Postings of ``len(ids)`` documents.

    ``ids`` and ``lengths`` (in terms) have one entry a document, ``alive`` is false for a document
    that a later segment replaces. ``terms`` are vocabulary numbers, ascending; ``offsets`` has one
    entry more.
    """

    ids: tuple[str, ...]
    lengths: SmallIntegers
    alive: Mask
    terms: Integers
    offsets: Integers
    documents: SmallIntegers
    frequencies: SmallIntegers

    def __len__(self) -> int:
        """The number of documents, the replaced ones included."""
        return len(self.ids)

    @cached_property
    def living(self) -> int:
        """The number of documents that are not replaced."""
        return int(np.count_nonzero(self.alive))

    @cached_property
    def rows(self) -> dict[str, int]:
        """Where each document that is not replaced stands, by its id."""
        return {self.ids[row]: row for row in np.flatnonzero(self.alive).tolist()}

    @cached_property
    def document_frequencies(self) -> Integers:
        """For each of ``terms``, how many documents that are not replaced hold it."""
        if self.living == len(self):
            return np.diff(self.offsets)
        return np.add.reduceat(self.alive[self.documents].astype(np.int64), self.offsets[:-1])

    def postings(self, term: int) -> tuple[SmallIntegers, SmallIntegers]:
        """The rows of the documents that hold ``term``, and how often each does (replaced ones too)."""
        at = int(self.terms.searchsorted(term))
        if at == len(self.terms) or self.terms[at] != term:
            return _NO_POSTINGS
        start, end = self.offsets[at : at + 2]
        return self.documents[start:end], self.frequencies[start:end]


def _assemble(
    ids: tuple[str, ...],
    lengths: SmallIntegers,
    terms: Integers,
    documents: SmallIntegers,
    frequencies: SmallIntegers,
) -> Segment:
    """A segment from postings that are sorted by (term, document); one entry of each array a posting."""
    starts = np.flatnonzero(np.diff(terms, prepend=-1))
    offsets = np.append(starts, len(terms))
    return Segment(
        ids=ids,
        lengths=lengths,
        alive=np.ones(len(ids), np.bool_),
        terms=terms[starts],
        offsets=offsets,
        documents=documents,
        frequencies=frequencies,
    )


def build(documents: Sequence[tuple[str, Sequence[str]]], vocabulary: dict[str, int]) -> Segment:
    """A segment of ``documents``, at least one: its id, not twice the same, and its terms with repeats.

    Terms that ``vocabulary`` lacks are added to it, numbered on from its length.
    """
    lengths = np.fromiter((len(terms) for _, terms in documents), np.int32, len(documents))
    every_term = chain.from_iterable(terms for _, terms in documents)
    numbers = np.fromiter(
        (vocabulary.setdefault(term, len(vocabulary)) for term in every_term), np.int64, int(lengths.sum())
    )
    rows = np.repeat(np.arange(len(documents)), lengths)
    # One sort of one integer a token orders by (term, document) and counts the frequencies as well.
    keys, frequencies = np.unique(numbers * len(documents) + rows, return_counts=True)
    terms, sorted_rows = np.divmod(keys, len(documents))
    return _assemble(
        tuple(identifier for identifier, _ in documents),
        lengths,
        terms,
        sorted_rows.astype(np.int32),
        frequencies.astype(np.int32),
    )


def merge(segments: Sequence[Segment]) -> Segment:
    """One segment of the living documents of ``segments``, in their order; at least one segment."""
    bases = np.cumsum([0, *(segment.living for segment in segments)]).tolist()
    pieces = [_living_postings(segment, base) for segment, base in zip(segments, bases, strict=False)]
    terms, documents, frequencies = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
    # Rows ascend from segment to segment, so a stable sort by term alone leaves them in order.
    order = np.argsort(terms, kind="stable")
    return _assemble(
        tuple(chain.from_iterable(compress(segment.ids, segment.alive) for segment in segments)),
        np.concatenate([segment.lengths[segment.alive] for segment in segments]),
        terms[order],
        documents[order],
        frequencies[order],
    )


def _living_postings(segment: Segment, base: int) -> tuple[Integers, SmallIntegers, SmallIntegers]:
    """Term, row and frequency of each posting of a living document; rows counted anew from ``base``."""
    keep = segment.alive[segment.documents]
    terms = np.repeat(segment.terms, np.diff(segment.offsets))[keep]
    rows = (base - 1 + np.cumsum(segment.alive)).astype(np.int32)
    return terms, rows[segment.documents[keep]], segment.frequencies[keep]


def without(segment: Segment, ids: Iterable[str]) -> Segment:
    """``segment`` with the documents of these ids marked as replaced; the postings are shared."""
    rows = [segment.rows[identifier] for identifier in ids if identifier in segment.rows]
    if not rows:
        return segment
    alive = segment.alive.copy()
    alive[rows] = False
    return replace(segment, alive=alive)
