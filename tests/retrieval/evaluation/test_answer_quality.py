"""A guard: answers must not get worse than the documentation says, by more than a margin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.answering.reader.reader import is_installed
from retrieval.answering.scoring.model import load_model
from retrieval.answering.types import Question
from retrieval.evaluation.metrics import Baseline, Judged, ask_all, figures, judge
from retrieval.evaluation.question_sets import read_questions
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.ingest.parsers.files import read_file
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import SEED_PAGE, LibrarySettings
from tests.shared_data import SHARED, needs_shared

SEED_QUESTIONS = Path(__file__).parents[2] / "data" / "seed_questions.jsonl"
MARGIN = 0.04
"""About one standard error of a share among 130 questions."""
PUBLISHED = {
    "paper_at_1": 0.92,
    "sentence_at_1": 0.81,
    "sentence_at_3": 0.85,
    "right": 0.76,
    "list_recall": 0.83,
    "list_precision": 0.74,
}
"""The figures of docs/answers.md for the 15 papers of seeds/, with the reader."""
WITHOUT_READER = {**PUBLISHED, "paper_at_1": 0.90, "sentence_at_1": 0.75, "sentence_at_3": 0.82, "right": 0.71}


async def judged(questions_file: Path, papers: Sequence[Paper], folder: Path) -> tuple[list[Judged], list[Judged]]:
    """The answers of the library and of the baseline to a question set."""
    questions = read_questions(questions_file)
    by_title = {paper.title: paper for paper in papers}
    settings = LibrarySettings(data_folder=folder)
    async with Library.of(papers, settings, lambda: datetime(2026, 3, 10, tzinfo=UTC)) as library:
        answers = await ask_all(library, questions)
    simple = Baseline(papers)
    return (
        [judge(gold, answers[gold.id], by_title) for gold in questions],
        [judge(gold, simple.answer(Question(gold.question)), by_title) for gold in questions],
    )


async def test_the_seed_pages_questions_are_answered_as_published(tmp_path: Path) -> None:
    """Within the margin, and much better than the baseline; no quote is unfaithful."""
    papers = read_page(SEED_PAGE.read_text(encoding="utf-8"))
    ours, simple = (figures(each) for each in await judged(SEED_QUESTIONS, papers, tmp_path))
    published = PUBLISHED if is_installed() and load_model().read else WITHOUT_READER
    for name, share in published.items():
        assert getattr(ours, name) >= share - MARGIN, f"{name} fell to {getattr(ours, name):.3f}"
    assert ours.sentence_at_1 > simple.sentence_at_1 + 0.3
    assert ours.abstention_f1 > simple.abstention_f1
    assert ours.unfaithful == 0


@needs_shared
async def test_the_baseline_is_beaten_on_a_thousand_papers(tmp_path: Path) -> None:
    """By more than chance."""
    folder = SHARED / "data" / "questions"
    papers = list(read_file(folder / "papers.jsonl.gz", on_defect=lambda defect: pytest.fail(str(defect))))
    ours, simple = (figures(each) for each in await judged(folder / "questions.jsonl", papers, tmp_path))
    for measure in ("paper_at_1", "sentence_at_1", "sentence_at_3", "right", "abstention_f1"):
        assert getattr(ours, measure) > getattr(simple, measure) + 0.1, measure
