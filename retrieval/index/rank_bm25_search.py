"""The search with the package ``rank_bm25`` itself, the reference for the other engines: slow, for small libraries.

The package counts documents, their lengths and terms, and computes the scores. It is handed the idf of the query's
terms and the mean length, because it holds one segment at a time and both belong to the whole corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.index.numpy_search import Best, Engine, Found, Part, Plan
from retrieval.index.segment import K1, B, Floats, Mask, Postings, Rows

LARGEST: Final = 10_000
"""Papers up to which this engine is used. Each word of a query takes a Python loop over all of them: 1 ms."""


class RankBm25Engine(Engine):
    """``rank_bm25.BM25Okapi`` over each segment, built when the segment is first searched."""

    def __init__(self) -> None:
        self._scorers = WeakKeyDictionary[Postings, BM25Okapi]()

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """See ``Engine``."""
        best = Best(limit)
        for part in parts:
            scores, found = self.every_score(part, plan.weights, plan.mean)
            rows = np.flatnonzero(found if part.allowed is None else found & part.allowed)
            best.add(rows + part.base, scores[rows])
        return best.rows, best.scores

    def scores(self, part: Part, weights: Floats, mean: float, rows: Rows) -> tuple[Floats, Mask]:
        """See ``Engine``."""
        scores, found = self.every_score(part, weights, mean)
        return scores[rows], found[rows]

    def every_score(self, part: Part, weights: Floats, mean: float) -> tuple[Floats, Mask]:
        """See ``Engine``."""
        idf = {place: idf for place, idf in zip(part.places.tolist(), weights.tolist(), strict=True) if place >= 0}
        size = len(part.postings.lengths)
        if not idf:
            return np.zeros(size), np.zeros(size, np.bool_)
        scorer = copy(self._scorer(part.postings))
        scorer.idf, scorer.avgdl = idf, mean
        found = [not idf.keys().isdisjoint(terms) for terms in scorer.doc_freqs]
        return scorer.get_scores(list(idf)), np.array(found, np.bool_)

    def _scorer(self, postings: Postings) -> BM25Okapi:
        scorer = self._scorers.get(postings)
        if scorer is None:
            scorer = self._scorers[postings] = BM25Okapi(_terms_of_documents(postings), k1=K1, b=B)
        return scorer


def _terms_of_documents(postings: Postings) -> list[list[int]]:
    """The terms of each document, as numbers in the segment, each as often as the document contains it."""
    terms = np.repeat(np.arange(len(postings.term_keys)), np.diff(postings.offsets))
    frequencies = postings.frequencies(np.arange(len(terms))).astype(np.intp)
    order = np.argsort(postings.documents, kind="stable")
    ends = np.cumsum(postings.lengths)[:-1]
    return [part.tolist() for part in np.split(np.repeat(terms[order], frequencies[order]), ends)]
