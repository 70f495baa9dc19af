"""Pairs of words next to each other: how often documents have those of a query, and what that adds to their scores."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.index.segment import K1, Floats, Mask, length_norms

WEIGHT: Final = 0.2
"""The weight of a pair, compared with a word."""


class WordPairs(NamedTuple):
    """The pairs of a query's terms: ``ones[i]`` and then ``others[i]``, ``times[i]`` times in the query.

    ``numbers``: which pair each two terms are in this order, -1 for none: (terms, terms). ``by_chance``: in how many
    documents the terms of each pair would be if they had nothing to do with each other.
    """

    numbers: NDArray[np.intp]
    ones: NDArray[np.intp]
    others: NDArray[np.intp]
    times: Floats
    by_chance: Floats


class FoundPairs(NamedTuple):
    """How often documents have pairs of terms: (pairs, documents), and which terms are words of them at all.

    ``lengths`` are the numbers of words of the documents, with the weight of titles.
    """

    counts: Floats
    there: Mask
    lengths: Floats

    @classmethod
    def none(cls, pairs: int, terms: int, documents: int) -> FoundPairs:
        """Nothing yet."""
        return cls(np.zeros((pairs, documents)), np.zeros((terms, documents), np.bool_), np.zeros(documents))


def pair_scores(found: FoundPairs, pairs: WordPairs, papers: int, mean: float) -> Floats:
    """What pairs add to the scores of the documents. ``papers`` and their ``mean`` length are those of the index."""
    counts, there, lengths = found
    scores, norms = np.zeros(len(lengths)), length_norms(lengths, mean)
    seen = np.count_nonzero(counts, axis=1).tolist()
    for at in np.flatnonzero(seen).tolist():
        both = int(np.count_nonzero(there[pairs.ones[at]] & there[pairs.others[at]]))
        weight = WEIGHT * pairs.times[at] * _idf(papers, seen[at], both, pairs.by_chance[at])
        scores += weight * (K1 + 1) * counts[at] / (counts[at] + norms)
    return scores


def _idf(papers: int, seen: int, both: int, by_chance: float) -> float:
    """The idf of a pair, by how many ``papers`` probably have it; at least 0.

    Of those compared, ``seen`` have the pair, and ``both`` have its words; ``by_chance`` so many of all would have
    these.
    """
    frequency = min(seen / both * max(both, by_chance), papers)
    return max(0.0, math.log(papers - frequency + 0.5) - math.log(frequency + 0.5))
