"""The best documents for weighted terms, without scoring them all: bounds in integers, then exact scores.

Every posting's impact (see ``segment``) bounds what its term adds to its document's score. Summed as
integers, a few operations a posting, the bounds leave a handful of documents that can be among the
best; only these are scored exactly, in double precision and in the order of the query's terms, so
that equal documents get equal scores. Once some documents are scored, the frequent terms' postings
are no longer walked: they are only looked up for documents that the rarer terms brought near
(MaxScore: Turtle and Flood, 1995, "Query evaluation: strategies and optimizations").

This is the engine in plain NumPy; ``compiled`` has the same in numba.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.index.segment import SEGMENT_SIZE, Floats, Mask, Postings, Rows, length_norms
from retrieval.index.strings import Strings

UNIT: Final = 1 << 31
"""The integer bound of a document that holds every term with its full weight."""
SAFETY: Final = 1 - 1e-9
"""Of a score, so that its rounding never hides a document whose bound just reaches it."""
_WALKED: Final = 0.3
"""Postings are walked until what the terms left over can add is at most this share of what must be reached.

Less walks longer lists, more leaves more documents to look up in them.
"""


class Plan(NamedTuple):
    """A query of *n* terms that are held by some document, their weights (idf and K1 + 1 included) all positive.

    ``order`` has the terms by falling weight. ``bounds`` are the weights as integers: a posting of
    impact *i* adds at most ``i * bounds[term]``, in parts of ``UNIT`` to ``total`` (the sum of the weights).
    """

    weights: Floats
    mean: float
    order: NDArray[np.intp]
    bounds: NDArray[np.uint32]
    total: float

    @classmethod
    def of(cls, weights: Floats, mean: float) -> Plan:
        """The plan for these weights where documents have ``mean`` terms on average."""
        each = weights.tolist()  # for a few numbers NumPy takes longer than Python
        total = sum(each)
        bounds = [ceil(weight / total * (UNIT / 255)) for weight in each]
        order = sorted(range(len(each)), key=each.__getitem__, reverse=True)
        return cls(weights, mean, np.array(order, np.intp), np.array(bounds, np.uint32), total)

    def scale(self, postings: Postings) -> float:
        """What turns a score into the integer that a document's bound in this segment must reach."""
        return UNIT / (self.total * postings.slack(self.mean)) * SAFETY


class Part(NamedTuple):
    """A segment in a search: ``places`` of the query's terms in it (-1: none), its first row in the index.

    ``allowed`` says which of its documents may be found; ``None``: all.
    """

    postings: Postings
    base: int
    places: NDArray[np.intp]
    allowed: Mask | None


Found = tuple[NDArray[np.int64], Floats]
"""Rows in the index, and their scores."""


class Engine(Protocol):
    """A way to find the best documents; all of them give the same."""

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """The documents that no ``limit`` others surpass, in any order: more than ``limit`` where scores are equal."""
        ...

    def scores(self, part: Part, weights: Floats, mean: float, rows: Rows) -> Floats:
        """The scores of these documents of a segment, whether or not they are allowed."""
        ...

    def read(self, strings: Strings, places: NDArray[np.intp]) -> list[str]:
        """The strings at these places, in that order."""
        ...


class NumpyEngine:
    """The search in plain NumPy."""

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """As ``Engine`` says."""
        best = _Best(limit)
        sums = np.empty(SEGMENT_SIZE, np.uint32)
        for part in parts:
            _search(part, plan, best, sums)
        return best.rows, best.scores

    def scores(self, part: Part, weights: Floats, mean: float, rows: Rows) -> Floats:
        """As ``Engine`` says."""
        return exact(part.postings, part.places, weights, mean, rows)[0]

    def read(self, strings: Strings, places: NDArray[np.intp]) -> list[str]:
        """As ``Engine`` says."""
        return strings.at(places)


class _Best:
    """The best documents so far: at least ``limit`` of them once there were so many, equal ones all kept."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.floor = 0.0
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self.scores: Floats = np.empty(0)

    def add(self, rows: Rows, scores: Floats) -> None:
        self.rows, self.scores = np.append(self.rows, rows), np.append(self.scores, scores)
        if len(self.scores) >= self.limit:
            self.floor = float(np.partition(self.scores, len(self.scores) - self.limit)[-self.limit])
            kept = self.scores >= self.floor
            self.rows, self.scores = self.rows[kept], self.scores[kept]


def _search(part: Part, plan: Plan, best: _Best, sums: NDArray[np.uint32]) -> None:
    """Add to ``best`` what the part has. ``sums`` is room for the bounds of a segment's documents."""
    terms = plan.order[part.places[plan.order] >= 0]
    if not len(terms):
        return
    scale = plan.scale(part.postings)
    needed = int(best.floor * scale)
    most = part.postings.maxima[part.places[terms]].astype(np.int64) * plan.bounds[terms]
    rest = np.append(np.cumsum(most[::-1])[::-1], 0)  # what the terms from here on can add
    walked = int(np.argmax(rest <= needed * _WALKED))
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
    """Add to each document that holds a term the most that the term can give it."""
    start, end = int(postings.offsets[place]), int(postings.offsets[place + 1])
    added = np.multiply(postings.impacts[start:end], np.uint32(bound), dtype=np.uint32)
    np.add.at(sums, postings.documents[start:end].astype(np.intp), added)


def _score(part: Part, plan: Plan, best: _Best, rows: Rows) -> None:
    if len(rows):
        scores, _ = exact(part.postings, part.places, plan.weights, plan.mean, rows)
        best.add(rows + part.base, scores)


def exact(
    postings: Postings, places: NDArray[np.intp], weights: Floats, mean: float, rows: Rows
) -> tuple[Floats, Mask]:
    """The scores of a segment's ``rows`` (ascending or not), and whether each holds any of the terms.

    ``places`` are the terms' in the segment (-1: none), ``mean`` is the mean length in the whole index.
    """
    scores, found = np.zeros(len(rows)), np.zeros(len(rows), np.bool_)
    norms, short = postings.norms(rows, mean), rows.astype(np.uint16)
    for place, weight in zip(places.tolist(), weights.tolist(), strict=True):
        if place < 0:
            continue
        at, there = postings.places(place, short)
        frequencies = postings.exact_frequencies(at[there])
        scores[there] += weight * (frequencies / (frequencies + norms[there]))
        found |= there
    return scores, found


def dense(parts: Iterable[Part], weights: Floats, mean: float, size: int) -> tuple[Floats, Mask]:
    """The scores of all ``size`` rows of an index, dead ones too, and whether each holds any of the terms."""
    scores, found = np.zeros(size), np.zeros(size, np.bool_)
    for part in parts:
        postings, rows = part.postings, slice(part.base, part.base + len(part.postings.lengths))
        norms = length_norms(postings.lengths, mean)
        here, there = scores[rows], found[rows]
        for place, weight in zip(part.places.tolist(), weights.tolist(), strict=True):
            if place < 0:
                continue
            start, end = postings.offsets[place : place + 2].tolist()
            documents = postings.documents[start:end].astype(np.intp)
            frequencies = postings.exact_frequencies(np.arange(start, end, dtype=np.intp))
            np.add.at(here, documents, weight * (frequencies / (frequencies + norms[documents])))
            there[documents] = True
    return scores, found
