"""Reranks the best papers of a search: those with the same pairs of words and the same subject come first.

The score for pairs of words (see ``retrieval.index.bigrams``) and for the subject is added to the BM25 score of a
paper, never subtracted, so that reranked papers stay before all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import Vectors
from retrieval.index import Hit, Index
from retrieval.index.bigrams import PairScorer
from retrieval.index.segment import Floats, Rows
from retrieval.index.weighted_terms import WeightedTerms

ABOUT: Final = 0.4
"""The weight of the same subject, compared with containing all words of the query once in a paper of mean length.

Chosen among round numbers with questions and sentences of arXiv abstracts that should find their papers: see
docs/search.md.
"""


@dataclass(frozen=True, eq=False)
class Reranker:
    """What pairs and the subject add to the scores of papers in a search for ``query`` (terms in their order)."""

    index: Index
    query: Sequence[str]
    paper_vectors: PaperVectors
    title_weight: int

    def added(self, rows: Rows) -> Floats:
        """What is added to the scores of the best papers, given by their rows.

        A single word says little about the subject, so nothing is added to the papers that have it.
        """
        if len(self.query) <= 1 or not len(rows):
            return np.zeros(len(rows))
        likeness = self.paper_vectors.likeness(self.index, rows, self._direction)
        return self._pairs.scores(rows) + ABOUT * self._most * np.maximum(likeness, 0)

    @cached_property
    def wanted(self) -> WeightedTerms:
        """The terms, looked up in the index."""
        return self.index.weighted(self.query)

    @cached_property
    def _pairs(self) -> PairScorer:
        return PairScorer.of(self.index, self.query, self.wanted, self.title_weight)

    @cached_property
    def _direction(self) -> Vectors:
        return self.paper_vectors.word_vectors.embed(self.query)

    @cached_property
    def _most(self) -> float:
        """The score of a paper of mean length that contains all words once."""
        idfs = dict(zip(self.wanted.terms, self.wanted.idfs, strict=True))
        return sum(max(0.0, idfs.get(term, 0.0)) for term in self.query)


def rerank(
    index: Index,
    query: Sequence[str],
    hits: Sequence[Hit],
    rows: Rows,
    paper_vectors: PaperVectors,
    title_weight: int,
) -> list[Hit]:
    """The hits of a search for ``query`` with their new scores, by (-score, id). ``rows`` are their rows."""
    added = Reranker(index, query, paper_vectors, title_weight).added(rows).tolist()
    again = [Hit(id, score + more) for (id, score), more in zip(hits, added, strict=True)]
    return sorted(again, key=lambda hit: (-hit.score, hit.id))
