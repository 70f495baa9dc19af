"""The terms of many papers, analysed by all cores at once, with a bound on memory."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Self

from retrieval.errors import PaperBotError
from retrieval.index import ordered_line
from retrieval.papers import Paper

Analysed = tuple[str, str]
"""An id, and the ``ordered_line`` of its text: a hundredth of the objects that a list would be."""

_IN_FLIGHT = 2  # batches for each process: one that it works on and one that waits for it


class AnalysisStopped(PaperBotError):
    """A process that analysed papers was killed."""


class ParallelAnalyser:
    """Processes that turn batches of papers into terms. Results come in the order of the batches.

    The first ``alone`` batches are analysed in the calling thread, so that a few papers start no process. Processes
    are spawned, not forked: the only way on Windows, and the only safe one beside threads. ``processes`` is how many
    there are, by default one for each core.
    """

    def __init__(self, title_weight: int, *, processes: int | None = None, alone: int = 1) -> None:
        self._alone = alone
        self._title_weight = title_weight
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._submitted = deque[Future[list[Analysed]]]()
        self._batches = 0

    def submit(self, papers: Sequence[Paper]) -> list[Analysed]:
        """Submit a batch; returns the terms of an earlier one if too many are being analysed, otherwise nothing.

        Waits for that earlier batch: call it in a thread. Raises ``AnalysisStopped``.
        """
        texts = [(paper.id, paper.title, paper.abstract) for paper in papers]
        self._batches += 1
        if self._batches <= self._alone:
            return analyse(texts, self._title_weight)
        if self._pool is None:
            context = get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context, initializer=_ignore_interrupts)
        try:
            self._submitted.append(self._pool.submit(analyse, texts, self._title_weight))
        except BrokenProcessPool as error:
            raise _stopped() from error
        return self._next() if len(self._submitted) > self._processes * _IN_FLIGHT else []

    def rest(self) -> Iterator[list[Analysed]]:
        """The terms of all batches that are still being analysed."""
        while self._submitted:
            yield self._next()

    def _next(self) -> list[Analysed]:
        try:
            return self._submitted.popleft().result()
        except BrokenProcessPool as error:
            raise _stopped() from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, each after the batch that it works on."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def analyse(texts: Sequence[tuple[str, str, str]], title_weight: int) -> list[Analysed]:
    """The terms of papers, given as id, title and abstract."""
    return [(id, ordered_line(title, abstract, title_weight)) for id, title, abstract in texts]


def terms_of(documents: Iterable[Analysed]) -> Iterator[tuple[str, list[str]]]:
    """Documents as an index takes them, each made when it's wanted."""
    for id, line in documents:
        yield id, line.split(" ")


def _ignore_interrupts() -> None:
    """Ctrl+C reaches every process of a terminal; the one that started these ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stopped() -> AnalysisStopped:
    return AnalysisStopped(
        "A process that analyses papers was killed; the machine may be short of memory. "
        "What was stored is kept: start again, and it continues from there."
    )
