"""The engine of ``numpy_search`` in numba: the same documents and exactly the same scores, several times faster.

Needs the extra ``fast``. Importing this module compiles its functions, or loads what an earlier import left in numba's
cache; only ``engines`` imports it, in a thread that no answer waits for.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.index.numba_pairs import count_pairs, likeness, pair_scores
from retrieval.index.numba_search import CLOSE, LINE, score, search, search_among
from retrieval.index.numba_texts import LONG, containing, copy, count_words, find_each, word_places
from retrieval.index.numba_types import F64, I64, Buffers, columns_of, positions_of
from retrieval.index.numpy_search import Engine, Found, Part, Plan, TermGroups, WordPlaces
from retrieval.index.pairs import FoundPairs, WordPairs
from retrieval.index.segment import SEGMENT_SIZE, Postings
from retrieval.index.strings import Strings, starts_of

_EVERYTHING = np.empty(0, np.bool_)


@dataclass(slots=True)
class _Found:
    """The best documents so far, ``count`` of them: rows, scores, and the best scores, the lowest first."""

    rows: I64
    scores: F64
    heap: F64
    count: int = 0

    @classmethod
    def among(cls, documents: int, limit: int) -> Self:
        """With space for all: so many documents can have equal scores."""
        return cls(np.empty(documents, np.int64), np.empty(documents), np.empty(limit))

    def best(self) -> Found:
        """The rows and scores."""
        return self.rows[: self.count], self.scores[: self.count]


def _scales(part: Part, plan: Plan) -> tuple[float, float, float]:
    """The mean length, the factor from a score to a bound, and how exact an estimate is."""
    return plan.mean, plan.scale(part.postings), part.postings.tightness(plan.mean) * CLOSE


class NumbaEngine(Engine):
    """The search in numba. Adding whole lists of postings takes NumPy no longer."""

    def __init__(self) -> None:
        self._of_thread = threading.local()

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """See ``Engine``."""
        found = _Found.among(sum(len(part.postings.lengths) for part in parts), limit)
        for part in parts:
            allowed = _EVERYTHING if part.allowed is None else part.allowed
            query, scales = (part.places, plan.bounds, plan.order, plan.weights), _scales(part, plan)
            columns, into = columns_of(part.postings), (found.rows, found.scores)
            found.count = search(
                columns, query, scales, allowed, self._buffers(), found.heap, into, part.base, found.count
            )
        return found.best()

    def best_among(self, parts: Sequence[Part], plan: Plan, limit: int, rows: Sequence[I64]) -> Found:
        """See ``Engine``."""
        found = _Found.among(sum(map(len, rows)), limit)
        for part, local in zip(parts, rows, strict=True):
            if len(local):
                query, scales = (part.places, plan.bounds, plan.order, plan.weights), _scales(part, plan)
                columns, into = columns_of(part.postings), (found.rows, found.scores)
                found.count = search_among(
                    columns, query, scales, local, self._buffers(), found.heap, into, part.base, found.count
                )
        return found.best()

    def _buffers(self) -> Buffers:
        """Those of this thread: memory that is new to a process costs more than adding up a thousand postings."""
        if not hasattr(self._of_thread, "buffers"):
            self._of_thread.buffers = (
                np.empty(SEGMENT_SIZE, np.uint32),
                np.empty(SEGMENT_SIZE // LINE, np.uint32),
                np.empty(SEGMENT_SIZE, np.uint8),
                np.empty(SEGMENT_SIZE, np.int64),
                np.empty(SEGMENT_SIZE, np.int64),
                np.empty(SEGMENT_SIZE),
                np.empty(SEGMENT_SIZE),
                np.empty(SEGMENT_SIZE, np.bool_),
            )
        return self._of_thread.buffers

    def scores(self, part: Part, weights: F64, mean: float, rows: I64) -> tuple[F64, NDArray[np.bool_]]:
        """See ``Engine``."""
        scores, contained = np.empty(len(rows)), np.empty(len(rows), np.bool_)
        columns, places, norms = columns_of(part.postings), np.empty(len(rows), np.int64), np.empty(len(rows))
        # If no document has a term, the mean is 0 and lengths don't matter.
        score(columns, part.places, weights, mean or 1.0, rows, places, norms, scores, contained)
        return scores, contained

    def contained(self, part: Part, rows: I64) -> NDArray[np.bool_]:
        """See ``Engine``."""
        found = np.empty((len(part.places), len(rows)), np.int64)
        find_each(positions_of(part.postings), part.places, rows, found)
        return found >= 0

    def containing(self, postings: Postings, groups: TermGroups, times: int) -> I64:
        """See ``Engine``."""
        if times > 1:
            return super().containing(postings, groups, times)
        return containing(postings.documents, postings.offsets, groups.places, groups.ends, len(postings.lengths))

    def count_words(self, postings: Postings, words: TermGroups, counts: NDArray[np.uint16]) -> None:
        """See ``Engine``."""
        count_words(postings.documents, postings.offsets, words.places, words.ends, counts)

    def pairs(self, part: Part, rows: I64, into: I64, pairs: WordPairs, title_weight: int, found: FoundPairs) -> None:
        """See ``Engine``."""
        columns = positions_of(part.postings)
        if not count_pairs(columns, part.places, rows, into, pairs.numbers, float(title_weight), tuple(found)):
            super().pairs(part, rows, into, pairs, title_weight, found)

    def pair_scores(self, found: FoundPairs, pairs: WordPairs, papers: int, mean: float) -> F64:
        """See ``Engine``."""
        return pair_scores(tuple(found), tuple(pairs), float(papers), mean)

    def likeness(
        self, directions: NDArray[np.int8], rows: I64, into: I64, asked: NDArray[np.int32], result: F64
    ) -> None:
        """See ``Engine``."""
        likeness(directions, rows, into, asked, result)

    def _in_short_texts(self, part: Part, rows: I64) -> WordPlaces:
        """See ``Engine``."""
        repeat_ends = part.postings.repeat_ends
        most = len(rows) * len(part.places) + int((repeat_ends[rows] - starts_of(repeat_ends, rows)).sum())
        documents, positions, terms = (np.empty(most, np.int64) for _ in range(3))
        found = np.empty((len(part.places), len(rows)), np.int64)
        columns = positions_of(part.postings)
        count = word_places(columns, part.places, rows, found, (documents, positions, terms))
        return WordPlaces(documents[:count], positions[:count], terms[:count])

    def read(self, strings: Strings, places: NDArray[np.intp]) -> list[str]:
        """See ``Engine``."""
        content, ends = np.empty(len(places) * LONG, np.uint8), np.empty(len(places), np.int64)
        if not copy(strings.characters, strings.ends, places, content, ends):
            return strings.at(places)
        cuts = ends.tolist()
        text = content[: cuts[-1]].tobytes().decode("ascii")
        return [text[start:end] for start, end in zip([0, *cuts], cuts, strict=False)]
