"""Scores for pairs of words: papers that have the query's words next to each other come first.

Postings for pairs would double the size of the index. Instead, the best papers by BM25 are read, and each pair of the
query that a paper contains adds its own BM25 score, with a fifth of the weight of a word. The number of papers with a
pair is estimated: the share of the read papers with both words that have them as a pair, times the number of papers
that would have both words by chance, or that were read, whichever is more. (Ordered pairs beside single words: Metzler
and Croft, 2005, "A Markov random field model for term dependencies".)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from retrieval.index.bm25 import Hit, Index
from retrieval.index.documents import TITLE_WEIGHT
from retrieval.index.segment import K1, B
from retrieval.papers import Paper
from retrieval.text import terms

READ: Final = 100
"""Hits to pass to ``rescore``: papers that are worth reading for one search."""
WEIGHT: Final = 0.2
"""The weight of a pair, compared with a word."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Text:
    """The terms of a paper, how often it has each pair of the query, and its length in terms."""

    terms: frozenset[str]
    pairs: Mapping[Pair, int]
    length: int


def rescore(
    index: Index,
    query: Sequence[str],
    hits: Sequence[Hit],
    papers: Mapping[str, Paper],
    title_weight: int = TITLE_WEIGHT,
) -> list[Hit]:
    """The hits of a search for ``query`` (terms in their order) with the scores of pairs added, by (-score, id).

    ``papers`` has their texts by id; a hit without a text keeps its score. ``title_weight`` is that of the index.
    """
    wanted = Counter(pairwise(query))
    texts = {hit.id: _read(papers[hit.id], wanted, title_weight) for hit in hits if hit.id in papers}
    weights = {pair: WEIGHT * times * _idf(index, pair, texts.values()) for pair, times in wanted.items()}
    again = [Hit(hit.id, hit.score + _added(texts.get(hit.id), weights, index.statistics.mean_length)) for hit in hits]
    return sorted(again, key=lambda hit: (-hit.score, hit.id))


def _read(paper: Paper, wanted: Mapping[Pair, int], title_weight: int) -> _Text:
    title, abstract = terms(paper.title), terms(paper.abstract)
    pairs = Counter[Pair]()
    for part, weight in ((title, title_weight), (abstract, 1)):
        for pair in pairwise(part):
            if pair in wanted:
                pairs[pair] += weight
    return _Text(frozenset(title).union(abstract), pairs, title_weight * len(title) + len(abstract))


def _idf(index: Index, pair: Pair, texts: Collection[_Text]) -> float:
    """The idf of a pair, by how many papers probably have it; at least 0, and 0 if no read paper has it."""
    seen = sum(pair in text.pairs for text in texts)
    if not seen:
        return 0.0
    together = sum(pair[0] in text.terms and pair[1] in text.terms for text in texts)
    by_chance = index.document_frequency(pair[0]) * index.document_frequency(pair[1]) / len(index)
    frequency = min(seen / together * max(together, by_chance), len(index))
    return max(0.0, math.log(len(index) - frequency + 0.5) - math.log(frequency + 0.5))


def _added(text: _Text | None, weights: Mapping[Pair, float], mean_length: float) -> float:
    """What the pairs of a paper add to its score."""
    if text is None:
        return 0.0
    norm = K1 * (1 - B + B * text.length / mean_length)
    return sum(weights[pair] * (K1 + 1) * count / (count + norm) for pair, count in text.pairs.items())
