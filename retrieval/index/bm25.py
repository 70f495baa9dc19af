"""BM25 as ``rank_bm25.BM25Okapi`` 0.2.2 scores it, over segments of postings.

With *N* documents of which *n* hold a term, the term's idf is ``log(N - n + 0.5) - log(n + 0.5)``;
where that is negative (more than half of the documents hold the term) it is ``EPSILON`` times the
mean of that expression over all terms. A document of length *L* (in terms) that holds the term *f*
times gets ``idf * f * (K1 + 1) / (f + K1 * (1 - B + B * L / mean length))`` for every time that the
term stands in the query.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, islice, pairwise, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import merger, storage
from retrieval.index.builder import Document, build
from retrieval.index.documents import ANALYSIS
from retrieval.index.lookup import Lookup, Word
from retrieval.index.numpy_search import Engine, NumpyEngine, Part, Plan, dense, exact
from retrieval.index.segment import K1, SEGMENT_SIZE, Floats, Mask, Segment
from retrieval.index.statistics import Statistics
from retrieval.index.strings import keys

EPSILON = 0.25

_FEW = 1_000
"""So many allowed documents are scored one by one; among more of them the search looks for the best."""
_MANY_HITS = 1_000
"""A search for more hits than that scores every document."""
_LARGE = 16
"""A set of allowed documents is large when it has more than one in so many."""

Query = Sequence[str] | Mapping[str, float]
"""Terms as often as they count; or how much each counts, where a word may weigh a part of another."""


class Hit(NamedTuple):
    """A document that a search found, and its BM25 score."""

    id: str
    score: float


@dataclass(frozen=True, eq=False, slots=True)
class Selection:
    """Living documents of one index, to be searched alone again and again; ``rows`` says of each row whether it is one.

    Made by ``Index.select``, ``Index.selection`` and ``holding``.
    """

    index: Index
    rows: Mask

    def __len__(self) -> int:
        return int(np.count_nonzero(self.rows))

    def __and__(self, other: Selection) -> Selection:
        return Selection(self.index, self.rows & other.rows)

    def __invert__(self) -> Selection:
        return self.index.selection([~self.rows])


Allowed = Collection[str] | Selection


class Index:
    """An immutable view over segments; ``adding`` makes a new view that shares what did not change.

    Threads may search one index at the same time. Statistics (idf, mean length) are always those of
    all the documents together, however they were added.
    """

    def __init__(
        self, segments: Sequence[Segment], engine: Engine | None = None, before: Statistics | None = None
    ) -> None:
        self._segments = tuple(segments)
        self._engine = engine or NumpyEngine()
        self._bases: list[int] = [0, *np.cumsum([len(segment) for segment in segments]).tolist()]
        self._count = sum(segment.living for segment in segments)
        self._mean = sum(segment.words for segment in segments) / self._count if self._count else 0.0
        self._lookup = Lookup(self._segments)
        self._before = before
        self._statistics: Statistics | None = None

    @classmethod
    def empty(cls) -> Index:
        """An index without documents: every search finds nothing."""
        return cls(())

    @classmethod
    def load(cls, folder: Path, revision: int, analysis: str = ANALYSIS) -> Index:
        """Open what ``save`` wrote, mapped into memory; see ``storage`` for what is checked now and what in ``verify``.

        Raises ``IndexDamaged`` when there is nothing, when what was read differs from what was written,
        or when it was written for another catalogue revision or text analysis.
        """
        return cls(storage.read(folder, revision, analysis))

    def verify(self) -> None:
        """Read all of the index's files and compare them with their checksums.

        Raises ``DamagedSegment`` for the first file that is not as it was written.
        """
        for segment in self._segments:
            storage.verify(segment)

    def save(self, folder: Path, revision: int, analysis: str = ANALYSIS) -> Index:
        """Write the index into ``folder``, in place of an older one there, even if stopped midway.

        ``revision`` is the catalogue's, so that an index that missed an import is not taken for a
        fresh one; ``analysis`` is the ``analysis_name`` of the terms that were added. The result is
        the same index over the files: it takes no memory of its own.
        """
        return self._with(storage.write(folder, revision, analysis, self._segments))

    def searched_by(self, engine: Engine) -> Index:
        """The same index with another engine, which gives the same hits."""
        return Index(self._segments, engine, self._latest)

    def adding(self, documents: Iterable[Document]) -> Index:
        """An index of these documents too. An id that is known already is replaced, not doubled.

        Documents are taken up a segment at a time, so that an iterator's are never all in memory.
        """
        index = self
        for batch in _batches(documents):
            index = index.attaching([build(list(batch.items()), index._mean)])
        return index

    def attaching(self, built: Sequence[Segment]) -> Index:
        """As ``adding``, for documents that are in segments already (made by ``build``, in another process too)."""
        segments = list(self._segments)
        for new in built:
            segments = [segment.without_ids(new.postings.id_keys) for segment in segments]
            segments = merger.tidied([*segments, new], self._mean)
        return self._with(segments)

    def removing(self, ids: Collection[str]) -> Index:
        """An index without these documents; ids that it does not have are no matter."""
        id_keys = keys(list(ids))
        segments = [segment.without_ids(id_keys) for segment in self._segments]
        return self._with(merger.tidied(segments, self._mean))

    def dropping(self, segment: Segment) -> Index:
        """An index without the documents of this segment, whatever died in it since."""
        return self._with([each for each in self._segments if each.postings is not segment.postings])

    def replacing(self, merge: merger.Merge) -> Index:
        """The same documents with some segments as one. What was removed since then stays removed."""
        return self._with(merge.applied(self._segments))

    def due(self) -> merger.Due | None:
        """Segments that should become one (long work, for another thread); ``None``: all is tidy."""
        return merger.due(self._segments, self._mean)

    def _with(self, segments: Sequence[Segment]) -> Index:
        return Index(segments, self._engine, self._latest)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, id: object) -> bool:
        """Whether a document of that id can be found."""
        return isinstance(id, str) and bool((self.rows([id]) >= 0).all())

    @property
    def mean_length(self) -> float:
        """Terms of a document on average, repeats counted; 0 without documents."""
        return self._mean

    @property
    def ids(self) -> Sequence[str]:
        """The documents' ids in the order in which they were added (replacing moves to the end). All are read."""
        return list(chain.from_iterable(compress(segment.ids.all(), segment.alive) for segment in self._segments))

    @property
    def vocabulary(self) -> Collection[str]:
        """All terms of the documents, replaced ones included. All are read."""
        return set(chain.from_iterable(segment.terms.all() for segment in self._segments))

    @property
    def segments(self) -> Sequence[Segment]:
        """The postings, oldest first; ``ids`` are those of their living documents one after the other."""
        return self._segments

    @cached_property
    def average_idf(self) -> float:
        """Mean idf over all terms, before the floor; zero or less in corpora of a few documents."""
        before, self._before = self._before, None
        self._statistics = Statistics.of(self._segments, before)
        return self._statistics.average_idf(self._count)

    @property
    def _latest(self) -> Statistics | None:
        """The statistics from which those of an index made from this one may go on, if there are any."""
        return self._statistics or self._before

    def document_frequency(self, term: str) -> int:
        """How many documents hold ``term``."""
        return self._lookup.words([term])[0].frequency

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """The same of several terms, looked up together."""
        return [word.frequency for word in self._lookup.words(terms)]

    def idf(self, term: str) -> float:
        """The weight of ``term``; 0 for a term that no document holds, as in rank_bm25."""
        return self._idf(self.document_frequency(term))

    def _idf(self, holding: int) -> float:
        if not holding:
            return 0.0
        idf = math.log(self._count - holding + 0.5) - math.log(holding + 0.5)
        return idf if idf >= 0 else EPSILON * self.average_idf

    def score(self, terms: Query) -> Floats:
        """The score of every document, in the order of ``ids``."""
        words, weights = self._weighted(terms)
        scores, _ = self._all(words, weights)
        return scores[self._alive]

    def rows(self, ids: Sequence[str]) -> NDArray[np.intp]:
        """Where these documents stand in this very index, -1 for those that it does not have."""
        id_keys, rows = keys(ids), np.full(len(ids), -1, np.intp)
        for base, segment in zip(self._bases, self._segments, strict=False):
            here = segment.rows_of(id_keys)
            rows[here >= 0] = here[here >= 0] + base
        return rows

    def by_segment(self, rows: NDArray[np.intp]) -> Iterator[tuple[int, NDArray[np.intp], NDArray[np.intp]]]:
        """The number of each segment that has any of these rows, the places in ``rows`` that are its, its own rows."""
        for number, (base, end) in enumerate(pairwise(self._bases)):
            here = np.flatnonzero((rows >= base) & (rows < end))
            if len(here):
                yield number, here, rows[here] - base

    def score_at(self, terms: Query, rows: NDArray[np.intp]) -> Floats:
        """The scores of the documents at these rows, in their order; 0 for -1."""
        words, weights = self._weighted(terms)
        parts, scores = list(self._parts(words, None)), np.zeros(len(rows))
        for number, here, local in self.by_segment(rows):
            scores[here] = self._engine.scores(parts[number], weights, self._mean, local)
        return scores

    def score_of(self, terms: Query, ids: Sequence[str]) -> Floats:
        """The scores of these documents, in their order; 0 for ids that the index does not have."""
        return self.score_at(terms, self.rows(ids))

    def select(self, ids: Collection[str]) -> Selection:
        """These documents, for many searches among them; good for this index, not for one made from it."""
        return Selection(self, self._mask(ids))

    def selection(self, masks: Sequence[Mask]) -> Selection:
        """The living documents among the rows of ``masks``, which follow each other, for instance one a segment."""
        return Selection(self, np.concatenate([np.empty(0, np.bool_), *masks]) & self._alive)

    def in_all(self, selections: Iterable[Selection]) -> Selection:
        """The documents that are in all of these selections; without any, all documents."""
        rows = self._alive.copy()
        for selection in selections:
            rows &= selection.rows
        return Selection(self, rows)

    def in_any(self, selections: Iterable[Selection]) -> Selection:
        """The documents that are in any of these selections."""
        rows = np.zeros_like(self._alive)
        for selection in selections:
            rows |= selection.rows
        return Selection(self, rows)

    def ids_at(self, rows: NDArray[np.intp]) -> list[str]:
        """The ids of these rows, which ascend."""
        found, cuts = list[str](), rows.searchsorted(self._bases).tolist()
        for segment, base, start, end in zip(self._segments, self._bases, cuts, cuts[1:], strict=False):
            if start < end:
                found += self._engine.read(segment.ids, rows[start:end] - base)
        return found

    def search(self, terms: Query, limit: int, allowed: Allowed | None = None) -> list[Hit]:
        """The best ``limit`` documents that hold at least one of ``terms``, by (-score, id).

        A document without any of the terms is never a hit, so fewer than ``limit`` may come back. A
        document *with* one is found whatever its score: among a handful of papers most weights are
        zero or negative, and those papers must be findable too. ``allowed`` restricts the hits to
        these ids; scores stay those of the whole corpus.
        """
        words, weights = self._weighted(terms)
        if limit <= 0 or not words:
            return []
        if allowed is not None and len(allowed) <= _FEW:
            rows = self._allowed_rows(allowed)
            scores, found = self._some(words, weights, rows)
            return self._hits(rows[found], scores[found], limit)
        mask = None if allowed is None else self._mask(allowed)
        if limit > _MANY_HITS or weights.min() <= 0:  # bounds need positive weights
            scores, found = self._all(words, weights)
            rows = np.flatnonzero(found & (self._alive if mask is None else mask))
            return self._hits(rows, scores[rows], limit)
        found, scores = self._engine.best(list(self._parts(words, mask)), Plan.of(weights, self._mean), limit)
        return self._hits(found, scores, limit)

    def count(self, terms: Query, allowed: Allowed | None = None) -> int:
        """How many documents hold at least one of ``terms``: the hits of a ``search`` without a limit."""
        words, _ = self._weighted(terms)
        if len(words) == 1 and allowed is None:
            return words[0].frequency
        total = 0
        for part in self._parts(words, None if allowed is None else self._mask(allowed)):
            holding = np.zeros(len(part.postings.lengths), np.bool_)
            for place in part.places[part.places >= 0].tolist():
                start, end = part.postings.offsets[place : place + 2].tolist()
                holding[part.postings.documents[start:end]] = True
            total += int(np.count_nonzero(holding if part.allowed is None else holding & part.allowed))
        return total

    def _weighted(self, terms: Query) -> tuple[list[Word], Floats]:
        """The terms that any document holds, and what each occurrence of theirs is worth at most."""
        times = terms if isinstance(terms, Mapping) else Counter(terms)
        words = self._lookup.words(list(times))
        held = [(word, count) for word, count in zip(words, times.values(), strict=True) if word.frequency]
        weights = [count * self._idf(word.frequency) * (K1 + 1) for word, count in held]
        return [word for word, _ in held], np.array(weights, np.float64)

    def _parts(self, words: Sequence[Word], mask: Mask | None) -> Iterator[Part]:
        """The segments that hold any of the words, for a search among the living (or those of the mask)."""
        places = np.array([word.places for word in words], np.intp).reshape(len(words), len(self._segments)).T
        for base, segment, column in zip(self._bases, self._segments, np.ascontiguousarray(places), strict=False):
            alive = segment.alive if len(segment.dead) else None
            allowed = alive if mask is None else mask[base : base + len(segment)]
            yield Part(segment.postings, base, column, allowed)

    def _all(self, words: Sequence[Word], weights: Floats) -> tuple[Floats, Mask]:
        """Each row's score, and whether it holds any of ``words``; dead rows too."""
        return dense(self._parts(words, None), weights, self._mean, self._bases[-1])

    def _some(self, words: Sequence[Word], weights: Floats, rows: NDArray[np.intp]) -> tuple[Floats, Mask]:
        """The same of these rows alone."""
        parts = list(self._parts(words, None))
        scores, found = np.zeros(len(rows)), np.zeros(len(rows), np.bool_)
        for number, here, local in self.by_segment(rows):
            part = parts[number]
            scores[here], found[here] = exact(part.postings, part.places, weights, self._mean, local)
        return scores, found

    @cached_property
    def _alive(self) -> Mask:
        return np.concatenate([np.empty(0, np.bool_), *(segment.alive for segment in self._segments)])

    def _allowed_rows(self, allowed: Allowed) -> NDArray[np.intp]:
        """The rows of living documents that are allowed, each once."""
        if isinstance(allowed, Selection):
            return np.flatnonzero(self._mask(allowed))
        rows = self.rows(list(set(allowed)))
        return rows[rows >= 0]

    def _mask(self, allowed: Allowed) -> Mask:
        """Which rows are living documents that are allowed."""
        if isinstance(allowed, Selection):
            if allowed.index is not self:
                raise ValueError("The selection was made in another index: select anew after papers were added.")
            return allowed.rows
        if len(allowed) * _LARGE > len(self):  # to look a million ids up takes longer than to read all
            wanted = frozenset(allowed)
            every_id = chain.from_iterable(segment.ids.all() for segment in self._segments)
            return np.fromiter((id in wanted for id in every_id), np.bool_, self._bases[-1]) & self._alive
        mask = np.zeros(self._bases[-1], np.bool_)
        id_keys = np.sort(keys(list(allowed)))  # in order they are looked up several times as fast
        for base, segment in zip(self._bases, self._segments, strict=False):
            rows = segment.rows_of(id_keys)
            mask[base + rows[rows >= 0]] = True
        return mask

    def _hits(self, rows: NDArray[np.intp], scores: Floats, limit: int) -> list[Hit]:
        """The hits of ``rows``, best first; only those that can reach the limit are sorted."""
        if len(rows) > limit:
            least = np.partition(scores, len(rows) - limit)[-limit]
            rows, scores = rows[scores >= least], scores[scores >= least]
        order = rows.argsort()
        ranked = sorted(zip((-scores[order]).tolist(), self.ids_at(rows[order]), strict=True))[:limit]
        # By ``tuple`` itself: to call ``Hit`` a hundred times would take a tenth of the search.
        new: Callable[[type[Hit], tuple[str, float]], Hit] = getattr(tuple, "__new__")  # noqa: B009 - typed so
        return list(map(new, repeat(Hit), [(id, -negative) for negative, id in ranked]))


def _batches(documents: Iterable[Document]) -> Iterator[dict[str, Sequence[str]]]:
    """Lots of at most a segment, each by id: of an id that stands twice in a lot, the last counts."""
    remaining = iter(documents)
    while batch := dict(islice(remaining, SEGMENT_SIZE)):
        yield batch
