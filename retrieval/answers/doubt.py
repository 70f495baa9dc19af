"""Whether the best sentence answers at all: what speaks for and against it, beside the whole abstract."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from retrieval.answers.analysis import Analysis
from retrieval.answers.features import (
    Context,
    coverage,
    name_in_paper,
    number_beside_unit,
    paper_coverage,
    paper_expanded,
    rest_coverage,
    rest_expanded,
    title_coverage,
)
from retrieval.answers.kinds import Kind
from retrieval.answers.passages import Passage, Reading

# Things that people ask of a paper and abstracts rarely say: groups of stems, one of which must stand there.
_ATTRIBUTES: Final[tuple[tuple[frozenset[str], frozenset[str]], ...]] = tuple(
    (frozenset(asked.split()), frozenset((asked + " " + said).split()))
    for asked, said in (
        ("gpu gpus h100 a100 hardwar machin card tpu", "cuda nvidia"),
        ("cost dollar usd price money budget expens euro", "$ cheap cheaper"),
        ("licens licenc commerci", "apach mit cc"),
        ("annot rater kappa agreement crowdwork reviewer", "human expert judg"),
        ("epoch batch optim adam learn rate warmup hyperparamet seed", "iter step"),
        ("param paramet size", "billion million b m"),
        ("author affili univers lab fund grant institut sponsor", "team"),
        ("confer venu journal accept neurip icml iclr", "award"),
        ("day hour week minut second month year long", "time latenc ms"),
        ("token context length window", "k long"),
        ("languag multilingu", "english"),
        ("dropout rank temperatur threshold default layer head", ""),
        ("version releas date when", ""),
    )
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The best sentence among all: its share of the softmax, that of its paper, and its lead over the next paper."""

    context: Context
    passage: Passage
    share: float
    paper_share: float
    score: float
    candidates: int
    corpus_size: int


NAMES: Final = (
    "share", "paper_share", "score", "coverage", "rest_coverage", "rest_expanded", "paper_coverage", "paper_expanded",
    "title_coverage", "best_title", "name_in_paper", "names_missing", "unknown_share", "uncovered_rarest",
    "bm25_of_possible", "bm25_raw", "bm25_lead", "words", "number_missing_here", "number_missing_in_paper",
    "unit_missing", "number_beside_unit", "attribute_missing", "availability_missing", "kind_cue_missing", "leans",
    "is_earlier", "corpus_log", "is_lookup", "is_list", "is_number", "is_definition", "is_reason", "small_unknown",
)  # fmt: skip


def describe(standing: Standing) -> list[float]:
    """The features of doubt, in the order of ``NAMES``."""
    context, passage = standing.context, standing.passage
    analysis, reading = context.analysis, context.reading
    size_log = math.log10(max(1, standing.corpus_size))
    unknown = sum(analysis.weights[word] for word in analysis.unknown) / analysis.total if analysis.total else 1.0
    return [
        standing.share,
        standing.paper_share,
        standing.score / 10,
        coverage(context, passage),
        rest_coverage(context, passage),
        rest_expanded(context, passage),
        paper_coverage(context, passage),
        paper_expanded(context, passage),
        title_coverage(context, passage),
        float(title_coverage(context, passage) >= 0.5),  # noqa: PLR2004 - half of the question names the paper
        name_in_paper(context, passage),
        float(bool(analysis.names)) * (1 - name_in_paper(context, passage)),
        unknown,
        _rarest_uncovered(analysis, reading),
        context.bm25 / (2.5 * analysis.total) if analysis.total else 0.0,
        math.log1p(max(0.0, context.bm25)) / 5,
        (context.bm25 - context.rival) / context.best if context.best > 0 else 0.0,
        math.log1p(len(analysis.words)),
        float(analysis.wants_number and "number" not in passage.cues),
        float(analysis.wants_number and not any("number" in each.cues for each in reading.passages)),
        float(bool(analysis.units) and not analysis.units & reading.stems),
        number_beside_unit(context, passage),
        _attribute_missing(analysis, reading),
        float(analysis.kind is Kind.AVAILABILITY and "availability" not in passage.cues),
        _kind_cue_missing(analysis, passage),
        float(analysis.leans),
        float(context.is_earlier),
        size_log / 5,
        float(analysis.kind is Kind.LOOKUP),
        float(analysis.kind is Kind.LIST),
        float(analysis.kind is Kind.NUMBER),
        float(analysis.kind is Kind.DEFINITION),
        float(analysis.kind is Kind.REASON),
        unknown * max(0.0, 3 - size_log),
    ]


def _rarest_uncovered(analysis: Analysis, reading: Reading) -> float:
    """The weight of the most telling word that the whole paper lacks, also through the lexicon."""
    missing = [
        weight
        for word, weight in analysis.weights.items()
        if word not in reading.stems and not analysis.expansion.get(word, frozenset()) & reading.stems
    ]
    return max(missing, default=0.0) / max(analysis.weights.values(), default=1.0)


def _attribute_missing(analysis: Analysis, reading: Reading) -> float:
    """Something is asked that papers rarely say, and this abstract has no word of that group."""
    words = set(analysis.words)
    return float(any(words & asked and not said & reading.stems for asked, said in _ATTRIBUTES))


_CUE_OF_KIND: Final = {
    Kind.RESULT: "result",
    Kind.REASON: "reason",
    Kind.DEFINITION: "definition",
    Kind.METHOD: "method",
    Kind.COMPARISON: "comparison",
    Kind.ITEMS: "items",
}


def _kind_cue_missing(analysis: Analysis, passage: Passage) -> float:
    cue = _CUE_OF_KIND.get(analysis.kind)
    return float(cue is not None and cue not in passage.cues)
