"""The terms of a query with what they weigh and where they are: looked up once for all that a search does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from retrieval.index.lookup import IndexedTerm
from retrieval.index.numpy_search import Part, Plan
from retrieval.index.segment import Floats
from retrieval.index.statistics import CorpusStatistics, Query

PartsOf = Callable[[Sequence[IndexedTerm]], list[Part]]
"""Makes the segments for a search for these terms."""


@dataclass(frozen=True, eq=False, slots=True)
class WeightedTerms:
    """The terms of a query that any document contains, each once, in their order.

    ``weights`` are their idfs times their counts. ``parts`` are the segments, for a search among all live documents.
    ``plan`` is ``None`` unless all weights are positive, which bounds need.
    """

    terms: list[str]
    words: list[IndexedTerm]
    idfs: list[float]
    weights: Floats
    parts: list[Part]
    plan: Plan | None

    @classmethod
    def of(cls, query: Query, statistics: CorpusStatistics, parts: PartsOf) -> Self:
        """Those of a query."""
        counts = query if isinstance(query, Mapping) else Counter(query)
        found = [
            word for word in zip(statistics.indexed(list(counts)), counts.items(), strict=True) if word[0].frequency
        ]
        words, idfs = [word for word, _ in found], [statistics.idf(word.frequency) for word, _ in found]
        each = [count * idf for (_, (_, count)), idf in zip(found, idfs, strict=True)]
        weights = np.array(each, np.float64)
        plan = Plan.of(weights, statistics.mean_length) if min(each, default=0.0) > 0 else None
        return cls([term for _, (term, _) in found], words, idfs, weights, parts(words), plan)
