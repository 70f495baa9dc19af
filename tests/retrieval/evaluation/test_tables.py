"""What an evaluation shows: figures with their intervals, and each failure by its name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console
from rich.table import Table

from retrieval.answering.types import Answer, MatchLevel, Outcome, Question, Quote
from retrieval.evaluation.metrics import Judged
from retrieval.evaluation.question_sets import GoldQuestion
from retrieval.evaluation.tables import EvaluationOut, failure_of, failures_table, figures_table, levels_table
from retrieval.papers import Paper

PAPER = Paper(id="2401.00001", title="Graphs", abstract="We study graphs [bold]. They are fast.")


def judged(*, right: bool, kind: str = "result", answered: bool = True, paper: bool = True) -> Judged:
    """A question and what became of it."""
    gold = GoldQuestion(id="q[1]", question="How [fast]?", kind=kind, paper=PAPER.title)
    quotes = (Quote(PAPER, 0, 23, (), 0.5),) if answered else ()
    answer = Answer(Question(gold.question), Outcome.ANSWERED, kind, quotes)
    if kind == "unanswerable":
        return Judged(gold, answer, answered, refused=float(right))
    return Judged(gold, answer, answered, float(paper), float(right), float(right))


def drawn(table: Table) -> str:
    """The table as it is printed."""
    console = Console(width=200)
    with console.capture() as captured:
        console.print(table)
    return captured.get()


@pytest.mark.parametrize(
    ("each", "failure"),
    [
        (judged(right=True), None),
        (judged(right=False), "wrong sentence"),
        (judged(right=False, paper=False), "wrong paper"),
        (judged(right=False, answered=False), "refused"),
        (judged(right=False, kind="unanswerable"), "should have been refused"),
        (judged(right=True, kind="unanswerable", answered=False), None),
    ],
)
def test_each_failure_has_its_name(each: Judged, failure: str | None) -> None:
    """What went wrong is said by the first thing that went wrong."""
    assert failure_of(each) == failure


def test_failures_are_listed_up_to_the_limit_and_read_as_text() -> None:
    """Brackets in ids, questions and abstracts are shown, not taken for markup."""
    table = drawn(failures_table([judged(right=False), judged(right=True), judged(right=False)], 1))
    assert table.count("wrong sentence") == 1
    assert "q[1]" in table
    assert "How [fast]?" in table
    assert "We study graphs [bold]." in table


def test_figures_show_the_whole_set_the_baseline_and_each_kind() -> None:
    """A share that applies to no question is a dash."""
    several = [
        judged(right=True),
        judged(right=False),
        judged(right=True, kind="unanswerable", answered=False),
    ]
    table = drawn(figures_table(several, several))
    for row in ("all", "baseline", "result", "unanswerable"):
        assert row in table
    assert ".67" in table
    assert "-/-" in table


def test_each_level_of_certainty_has_a_row() -> None:
    """How many answers have it, their share, and how many of them are right; null without any."""
    one = judged(right=True)
    strong = replace(one, answer=replace(one.answer, match=MatchLevel.STRONG), fits=True)
    table = drawn(levels_table([strong]))
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in table.splitlines()]
    assert ["Strong match", "1", "1.00", "1.00"] in rows
    assert ["Possible match", "0", ".00", "-"] in rows
    first, second = EvaluationOut.of([strong], []).levels
    assert (first.level, first.answers, first.right) == (MatchLevel.STRONG, 1, 1.0)
    assert (second.level, second.answers, second.right) == (MatchLevel.POSSIBLE, 0, None)
