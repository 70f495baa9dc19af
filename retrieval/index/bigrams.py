"""Scores for pairs of words: papers that have the query's words next to each other come first.

Postings for pairs would double the size of the index. Instead, the positions of words are kept, and looked up in the
best papers by BM25: each pair of the query that a paper contains adds its own BM25 score, with a fifth of the weight of
a word. The number of papers with a pair is estimated: the share of the best papers with both words that have them as a
pair, times the number of papers that would have both words by chance, or that are compared, whichever is more. (Ordered
pairs beside single words: Metzler and Croft, 2005, "A Markov random field model for term dependencies".)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Index
from retrieval.index.document_rows import Selection
from retrieval.index.documents import TITLE_WEIGHT
from retrieval.index.pairs import WordPairs
from retrieval.index.segment import Floats, Rows
from retrieval.index.term_groups import count_containing, select_containing
from retrieval.index.weighted_terms import WeightedTerms

READ: Final = 100
"""Hits that are worth comparing for one search."""

_POSITION: Final = 40
"""Bits of a position."""
_BATCH: Final = 2_000
"""Documents whose positions are in memory together: a megabyte."""


@dataclass(frozen=True, eq=False, slots=True)
class PairScorer:
    """Scores of papers of an index for the pairs of a query: what ``pair_scores`` returns, for several searches."""

    index: Index
    wanted: WeightedTerms
    pairs: WordPairs
    title_weight: int

    @classmethod
    def of(cls, index: Index, query: Sequence[str], wanted: WeightedTerms, title_weight: int) -> Self:
        """The scorer for a query: terms in their order, and ``wanted``. ``title_weight`` is that of the index."""
        places = {term: place for place, term in enumerate(wanted.terms)}
        pairs = Counter((places[one], places[other]) for one, other in pairwise(query) if {one, other} <= places.keys())
        ones, others = [one for one, _ in pairs], [other for _, other in pairs]
        numbers, frequencies = (
            np.full((len(places), len(places)), -1, np.intp),
            [each.frequency for each in wanted.words],
        )
        numbers[ones, others] = np.arange(len(pairs))
        by_chance = [frequencies[one] * frequencies[other] / len(index) for one, other in pairs]
        integers, reals = np.array([ones, others], np.intp), np.array([[*pairs.values()], by_chance], np.float64)
        return cls(index, wanted, WordPairs(numbers, *integers, *reals), title_weight)

    def scores(self, rows: Rows) -> Floats:
        """What pairs add to the scores of the papers at these rows, the best hits of a search."""
        if not len(self.pairs.ones):
            return np.zeros(len(rows))
        found = self.index.pairs(self.wanted.parts, rows, self.pairs, self.title_weight)
        return self.index.engine.pair_scores(found, self.pairs, len(self.index), self.index.statistics.mean_length)


def pair_scores(index: Index, query: Sequence[str], rows: Rows, title_weight: int = TITLE_WEIGHT) -> Floats:
    """What pairs add to the scores of the hits of a search for ``query`` (terms in their order), given by their rows.

    Nothing for -1, and for documents that were added without the order of their words. ``title_weight`` is that of the
    index.
    """
    return PairScorer.of(index, query, index.weighted(query), title_weight).scores(rows)


def contain_in_order(index: Index, terms: Sequence[str], rows: Rows) -> NDArray[np.bool_]:
    """Which of the documents at these rows have these words next to each other.

    Those that were added without the order of their words are taken to have them.
    """
    each = list(dict.fromkeys(terms))
    numbers = [each.index(term) for term in terms]
    batches = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    return np.concatenate([np.empty(0, np.bool_), *(_in_order(index, each, numbers, batch) for batch in batches)])


def _in_order(index: Index, terms: Sequence[str], numbers: Sequence[int], rows: Rows) -> NDArray[np.bool_]:
    """``contain_in_order`` for the words ``terms[numbers[0]]``, ``terms[numbers[1]]`` and so on."""
    words = index.word_places(terms, rows)
    at = words.documents * (1 << _POSITION) + words.positions
    starts = np.flatnonzero(words.terms == numbers[0])
    for step, number in enumerate(numbers[1:], 1):
        starts = starts[starts + step < len(at)]
        starts = starts[(at[starts + step] - at[starts] == step) & (words.terms[starts + step] == number)]
    found = index.documents.text_lengths(rows)[1] == 0
    found[words.documents[starts]] = True
    return found


def warm_up(index: Index) -> None:
    """Search once for the first terms, because the first calls of compiled functions take milliseconds."""
    terms = [segment.terms[place] for segment in index.segments[:1] for place in range(min(2, len(segment.terms)))]
    some = select_containing(index, [terms]) if terms else index.documents.in_all(())
    count_containing(index, [[term] for term in terms])
    for allowed in (some, Selection(index.documents, some.mask), None):
        index.best_rows(index.weighted(terms), READ, allowed)
    pair_scores(index, terms, some.rows[:READ])
    index.contained(terms, some.rows[:READ])
