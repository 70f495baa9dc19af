"""Lists of papers: all that are on the matter, and none that are not."""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answers import features
from retrieval.answers.ranking import Ranking
from retrieval.answers.table import Floats

MOST: Final = 8
_ALL: Final = 0.999
"""Coverage of a paper that has all of the question's words."""
_LEAST: Final = 0.4
"""Probability below which even the best paper is not on the matter."""

NAMES: Final = (
    "exact", "meant", "near", "title", "bm25", "likeness", "likeness_share", "missing", "sentence", "paper_score",
    "exact_behind", "meant_behind", "near_behind", "title_behind", "all", "all_meant", "telling", "telling_behind",
    "telling_missing", "likeness_behind", "sentence_behind", "pairs",
)  # fmt: skip


def describe(ranking: Ranking) -> Floats:
    """What speaks for each paper of a ranking as one of the list: a row a paper, columns as ``NAMES``.

    How much of the question the paper has (by word, by meaning, nearly, in its title), the weightiest
    word that it lacks, what its best sentence has alone, and how far it is behind the best paper.
    """
    table, weights = ranking.table, ranking.table.weights
    meant = table.in_paper(table.meant)
    exact, near = table.in_paper(table.exact) @ weights, table.in_paper(table.near) @ weights
    title = table.in_title @ weights
    likeness = np.maximum(table.paper_likeness, 0)
    weightiest = max(float(weights.max(initial=0.0)), 1e-9)
    telling = table.in_paper(table.near) @ table.telling
    sentence = np.maximum.reduceat(table.meant @ weights, table.starts)
    most_telling = max(float(table.telling.max(initial=0.0)), 1e-9)
    columns = (
        exact,
        meant @ weights,
        near,
        title,
        table.scores / max(float(table.scores.max()), 1e-9),
        table.paper_likeness,
        likeness / max(float(likeness.max()), 1e-9),
        (weights * (1 - meant)).max(axis=1, initial=0.0) / weightiest,
        sentence,
        (ranking.paper_scores - ranking.paper_scores.max()) / 5,
        exact - exact.max(),
        meant @ weights - (meant @ weights).max(),
        near - near.max(),
        title - title.max(),
        exact >= _ALL,
        meant @ weights >= _ALL,
        telling,
        telling - telling.max(),
        (table.telling * (1 - table.in_paper(table.near))).max(axis=1, initial=0.0) / most_telling,
        table.paper_likeness - table.paper_likeness.max(),
        sentence - sentence.max(),
        np.maximum.reduceat(features.pairs(table), table.starts),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def on_the_matter(chances: Floats) -> list[int]:
    """The papers that a list should name, best first, by their probabilities; places in ``table.readings``.

    As many as make the expected F1 of the list highest, where the expected size of a full list is the sum
    of all probabilities (the usual approximation: Lipton and others, "Optimal Thresholding of Classifiers
    to Maximize F1 Measure", 2014).
    """
    order = sorted(range(len(chances)), key=lambda at: (-chances[at], at))
    if not order or chances[order[0]] < _LEAST:
        return []
    best = chances[order[:MOST]]
    expected = np.cumsum(best) / (np.arange(1, len(best) + 1) + chances.sum())
    return order[: int(np.argmax(expected)) + 1]
