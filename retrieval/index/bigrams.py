"""Scores for pairs of words: papers that have the query's words next to each other come first.

Postings for pairs would double the size of the index. Instead, the positions of words are kept, and looked up in the
best papers by BM25: each pair of the query that a paper contains adds its own BM25 score, with a fifth of the weight of
a word. The number of papers with a pair is estimated: the share of the best papers with both words that have them as a
pair, times the number of papers that would have both words by chance, or that are compared, whichever is more. (Ordered
pairs beside single words: Metzler and Croft, 2005, "A Markov random field model for term dependencies".)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Index
from retrieval.index.documents import TITLE_WEIGHT
from retrieval.index.numpy_search import WordPlaces
from retrieval.index.segment import K1, B, Floats, Rows

READ: Final = 100
"""Hits that are worth comparing for one search."""
WEIGHT: Final = 0.2
"""The weight of a pair, compared with a word."""

_POSITION: Final = 40
"""Bits of a position."""
_BATCH: Final = 2_000
"""Documents whose positions are in memory together: a megabyte."""
_FEWEST: Final = 2
"""Words in a pair."""


def pair_scores(index: Index, query: Sequence[str], rows: Rows, title_weight: int = TITLE_WEIGHT) -> Floats:
    """What pairs add to the scores of the hits of a search for ``query`` (terms in their order), given by their rows.

    Nothing for -1, and for documents that were added without the order of their words. ``title_weight`` is that of the
    index.
    """
    added = np.zeros(len(rows))
    if len(query) < _FEWEST:
        return added
    wanted, terms = Counter(pairwise(query)), list(dict.fromkeys(query))
    numbers = {term: number for number, term in enumerate(terms)}
    ones, others = np.array([(numbers[one], numbers[other]) for one, other in wanted]).T
    places = np.full(len(terms) ** 2, -1, np.intp)  # of each two terms among the wanted pairs
    places[ones * len(terms) + others] = np.arange(len(wanted))
    words = index.word_places(terms, rows)
    # As one number, neighbours are consecutive; documents are far apart.
    at = words.documents * (1 << _POSITION) + words.positions
    beside = np.flatnonzero(at[1:] - at[:-1] == 1)
    pairs = places[words.terms[beside] * len(terms) + words.terms[beside + 1]]
    beside, pairs = beside[pairs >= 0], pairs[pairs >= 0]
    if not len(beside):
        return added
    titles, lengths = index.documents.text_lengths(rows)
    documents = words.documents[beside]
    counted = np.where(words.positions[beside] < titles[documents], float(title_weight), 1.0)
    counts = np.bincount(documents * len(wanted) + pairs, counted, len(rows) * len(wanted)).reshape(len(rows), -1)
    there, frequencies = _contained(words, len(terms), len(rows)), index.document_frequencies(terms)
    both = np.count_nonzero(there[ones] & there[others], axis=1).tolist()
    seen = np.count_nonzero(counts, axis=0).tolist()
    by_chance = [frequencies[numbers[one]] * frequencies[numbers[other]] / len(index) for one, other in wanted]
    weights = [
        WEIGHT * times * _idf(len(index), have_it, have_both, expected)
        for times, have_it, have_both, expected in zip(wanted.values(), seen, both, by_chance, strict=True)
    ]
    length = titles * title_weight + (lengths - titles)
    norms = K1 * (1 - B + B * length / index.statistics.mean_length)
    scores: Floats = (np.array(weights) * (K1 + 1) * counts / (counts + norms[:, np.newaxis])).sum(axis=1)
    return scores


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


def _contained(words: WordPlaces, terms: int, documents: int) -> NDArray[np.bool_]:
    """Which documents contain each term as a word: (terms, documents)."""
    there = np.zeros((terms, documents), np.bool_)
    there[words.terms, words.documents] = True
    return there


def _idf(papers: int, seen: int, both: int, by_chance: float) -> float:
    """The idf of a pair, by how many ``papers`` probably have it; at least 0, and 0 if none of those compared has it.

    Of these, ``seen`` have the pair, and ``both`` have its words; ``by_chance`` so many of all would have these.
    """
    if not seen:
        return 0.0
    frequency = min(seen / both * max(both, by_chance), papers)
    return max(0.0, math.log(papers - frequency + 0.5) - math.log(frequency + 0.5))
