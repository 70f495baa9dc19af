"""The best papers of a search in a better order: those that say what it says, and are about the same, lead.

To the BM25 score of a paper come its pairs of words (see ``retrieval.index.bigrams``) and what it is about.
Nothing is ever taken away, so that papers that are looked at again stay before those that are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.index import Hit, Index
from retrieval.index.bigrams import rescored
from retrieval.papers import Paper

ABOUT: Final = 0.4
"""What being about the same counts beside having all words of the query once, in a paper of mean length.

Chosen among round numbers on questions and sentences of arXiv abstracts that seek their papers: see docs/search.md.
"""


def reranked(
    index: Index,
    query: Sequence[str],
    hits: Sequence[Hit],
    papers: Mapping[str, Paper],
    paper_vectors: PaperVectors,
    title_weight: int,
) -> list[Hit]:
    """The hits of a search for ``query`` (terms in their order), looked at again, by (-score, id).

    ``papers`` has their texts by id; without one a hit gets nothing for pairs. One word alone tells little of what
    is sought: its hits stay as they are.
    """
    if len(query) <= 1:
        return list(hits)
    paired = rescored(index, query, hits, papers, title_weight)
    most = sum(max(0.0, index.idf(term)) for term in query)
    rows = index.documents.rows_of([hit.id for hit in paired])
    likeness = paper_vectors.likeness(index, rows, paper_vectors.word_vectors.embed(query))
    added = (ABOUT * most * np.maximum(likeness, 0)).tolist()
    again = [Hit(hit.id, hit.score + more) for hit, more in zip(paired, added, strict=True)]
    return sorted(again, key=lambda hit: (-hit.score, hit.id))
