"""A guard: a list of papers on a topic that no paper has is refused, as any answer would be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.answering.types import Outcome, Question
from retrieval.ingest.parsers.files import read_files
from retrieval.library import Library
from retrieval.settings import LibrarySettings
from tests.shared_data import SHARED, needs_shared

ABSENT = (Path(__file__).parents[2] / "data" / "absent_topics.txt").read_text(encoding="utf-8").splitlines()
PAPERS = SHARED / "data" / "questions" / "papers.jsonl.gz"
PRESENT = [
    "which papers are about optical flow?",
    "recommend me a paper on quantization",
    "papers on watermarking images",
    "any good reads on video generation?",
]
LEAST = 0.95


@needs_shared
async def test_topics_that_no_paper_has_are_refused(tmp_path: Path) -> None:
    """Nearly all of them; and the topics that there are, are not."""
    papers = list(read_files([PAPERS], on_defect=lambda defect: pytest.fail(str(defect)), on_progress=lambda _: None))
    async with Library.of(papers, LibrarySettings(data_folder=tmp_path), lambda: datetime.now(UTC)) as library:
        listed = [text for text in ABSENT if (await library.answer(Question(text))).outcome is Outcome.ANSWERED]
        present = [(await library.answer(Question(text))).outcome for text in PRESENT]
    assert len(ABSENT) >= 40
    assert len(listed) <= (1 - LEAST) * len(ABSENT), listed
    assert set(present) == {Outcome.ANSWERED}
