"""The index of a catalogue, kept in step with it: read from disk where it is there, else built anew."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from retrieval.analysing import Analysed, terms_of
from retrieval.catalogue import Added, Catalogue
from retrieval.errors import IndexDamaged
from retrieval.index import SEGMENT_SIZE, Index, analysis_name, document_terms
from retrieval.papers import Paper
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
        self.title_weight = title_weight
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
        return document_terms(paper, self.title_weight)

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

    @asynccontextmanager
    async def growing(self) -> AsyncGenerator[Growth]:
        """For papers that the caller stores meanwhile: what ``Growth`` was given is searchable at the end.

        Nobody else changes the index in between. After an error it is built anew from the catalogue.
        """
        async with self._change:
            before = await self._catalogue.revision()
            growth = Growth(self._index, self._worker, self._folder)
            yield growth
            after = await self._catalogue.revision()
            if self._revision == before and after == before + growth.revisions > before:
                await self._take(await growth.finished(), after)
        await self.follow()

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


class Growth:
    """An index that takes up analysed papers, a segment at a time, each put on disk at once.

    Until it is finished the folder holds an index of no revision of the catalogue: a stop leads to a rebuild.
    """

    def __init__(self, index: Index, worker: Worker, folder: Path | None) -> None:
        self._index = index
        self._worker = worker
        self._folder = folder
        self._waiting = list[Analysed]()
        self.revisions = 0
        """By how much the catalogue's revision grew through storing the papers; whoever stores them counts it."""

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
