"""``PooledLibrary``: a library whose questions and searches are worked on by other processes when many people ask."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from retrieval.answering.output.explanation import Explanation
from retrieval.answering.records.named_ids import named_ids
from retrieval.answering.types import Answer, Question, ScoredPaper
from retrieval.library.answer_process import Call
from retrieval.library.library import Library
from retrieval.library.process_pool import ProcessLost, ProcessPool, number_of_processes
from retrieval.library.questions import no_pause
from retrieval.query.query import Query
from retrieval.search.results import SearchPage
from retrieval.settings import LibrarySettings

R = TypeVar("R")

_MANY: Final = 2_000
"""Papers from which on questions gain from what was read before."""


class PooledLibrary(Library):
    """A ``Library`` with a pool of processes inside ``pool``. They start when a question first finds another one.

    With many papers they start at once, and read.
    """

    _pool: ProcessPool | None = None

    @asynccontextmanager
    async def pool(self, settings: LibrarySettings) -> AsyncGenerator[None]:
        """Use other processes until the end of the block, as many as the settings say."""
        async with ProcessPool.open(settings, number_of_processes(settings), self._clock) as self._pool:
            yield
        self._pool = None

    @property
    def processes(self) -> int:
        """See ``Library.processes``."""
        return self._pool.processes if self._pool else 0

    async def ready(self) -> None:
        """Start the processes now, and wait until they are ready."""
        if self._pool is not None:
            await self._pool.ready()

    @property
    def pids(self) -> list[int]:
        """The processes that are ready."""
        return self._pool.pids if self._pool else []

    async def answer(self, question: Question) -> Answer:
        """See ``Library.answer``. A paper that may have to be fetched is left to this process."""
        if self.fetcher is not None and named_ids(question.text).ids:
            return await super().answer(question)
        return await self._called(super().answer, "answer", question)

    async def read_ahead(self, pause: Callable[[], Awaitable[None]] = no_pause) -> None:
        """See ``Library.read_ahead``. With many papers, the other processes start and do it in this one's place."""
        if self._pool is None or not self._pool.processes or await self._catalogue.count() < _MANY:
            await super().read_ahead(pause)
        else:
            await self.ready()

    async def explain(self, question: Question) -> tuple[Answer, Explanation | None]:
        """See ``Library.explain``."""
        return await self._called(super().explain, "explain", question)

    async def search(
        self, query: str | Query, *, limit: int = 10, offset: int = 0, every_word: bool = False
    ) -> SearchPage:
        """See ``Library.search``."""
        options = {"limit": limit, "offset": offset, "every_word": every_word}
        return await self._called(super().search, "search", query, **options)

    async def similar(self, paper_id: str, *, limit: int = 5) -> tuple[ScoredPaper, ...]:
        """See ``Library.similar``."""
        return await self._called(super().similar, "similar", paper_id, limit=limit)

    async def near(self, text: str, *, limit: int = 5) -> tuple[ScoredPaper, ...]:
        """See ``Library.near``."""
        return await self._called(super().near, "near", text, limit=limit)

    async def _called(self, own: Callable[..., Awaitable[R]], method: str, *args: Any, **options: Any) -> R:
        """What another process makes of a call; this one, while there is none, and if that one ends meanwhile."""
        pool = self._pool
        if pool is not None and pool.processes and not pool.is_ready and self.is_working:
            pool.start()
        if pool is None or not pool.is_ready:
            return await own(*args, **options)
        call = Call(method, args, options, self._clock(), self._index.revision, self.is_crowded())
        try:
            return await pool.call(call)
        except ProcessLost:
            return await own(*args, **options)
