"""Lists of papers: all that fit the topic, and no others."""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats
from retrieval.answering.scoring import sentence_features
from retrieval.answering.scoring.ranking import Ranking

MOST: Final = 8
_ALL: Final = 0.999
"""Coverage of a paper that has all of the question's words."""
_LEAST: Final = 0.4
"""Probability that the best paper must have for there to be a list at all."""
_LIKELY: Final = 0.3
"""Probability from which a paper is listed."""

NAMES: Final = (
    "title_behind", "similarity_behind", "all_words", "topic", "topic_behind", "sentence_coverage", "word_pairs",
    "like_the_others",
)  # fmt: skip


def describe(ranking: Ranking) -> Floats:
    """What suggests that each paper belongs in the list: a row a paper, columns in the order of ``NAMES``.

    How far the paper is behind the best one (title words, similar words, topic), whether it has all words, how many
    its best sentence has, and how similar it is to the likely papers: papers on one topic resemble each other.
    """
    table, words = ranking.table, ranking.table.words
    title, similarity = words.in_title @ words.weights, words.paper_similarity @ words.weights
    topic = table.topics.papers
    centre = ranking.paper_shares @ table.topics.paper_directions
    columns = (
        title - title.max(),
        similarity - similarity.max(),
        words.in_papers(words.exact) @ words.weights >= _ALL,
        topic,
        topic - topic.max(),
        table.best_of_papers(table.value(sentence_features.expanded_coverage)),
        table.best_of_papers(table.value(sentence_features.word_pairs)),
        table.topics.paper_directions @ (centre / max(float(np.linalg.norm(centre)), 1e-9)),
    )
    return np.stack(columns, axis=1).astype(np.float64)


def select_papers(probabilities: Floats) -> list[int]:
    """The papers to list, best first, given their probabilities; positions in ``table.papers``.

    A fixed threshold works better than maximising the list's expected F1, which lists too few where all are uncertain.
    """
    order = sorted(range(len(probabilities)), key=lambda at: (-probabilities[at], at))
    if not order or probabilities[order[0]] < _LEAST:
        return []
    return [at for at in order[:MOST] if probabilities[at] >= _LIKELY]
