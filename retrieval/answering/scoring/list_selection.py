"""Lists of papers: all that are on the matter, and none that are not."""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answering.scoring import sentence_features
from retrieval.answering.scoring.match_table import Floats
from retrieval.answering.scoring.ranking import Ranking

MOST: Final = 8
_ALL: Final = 0.999
"""Coverage of a paper that has all of the question's words."""
_LEAST: Final = 0.4
"""Probability below which even the best paper is not on the matter."""
_LIKELY: Final = 0.3
"""Probability from which on a paper is named in a list."""

NAMES: Final = (
    "exact", "meant", "near", "title", "bm25", "likeness", "likeness_share", "missing", "sentence", "paper_score",
    "exact_behind", "meant_behind", "near_behind", "title_behind", "all", "all_meant", "telling", "telling_behind",
    "telling_missing", "likeness_behind", "sentence_behind", "pairs", "amid",
)  # fmt: skip


def describe(ranking: Ranking) -> Floats:
    """What speaks for each paper of a ranking as one of the list: a row a paper, columns as ``NAMES``.

    How much of the question the paper has (by word, by meaning, nearly, in its title), the weightiest
    word that it lacks, what its best sentence has alone, how far it is behind the best paper, and how near
    it comes to what the likely ones are about (``amid``): papers on one matter resemble each other.
    """
    table, weights = ranking.table, ranking.table.weights
    in_meaning, nearly = table.in_paper(table.meant), table.in_paper(table.near)
    exact, meant, near = table.in_paper(table.exact) @ weights, in_meaning @ weights, nearly @ weights
    title, telling = table.in_title @ weights, nearly @ table.telling
    likeness = np.maximum(table.paper_likeness, 0)
    sentence = np.maximum.reduceat(table.meant @ weights, table.starts)
    centre = ranking.paper_shares @ table.paper_directions
    columns = (
        exact,
        meant,
        near,
        title,
        table.scores / _highest(table.scores),
        table.paper_likeness,
        likeness / _highest(likeness),
        (weights * (1 - in_meaning)).max(axis=1, initial=0.0) / _highest(weights),
        sentence,
        (ranking.paper_scores - ranking.paper_scores.max()) / 5,
        *(have - have.max() for have in (exact, meant, near, title)),
        exact >= _ALL,
        meant >= _ALL,
        telling,
        telling - telling.max(),
        (table.telling * (1 - nearly)).max(axis=1, initial=0.0) / _highest(table.telling),
        table.paper_likeness - table.paper_likeness.max(),
        sentence - sentence.max(),
        np.maximum.reduceat(sentence_features.pairs(table), table.starts),
        table.paper_directions @ (centre / max(float(np.linalg.norm(centre)), 1e-9)),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def _highest(values: Floats) -> float:
    """The highest of some numbers, to divide by."""
    return max(float(values.max(initial=0.0)), 1e-9)


def on_the_matter(chances: Floats) -> list[int]:
    """The papers that a list should name, best first, by their probabilities; places in ``table.readings``.

    A paper belongs there from a fixed probability on. As many as make the expected F1 of the one list
    highest were fewer: where all are in doubt that names too little.
    """
    order = sorted(range(len(chances)), key=lambda at: (-chances[at], at))
    if not order or chances[order[0]] < _LEAST:
        return []
    return [at for at in order[:MOST] if chances[at] >= _LIKELY]
