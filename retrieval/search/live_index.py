"""The index of a catalogue, kept up to date: read from disk if it is there, otherwise built.

What takes long (building, merging segments, comparing files with their checksums) runs in threads of its own beside
the worker that answers, and never delays a search.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self

from retrieval.catalogue import Added, Catalogue
from retrieval.errors import IndexDamaged
from retrieval.index import DamagedSegment, Index, analysis_name, document_terms
from retrieval.index.engines import Engines
from retrieval.index.segment import Segment
from retrieval.index.storage import saved_revision, verify
from retrieval.index.updates import apply_merge, due_merge, remove_segment
from retrieval.papers import Paper
from retrieval.search.index_builder import BulkUpdate, IndexBuilder, IndexThreads

log = logging.getLogger(__name__)

_CHECK_INTERVAL = 5.0
"""Seconds between two checks whether another process changed the catalogue."""
_REPAIR_BATCH = 2_000


class LiveIndex:
    """The index of the catalogue's papers, and the catalogue's revision that it belongs to.

    ``folder`` is where it is kept over a restart; ``None``: in memory only. ``title_weight`` is how many times a word
    of a title counts, ``engine`` the setting of that name. The index is empty until ``follow`` is first called.
    With ``read_only``, the index is the one that another process saves there, and nothing is checked, built or merged.
    ``prepare`` is awaited with each new index before it is used, so that no question waits for what it does. Use it
    as a context manager, which stops the work in the background.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        folder: Path | None,
        title_weight: int,
        prepare: Callable[[Index], Awaitable[None]],
        engine: str = "auto",
        read_only: bool = False,
    ) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self._read_only = read_only
        self.title_weight = title_weight
        self._prepare = prepare
        self._analysis = analysis_name(title_weight)
        self._index = Index.empty()
        self._revision: int = -1
        self._change = asyncio.Lock()
        self._checked = time.monotonic()
        self._threads = IndexThreads()
        self._builder = IndexBuilder(catalogue, self._threads, folder, title_weight)
        self._engines = Engines(engine)
        self._maintenance: asyncio.Task[None] | None = None
        self._verified = set[Path]()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the work in the background; a running merge (a second) is finished and then dropped."""
        if self._maintenance is not None:
            self._maintenance.cancel()
            with suppress(asyncio.CancelledError):
                await self._maintenance
        await self._threads.close()

    @property
    def revision(self) -> int:
        """The catalogue's revision that the index belongs to."""
        return self._revision

    async def current(self) -> Index:
        """The index; every few seconds it first checks what other processes added.

        While this process changes the index, the previous one is returned.
        """
        is_due = time.monotonic() - self._checked > _CHECK_INTERVAL
        if is_due and not self._read_only and not self._change.locked():
            self._checked = time.monotonic()
            await self.follow()
        return self._index

    async def settled(self) -> None:
        """Wait until the work in the background is done."""
        if self._maintenance is not None:
            await asyncio.wait([self._maintenance])

    def terms_of(self, paper: Paper) -> list[str]:
        """The terms of a paper as the index counts them."""
        return document_terms(paper, self.title_weight)

    async def follow(self) -> None:
        """Bring the index to the catalogue's revision, with what changed since or else by building it."""
        async with self._change:
            if self._read_only:
                await self._follow_files()
                return
            revision = await self._catalogue.revision()
            if revision == self._revision:
                return
            index, known = await self._newest()
            changed = None if index is None else await self._catalogue.changed_since(known)
            if index is None or changed is None:
                if index is not None:
                    log.info("Rebuilding the index: too much changed since revision %d.", known)
                await self._save_and_use(await self._builder.build(), revision)
            elif changed:  # a process stopped before it saved the index, or another one wrote
                await self._save_and_use(await self._builder.refresh(index, changed), revision)
            else:
                await self._use(index, revision)

    async def _follow_files(self) -> None:
        assert self._folder is not None
        saved = await self._threads.run(saved_revision, self._folder, self._analysis)
        if saved > self._revision:
            index = await self._threads.run(Index.load, self._folder, saved, self._analysis)
            await self._threads.run(self._engines.load, len(index))
            self._index, self._revision = await self._prepared(index), saved

    async def add(self, papers: Sequence[Paper], *, seen_at: datetime) -> Added:
        """Store papers in the catalogue, seen at an aware datetime, and add them to the index."""
        async with self._change:
            before = await self._catalogue.revision()
            added = await self._catalogue.add(papers, seen_at=seen_at)
            after = await self._catalogue.revision()
            # If another process added papers in between, the index lacks more than these.
            if self._revision == before and after == before + added.revisions > before:
                ids = {paper.id for paper in papers}
                await self._save_and_use(await self._builder.refresh(self._index, ids), after)
        await self.follow()
        return added

    @asynccontextmanager
    async def bulk_update(self) -> AsyncGenerator[BulkUpdate]:
        """For papers that the caller stores meanwhile: those added to the ``BulkUpdate`` are searchable at the end.

        Nobody else changes the index in between. After an error it is rebuilt from the catalogue.
        """
        async with self._change:
            before = await self._catalogue.revision()
            update = self._builder.bulk_update(self._index)
            yield update
            after = await self._catalogue.revision()
            if self._revision == before and after == before + update.revisions > before:
                await self._save_and_use(await update.finish(), after)
        await self.follow()

    async def _newest(self) -> tuple[Index | None, int]:
        """The newest index, on disk or in memory, and its revision; ``None`` if there is none yet."""
        if self._folder is not None:
            try:
                saved = await self._threads.run(saved_revision, self._folder, self._analysis)
                if saved > self._revision:
                    return await self._threads.run(Index.load, self._folder, saved, self._analysis), saved
            except IndexDamaged as why:
                if self._revision < 0:
                    log.info("Building the index from the catalogue: %s", why)
        return (None if self._revision < 0 else self._index), self._revision

    async def _save_and_use(self, index: Index, revision: int) -> None:
        """Use a new index and save it; if there is no space on the disk, it is built again at the next start."""
        if self._folder is not None:
            try:
                index = await self._threads.run(index.save, self._folder, revision, self._analysis)
            except OSError as error:
                log.warning("The index can't be saved in %s: %s", self._folder, error.strerror)
        await self._use(index, revision)

    async def _use(self, index: Index, revision: int) -> None:
        self._index = await self._prepared(index)
        self._revision = revision
        if self._maintenance is None or self._maintenance.done():
            self._maintenance = asyncio.create_task(self._maintain(), name="index maintenance")

    async def _prepared(self, index: Index) -> Index:
        index = index.with_engine(self._engines.engine_for(len(index)))
        await self._prepare(index)
        return index

    # --- in the background ---------------------------------------------------------------------

    async def _maintain(self) -> None:
        """Load the fast engine, verify files that were opened, and merge segments until nothing is left to do."""
        try:
            if await self._threads.run(self._engines.load, len(self._index)):
                async with self._change:
                    self._index = await self._prepared(self._index)
            await self._verify_files()
            while (due := due_merge(self._index)) is not None:
                merge = await self._threads.run(due.make)
                async with self._change:
                    await self._save_and_use(apply_merge(self._index, merge), self._revision)
        except Exception:
            log.exception("The maintenance of the index failed; it is tried again after the next change.")

    async def _verify_files(self) -> None:
        """Compare every file once with its checksums, and repair damaged ones."""
        for segment in self._index.segments:
            source = segment.postings.source
            if source is None or source.path in self._verified:
                continue
            self._verified.add(source.path)
            try:
                await self._threads.run(verify, segment)
            except DamagedSegment as why:
                log.error("%s Its papers are added again.", why)  # noqa: TRY400  (the sentence says it all)
                await self._repair(segment)

    async def _repair(self, segment: Segment) -> None:
        """Remove a damaged segment, whose ids are intact, and add its papers again: a minute for a full one.

        Until then they aren't found, rather than found wrongly.
        """
        ids = segment.ids.all()
        async with self._change:
            self._index = remove_segment(self._index, segment)
        for start in range(0, len(ids), _REPAIR_BATCH):  # additions get their turn in between
            async with self._change:
                self._index = await self._builder.refresh(self._index, ids[start : start + _REPAIR_BATCH])
        async with self._change:
            await self._save_and_use(self._index, self._revision)
        log.info("The %d papers of the damaged file were added again.", len(ids))
