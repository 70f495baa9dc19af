"""A guard: what no paper is about is refused: lists of papers on such a topic, and everyday questions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.answering.types import Outcome, Question
from retrieval.ingest.parsers.files import read_files
from retrieval.library import Library
from retrieval.settings import LibrarySettings
from tests.shared_data import SHARED, needs_shared

DATA = Path(__file__).parents[2] / "data"
ABSENT = (DATA / "absent_topics.txt").read_text(encoding="utf-8").splitlines()
EVERYDAY = (DATA / "everyday_questions_fresh.txt").read_text(encoding="utf-8").splitlines()
"""Others than those of ``everyday_questions.jsonl``, from which refusals are learned."""
PAPERS = SHARED / "data" / "questions" / "papers.jsonl.gz"
PRESENT = [
    "which papers are about optical flow?",
    "recommend me a paper on quantization",
    "papers on watermarking images",
    "any good reads on video generation?",
]
LEAST = 0.95


@needs_shared
async def test_what_no_paper_is_about_is_refused(tmp_path: Path) -> None:
    """Nearly always; and the topics that there are, are not."""
    papers = list(read_files([PAPERS], on_defect=lambda defect: pytest.fail(str(defect)), on_progress=lambda _: None))
    async with Library.of(papers, LibrarySettings(data_folder=tmp_path), lambda: datetime.now(UTC)) as library:
        outcomes = {text: (await library.answer(Question(text))).outcome for text in (*ABSENT, *EVERYDAY)}
        present = [(await library.answer(Question(text))).outcome for text in PRESENT]
    for texts in (ABSENT, EVERYDAY):
        answered = [text for text in texts if outcomes[text] is Outcome.ANSWERED]
        assert len(texts) >= 40
        assert len(answered) <= (1 - LEAST) * len(texts), answered
    assert set(present) == {Outcome.ANSWERED}
