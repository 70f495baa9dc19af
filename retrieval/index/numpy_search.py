"""The best documents for weighted terms without scoring them all: integer bounds first, then exact scores.

The impact of a posting (see ``segment``) bounds what its term adds to the score of its document. Summed as integers,
in a few operations for each posting, the bounds leave a few documents that can be among the best. Only these are
scored exactly, in double precision and in the order of the query's terms, so that equal documents get equal scores.
Once some documents are scored, the postings of frequent terms are no longer read from start to end, but only looked
up for documents whose rarer terms come close to the best (MaxScore: Turtle and Flood, 1995, "Query evaluation:
strategies and optimizations").

This is the engine in plain NumPy; ``numba_engine`` has the same one in numba.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from math import ceil
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index.intersection import containing
from retrieval.index.pairs import FoundPairs, WordPairs, pair_scores
from retrieval.index.positions import words_of_long_text
from retrieval.index.segment import (
    K1,
    NOWHERE,
    POSITIONS,
    SEGMENT_SIZE,
    Floats,
    Mask,
    Postings,
    Rows,
    length_norms,
)
from retrieval.index.strings import Strings, find, ranges

UNIT: Final = 1 << 31
"""The integer bound of a document that contains every term with its full weight."""
SAFETY: Final = 1 - 1e-9
"""A factor for scores, so that rounding never hides a document whose bound only just reaches one."""
WALKED: Final = 0.3
"""Terms are read from start to end until what the others can add is at most this share of the score to reach.

A smaller share reads longer lists; a larger one leaves more documents to look up in them.
"""

FEW: Final = 1_000
"""Up to this many documents are scored one by one; among more of them the best are looked for."""

_POSITION: Final = 40
"""Bits of a position."""


class Plan(NamedTuple):
    """A query of terms that some document contains, with their weights (idf times count), all positive.

    ``order`` has the terms by decreasing weight. ``bounds`` are the weights as integers: a posting of impact *i* adds
    at most ``i * bounds[term]``, where ``UNIT`` stands for ``total``, the highest score that any document can have.
    """

    weights: Floats
    mean: float
    order: NDArray[np.intp]
    bounds: NDArray[np.uint32]
    total: float

    @classmethod
    def of(cls, weights: Floats, mean: float) -> Plan:
        """The plan for these weights if documents have ``mean`` terms on average."""
        each = weights.tolist()  # for a few numbers NumPy takes longer than Python
        total = sum(each)
        bounds = [ceil(weight / total * (UNIT / 255)) for weight in each]
        order = sorted(range(len(each)), key=each.__getitem__, reverse=True)
        return cls(weights, mean, np.array(order, np.intp), np.array(bounds, np.uint32), total * (K1 + 1))

    def scale(self, postings: Postings) -> float:
        """The factor from a score to the integer that a document's bound in this segment must reach."""
        return UNIT / (self.total * postings.slack(self.mean)) * SAFETY


class Part(NamedTuple):
    """A segment in a search: its first row in the index (``base``), and the place of each term in it (-1: none).

    ``allowed`` says which of its documents may be found; ``None``: all.
    """

    postings: Postings
    base: int
    places: NDArray[np.intp]
    allowed: Mask | None


class TermGroups(NamedTuple):
    """Groups of terms, given by their ``places`` in a segment (-1: none); each is the terms up to its end."""

    places: NDArray[np.intp]
    ends: NDArray[np.intp]

    def known(self) -> list[list[int]]:
        """The places of the terms of each group that the segment has."""
        places, ends = self.places.tolist(), self.ends.tolist()
        return [
            [place for place in places[start:end] if place >= 0] for start, end in zip([0, *ends], ends, strict=False)
        ]


class WordPlaces(NamedTuple):
    """Words of documents: their document, their position in it, and which term of a query they are.

    In each document the positions ascend.
    """

    documents: NDArray[np.intp]
    positions: NDArray[np.intp]
    terms: NDArray[np.intp]

    @classmethod
    def none(cls) -> WordPlaces:
        """No words."""
        return cls(*(np.empty(0, np.intp) for _ in range(3)))


Found = tuple[NDArray[np.int64], Floats]
"""Rows in the index, and their scores."""


class Engine(ABC):
    """A way to score and find documents. All engines give the same documents and, bit by bit, the same scores."""

    @abstractmethod
    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """The best ``limit`` documents in any order, and all others that score as high as the last of them."""

    def best_among(self, parts: Sequence[Part], plan: Plan, limit: int, rows: Sequence[Rows]) -> Found:
        """At least these of some documents, given by their ascending rows in each segment."""
        if sum(map(len, rows)) > FEW:
            return self.best([_among(part, local) for part, local in zip(parts, rows, strict=True)], plan, limit)
        found = [(np.empty(0, np.intp), np.empty(0))]
        for part, local in zip(parts, rows, strict=True):
            if len(local):
                scores, contained = self.scores(part, plan.weights, plan.mean, local)
                found.append((local[contained] + part.base, scores[contained]))
        every_row, every_score = map(np.concatenate, zip(*found, strict=True))
        return every_row, every_score

    @abstractmethod
    def scores(self, part: Part, weights: Floats, mean: float, rows: Rows) -> tuple[Floats, Mask]:
        """The scores of these rows of a segment, allowed or not, and whether each contains any of the terms."""

    def every_score(self, part: Part, weights: Floats, mean: float) -> tuple[Floats, Mask]:
        """The same of all rows of a segment, deleted documents too."""
        postings, size = part.postings, len(part.postings.lengths)
        scores, found = np.zeros(size), np.zeros(size, np.bool_)
        norms = length_norms(postings.lengths, mean)
        for place, weight in zip(part.places.tolist(), weights.tolist(), strict=True):
            if place < 0:
                continue
            start, end = postings.offsets[place : place + 2].tolist()
            documents = postings.documents[start:end].astype(np.intp)
            frequencies = postings.frequencies(np.arange(start, end, dtype=np.intp))
            scores[documents] += weight * (frequencies * (K1 + 1) / (frequencies + norms[documents]))
            found[documents] = True
        return scores, found

    def contained(self, part: Part, rows: Rows) -> Mask:
        """Which of the terms these rows of a segment contain: (terms, rows)."""
        return part.postings.lookup(part.places, rows)[1]

    def containing(self, postings: Postings, groups: TermGroups, times: int) -> Rows:
        """The documents, ascending, that contain a term of every group (at least one) at least so many times."""
        return containing(postings, groups.known(), times)

    def count_words(self, postings: Postings, words: TermGroups, counts: NDArray[np.uint16]) -> None:
        """Add one to the count of each document for each word that it contains: any of these terms."""
        for terms in words.known():
            spans = [postings.offsets[term : term + 2].tolist() for term in terms]
            documents = [postings.documents[start:end] for start, end in spans]
            if len(documents) == 1:
                counts[documents[0]] += 1  # which has each document once
            elif documents:
                found = np.zeros(len(counts), np.bool_)
                found[np.concatenate(documents)] = True
                counts += found

    def word_places(self, part: Part, rows: Rows) -> WordPlaces:
        """Where the terms are words of these rows of a segment: documents by their place in ``rows``, ascending."""
        long = part.postings.text_words[rows] >= POSITIONS
        at, short = np.flatnonzero(long).tolist(), rows[~long]
        found = [_in_long_text(part, place, row) for place, row in zip(at, rows[long].tolist(), strict=True)]
        if len(short):
            documents, positions, terms = self._in_short_texts(part, short)
            found.append(WordPlaces(np.flatnonzero(~long)[documents], positions, terms))
        if len(found) == 1:
            return found[0]
        documents, positions, terms = map(np.concatenate, zip(WordPlaces.none(), *found, strict=True))
        order = np.lexsort((positions, documents))
        return WordPlaces(documents[order], positions[order], terms[order])

    def pairs(self, part: Part, rows: Rows, into: Rows, pairs: WordPairs, title_weight: int, found: FoundPairs) -> None:
        """Which pairs these rows of a segment have next to each other; one in a title counts ``title_weight`` times.

        ``into`` are the places of the rows in ``found``, which has nothing there before.
        """
        documents, positions, terms = self.word_places(part, rows)
        # As one number, neighbours are consecutive; documents are far apart.
        at = documents * (1 << _POSITION) + positions
        beside = np.flatnonzero(at[1:] - at[:-1] == 1)
        numbers = pairs.numbers[terms[beside], terms[beside + 1]]
        beside, numbers = beside[numbers >= 0], numbers[numbers >= 0]
        titles = part.postings.title_words[rows].astype(np.int64)
        in_title = positions[beside] < titles[documents[beside]]
        each, size = numbers * len(rows) + documents[beside], len(rows) * len(pairs.ones)
        counts = np.bincount(each, np.where(in_title, float(title_weight), 1.0), size).astype(np.float64)
        found.counts[:, into] = counts.reshape(len(pairs.ones), len(rows))
        found.there[terms, into[documents]] = True
        found.lengths[into] = titles * title_weight + (part.postings.text_words[rows] - titles)

    def pair_scores(self, found: FoundPairs, pairs: WordPairs, papers: int, mean: float) -> Floats:
        """What pairs add to the scores of documents: see ``pairs``."""
        return pair_scores(found, pairs, papers, mean)

    def likeness(
        self, directions: NDArray[np.int8], rows: Rows, into: Rows, asked: NDArray[np.int32], result: Floats
    ) -> None:
        """The products of ``asked`` and directions, given by their rows, made length 1; 0 for one of length 0.

        These are whole numbers, so sums don't depend on their order. ``into`` are the places of the rows in the result.
        """
        some = directions[rows].astype(np.float64)
        lengths = np.sqrt(np.einsum("ij,ij->i", some, some))
        result[into] = (some @ asked.astype(np.float64)) / np.where(lengths > 0, lengths, 1)

    def _in_short_texts(self, part: Part, rows: Rows) -> WordPlaces:
        """``word_places`` where no text is long."""
        postings, size = part.postings, NOWHERE + 1
        words, texts = np.full(len(rows) * size, -1, np.int16), np.arange(0, len(rows) * size, size)
        at, there = postings.lookup(part.places, rows)
        terms, documents = np.nonzero(there)
        words[texts[documents] + postings.positions[at[there]]] = terms
        words[NOWHERE::size] = -1
        repeats, ends = ranges(postings.repeat_ends, rows)
        again, text = postings.repeats[repeats], np.repeat(texts, np.diff(np.append(0, ends)))
        words[text + (again & 0xFF)] = words[text + (again >> 8)]
        found = np.flatnonzero(words >= 0)
        return WordPlaces(found // size, found % size, words[found].astype(np.intp))

    def read(self, strings: Strings, places: NDArray[np.intp]) -> list[str]:
        """The strings at these places, in that order."""
        return strings.at(places)


class NumpyEngine(Engine):
    """The search in plain NumPy."""

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """See ``Engine``."""
        best = Best(limit)
        sums = np.empty(SEGMENT_SIZE, np.uint32)
        for part in parts:
            _search(part, plan, best, sums)
        return best.rows, best.scores

    def scores(self, part: Part, weights: Floats, mean: float, rows: Rows) -> tuple[Floats, Mask]:
        """See ``Engine``."""
        return _exact(part, weights, mean, rows)


class Best:
    """The best documents so far, at most ``limit`` of them and those that score as high as the last one."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.floor = 0.0
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self.scores: Floats = np.empty(0)

    def add(self, rows: Rows, scores: Floats) -> None:
        """Consider these documents too."""
        self.rows, self.scores = np.append(self.rows, rows), np.append(self.scores, scores)
        if len(self.scores) >= self.limit:
            self.floor = float(np.partition(self.scores, len(self.scores) - self.limit)[-self.limit])
            kept = self.scores >= self.floor
            self.rows, self.scores = self.rows[kept], self.scores[kept]


def _among(part: Part, rows: Rows) -> Part:
    """The part with these rows alone."""
    allowed = np.zeros(len(part.postings.lengths), np.bool_)
    allowed[rows] = True
    return part._replace(allowed=allowed)


def _in_long_text(part: Part, document: int, row: int) -> WordPlaces:
    words = words_of_long_text(part.postings, row)
    known = np.flatnonzero(part.places >= 0)
    order = known[np.argsort(part.places[known])]
    terms = find(part.places[order], words.astype(np.intp))
    positions = np.flatnonzero(terms >= 0)
    return WordPlaces(np.full(len(positions), document), positions, order[terms[positions]])


def _search(part: Part, plan: Plan, best: Best, sums: NDArray[np.uint32]) -> None:
    """Add the best documents of a segment to ``best``. ``sums`` is a buffer for the bounds of its documents."""
    terms = plan.order[part.places[plan.order] >= 0]
    if not len(terms):
        return
    scale = plan.scale(part.postings)
    needed = int(best.floor * scale)
    most = part.postings.maxima[part.places[terms]].astype(np.int64) * plan.bounds[terms]
    rest = np.append(np.cumsum(most[::-1])[::-1], 0)  # what the terms from here on can add
    walked = int(np.argmax(rest <= needed * WALKED))
    sums = sums[: len(part.postings.lengths)]
    sums.fill(0)
    for term in terms[:walked].tolist():
        _walk(part.postings, int(part.places[term]), int(plan.bounds[term]), sums)
    near: Rows = np.flatnonzero(sums >= max(needed - int(rest[walked]), 1))
    if part.allowed is not None:
        near = near[part.allowed[near]]
    bounds = sums[near].astype(np.int64)
    for at, term in enumerate(terms[walked:].tolist(), walked):
        keep = bounds + rest[at] >= needed
        near, bounds = near[keep], bounds[keep]
        places, there = part.postings.places(int(part.places[term]), near.astype(np.uint16))
        bounds[there] += part.postings.impacts[places[there]].astype(np.int64) * int(plan.bounds[term])
    if len(near) > 4 * best.limit:  # the most promising first: they raise what the others must reach
        first = np.argpartition(bounds, len(near) - best.limit)[-best.limit :]
        _score(part, plan, best, near[first])
        bounds[first] = -1
    keep = bounds >= int(best.floor * scale)
    _score(part, plan, best, near[keep])


def _walk(postings: Postings, place: int, bound: int, sums: NDArray[np.uint32]) -> None:
    """Add the bound of a term to each document that contains it."""
    start, end = int(postings.offsets[place]), int(postings.offsets[place + 1])
    added = np.multiply(postings.impacts[start:end], np.uint32(bound), dtype=np.uint32)
    np.add.at(sums, postings.documents[start:end].astype(np.intp), added)


def _score(part: Part, plan: Plan, best: Best, rows: Rows) -> None:
    if len(rows):
        scores, _ = _exact(part, plan.weights, plan.mean, rows)
        best.add(rows + part.base, scores)


def _exact(part: Part, weights: Floats, mean: float, rows: Rows) -> tuple[Floats, Mask]:
    """The scores of these rows of a segment, in any order, and whether each contains any of the terms."""
    scores, (at, there) = np.zeros(len(rows)), part.postings.lookup(part.places, rows)
    frequencies = np.zeros(at.shape)
    frequencies[there] = part.postings.frequencies(at[there])
    shares = frequencies * (K1 + 1) / (frequencies + part.postings.norms(rows, mean))
    for share, weight in zip(shares, weights.tolist(), strict=True):  # one after the other, as rank_bm25 adds them
        scores += weight * share
    return scores, np.asarray(there.any(axis=0))
