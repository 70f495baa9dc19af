"""How long answers take, from the question's text to checked quotes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import fmean

from retrieval.answering.types import Question
from retrieval.benchmark.measurement import Percentiles
from retrieval.library import Library


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
