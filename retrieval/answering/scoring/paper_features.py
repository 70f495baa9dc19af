"""What suggests that a paper is the one the question is about: its words, its name, the conversation.

Each feature is a pure function from a question's table to a number for each paper, most of them 0..1. Its docstring
says why it helps. Fitted weights (``config/answers.json``) say how much it counts.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Mask
from retrieval.answering.scoring import sentence_features as sentences
from retrieval.answering.scoring.match_table import Feature, MatchTable

_OWN_WORDS: Final = 2
"""Content words from which on a question describes what it's about."""
_OWN_SHARE: Final = 0.25
"""Share of these words that a paper must have, at least nearly, for the question to be a follow-up about it."""


def _share(matches: Mask) -> Floats:
    return matches.mean(axis=1) if matches.shape[1] else np.zeros(len(matches))


def title_coverage(table: MatchTable) -> Floats:
    """A question about a paper often uses words of its title."""
    return table.words.in_title @ table.words.weights


def paper_coverage(table: MatchTable) -> Floats:
    """The right paper has nearly all of the question's words somewhere."""
    return table.words.in_papers(table.words.exact) @ table.words.weights


def paper_similarity(table: MatchTable) -> Floats:
    """The same, counting similar words."""
    return table.words.paper_similarity @ table.words.weights


def paper_topic(table: MatchTable) -> Floats:
    """A paper can be about the same topic in other words."""
    return table.topics.papers


def bm25_of_possible(table: MatchTable) -> Floats:
    """How good the match is at all: the score relative to that of a paper with every word."""
    possible = 2.5 * table.analysis.total
    return np.clip(table.scores / possible, 0, 1) if possible > 0 else np.zeros(len(table.papers))


def bm25_lead(table: MatchTable) -> Floats:
    """A paper that's far ahead of the next one is hardly ever wrong."""
    best, second = (*sorted(table.scores, reverse=True), 0.0, 0.0)[:2]
    if best <= 0:
        return np.zeros(len(table.papers))
    return (table.scores - np.where(table.scores == best, second, best)) / best


def system_name(table: MatchTable) -> Floats:
    """The question names the paper's system: the name before the colon of its title."""
    return table.names.own_name_asked


def name_in_paper(table: MatchTable) -> Floats:
    """A name in the question points to the papers that have it."""
    return _share(table.names.in_paper)


def context_paper(table: MatchTable) -> Floats:
    """A follow-up that names no other paper is about the paper that was quoted before."""
    first = table.analysis.earlier_papers[:1]
    quoted = np.array([float(each.paper.id in first) for each in table.papers])
    return quoted * _may_follow_up(table)


def _may_follow_up(table: MatchTable) -> Floats:
    """0 for papers that have hardly any of the question's own words, unless it plainly continues; else 1."""
    if table.analysis.continues or len(table.analysis.words) < _OWN_WORDS:
        return np.ones(len(table.papers))
    return (table.value(paper_similarity) >= _OWN_SHARE).astype(np.float64)


def context_paper_pronoun(table: MatchTable) -> Floats:
    """It, they, that: what the conversation was about."""
    return table.value(context_paper) * table.analysis.has_pronoun


def context_paper_continued(table: MatchTable) -> Floats:
    """And, but, what about: the conversation continues."""
    return table.value(context_paper) * table.analysis.continues


def context_paper_short(table: MatchTable) -> Floats:
    """A question with few words of its own relies on the conversation."""
    return table.value(context_paper) / max(1, len(table.analysis.words))


def context_paper_other_name(table: MatchTable) -> Floats:
    """A name that the paper doesn't have belongs to another paper."""
    if not table.analysis.names:
        return np.zeros(len(table.papers))
    return table.value(context_paper) * (1 - table.value(name_in_paper))


def context_other(table: MatchTable) -> Floats:
    """The other papers of the previous answer are more likely than unrelated ones."""
    others = table.analysis.earlier_papers[1:]
    return np.array([float(each.paper.id in others) for each in table.papers])


_OF_PAPERS: Final[tuple[Feature, ...]] = (
    title_coverage, paper_coverage, paper_similarity, paper_topic, bm25_lead, system_name, name_in_paper,
    context_paper, context_paper_pronoun, context_paper_continued, context_paper_short, context_paper_other_name,
    context_other,
)  # fmt: skip
_BEST_SENTENCE: Final[tuple[Feature, ...]] = (
    sentences.family_coverage, sentences.non_title_similarity, sentences.word_pairs, sentences.new_words,
    sentences.open_lead, sentences.importance_coverage, sentences.topic, sentences.previous_question_words,
    sentences.new_names,
)  # fmt: skip
"""Features of sentences; a paper gets the value of its best one."""

NAMES: Final = tuple(feature.__name__ for feature in (*_OF_PAPERS, *_BEST_SENTENCE))
"""The features in the order of the weights."""


def describe(table: MatchTable) -> Floats:
    """All features of all papers: a row a paper, columns in the order of ``NAMES``."""
    own = [table.value(feature) for feature in _OF_PAPERS]
    best = [table.best_of_papers(table.value(feature)) for feature in _BEST_SENTENCE]
    return np.stack([*own, *best], axis=1)
