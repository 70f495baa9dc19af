"""Whether the best sentence answers at all: what speaks for and against it, beside the whole abstract."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from retrieval.answering.passages.attributes import attributes_missing
from retrieval.answering.passages.passages import PaperPassages
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import sentence_features as features
from retrieval.answering.scoring.match_table import Floats, Table
from retrieval.answering.scoring.ranking import Ranking

_SAME: Final = (
    features.coverage, features.coverage_meant, features.coverage_near, features.rest, features.rest_meant,
    features.rest_near, features.likeness, features.title, features.paper, features.paper_meant, features.paper_near,
    features.paper_likeness, features.bm25_of_possible, features.bm25_lead, features.named_head, features.named_title,
    features.named_paper, features.earlier_first, features.earlier_first_leans, features.earlier_first_pronoun,
    features.earlier_first_goes_on, features.earlier_first_short, features.earlier_first_fits,
    features.number_beside_counted, features.unit_given, features.pairs,
)  # fmt: skip
_KINDS: Final = (Kind.NUMBER, Kind.DEFINITION, Kind.REASON, Kind.METHOD, Kind.LOOKUP, Kind.AVAILABILITY, Kind.OTHER)
_CUE_OF_KIND: Final = {
    Kind.RESULT: "result", Kind.REASON: "reason", Kind.DEFINITION: "definition", Kind.METHOD: "method",
    Kind.COMPARISON: "comparison", Kind.ITEMS: "items", Kind.AVAILABILITY: "availability", Kind.NUMBER: "number",
}  # fmt: skip

NAMES: Final = (
    *(feature.__name__ for feature in _SAME),
    "share", "paper_share", "score", "paper_score", "own_share", "names_missing", "named", "unknown", "unknown_rare",
    "rarest_missing", "rarest_missing_near", "missing_here_and_there", "words", "few_words",
    "number_missing_here", "number_missing_there", "unit_missing_here", "unit_missing_there", "counted_missing_there",
    "counted_without_number", "attribute_missing", "attribute_missing_here", "cue_missing_here", "cue_missing_there",
    "asked_for_missing_here", "asked_for_missing_there", "counted_near_number",
    "a_name_missing", "a_name_missing_here", "names_nowhere", "names_elsewhere",
    "left_missing_here", "left_missing_there",
    "left_least_here", "left_least_there", "left", "telling_missing_here", "telling_missing_there", "nearest_elsewhere",
    "leans", "lookup_without_match", "size", "small", "small_and_unknown", "small_and_near",
    *(f"is_{kind}" for kind in _KINDS),
)  # fmt: skip


def describe(ranking: Ranking, corpus_size: int) -> Floats:
    """The features of doubt, in the order of ``NAMES``."""
    table, row = ranking.table, ranking.first
    analysis = table.analysis
    there = table.in_paper(table.near)[int(table.paper_of[row])]
    own = {
        **_certainty(ranking),
        **_unmatched(ranking, there),
        **_unsaid(ranking),
        **_asked_for(ranking, there),
        **_names(table, row),
        **_left_over(table, row, there),
        "leans": analysis.leans,
        "lookup_without_match": (analysis.kind is Kind.LOOKUP) * (1 - float(there @ table.weights)),
        **_size(corpus_size, _unknown(table), float(there @ table.weights)),
    }
    same = [float(table.value(feature)[row]) for feature in _SAME]
    kinds = [float(analysis.kind is kind) for kind in _KINDS]
    return np.array([*same, *(float(value) for value in own.values()), *kinds])


def _certainty(ranking: Ranking) -> dict[str, float]:
    """How far the ranking is for this sentence and its paper."""
    row = ranking.first
    paper = int(ranking.table.paper_of[row])
    return {
        "share": ranking.shares[row],
        "paper_share": ranking.paper_shares[paper],
        "score": ranking.scores[row] / 10,
        "paper_score": ranking.paper_scores[paper] / 10,
        "own_share": ranking.shares[row] / max(float(ranking.paper_shares[paper]), 1e-12),
    }


def _unmatched(ranking: Ranking, there: Floats) -> dict[str, float]:
    """Words of the question that the paper, or all papers, lack. ``there`` is how near the paper comes to each."""
    table, row = ranking.table, ranking.first
    analysis, weights = table.analysis, table.weights
    missing = weights * (1 - table.in_paper(table.meant)[int(table.paper_of[row])])
    top = max(float(weights.max(initial=0.0)), 1e-9)
    names_there = float(table.value(features.named_paper)[row])
    return {
        "names_missing": bool(analysis.names) * (1 - names_there),
        "named": bool(analysis.names),
        "unknown": _unknown(table),
        "unknown_rare": bool(analysis.unknown),
        "rarest_missing": float(missing.max(initial=0.0)) / top,
        "rarest_missing_near": float((weights * (1 - there)).max(initial=0.0)) / top,
        "missing_here_and_there": float((weights * (1 - table.near[row]) * (1 - there)).sum()),
        "words": math.log1p(len(analysis.words)),
        "few_words": len(analysis.words) <= 2,  # noqa: PLR2004
    }


def _unknown(table: Table) -> float:
    """The share of the question that no paper of the corpus has."""
    analysis = table.analysis
    return sum(analysis.weights[word] for word in analysis.unknown) / analysis.total if analysis.total else 1.0


def _unsaid(ranking: Ranking) -> dict[str, float]:
    """What an answer of this kind would say (a number, a unit, a cue), and this sentence or its paper does not."""
    analysis, passage, reading = ranking.table.analysis, ranking.passage(ranking.first), ranking.reading(ranking.first)
    cues = set[str]().union(*(each.cues for each in reading.passages))
    units = set[str]().union(*(each.units for each in reading.passages))
    measures = analysis.units if analysis.wants_number else frozenset[str]()
    cue = _CUE_OF_KIND.get(analysis.kind)
    return {
        "number_missing_here": analysis.wants_number and "number" not in passage.cues,
        "number_missing_there": analysis.wants_number and "number" not in cues,
        "unit_missing_here": bool(measures) and not measures & passage.units,
        "unit_missing_there": bool(measures) and not measures & units,
        "counted_missing_there": bool(analysis.counted) and not analysis.counted & reading.stems,
        "counted_without_number": bool(analysis.counted) and not analysis.counted & _beside_numbers(reading),
        "attribute_missing": attributes_missing(analysis.text, reading.paper.abstract),
        "attribute_missing_here": attributes_missing(analysis.text, passage.text),
        "cue_missing_here": cue is not None and cue not in passage.cues,
        "cue_missing_there": cue is not None and cue not in cues,
    }


def _asked_for(ranking: Ranking, there: Floats) -> dict[str, float]:
    """Whether what is asked for by name, or counted, is near anything that is said."""
    table, row = ranking.table, ranking.first
    analysis, words = table.analysis, list(table.analysis.weights)
    asked = words.index(analysis.asked_for) if analysis.asked_for in words else None
    beside = _beside_numbers(ranking.reading(row))
    return {
        "asked_for_missing_here": 0.0 if asked is None else 1 - float(table.near[row, asked]),
        "asked_for_missing_there": 0.0 if asked is None else 1 - float(there[asked]),
        "counted_near_number": bool(analysis.counted) * (1 - features.nearest(table, analysis.counted, beside)),
    }


def _beside_numbers(reading: PaperPassages) -> frozenset[str]:
    return frozenset[str]().union(*(each.beside_numbers for each in reading.passages))


def _size(corpus_size: int, unknown: float, near: float) -> dict[str, float]:
    """In a small corpus a question is likelier to have no answer, and its words likelier to be missing."""
    size = math.log10(max(1, corpus_size))
    small = max(0.0, 3 - size) / 2
    return {"size": size / 5, "small": small, "small_and_unknown": small * unknown, "small_and_near": small * near}


def _names(table: Table, row: int) -> dict[str, float]:
    """Names that the paper, or this sentence, lacks; and of these, which no candidate has or another one has."""
    if not table.names:
        return dict.fromkeys(("a_name_missing", "a_name_missing_here", "names_nowhere", "names_elsewhere"), 0.0)
    there = table.named_in_paper[int(table.paper_of[row])]
    anywhere = table.named_in_paper.any(axis=0)
    return {
        "a_name_missing": float(not there.all()),
        "a_name_missing_here": float(not table.named_here[row].all()),
        "names_nowhere": float((~anywhere).mean()),
        "names_elsewhere": float((anywhere & ~there).mean()),
    }


def _left_over(table: Table, row: int, there: Floats) -> dict[str, float]:
    """How much of what is asked of the paper (not of what names it) this sentence, or all of them, lack."""
    left = table.left_over[int(table.paper_of[row])]
    here, telling = table.near[row], table.telling
    weights = np.where(left, telling, 0.0)
    weights = weights / max(float(weights.sum()), 1e-9)
    best = table.in_paper(table.near) @ telling
    own = float(there @ telling)
    return {
        "left_missing_here": float(weights @ (1 - here)),
        "left_missing_there": float(weights @ (1 - there)),
        "left_least_here": float((1 - here[left]).max(initial=0.0)),
        "left_least_there": float((1 - there[left]).max(initial=0.0)),
        "left": math.log1p(int(left.sum())),
        "telling_missing_here": 1 - float(here @ telling),
        "telling_missing_there": 1 - own,
        "nearest_elsewhere": max(0.0, float(best.max()) - own),
    }
