"""The reader's second opinion: which sentences it reads, and how its scores change their order."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Rows
from retrieval.answering.reader.inputs import ReaderPassage
from retrieval.answering.scoring import answerability
from retrieval.answering.scoring.ranking import Ranking

_MOST: Final = 7
"""Sentences that are read at most. Eight or twelve bring no more right answers, five cost a hundredth of them."""
_LEAST_SHARE: Final = 0.08
"""Share, relative to the best sentence's, from which a sentence is read. A third of that costs a quarter more time, and
brings nothing."""
_CERTAIN: Final = 0.93
"""Probability of an answer, and share of the best sentence, from which nothing is read."""
_HOPELESS: Final = 0.25
"""Probability of an answer under which nothing is read."""
_SMALLEST: Final = 1e-9

MIX_NAMES: Final = ("log_share", "log_paper_share", "reader")
NAMES: Final = (*answerability.NAMES, "reader_first", "reader_best", "reader_second", "read")


def rows_to_read(ranking: Ranking, confidence: float) -> Rows:
    """The rows of the sentences to read, best first; none if the answerer is certain, of an answer or a refusal."""
    order, shares = ranking.order[:_MOST], ranking.shares[ranking.order[:_MOST]]
    if confidence < _HOPELESS or min(confidence, float(shares[0])) > _CERTAIN:
        return order[:0]
    return order[shares >= _LEAST_SHARE * shares[0]]


def reader_passages(ranking: Ranking, rows: Rows) -> list[ReaderPassage]:
    """The sentences of some rows for the reader."""
    return [ReaderPassage(ranking.paper(row).paper.title, ranking.passage(row).text) for row in rows.tolist()]


def describe_rows(ranking: Ranking, rows: Rows, scores: Floats) -> Floats:
    """The features that the order of read sentences depends on: a row a sentence, columns as in ``MIX_NAMES``."""
    papers = ranking.paper_shares[ranking.table.paper_of[rows]]
    logs = (np.log(np.maximum(each, _SMALLEST)) for each in (ranking.shares[rows], papers))
    return np.stack([*logs, scores], axis=1)


def mixed(ranking: Ranking, rows: Rows, scores: Floats, weights: Floats) -> Ranking:
    """The ranking with the read sentences in a new order. Together they keep their share; shares of papers stay."""
    values = describe_rows(ranking, rows, scores) @ weights
    own = np.exp(values - values.max())
    shares = ranking.shares.copy()
    shares[rows] = own / own.sum() * ranking.shares[rows].sum()
    best = rows[np.argsort(-own, kind="stable")]
    order = np.concatenate([best, ranking.order[~np.isin(ranking.order, best)]])
    return replace(ranking, shares=shares, order=order)


def joined_log_odds(own: float, read: float) -> float:
    """The log-odds of an answer: the mean of those before and after reading, which err on different questions."""
    return (own + read) / 2


def describe(ranking: Ranking, rows: Rows, scores: Floats) -> Floats:
    """What suggests that the best sentence of a mixed ranking answers, in the order of ``NAMES``."""
    best = np.sort(scores)[::-1]
    first = float(scores[np.flatnonzero(rows == ranking.first)[0]])
    second = float(best[1]) if len(best) > 1 else float(best[0]) - 10
    return np.array([*answerability.describe(ranking), first, float(best[0]), second, float(len(rows))])
