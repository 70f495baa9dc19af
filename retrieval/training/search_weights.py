"""How much word pairs and topic should count in a search, tested on questions whose papers are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.evaluation.beir import ndcg
from retrieval.evaluation.question_sets import GoldQuestion
from retrieval.index import Index, ordered_terms
from retrieval.index.bigrams import READ, pair_scores
from retrieval.index.pairs import WEIGHT
from retrieval.index.updates import add_documents
from retrieval.papers import Paper
from retrieval.search.reranker import ABOUT, rerank
from retrieval.text import terms

PAIR_WEIGHTS: Final = (0.0, 0.1, 0.2, 0.3)
TOPIC_WEIGHTS: Final = (0.0, 0.2, 0.4, 0.6, 0.8)
_DEPTH: Final = 10


@dataclass(frozen=True, slots=True)
class WeightResult:
    """The mean nDCG@10 of the questions, used as search queries, with these weights."""

    pairs: float
    topic: float
    ndcg_at_10: float


@dataclass(frozen=True, eq=False)
class _Query:
    """A question's hits: the score of their words, and what pairs and topic add at a weight of 1."""

    ids: list[str]
    parts: NDArray[np.float64]
    """(3, hits)"""
    grades: dict[str, int]

    def ndcg(self, pairs: float, topic: float) -> float:
        scores = np.array([1.0, pairs, topic]) @ self.parts
        order = np.argsort(-scores, kind="stable")
        return ndcg([self.ids[int(at)] for at in order], self.grades, _DEPTH)


def search_weights(
    papers: Sequence[Paper], questions: Sequence[GoldQuestion], title_weight: int, words: WordVectors
) -> Iterator[WeightResult]:
    """Try every combination of weights on the questions that are no follow-ups and have a paper."""
    index = add_documents(Index.empty(), ((paper.id, ordered_terms(paper, title_weight)) for paper in papers))
    by_title = {paper.title: paper.id for paper in papers}
    paper_vectors, queries = PaperVectors(words), list[_Query]()
    for question in questions:
        right = {by_title[title]: 1 for title in question.accepted if title in by_title}
        if right and question.answerable and question.after is None:
            queries.append(_query(index, terms(question.question), right, paper_vectors, title_weight))
    for pairs in PAIR_WEIGHTS:
        for topic in TOPIC_WEIGHTS:
            yield WeightResult(pairs, topic, float(np.mean([each.ndcg(pairs, topic) for each in queries])))


def _query(
    index: Index,
    query: Sequence[str],
    right: dict[str, int],
    paper_vectors: PaperVectors,
    title_weight: int,
) -> _Query:
    hits, rows = index.best(query, READ)
    pairs = pair_scores(index, query, rows, title_weight).tolist()
    whole = {hit.id: hit.score for hit in rerank(index, query, hits, rows, paper_vectors, title_weight)}
    added = [
        (score, of_pairs / WEIGHT, (whole[id] - score - of_pairs) / ABOUT)
        for (id, score), of_pairs in zip(hits, pairs, strict=True)
    ]
    return _Query([hit.id for hit in hits], np.array(added, np.float64).reshape(-1, 3).T, right)
