"""Papers that have the query's words side by side, before those that have them apart.

Postings of word pairs would double the index. Instead the best papers by BM25 are read, and each
pair that stands in the query and in a paper adds to its score what BM25 would give it, a fifth as much as
a word. How many papers of the corpus have a pair is estimated: of the papers read that have both words,
some have them side by side; of all papers as many are taken to have both as would by chance, or as were
read, whichever is more. (Ordered pairs beside single words: Metzler and Croft, 2005, "A Markov random
field model for term dependencies".)
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
"""Hits to hand to ``rescored``: so many papers are worth reading for one search."""
WEIGHT: Final = 0.2
"""What a pair counts beside a word."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Text:
    """A paper's terms, how often it has each of the query's pairs, and its length in terms."""

    terms: frozenset[str]
    pairs: Mapping[Pair, int]
    length: int


def rescored(
    index: Index,
    query: Sequence[str],
    hits: Sequence[Hit],
    papers: Mapping[str, Paper],
    title_weight: int = TITLE_WEIGHT,
) -> list[Hit]:
    """The hits of a search for ``query`` (terms in their order), pairs counted too, by (-score, id).

    ``papers`` has their texts by id; a hit without one keeps its score. ``title_weight`` is the index's.
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
    """The weight of a pair, by how many papers are likely to have it; at least 0, 0 for one that none was seen with."""
    seen = sum(pair in text.pairs for text in texts)
    if not seen:
        return 0.0
    together = sum(pair[0] in text.terms and pair[1] in text.terms for text in texts)
    by_chance = index.document_frequency(pair[0]) * index.document_frequency(pair[1]) / len(index)
    holding = min(seen / together * max(together, by_chance), len(index))
    return max(0.0, math.log(len(index) - holding + 0.5) - math.log(holding + 0.5))


def _added(text: _Text | None, weights: Mapping[Pair, float], mean_length: float) -> float:
    """What a paper's pairs add to its score."""
    if text is None:
        return 0.0
    norm = K1 * (1 - B + B * text.length / mean_length)
    return sum(weights[pair] * (K1 + 1) * count / (count + norm) for pair, count in text.pairs.items())
