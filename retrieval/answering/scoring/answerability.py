"""Whether the best sentence answers the question at all: how certain the ranking is, and what's missing."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats
from retrieval.answering.passages.attributes import attributes_missing
from retrieval.answering.passages.passages import PaperPassages
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import paper_features as papers
from retrieval.answering.scoring import sentence_features as sentences
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.ranking import Ranking

_OF_SENTENCE: Final = (sentences.coverage, sentences.expanded_coverage, sentences.non_title_expanded)
_OF_PAPER: Final = (
    papers.title_coverage, papers.bm25_of_possible, papers.system_name, papers.context_paper, papers.context_paper_short
)  # fmt: skip

NAMES: Final = (
    *(feature.__name__ for feature in (*_OF_SENTENCE, *_OF_PAPER)),
    "share", "paper_share", "score", "paper_score",
    "unknown", "words", "lookup_missing", "is_reason",
    "unit_missing_in_sentence", "unit_missing_in_abstract", "attribute_missing_in_sentence",
    "attribute_missing_in_abstract",
    "requested_missing_in_sentence", "requested_missing_in_abstract", "counted_missing_beside_numbers",
    "name_missing_in_sentence", "name_missing_in_abstract", "name_missing_everywhere",
    "open_missing_in_sentence", "open_missing_in_abstract", "open_words",
    "important_missing_in_sentence", "important_missing_in_abstract",
)  # fmt: skip


def describe(ranking: Ranking) -> Floats:
    """The features, in the order of ``NAMES``."""
    table, row = ranking.table, ranking.first
    paper = int(table.paper_of[row])
    own = {
        **_certainty(ranking, row, paper),
        **_question(table, paper),
        **_numbers_and_attributes(ranking),
        **_requested(ranking, paper),
        **_names(table, row, paper),
        **_open_words(table, row, paper),
    }
    of_sentence = [float(table.value(feature)[row]) for feature in _OF_SENTENCE]
    of_paper = [float(table.value(feature)[paper]) for feature in _OF_PAPER]
    return np.array([*of_sentence, *of_paper, *(float(value) for value in own.values())])


def _certainty(ranking: Ranking, row: int, paper: int) -> dict[str, float]:
    """How strongly the ranking prefers this sentence and its paper."""
    return {
        "share": ranking.shares[row],
        "paper_share": ranking.paper_shares[paper],
        "score": ranking.scores[row] / 10,
        "paper_score": ranking.paper_scores[paper] / 10,
    }


def _question(table: MatchTable, paper: int) -> dict[str, float]:
    """How much of the question no paper has, how long it is, and what a search for a paper lacks in this one."""
    analysis = table.analysis
    unknown = sum(analysis.weights[word] for word in analysis.unknown) / analysis.total if analysis.total else 1.0
    found = float(table.words.paper_similarity[paper] @ table.words.weights)
    return {
        "unknown": unknown,
        "words": math.log1p(len(analysis.words)),
        "lookup_missing": (analysis.kind is Kind.LOOKUP) * (1 - found),
        "is_reason": analysis.kind is Kind.REASON,
    }


def _numbers_and_attributes(ranking: Ranking) -> dict[str, float]:
    """The unit or attribute that was asked for, and that the sentence or the abstract lacks."""
    analysis, passage, paper = ranking.table.analysis, ranking.passage(ranking.first), ranking.paper(ranking.first)
    wanted = analysis.units if analysis.wants_number else frozenset[str]()
    return {
        "unit_missing_in_sentence": bool(wanted) and not passage.gives(wanted),
        "unit_missing_in_abstract": bool(wanted) and not any(each.gives(wanted) for each in paper.passages),
        "attribute_missing_in_sentence": attributes_missing(analysis.text, passage.text),
        "attribute_missing_in_abstract": attributes_missing(analysis.text, paper.paper.abstract),
    }


def _requested(ranking: Ranking, paper: int) -> dict[str, float]:
    """How far what's requested or counted is from anything that's said."""
    table, words = ranking.table, list(ranking.table.analysis.weights)
    analysis = table.analysis
    at = words.index(analysis.requested) if analysis.requested in words else None
    numbers = _beside_numbers(ranking.paper(ranking.first))
    return {
        "requested_missing_in_sentence": 0.0 if at is None else 1 - float(table.words.similar[ranking.first, at]),
        "requested_missing_in_abstract": 0.0 if at is None else 1 - float(table.words.paper_similarity[paper, at]),
        "counted_missing_beside_numbers": bool(analysis.counted)
        * (1 - sentences.nearest(table, analysis.counted, numbers)),
    }


def _beside_numbers(paper: PaperPassages) -> frozenset[str]:
    return frozenset[str]().union(*(each.beside_numbers for each in paper.passages))


def _names(table: MatchTable, row: int, paper: int) -> dict[str, float]:
    """Whether a name of the question is missing in the sentence or the paper, and the share that no candidate has."""
    names, some = table.names, bool(table.names.names)
    return {
        "name_missing_in_sentence": float(not names.in_sentence[row].all()),
        "name_missing_in_abstract": float(not names.in_paper[paper].all()),
        "name_missing_everywhere": float((~names.in_paper.any(axis=0)).mean()) if some else 0.0,
    }


def _open_words(table: MatchTable, row: int, paper: int) -> dict[str, float]:
    """How much of what's asked about the paper, and of the whole question, the sentence or the abstract lacks."""
    importance, here, there = table.words.importance, table.words.similar[row], table.words.paper_similarity[paper]
    is_open = table.open_words[paper]
    weights = np.where(is_open, importance, 0.0)
    weights = weights / max(float(weights.sum()), 1e-9)
    return {
        "open_missing_in_sentence": float(weights @ (1 - here)),
        "open_missing_in_abstract": float(weights @ (1 - there)),
        "open_words": math.log1p(int(is_open.sum())),
        "important_missing_in_sentence": 1 - float(here @ importance),
        "important_missing_in_abstract": 1 - float(there @ importance),
    }
