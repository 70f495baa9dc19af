"""Every sentence of the candidate papers, scored and put in order.

Two linear models share the work: one says which paper is meant, the other which sentence of a paper
answers. A sentence's share is the paper's times its own among the paper's sentences; fitted apart,
each model sees only its own rivals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages.passages import PaperPassages, Passage
from retrieval.answering.scoring import sentence_features
from retrieval.answering.scoring.match_table import Floats, Table


@dataclass(frozen=True, eq=False)
class Ranking:
    """A table's sentences with their shares of certainty, together 1.

    ``order`` are the table's rows, best first; equal ones by paper id and place. ``paper_scores`` and
    ``scores`` are the models' scores of papers and sentences, ``paper_shares`` the softmax of the first.
    """

    table: Table
    paper_scores: Floats
    scores: Floats
    paper_shares: Floats
    shares: Floats
    order: NDArray[np.intp]

    @property
    def first(self) -> int:
        """The row of the best sentence."""
        return int(self.order[0])

    def passage(self, row: int) -> Passage:
        """The sentence of a row."""
        return self.table.passages[row]

    def reading(self, row: int) -> PaperPassages:
        """The paper of a row's sentence."""
        return self.table.readings[int(self.table.paper_of[row])]


def rank(table: Table, paper_weights: Floats, sentence_weights: Floats) -> Ranking:
    """All sentences of a table that is not empty."""
    described = sentence_features.describe(table)
    return ranking_of(table, of_papers(table, described) @ paper_weights, described @ sentence_weights)


def of_papers(table: Table, described: Floats) -> Floats:
    """The features of each paper: the best value that any of its sentences has, for all but the looks."""
    best: Floats = np.empty((len(table.readings), len(sentence_features.PAPER_NAMES)), np.float64)
    np.maximum.reduceat(described[:, : best.shape[1]], table.starts, axis=0, out=best)
    return best


def ranking_of(table: Table, paper_scores: Floats, scores: Floats) -> Ranking:
    """The order that scores make."""
    paper_shares = np.exp(paper_scores - paper_scores.max())
    paper_shares /= paper_shares.sum()
    own = np.exp(scores - np.maximum.reduceat(scores, table.starts)[table.paper_of])
    own /= np.add.reduceat(own, table.starts)[table.paper_of]
    shares = own * paper_shares[table.paper_of]
    ids = np.array([reading.paper.id for reading in table.readings])[table.paper_of]
    order = np.lexsort((np.arange(len(table)), ids, -shares))
    return Ranking(table, paper_scores, scores, paper_shares, shares, order)
