"""The index of a catalogue, kept in step with it: read from disk where it is there, else built anew."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from retrieval.analysing import Analysed, Analysts, terms_of
from retrieval.catalogue import Added, Catalogue, Mark
from retrieval.errors import IndexDamaged, PaperBotError
from retrieval.index import SEGMENT_SIZE, Index, analysis_name, document_terms
from retrieval.papers import Paper
from retrieval.sources.files import Lot
from retrieval.worker import Worker

log = logging.getLogger(__name__)

_LOOK_AGAIN = 5.0  # seconds between two looks whether another process changed the catalogue
_UNFINISHED = -1  # a revision that no catalogue has
_BATCH = 2_000  # papers analysed at a time, so that a rebuild never holds all abstracts


class LiveIndex:
    """The index of the catalogue's papers, in memory, with the catalogue's revision that it shows.

    ``folder`` is where it is kept over a restart, ``None``: nowhere. ``title_weight`` is how many times a
    word of a title counts. It is empty until ``follow`` is called for the first time.
    """

    def __init__(self, catalogue: Catalogue, worker: Worker, *, folder: Path | None, title_weight: int) -> None:
        self._catalogue = catalogue
        self._worker = worker
        self._folder = folder
        self._title_weight = title_weight
        self._analysis = analysis_name(title_weight)
        self._index = Index.empty()
        self._revision: int = -1
        self._change = asyncio.Lock()
        self._looked = time.monotonic()

    async def current(self) -> Index:
        """The index, after a look (not more than one in a few seconds) for what other processes added."""
        if time.monotonic() - self._looked > _LOOK_AGAIN:
            self._looked = time.monotonic()
            await self.follow()
        return self._index

    def terms_of(self, paper: Paper) -> list[str]:
        """The words of a paper as the index counts them."""
        return document_terms(paper, self._title_weight)

    async def follow(self) -> None:
        """Bring the index to the catalogue's revision: from disk if it is there, else built anew."""
        async with self._change:
            revision = await self._catalogue.revision()
            if revision == self._revision:
                return
            index = await self._saved(revision)
            if index is None:
                await self._take(await self._built(), revision)
            else:
                self._index, self._revision = index, revision

    async def add(self, papers: Sequence[Paper], *, seen_at: datetime) -> Added:
        """Store papers in the catalogue, seen at an aware moment, and take them into the index."""
        async with self._change:
            before = await self._catalogue.revision()
            added = await self._catalogue.add(papers, seen_at=seen_at)
            after = await self._catalogue.revision()
            # Where another process added papers in between, the index lacks more than these.
            if self._revision == before and after == before + added.revisions > before:
                await self._take_in({paper.id for paper in papers}, after)
        await self.follow()
        return added

    async def add_lots(self, lots: Iterator[Lot], *, file: str, state: str, seen_at: datetime) -> Added:
        """Store the lots of a large file, remembering how far it was read, and take them into the index.

        The next lot is read, earlier ones are analysed, while one is stored. What was stored before an
        error is searchable, and is raised again.
        """
        total, failed = Added(), None
        async with self._change:
            before = await self._catalogue.revision()
            with Analysts(self._title_weight) as analysts:
                growth = _Growth(self._index, self._worker, self._folder)
                try:
                    async for lot in _ahead(lots):
                        mark = None if lot.end is None else Mark(file, state, lot.end.line, lot.end.offset)
                        added, papers = await self._catalogue.add_lot(lot.papers, seen_at=seen_at, file=file, mark=mark)
                        total += added
                        if papers:
                            await growth.take(await asyncio.to_thread(analysts.take, papers))
                except PaperBotError as error:
                    failed = error
                else:
                    await self._catalogue.add_lot([], seen_at=seen_at, file=file, mark=None)
                for documents in analysts.rest():
                    await growth.take(documents)
            after = await self._catalogue.revision()
            if self._revision == before and after == before + total.revisions > before:
                await self._take(await growth.finished(), after)
        await self.follow()
        if failed is not None:
            raise failed
        return total

    async def _take_in(self, ids: Collection[str], revision: int) -> None:
        """Bring an index that lacks nothing but these papers to the revision that has them, without a rebuild."""
        papers = await self._catalogue.get(ids)
        index = await self._worker.run_unbounded(self._with, self._index, list(papers.values()))
        await self._take(index, revision)

    async def _take(self, index: Index, revision: int) -> None:
        """Use a new index, and keep it on disk; without room there it is only built again at the next start."""
        if self._folder is not None:
            try:
                await self._worker.run_unbounded(index.save, self._folder, revision, self._analysis)
            except OSError as error:
                log.warning("The index cannot be kept in %s: %s", self._folder, error.strerror)
        self._index, self._revision = index, revision

    async def _saved(self, revision: int) -> Index | None:
        if self._folder is None:
            return None
        try:
            return await self._worker.run_unbounded(Index.load, self._folder, revision, self._analysis)
        except IndexDamaged as why:
            log.info("Building the index from the catalogue: %s", why)
            return None

    async def _built(self) -> Index:
        index, batch = Index.empty(), list[Paper]()
        async for paper in self._catalogue.everything():
            batch.append(paper)
            if len(batch) == _BATCH:
                index, batch = await self._worker.run_unbounded(self._with, index, batch), []
        return await self._worker.run_unbounded(self._with, index, batch) if batch else index

    def _with(self, index: Index, papers: Sequence[Paper]) -> Index:
        return index.adding((paper.id, self.terms_of(paper)) for paper in papers)


class _Growth:
    """An index that takes up analysed papers, a segment at a time, each put on disk at once.

    Until it is finished the folder holds an index of no revision of the catalogue: a stop leads to a rebuild.
    """

    def __init__(self, index: Index, worker: Worker, folder: Path | None) -> None:
        self._index = index
        self._worker = worker
        self._folder = folder
        self._waiting = list[Analysed]()

    async def take(self, documents: Sequence[Analysed]) -> None:
        """Take up these documents, once there are enough of them for a segment."""
        self._waiting += documents
        if len(self._waiting) >= SEGMENT_SIZE:
            await self.finished()
            if self._folder is not None:
                self._index = await self._worker.run_unbounded(self._index.save, self._folder, _UNFINISHED)

    async def finished(self) -> Index:
        """The index with everything that was taken."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._index = await self._worker.run_unbounded(lambda: self._index.adding(terms_of(waiting)))
        return self._index


async def _ahead(lots: Iterator[Lot]) -> AsyncIterator[Lot]:
    """The lots, the next of which is read in a thread while one is worked on."""
    reading = asyncio.create_task(asyncio.to_thread(next, lots, None))
    try:
        while (lot := await reading) is not None:
            reading = asyncio.create_task(asyncio.to_thread(next, lots, None))
            yield lot
    finally:
        if not reading.done():  # a thread cannot be stopped; nobody else may read on meanwhile
            await asyncio.wait([reading])
