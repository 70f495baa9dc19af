"""BM25 as ``rank_bm25.BM25Okapi`` 0.2.2 computes it, over segments of postings.

If *n* of *N* documents contain a term, the idf of the term is ``log(N - n + 0.5) - log(n + 0.5)``. Where that is
negative (more than half of the documents contain the term), it is ``EPSILON`` times the mean of that expression over
all terms. A document of length *L* (in terms) that contains the term *f* times scores
``idf * (f * (K1 + 1) / (f + K1 * (1 - B + B * L / mean length)))`` for each time that the term is in the query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, compress, repeat
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index import storage
from retrieval.index.document_rows import Allowed, DocumentRows, Selection
from retrieval.index.documents import ANALYSIS
from retrieval.index.lookup import IndexedTerm
from retrieval.index.numpy_search import FEW, Engine, NumpyEngine, Part, WordPlaces
from retrieval.index.pairs import FoundPairs, WordPairs
from retrieval.index.segment import Floats, Mask, Rows, Segment
from retrieval.index.statistics import CorpusStatistics, Query, TermFrequencies
from retrieval.index.weighted_terms import WeightedTerms

_FEW_IDS = 20
"""Ids that are read one by one."""
_MANY_HITS = 1_000
"""A search for more hits than this scores every document."""


class Hit(NamedTuple):
    """A document that a search found, and its BM25 score."""

    id: str
    score: float


class Index:
    """An immutable view over segments, to be searched. The functions of ``updates`` make new views of changed segments.

    Several threads may search one index. Statistics (idf, mean length) are always those of all documents together,
    in whatever order they were added. Every engine finds the same documents with the same scores.
    """

    is_whole: bool = True
    """Whether it has all documents; if not, those that a search needs."""
    unseen: int = 0
    """How many more documents match that search."""

    def __init__(
        self, segments: Sequence[Segment], engine: Engine | None = None, earlier: TermFrequencies | None = None
    ) -> None:
        self.segments = tuple(segments)
        """The postings, oldest first; ``ids`` are those of their live documents one after the other."""
        self.documents = DocumentRows(self.segments)
        self.statistics = CorpusStatistics(self.segments, earlier)
        self.engine = engine or NumpyEngine()

    @classmethod
    def empty(cls) -> Index:
        """An index without documents: every search finds nothing."""
        return cls(())

    @classmethod
    def load(cls, folder: Path, revision: int, analysis: str = ANALYSIS) -> Index:
        """Open what ``save`` wrote, mapped into memory; ``storage`` says what is checked now and what by ``verify``.

        Raises ``IndexDamaged`` if there is no index, if what was read isn't what was written, or if it was written
        for another catalogue revision or text analysis.
        """
        return cls(storage.read(folder, revision, analysis))

    def save(self, folder: Path, revision: int, analysis: str = ANALYSIS) -> Index:
        """Write the index into ``folder``, replacing an older one even if interrupted.

        ``revision`` is the catalogue's, so that an index that missed an import isn't taken for a current one;
        ``analysis`` is the ``analysis_name`` of the terms that were added. Returns the same index over the files,
        which needs no memory of its own.
        """
        return self.with_segments(storage.write(folder, revision, analysis, self.segments))

    def verify(self) -> None:
        """Compare all files of the index with their checksums. Raises ``DamagedSegment`` for the first damaged one."""
        for segment in self.segments:
            storage.verify(segment)

    def with_engine(self, engine: Engine) -> Index:
        """The same index with another engine, which gives the same hits."""
        return Index(self.segments, engine, self.statistics.term_frequencies)

    def with_segments(self, segments: Sequence[Segment]) -> Index:
        """An index of these segments with this engine; segments that both share are not counted again."""
        return Index(segments, self.engine, self.statistics.term_frequencies)

    def __len__(self) -> int:
        return self.statistics.documents

    def __contains__(self, id: object) -> bool:
        """Whether a document with that id can be found."""
        return isinstance(id, str) and bool((self.documents.rows_of([id]) >= 0).all())

    @property
    def ids(self) -> Sequence[str]:
        """All ids in the order in which the documents were added (a replaced document moves to the end)."""
        return list(chain.from_iterable(compress(segment.ids.all(), segment.alive) for segment in self.segments))

    def document_frequency(self, term: str) -> int:
        """How many documents contain ``term``."""
        return self.statistics.document_frequencies([term])[0]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """How many documents contain each of these terms."""
        return self.statistics.document_frequencies(terms)

    def idf(self, term: str) -> float:
        """The idf of ``term``; 0 for a term that no document contains, as in rank_bm25."""
        return self.statistics.idf(self.document_frequency(term))

    def count_terms(self) -> None:
        """Count how many documents contain each term, for which the first search for a very common one would wait."""
        self.statistics.count_terms()

    def scores_at(self, query: Query, rows: Rows) -> Floats:
        """The scores of the documents at these rows, in their order; 0 for -1."""
        return self._scores_at(*self.statistics.weights(query), rows)[0]

    def score_of(self, query: Query, ids: Sequence[str]) -> Floats:
        """The scores of these documents, in their order; 0 for ids that the index doesn't have."""
        return self.scores_at(query, self.documents.rows_of(ids))

    def weighted(self, query: Query) -> WeightedTerms:
        """The terms of a query, looked up: for several searches for the same ones."""
        return WeightedTerms.of(query, self.statistics, lambda words: list(self._parts(words, None)))

    def parts(self, terms: Sequence[str]) -> list[Part]:
        """Each segment with the places of these terms in it, known or not."""
        return list(self._parts(self.statistics.indexed(terms), None))

    def search(self, query: Query, limit: int, allowed: Allowed | None = None) -> list[Hit]:
        """The best ``limit`` documents that contain at least one term of the query, by (-score, id).

        A document without any of the terms is never a hit, so there may be fewer than ``limit``. A document with one
        is found whatever its score: among a few papers most weights are zero or negative, and those papers must be
        findable too. ``allowed`` restricts the hits to these documents; scores stay those of the whole corpus.
        """
        return self.best(query, limit, allowed)[0]

    def best(self, query: Query, limit: int, allowed: Allowed | None = None) -> tuple[list[Hit], Rows]:
        """The hits of a ``search``, and their rows."""
        return self.hits(*self._best(self.weighted(query), limit, allowed), limit)

    def best_rows(self, wanted: WeightedTerms, limit: int, allowed: Allowed | None = None) -> tuple[Rows, Floats]:
        """The rows of the hits of a ``search``, ascending, and their scores."""
        rows, scores = self._best(wanted, limit, allowed)
        order = rows.argsort()
        rows, scores = rows[order], scores[order]
        if len(rows) > limit:
            least = np.partition(scores, len(rows) - limit)[-limit]
            last, kept = np.flatnonzero(scores == least), scores > least
            first_ids = sorted(zip(self.documents.ids_at(rows[last], self.engine.read), last.tolist(), strict=True))
            kept[[at for _, at in first_ids[: limit - np.count_nonzero(kept)]]] = True
            rows, scores = rows[kept], scores[kept]
        return rows, scores

    def _best(self, wanted: WeightedTerms, limit: int, allowed: Allowed | None) -> tuple[Rows, Floats]:
        """The rows of at least the best ``limit`` documents, in any order, and their scores."""
        if limit <= 0 or not wanted.terms:
            return np.empty(0, np.intp), np.empty(0)
        documents = self.documents
        rows = None if allowed is None or len(allowed) > FEW else documents.allowed_rows(allowed)
        if limit > _MANY_HITS or wanted.plan is None:
            if rows is not None:
                scores, found = self._scores_at(wanted.words, wanted.weights, rows)
                return (rows, scores) if found.all() else (rows[found], scores[found])
            mask = documents.alive if allowed is None else documents.mask(allowed)
            scores, found = self._every_score(wanted.words, wanted.weights)
            rows = np.flatnonzero(found & mask)
            return rows, scores[rows]
        if rows is None and isinstance(allowed, Selection) and allowed.has_rows:
            rows = documents.own(allowed).rows
        if rows is not None:
            return self.engine.best_among(wanted.parts, wanted.plan, limit, documents.in_segments(rows))
        parts = wanted.parts if allowed is None else list(self._parts(wanted.words, documents.mask(allowed)))
        return self.engine.best(parts, wanted.plan, limit)

    def contained(self, terms: Sequence[str], rows: Rows) -> Mask:
        """Which of these terms the documents at these rows contain: (terms, rows)."""
        parts = list(self._parts(self.statistics.indexed(terms), None))
        found = np.zeros((len(terms), len(rows)), np.bool_)
        for number, positions, local in self.documents.by_segment(rows):
            found[:, positions] = self.engine.contained(parts[number], local)
        return found

    def word_places(self, terms: Sequence[str], rows: Rows) -> WordPlaces:
        """Where these terms (each once) are words of the documents at these rows; nowhere for -1."""
        parts, found = list(self._parts(self.statistics.indexed(terms), None)), [WordPlaces.none()]
        for number, positions, local in self.documents.by_segment(rows):
            documents, *places = self.engine.word_places(parts[number], local)
            found.append(WordPlaces(positions[documents], *places))
        return WordPlaces(*map(np.concatenate, zip(*found, strict=True)))

    def pairs(self, parts: Sequence[Part], rows: Rows, pairs: WordPairs, title_weight: int) -> FoundPairs:
        """How often the documents at these rows have pairs of the terms of ``parts``; in titles they count for more."""
        found = FoundPairs.none(len(pairs.ones), len(pairs.numbers), len(rows))
        for number, positions, local in self.documents.by_segment(rows):
            self.engine.pairs(parts[number], local, positions, pairs, title_weight, found)
        return found

    def count(self, query: Query, allowed: Allowed | None = None) -> int:
        """How many documents contain at least one term of the query: the hits of a ``search`` without a limit."""
        words, _ = self.statistics.weights(query)
        if len(words) == 1 and allowed is None:
            return words[0].frequency
        total = 0
        for part in self._parts(words, None if allowed is None else self.documents.mask(allowed)):
            found = np.zeros(len(part.postings.lengths), np.bool_)
            for place in part.places[part.places >= 0].tolist():
                start, end = part.postings.offsets[place : place + 2].tolist()
                found[part.postings.documents[start:end]] = True
            total += int(np.count_nonzero(found if part.allowed is None else found & part.allowed))
        return total

    def _parts(self, words: Sequence[IndexedTerm], mask: Mask | None) -> Iterator[Part]:
        """Each segment with the places of the words in it, for a search among live documents (or those of the mask)."""
        places = np.array([word.places for word in words], np.intp).reshape(len(words), len(self.segments)).T
        for base, segment, column in zip(
            self.documents.starts, self.segments, np.ascontiguousarray(places), strict=False
        ):
            alive = segment.alive if len(segment.dead) else None
            allowed = alive if mask is None else mask[base : base + len(segment)]
            yield Part(segment.postings, base, column, allowed)

    def _every_score(self, words: Sequence[IndexedTerm], weights: Floats) -> tuple[Floats, Mask]:
        """The score of each row, and whether it contains any of ``words``; deleted documents too."""
        mean, scores, found = self.statistics.mean_length, [np.empty(0)], [np.empty(0, np.bool_)]
        for part in self._parts(words, None):
            of_part, found_in_part = self.engine.every_score(part, weights, mean)
            scores.append(of_part)
            found.append(found_in_part)
        return np.concatenate(scores), np.concatenate(found)

    def _scores_at(self, words: Sequence[IndexedTerm], weights: Floats, rows: Rows) -> tuple[Floats, Mask]:
        """The same of these rows alone."""
        parts, mean = list(self._parts(words, None)), self.statistics.mean_length
        scores, found = np.zeros(len(rows)), np.zeros(len(rows), np.bool_)
        for number, positions, local in self.documents.by_segment(rows):
            scores[positions], found[positions] = self.engine.scores(parts[number], weights, mean, local)
        return scores, found

    def hits(self, rows: NDArray[np.intp], scores: Floats, limit: int) -> tuple[list[Hit], Rows]:
        """The hits of ``rows``, best first, and their rows. Only what can be among the first ``limit`` is sorted."""
        if len(rows) > limit > 0:
            kept = scores >= np.partition(scores, len(rows) - limit)[-limit]
            rows, scores = rows[kept], scores[kept]
        if len(rows) <= _FEW_IDS:
            ids = self.documents.few_ids_at(rows.tolist())
        else:
            order = rows.argsort()
            rows, scores = rows[order], scores[order]
            ids = self.documents.ids_at(rows, self.engine.read)
        ranked = sorted(zip((-scores).tolist(), ids, rows.tolist(), strict=True))[:limit]
        # tuple.__new__, because calling ``Hit`` a hundred times would take a tenth of the search.
        new: Callable[[type[Hit], tuple[str, float]], Hit] = getattr(tuple, "__new__")  # noqa: B009 - typed so
        hits = list(map(new, repeat(Hit), [(id, -negative) for negative, id, _ in ranked]))
        return hits, np.array([row for *_, row in ranked], np.intp)
