"""The words of many papers, found by all cores at once, with a bound on what is in memory."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Self

from retrieval.errors import PaperBotError
from retrieval.index import document_terms
from retrieval.papers import Paper

Analysed = tuple[str, str]
"""An id, and the terms with a space between them: a hundredth of the objects that a list would be."""

_IN_FLIGHT = 2  # lots for each process: one that it works on and one that waits for it


class AnalysisStopped(PaperBotError):
    """A process that read papers was ended from outside."""


class Analysts:
    """Processes that turn lots of papers into terms. Results come back in the order of the lots.

    The first lots (``alone``: how many) are read here and now, so that a few papers start no process. Processes
    are started afresh (not forked), which is all that Windows knows and the only safe way beside threads.
    ``processes`` is how many; one for each core where nothing is said.
    """

    def __init__(self, title_weight: int, *, processes: int | None = None, alone: int = 1) -> None:
        self._alone = alone
        self._title_weight = title_weight
        self._processes = processes or os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        self._given = deque[Future[list[Analysed]]]()
        self._lots = 0

    def take(self, papers: Sequence[Paper]) -> list[Analysed]:
        """Hand in a lot, and get the terms of an earlier one where too many are under way, else nothing.

        Waits for that earlier lot: call it from a thread. Raises ``AnalysisStopped``.
        """
        texts = [(paper.id, paper.title, paper.abstract) for paper in papers]
        self._lots += 1
        if self._lots <= self._alone:
            return analysed(texts, self._title_weight)
        if self._pool is None:
            context = get_context("spawn")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context, initializer=_leave_interrupts)
        try:
            self._given.append(self._pool.submit(analysed, texts, self._title_weight))
        except BrokenProcessPool as error:
            raise _stopped() from error
        return self._next() if len(self._given) > self._processes * _IN_FLIGHT else []

    def rest(self) -> Iterator[list[Analysed]]:
        """The terms of all lots that are still under way."""
        while self._given:
            yield self._next()

    def _next(self) -> list[Analysed]:
        try:
            return self._given.popleft().result()
        except BrokenProcessPool as error:
            raise _stopped() from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, each after the lot that it works on."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)


def analysed(texts: Sequence[tuple[str, str, str]], title_weight: int) -> list[Analysed]:
    """The terms of papers, given as id, title and abstract."""
    return [
        (id, " ".join(document_terms(Paper.model_construct(id=id, title=title, abstract=abstract), title_weight)))
        for id, title, abstract in texts
    ]


def terms_of(documents: Sequence[Analysed]) -> Iterator[tuple[str, list[str]]]:
    """Documents as an index wants them; of equal terms there is one object."""
    one = dict[str, str]()
    for id, line in documents:
        yield id, [one.setdefault(term, term) for term in line.split(" ") if term]


def _leave_interrupts() -> None:
    """Ctrl+C goes to every process of a terminal; the one that started these ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _stopped() -> AnalysisStopped:
    return AnalysisStopped(
        "A process that reads papers was ended from outside; the machine may be short of memory. "
        "What was stored is kept: start again, and it goes on from there."
    )
