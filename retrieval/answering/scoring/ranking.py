"""All sentences of the candidate papers, scored and ordered.

One linear model scores which paper is meant, another which sentence of a paper answers. A sentence's share is its
paper's share times its own among the paper's sentences. The models are fitted separately, each among its own rivals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Floats
from retrieval.answering.passages.passages import PaperPassages, Passage
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import paper_features, sentence_features
from retrieval.answering.scoring.match_table import MatchTable

_LEAST_SHARE: Final = 0.002
"""Share from which a paper may be meant."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """A table's sentences with their shares, which sum to 1.

    ``order`` are the table's rows, best first; ties by paper id and position. ``paper_scores`` and ``scores`` are
    the models' scores of papers and sentences, ``paper_shares`` the softmax of the former.
    """

    table: MatchTable
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
        return self.table.passage(row)

    def paper(self, row: int) -> PaperPassages:
        """The paper of a row's sentence."""
        return self.table.papers[int(self.table.paper_of[row])]


def rank(table: MatchTable, paper_weights: Floats, sentence_weights: Floats) -> Ranking:
    """Rank all sentences of a table that isn't empty."""
    paper_scores = paper_features.describe(table) @ paper_weights
    likely = None if table.analysis.kind is Kind.LIST else _shares(paper_scores) >= _LEAST_SHARE
    rows = None if likely is None else np.flatnonzero(likely[table.paper_of])
    return ranking_of(table, paper_scores, sentence_features.describe(table, rows) @ sentence_weights)


def _shares(scores: Floats) -> Floats:
    shares = np.exp(scores - scores.max())
    return shares / shares.sum()


def ranking_of(table: MatchTable, paper_scores: Floats, scores: Floats) -> Ranking:
    """The ranking by these scores."""
    paper_shares = _shares(paper_scores)
    own = np.exp(scores - table.best_of_papers(scores)[table.paper_of])
    own /= np.add.reduceat(own, table.starts)[table.paper_of]
    shares = own * paper_shares[table.paper_of]
    ids = np.array([paper.paper.id for paper in table.papers])[table.paper_of]
    order = np.lexsort((np.arange(len(table)), ids, -shares))
    return Ranking(table, paper_scores, scores, paper_shares, shares, order)
