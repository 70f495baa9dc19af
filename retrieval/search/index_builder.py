"""Indexes of a catalogue's papers: of all of them, of changed ones, of the papers of a large file.

What takes long runs in threads, and a large catalogue is analysed by several processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from retrieval.catalogue import Catalogue
from retrieval.index import (
    SEGMENT_SIZE,
    Document,
    Index,
    add_documents,
    add_segments,
    build,
    ordered_terms,
    remove_documents,
    write_segment,
)
from retrieval.papers import Paper
from retrieval.search.parallel_analysis import Analysed, ParallelAnalyser, terms_of

_BATCH = 2_000  # papers analysed together, so that a rebuild never keeps all abstracts in memory
_ALONE: Final = 5
"""Batches of a rebuild that this process analyses itself: two seconds, as long as starting other processes takes."""

P = ParamSpec("P")
T = TypeVar("T")


class IndexThreads:
    """The threads of an index: two, so that an addition doesn't wait for a merge."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="index")

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result from a thread. There is no timeout: it is our own long work."""
        return await asyncio.wrap_future(self._pool.submit(function, *args, **kwargs))

    async def close(self) -> None:
        """Wait for what runs; what hasn't started is cancelled."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)


class IndexBuilder:
    """Makes indexes of a catalogue's papers; new segments go straight into ``folder``, if there is one."""

    def __init__(self, catalogue: Catalogue, threads: IndexThreads, folder: Path | None, title_weight: int) -> None:
        self._catalogue = catalogue
        self._threads = threads
        self._folder = folder
        self._title_weight = title_weight

    async def build(self) -> Index:
        """An index of all papers that aren't withdrawn."""
        update = self.bulk_update(Index.empty())
        analyser = ParallelAnalyser(self._title_weight, alone=_ALONE)
        try:
            async for batch in self._live_papers():
                await update.add(await self._threads.run(analyser.submit, batch))
            rest = analyser.rest()
            while documents := await self._threads.run(next, rest, None):
                await update.add(documents)
        finally:
            await self._threads.run(analyser.close)
        return await update.finish()

    async def refresh(self, index: Index, ids: Collection[str]) -> Index:
        """The index with these papers as the catalogue has them now; withdrawn and missing ones are removed."""
        ordered = sorted(ids)
        for start in range(0, len(ordered), _BATCH):
            batch = ordered[start : start + _BATCH]
            known = await self._catalogue.get(batch)
            papers = [paper for paper in known.values() if paper.withdrawn is None]
            gone = set(batch).difference(paper.id for paper in papers)
            index = await self._threads.run(self._changed, index, papers, gone)
        return index

    def bulk_update(self, index: Index) -> BulkUpdate:
        """An update of an index with many analysed papers."""
        return BulkUpdate(index, self._add_analysed)

    def _changed(self, index: Index, papers: Iterable[Paper], gone: Collection[str]) -> Index:
        index = remove_documents(index, gone) if gone else index
        return add_documents(index, ((paper.id, ordered_terms(paper, self._title_weight)) for paper in papers))

    async def _live_papers(self) -> AsyncGenerator[Sequence[Paper]]:
        """All papers that aren't withdrawn, in batches."""
        batch = list[Paper]()
        async for paper in self._catalogue.everything():
            if paper.withdrawn is None:
                batch.append(paper)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    async def _add_analysed(self, index: Index, documents: Sequence[Analysed]) -> Index:
        # If an id is in a file twice, the last text counts.
        return await self._threads.run(lambda: self._add_segment(index, terms_of(dict(documents).items())))

    def _add_segment(self, index: Index, documents: Iterable[Document]) -> Index:
        segment = build(documents)
        if self._folder is not None:
            with suppress(OSError):  # reported when the whole index is saved
                segment = write_segment(self._folder, segment)
        return add_segments(index, [segment])


class BulkUpdate:
    """An index to which many analysed papers are added, one segment after another."""

    def __init__(self, index: Index, add_segment: Callable[[Index, Sequence[Analysed]], Awaitable[Index]]) -> None:
        self._index = index
        self._add_segment = add_segment
        self._waiting = list[Analysed]()
        self._withdrawn = set[str]()
        self.revisions = 0
        """By how much storing the papers increased the catalogue's revision."""

    def note_stored(self, papers: Sequence[Paper], revisions: int) -> None:
        """Papers were stored, which increased the catalogue's revision; withdrawn ones won't be found."""
        self.revisions += revisions
        self._withdrawn.difference_update(paper.id for paper in papers)
        self._withdrawn.update(paper.id for paper in papers if paper.withdrawn is not None)

    async def add(self, documents: Sequence[Analysed]) -> None:
        """Add these documents, once there are enough of them for a segment."""
        if len(self._waiting) + len(documents) > SEGMENT_SIZE:
            await self.finish()
        self._waiting += documents

    async def finish(self) -> Index:
        """The index with everything that was added."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._index = await self._add_segment(self._index, waiting)
        return remove_documents(self._index, self._withdrawn) if self._withdrawn else self._index
