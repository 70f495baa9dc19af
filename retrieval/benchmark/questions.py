"""How long answers take in a library of some size, from the question's text to checked quotes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from retrieval.answering.types import Question
from retrieval.benchmark.corpora import corpus_papers
from retrieval.benchmark.measurement import Percentiles
from retrieval.errors import SourceError
from retrieval.library import Library
from retrieval.library.library import Clock
from retrieval.papers import Paper
from retrieval.settings import LibrarySettings


class AnswerSpeed(Percentiles):
    """Milliseconds for answers with ``size`` papers, each question asked once. ``cpu_ms`` is the mean of the process's
    processor time. ``reader`` says whether the reader gave its opinion where it helps.
    """

    size: int
    questions: int
    reader: bool = False
    mean_ms: float = 0.0
    cpu_ms: float = 0.0

    def __str__(self) -> str:
        """The line for a terminal."""
        times = f"mean {self.mean_ms:.1f} ms, p50 {self.p50_ms:.1f} ms, p99 {self.p99_ms:.1f} ms"
        answered = f"{self.questions:,} questions answered with{'' if self.reader else 'out'} the reader"
        return f"{self.size:,} papers: {answered}, {times}, {self.cpu_ms:.1f} ms of processor time each"


async def measure_answering(
    papers: Sequence[Paper],
    questions: Sequence[str],
    size: int,
    settings: LibrarySettings,
    clock: Clock,
    *,
    on_status: Callable[[str], None],
) -> AnswerSpeed:
    """Import ``size`` papers into a temporary library and ask it each question (at least one).

    Papers beyond those given are made of their sentences. The library has these ``settings``, except for the folder.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        folder = Path(scratch)
        file = folder / "papers.jsonl"
        with file.open("w", encoding="utf-8", newline="\n") as lines:
            lines.writelines(
                f"{paper.model_dump_json(exclude_defaults=True)}\n" for paper in corpus_papers(papers, size)
            )
        async with Library.open(settings.model_copy(update={"data_folder": folder / "data"}), clock) as library:
            on_status(f"{size:,} papers: importing")
            await library.import_file(file, on_defect=_refuse, on_progress=lambda _: None, on_resume=lambda _: None)
            on_status(f"{size:,} papers: asking questions")
            await library.settled()
            await library.read_ahead()
            return await measure_answers(library, questions)


async def measure_answers(library: Library, questions: Sequence[str]) -> AnswerSpeed:
    """Ask a library each question (at least one)."""
    started = time.process_time()
    times = [(await library.answer(Question(text))).elapsed_ms for text in questions]
    return AnswerSpeed.of(
        times,
        size=(await library.stats()).papers,
        questions=len(times),
        reader=library.has_reader,
        mean_ms=fmean(times),
        cpu_ms=(time.process_time() - started) * 1000 / len(times),
    )


def _refuse(defect: SourceError) -> None:
    raise defect
