"""The output of an evaluation for a terminal or a program: the figures, and what failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice

from pydantic import BaseModel
from rich.table import Table
from rich.text import Text

from retrieval.answering.types import MatchLevel
from retrieval.evaluation.beir import Quality
from retrieval.evaluation.metrics import (
    Figures,
    Judged,
    LevelFigures,
    as_json,
    figures,
    figures_by,
    intervals,
    levels,
    reliability,
)

_LONGEST_CELL = 90


class LevelOut(BaseModel):
    """A level of certainty: how many answers have it, and the share of them that is right, or null without any."""

    level: MatchLevel
    answers: int
    right: float | None

    @classmethod
    def of(cls, values: LevelFigures) -> LevelOut:
        """The line of a level."""
        return cls(level=values.level, answers=values.answers, right=round(values.right, 3) if values.answers else None)


class EvaluationOut(BaseModel):
    """An evaluation as one line of JSON; a figure that doesn't apply is null."""

    figures: dict[str, float | int]
    baseline: dict[str, float | int] | None
    intervals: dict[str, tuple[float, float]]
    levels: list[LevelOut]
    reliability: list[dict[str, float]]
    kinds: dict[str, dict[str, float | int]]
    styles: dict[str, dict[str, float | int]]

    @classmethod
    def of(cls, judged: Sequence[Judged], baseline: Sequence[Judged]) -> EvaluationOut:
        """The line for judged answers and the baseline's."""
        return cls(
            figures=as_json(figures(judged)),
            baseline=as_json(figures(baseline)) if baseline else None,
            intervals=intervals(judged),
            levels=[LevelOut.of(each) for each in levels(judged)],
            reliability=[asdict(each) for each in reliability(judged)],
            kinds={name: as_json(values) for name, values in figures_by(judged, lambda gold: gold.kind).items()},
            styles={name: as_json(values) for name, values in figures_by(judged, lambda gold: gold.style).items()},
        )


def figures_table(judged: Sequence[Judged], baseline: Sequence[Judged]) -> Table:
    """All questions, the baseline if it was asked, then each kind and each style of question.

    "highlights" is the share of right first quotes with all answering words highlighted, and the median share of the
    sentence that is highlighted.
    """
    columns = (
        "questions",
        "paper@1",
        "sentence@1",
        "sentence@3",
        "right",
        "refusal F1",
        "lists R/P",
        "highlights",
        "p50/p99 ms",
    )
    table = Table("", *columns, title="Shares of the questions, with a 95% interval for all")
    table.add_row("all", *_cells(figures(judged)))
    table.add_row("", "", *_interval_cells(intervals(judged)), end_section=not baseline)
    if baseline:
        table.add_row("baseline", *_cells(figures(baseline)), end_section=True)
    for name, values in figures_by(judged, lambda gold: gold.kind).items():
        table.add_row(name, *_cells(values))
    table.add_section()
    for name, values in figures_by(judged, lambda gold: gold.style).items():
        table.add_row(name or "no style", *_cells(values))
    return table


def levels_table(judged: Sequence[Judged]) -> Table:
    """How many answers have each level of certainty, and how many of them are right."""
    table = Table("level", "answers", "share", "right", title="Answers from abstracts, by the level that people see")
    rows = levels(judged)
    total = sum(each.answers for each in rows)
    for each in rows:
        table.add_row(each.level, str(each.answers), _share(each.answers / max(1, total)), _share(each.right))
    return table


def reliability_table(judged: Sequence[Judged]) -> Table:
    """How well the confidence works as a probability."""
    table = Table("confidence", "answers", "mean", "right", title="How often answers are right, by their confidence")
    for each in reliability(judged):
        range_ = f"{_share(each.low)}–{_share(each.high)}"
        table.add_row(range_, str(each.answers), _share(each.confidence), _share(each.right))
    return table


def quality_table(name: str, quality: Quality) -> Table:
    """How well searches rank the documents of a test collection."""
    columns = ("collection", "documents", "queries", "nDCG@10", "MRR@10", "recall@10", "recall@100")
    table = Table(*columns, title="Means over the queries with a relevant document")
    shares = (quality.ndcg_at_10, quality.mrr_at_10, quality.recall_at_10, quality.recall_at_100)
    table.add_row(Text(name), f"{quality.documents:,}", f"{quality.queries:,}", *(f"{share:.3f}" for share in shares))
    return table


def failures_table(judged: Sequence[Judged], most: int) -> Table:
    """The first ``most`` questions that weren't answered correctly, and how they failed."""
    table = Table("id", "failure", "question", "first quote", title="Failures")
    for each, failure in islice(_failures(judged), most):
        quote = each.answer.quotes[0].text if each.answer.quotes else ""
        # Text, because brackets in questions and abstracts aren't markup.
        table.add_row(Text(each.gold.id), failure, Text(_cut(each.gold.question)), Text(_cut(quote)))
    return table


def failure_of(judged: Judged) -> str | None:
    """How an answer failed; ``None`` for a right one and for lists of papers, which can be partly right."""
    if judged.right != 0:
        return None
    if judged.gold.of_records:
        return f"wrong {judged.gold.kind}"
    if not judged.gold.answerable:
        return "should have been refused"
    if not judged.answered:
        return "refused"
    return "wrong sentence" if judged.paper_at_1 else "wrong paper"


def _failures(judged: Sequence[Judged]) -> Iterator[tuple[Judged, str]]:
    for each in judged:
        failure = failure_of(each)
        if failure is not None:
            yield each, failure


def _cells(values: Figures) -> list[str]:
    shares = (
        values.paper_at_1,
        values.sentence_at_1,
        values.sentence_at_3,
        values.right,
        values.abstention_f1,
    )
    marked = f"{_share(values.answer_marked)} in {_share(values.marked_share)}"
    lists = f"{_share(values.list_recall)}/{_share(values.list_precision)}"
    times = f"{values.p50_ms:.0f}/{values.p99_ms:.0f}" if values.p99_ms else "-"
    return [str(values.questions), *map(_share, shares), lists, marked, times]


def _interval_cells(bounds: Mapping[str, tuple[float, float]]) -> list[str]:
    names = ("paper_at_1", "sentence_at_1", "sentence_at_3", "right", "abstention_f1")
    return ["–".join(map(_share, bounds[name])) if name in bounds else "" for name in names]


def _share(value: float) -> str:
    """``.83``, or a dash if it applies to no question of the set."""
    return "-" if value != value else f"{value:.2f}".removeprefix("0")  # noqa: PLR0124 - only NaN differs from itself


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
