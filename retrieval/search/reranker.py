"""Reranks the best papers of a search: those with the same pairs of words and the same subject come first.

The score for pairs of words (see ``retrieval.index.bigrams``) and for the subject is added to the BM25 score of a
paper, never subtracted, so that reranked papers stay before all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.index import Hit, Index
from retrieval.index.bigrams import pair_scores
from retrieval.index.segment import Floats, Rows

ABOUT: Final = 0.4
"""The weight of the same subject, compared with containing all words of the query once in a paper of mean length.

Chosen among round numbers with questions and sentences of arXiv abstracts that should find their papers: see
docs/search.md.
"""


def rerank(
    index: Index,
    query: Sequence[str],
    hits: Sequence[Hit],
    rows: Rows,
    paper_vectors: PaperVectors,
    title_weight: int,
) -> list[Hit]:
    """The hits of a search for ``query`` (terms in their order) with their new scores, by (-score, id).

    ``rows`` are their rows in the index. A single word says little about the subject, so its hits stay as they are.
    """
    if len(query) <= 1:
        return list(hits)
    added = added_scores(index, query, rows, paper_vectors, title_weight).tolist()
    again = [Hit(id, score + more) for (id, score), more in zip(hits, added, strict=True)]
    return sorted(again, key=lambda hit: (-hit.score, hit.id))


def added_scores(
    index: Index, query: Sequence[str], rows: Rows, paper_vectors: PaperVectors, title_weight: int
) -> Floats:
    """What pairs and the subject add to the scores of the papers at these rows; see ``rerank``."""
    if len(query) <= 1:
        return np.zeros(len(rows))
    most = sum(max(0.0, index.statistics.idf(frequency)) for frequency in index.document_frequencies(query))
    likeness = paper_vectors.likeness(index, rows, paper_vectors.word_vectors.embed(query))
    return pair_scores(index, query, rows, title_weight) + ABOUT * most * np.maximum(likeness, 0)
