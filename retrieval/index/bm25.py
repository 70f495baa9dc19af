"""BM25 as ``rank_bm25.BM25Okapi`` 0.2.2 scores it, from postings in NumPy.

With *N* documents of which *n* hold a term, the term's idf is ``log(N - n + 0.5) - log(n + 0.5)``;
where that is negative (more than half of the documents hold the term) it is ``EPSILON`` times the
mean of that expression over all terms. A document of length *L* (in terms) that holds the term *f*
times gets ``idf * f * (K1 + 1) / (f + K1 * (1 - B + B * L / mean length))`` for every time that the
term stands in the query.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.index import storage
from retrieval.index.documents import ANALYSIS
from retrieval.index.segment import SEGMENT_SIZE, Integers, Mask, Segment, build, merge, without

K1 = 1.5
B = 0.75
EPSILON = 0.25

MERGE_RATIO = 8
"""A segment swallows its elder when that has at most this many times its documents.

Adding papers in small lots then leaves about log8(N) segments to walk, and each paper is merged a few
times in its life. Merging copies integers; nothing is analysed again.
"""

Document = tuple[str, Sequence[str]]
"""An id, and the document's terms in any order, as often as they occur."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that a search found, and its BM25 score."""

    id: str
    score: float


class Index:
    """An immutable view over segments; ``adding`` makes a new view that shares what did not change.

    Threads may search one index at the same time. Statistics (idf, mean length) are always those of
    all the documents together, however they were added.
    """

    def __init__(self, vocabulary: dict[str, int], segments: Sequence[Segment]) -> None:
        self._vocabulary = vocabulary
        self._segments = tuple(segments)
        self._bases = [0, *np.cumsum([len(segment) for segment in segments]).tolist()]
        self._alive: Mask = np.concatenate([np.empty(0, np.bool_), *(segment.alive for segment in segments)])
        self._row_ids: list[str] = [identifier for segment in segments for identifier in segment.ids]
        self._living_rows = np.flatnonzero(self._alive)
        lengths = np.concatenate([np.empty(0, np.int32), *(segment.lengths for segment in segments)])
        self._norms = _length_norms(lengths, self._alive)
        self._document_frequencies = _document_frequencies(len(vocabulary), self._segments)
        self.average_idf = _average_idf(self._document_frequencies, len(self))
        """Mean idf over all terms, before the floor; zero or less in corpora of a few documents."""

    @classmethod
    def empty(cls) -> Index:
        """An index without documents: every search finds nothing."""
        return cls({}, ())

    @classmethod
    def load(cls, folder: Path, revision: int, analysis: str = ANALYSIS) -> Index:
        """Read what ``save`` wrote.

        Raises ``IndexDamaged`` when there is nothing, when anything differs by a single byte from what
        was written, or when it was written for another catalogue revision or text analysis.
        """
        terms, segments = storage.read(folder, revision, analysis)
        return cls({term: number for number, term in enumerate(terms)}, segments)

    def save(self, folder: Path, revision: int, analysis: str = ANALYSIS) -> None:
        """Write the index into ``folder``, in place of an older one there, even if stopped midway.

        ``revision`` is the catalogue's, so that an index that missed an import is not taken for a
        fresh one; ``analysis`` is the ``analysis_name`` of the terms that were added.
        """
        storage.write(folder, revision, analysis, self._vocabulary, self._segments)

    def adding(self, documents: Iterable[Document]) -> Index:
        """An index of these documents too. An id that is known already is replaced, not doubled."""
        vocabulary = self._vocabulary.copy()
        segments = list(self._segments)
        for batch in _batches(documents):
            segments = [without(segment, batch) for segment in segments]
            segments.append(build(list(batch.items()), vocabulary))
            segments = _tidied(segments)
        return Index(vocabulary, segments)

    def __len__(self) -> int:
        return len(self._living_rows)

    @property
    def ids(self) -> Sequence[str]:
        """The documents' ids in the order in which they were added (replacing moves to the end)."""
        return [self._row_ids[row] for row in self._living_rows.tolist()]

    @property
    def vocabulary(self) -> Collection[str]:
        """All terms, in the order of the numbers by which ``segments`` know them."""
        return self._vocabulary.keys()

    @property
    def segments(self) -> Sequence[Segment]:
        """The postings, oldest first; ``ids`` are those of their living documents one after the other."""
        return self._segments

    def document_frequency(self, term: str) -> int:
        """How many documents hold ``term``."""
        number = self._vocabulary.get(term)
        return 0 if number is None else int(self._document_frequencies[number])

    def idf(self, term: str) -> float:
        """The weight of ``term``; 0 for a term that no document holds, as in rank_bm25."""
        holding = self.document_frequency(term)
        if not holding:
            return 0.0
        idf = math.log(len(self) - holding + 0.5) - math.log(holding + 0.5)
        return idf if idf >= 0 else EPSILON * self.average_idf

    def score(self, terms: Sequence[str]) -> Floats:
        """The score of every document, in the order of ``ids``."""
        scores, _ = self._accumulate(terms)
        return scores[self._living_rows]

    def search(self, terms: Sequence[str], limit: int, allowed: Collection[str] | None = None) -> list[Hit]:
        """The best ``limit`` documents that hold at least one of ``terms``, by (-score, id).

        A document without any of the terms is never a hit, so fewer than ``limit`` may come back. A
        document *with* one is found whatever its score: among a handful of papers most weights are
        zero or negative, and those papers must be findable too. ``allowed`` restricts the hits to
        these ids; scores stay those of the whole corpus.
        """
        scores, found = self._accumulate(terms)
        found &= self._alive if allowed is None else self._mask(allowed)
        return self._best(scores, np.flatnonzero(found), limit)

    def count(self, terms: Sequence[str], allowed: Collection[str] | None = None) -> int:
        """How many documents hold at least one of ``terms``: the hits of a ``search`` without a limit."""
        found = self._alive.copy() if allowed is None else self._mask(allowed) & self._alive
        holding = np.zeros(len(self._row_ids), np.bool_)
        for number in {self._vocabulary[term] for term in terms if term in self._vocabulary}:
            for base, segment in zip(self._bases, self._segments, strict=False):
                holding[np.add(segment.postings(number)[0], base, dtype=np.intp)] = True
        return int(np.count_nonzero(found & holding))

    def _accumulate(self, terms: Sequence[str]) -> tuple[Floats, Mask]:
        """Each row's score, and whether it holds any of ``terms``; rows of replaced documents too."""
        scores = np.zeros(len(self._row_ids))
        found = np.zeros(len(self._row_ids), np.bool_)
        for term, times in Counter(terms).items():
            number = self._vocabulary.get(term)
            if number is None:
                continue
            weight = times * self.idf(term) * (K1 + 1)
            for base, segment in zip(self._bases, self._segments, strict=False):
                documents, frequencies = segment.postings(number)
                # Machine-sized rows and add.at, not `scores[rows] += …`: a third less time a query.
                rows = np.add(documents, base, dtype=np.intp)
                np.add.at(scores, rows, weight * (frequencies / (frequencies + self._norms[rows])))
                found[rows] = True
        return scores, found

    def _mask(self, allowed: Collection[str]) -> Mask:
        mask = np.zeros(len(self._row_ids), np.bool_)
        for base, segment in zip(self._bases, self._segments, strict=False):
            mask[[base + segment.rows[identifier] for identifier in allowed if identifier in segment.rows]] = True
        return mask

    def _best(self, scores: Floats, rows: Integers, limit: int) -> list[Hit]:
        """The hits of ``rows``, best first; only those that can reach the limit are sorted."""
        if limit <= 0:
            return []
        if len(rows) > limit:
            reached = scores[rows]
            reached.partition(len(rows) - limit)
            rows = rows[scores[rows] >= reached[-limit]]
        numbers: list[int] = rows.tolist()
        hits = [Hit(self._row_ids[row], float(scores[row])) for row in numbers]
        return heapq.nsmallest(limit, hits, key=lambda hit: (-hit.score, hit.id))


def _length_norms(lengths: NDArray[np.int32], alive: Mask) -> Floats:
    """``K1 * (1 - B + B * L / mean length)`` of every row; replaced documents do not count in the mean."""
    total = int(lengths[alive].sum(dtype=np.int64))
    if not total:
        return np.full(len(lengths), K1)
    mean = total / int(np.count_nonzero(alive))
    return K1 * (1 - B + B * lengths.astype(np.float64) / mean)


def _document_frequencies(size: int, segments: Sequence[Segment]) -> Integers:
    """For each term of a vocabulary of ``size`` terms, the number of documents that hold it."""
    frequencies = np.zeros(size, np.int64)
    for segment in segments:
        frequencies[segment.terms] += segment.document_frequencies
    return frequencies


def _average_idf(document_frequencies: Integers, count: int) -> float:
    """Mean of ``log(N - n + 0.5) - log(n + 0.5)`` over the terms that any document holds; 0 for none."""
    terms_holding = np.bincount(document_frequencies[document_frequencies > 0])
    holding = np.flatnonzero(terms_holding)
    if not len(holding):
        return 0.0
    idfs = np.log(count - holding + 0.5) - np.log(holding + 0.5)
    return float(np.average(idfs, weights=terms_holding[holding]))


def _batches(documents: Iterable[Document]) -> Iterator[dict[str, Sequence[str]]]:
    """Lots of at most a segment, each by id: of an id that stands twice in a lot, the last counts."""
    remaining = iter(documents)
    while batch := dict(islice(remaining, SEGMENT_SIZE)):
        yield batch


def _tidied(segments: Sequence[Segment]) -> list[Segment]:
    """The same documents in fewer segments: empty ones gone, hollow ones packed, small ones merged."""
    tidy: list[Segment] = []
    for segment in segments:
        if not segment.living:
            continue
        tidy.append(segment if segment.living * 2 > len(segment) else merge([segment]))
    while len(tidy) > 1 and _belong_together(tidy[-2], tidy[-1]):
        tidy[-2:] = [merge(tidy[-2:])]
    return tidy


def _belong_together(elder: Segment, younger: Segment) -> bool:
    return elder.living <= MERGE_RATIO * younger.living and elder.living + younger.living <= SEGMENT_SIZE
