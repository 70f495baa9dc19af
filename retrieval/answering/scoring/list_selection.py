"""Lists of papers: all that fit the topic, and no others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats
from retrieval.answering.scoring import sentence_features
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.ranking import Ranking
from retrieval.text import stem, terms

MOST: Final = 8
_ALL: Final = 0.999
"""Coverage of a paper that has all of the question's words."""
_LEAST: Final = 0.4
"""Probability that the best paper must have for there to be a list at all."""
_LIKELY: Final = 0.25
"""Probability from which a paper is listed."""
_SAME: Final = 0.7
"""Cosine from which one word means the same topic as another: soccer, football."""
_PAIR: Final = 2
_ONE_OF_PAIR: Final = 0.3
"""What each paper must have of a topic of two words: hardly less than one of them."""
_FEW: Final = 20
"""Candidates of a small library: it has no others with a word of the question or a similar one."""
_NEARLY: Final = 0.85
"""Share of what the best paper must have of a topic that each must have."""
SCAFFOLD: Final = frozenset(
    stem(word)
    for word in """
    deal deals cover covers discuss discusses look looks treat treats focus focuses examine examines analyze analyzes
    analyse analyses propose proposes introduce introduces address addresses investigate explore explores present
    presents describe describes apply applies make makes making do got stuff somewhere anywhere idea new specifically
    mainly related topic topics area field research written people try something consider considers concern concerns
    among amongst involve involves tackle tackles give gives release released build builds
    em anybody anyone everybody everyone somebody someone put puts take takes taking account having here find found
    help helps kind kinds sort sorts way ways all report reports mention mentions contain contains
    """.split()
)
"""Words that say that papers are on a topic, and not on which."""

NAMES: Final = (
    "title_behind", "similarity_behind", "all_words", "topic", "sentence_topic_behind", "sentence_coverage",
    "word_pairs", "like_the_others", "rivals",
)  # fmt: skip


def describe(ranking: Ranking) -> Floats:
    """What suggests that each paper belongs in the list: a row a paper, columns in the order of ``NAMES``.

    How far the paper is behind the best one (title words, similar words, topic of its best sentence), whether it has
    all words, how many its best sentence has, and how similar it is to the likely papers: papers on one topic resemble
    each other. How many candidates there are: of a small library a larger part fits.
    """
    table, words = ranking.table, ranking.table.words
    title, similarity = words.in_title @ words.weights, words.paper_similarity @ words.weights
    topic, best = table.topics.papers, table.best_of_papers(table.topics.sentences)
    centre = ranking.paper_shares @ table.topics.paper_directions
    columns = (
        title - title.max(),
        similarity - similarity.max(),
        words.in_papers(words.exact) @ words.weights >= _ALL,
        topic,
        best - best.max(),
        table.best_of_papers(table.value(sentence_features.expanded_coverage)),
        table.best_of_papers(table.value(sentence_features.word_pairs)),
        table.topics.paper_directions @ (centre / max(float(np.linalg.norm(centre)), 1e-9)),
        np.full(len(topic), math.log(len(topic))),
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


def on_topic(table: MatchTable, chosen: Sequence[int]) -> list[int]:
    """Those of the chosen papers that are on the topic: none if none is, however likely beside the others.

    The more words describe the topic, the fewer of them a paper must have. One of the papers on a topic of two words
    must have both in one sentence or its title; of a small library, in which words hardly meet by chance, anywhere.
    """
    words, weights = table.words, topic_weights(table)
    chosen = [at for at in chosen if table.analysis.unwanted.isdisjoint(terms(table.papers[at].paper.title))]
    count = int(np.count_nonzero(weights))
    if not count or not chosen:
        return chosen
    same = on_same_topic(table)
    anywhere = words.in_papers(same) @ weights
    together = np.maximum(table.best_of_papers(same @ weights), words.in_title @ weights)
    least = float(np.clip(0.9 - 0.1 * count, 0.25, 0.7))
    if (together if count <= _PAIR and len(table.papers) > _FEW else anywhere)[chosen].max() < least:
        return []
    each = _ONE_OF_PAIR if count == _PAIR else _NEARLY * least
    return [at for at in chosen if anywhere[at] >= each]


def topic_weights(table: MatchTable) -> Floats:
    """What each word of the question weighs in its topic; they sum to 1, unless no word is about one."""
    asks = np.array([word not in SCAFFOLD for word in table.analysis.weights], np.bool_)
    weights = np.where(asks, table.words.weights, 0.0)
    return weights / weights.sum() if weights.any() else weights


def on_same_topic(table: MatchTable) -> Floats:
    """How near each sentence (a row) comes to each word of the question (a column): 0 if it's on another topic."""
    return np.where(table.words.similar >= _SAME, table.words.similar, 0.0)
