"""The index of a catalogue, kept up to date: read from disk if it is there, otherwise built.

What takes long (building, merging segments, comparing files with their checksums) runs in threads of its own beside
the worker that answers, and never delays a search.

Processes of one machine share the folder. Whoever finds that the catalogue has changed, and gets the lock, writes the
next generation; the others map it as soon as they see it.
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
from retrieval.index import Query as Weighted
from retrieval.index.bigrams import warm_up
from retrieval.index.engines import Engines
from retrieval.index.milvus.rows import SortDimension
from retrieval.index.segment import Segment
from retrieval.index.storage import verify
from retrieval.index.updates import apply_merge, due_merge, remove_segment
from retrieval.papers import Paper
from retrieval.query.conditions import Condition
from retrieval.query.grammar import load_grammar
from retrieval.query.query import Query
from retrieval.search.index_builder import BulkUpdate, IndexBuilder, IndexThreads
from retrieval.search.index_folder import IndexFolder

log = logging.getLogger(__name__)

_CHECK_INTERVAL = 5.0
"""Seconds between two checks whether another process changed the catalogue."""
_REPAIR_BATCH = 2_000

_POLL = 0.1  # seconds between two looks whether another process still writes
_FIRST_BUILD = 600.0  # seconds for which a first index that another process builds is waited for
_LONG = 60.0
"""Seconds after which nobody waits for the process that writes: it hangs, or imports a large file."""


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
        self._folder = None if folder is None else IndexFolder(folder, analysis_name(title_weight))
        self._read_only = read_only
        self.title_weight = title_weight
        self._prepare = prepare
        self._index = Index.empty()
        self._revision: int = -1
        self._change = asyncio.Lock()
        self._checked = time.monotonic()
        self._behind_since: float | None = None
        self._unsaved = False
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

    async def for_query(
        self,
        query: Query,
        *,
        limit: int,
        offset: int = 0,
        every_word: bool = False,
        whole_names: bool = False,
        also: Condition | None = None,
        order: SortDimension | None = None,
    ) -> Index:
        """An index with the papers that a page of a query needs: the current one, which has all.

        ``also``: and those that fulfil this condition; ``order``: the first ones in this order rather than the best.
        """
        return await self.current()

    async def for_searches(
        self, searches: Sequence[tuple[Weighted, int]], ids: Sequence[str] = (), groups: Sequence[Sequence[str]] = ()
    ) -> Index:
        """An index with so many of the best papers of each search, and these papers.

        ``groups``: the best of those that contain at least one term of every group.
        """
        return await self.current()

    async def settled(self) -> None:
        """Wait until the work in the background is done."""
        if self._maintenance is not None:
            await asyncio.wait([self._maintenance])

    def terms_of(self, paper: Paper) -> list[str]:
        """The terms of a paper as the index counts them."""
        return document_terms(paper, self.title_weight)

    async def follow(self, *, at_once: bool = False) -> None:
        """Bring the index to the catalogue's revision, with what changed since or else by building it.

        While another process writes the index, its next generation will have what this one lacks; ``at_once`` doesn't
        wait for it.
        """
        async with self._change:
            await self._adopt()
            up_to_date = self._read_only or await self._catalogue.revision() == self._revision
            if up_to_date and not self._unsaved:
                self._behind_since = None
                return
            async with self._writing(_FIRST_BUILD if self._revision < 0 else 0.0) as may_save:
                await self._catch_up(may_save=may_save, at_once=at_once)

    async def _catch_up(self, *, may_save: bool, at_once: bool) -> None:
        """What ``follow`` says; without ``may_save``, what is missing is added in memory, if that mustn't wait."""
        if not (may_save or at_once or self._is_long_behind()):
            return
        revision = await self._catalogue.revision()
        if revision == self._revision:
            if self._unsaved and may_save:
                await self._publish(self._index, revision)
            return
        changed = None if self._revision < 0 else await self._catalogue.changed_since(self._revision)
        if changed is None:
            if not may_save:
                return
            if self._revision >= 0:
                log.info("Rebuilding the index: too much changed since revision %d.", self._revision)
            await self._publish(await self._builder.build(), revision)
        elif not changed:
            await self._use(self._index, revision)
        else:  # a process stopped before it saved the index, or another one wrote
            await self._publish(await self._builder.refresh(self._index, changed), revision, save=may_save)

    def _is_long_behind(self) -> bool:
        now = time.monotonic()
        if self._behind_since is None:
            self._behind_since = now
        return now - self._behind_since > _LONG

    @asynccontextmanager
    async def _writing(self, patience: float = 0.0) -> AsyncGenerator[bool]:
        """Whether this process may save during the block: it has the lock, and the newest generation.

        Another process is waited for for so many seconds, and then no longer: two that write at the same time only
        do the same work twice. If there is no index yet, the one that the other process builds is enough.
        """
        if self._folder is None:
            yield True
            return
        ends, first = time.monotonic() + patience, self._revision < 0
        while not (locked := self._folder.lock()) and time.monotonic() < ends and not (first and self._revision >= 0):
            await asyncio.sleep(_POLL)
            await self._adopt()
        try:
            if locked:
                await self._adopt()
            yield locked or (patience > 0 and not (first and self._revision >= 0))
        finally:
            if locked:
                self._folder.unlock()

    async def _adopt(self) -> None:
        """Use the generation that another process has saved, if there is a new one."""
        if self._folder is None:
            return
        try:
            found = await self._threads.run(self._folder.newer, self._index, self._revision)
        except IndexDamaged as why:
            if self._read_only:
                raise
            if self._revision < 0:
                log.info("Building the index from the catalogue: %s", why)
            return
        if found is None:
            return
        if self._read_only:
            await self._threads.run(self._engines.load, len(found[0]))
        self._unsaved = False
        await self._use(*found)

    async def add(self, papers: Sequence[Paper], *, seen_at: datetime) -> Added:
        """Store papers in the catalogue, seen at an aware datetime, and add them to the index."""
        async with self._change, self._writing() as may_save:
            before = await self._catalogue.revision()
            added = await self._catalogue.add(papers, seen_at=seen_at)
            after = await self._catalogue.revision()
            # If another process added papers in between, the index lacks more than these.
            if self._revision == before and after == before + added.revisions > before:
                index = await self._builder.refresh(self._index, {paper.id for paper in papers})
                await self._publish(index, after, save=may_save)
        await self.follow(at_once=True)
        return added

    @asynccontextmanager
    async def bulk_update(self) -> AsyncGenerator[BulkUpdate]:
        """For papers that the caller stores meanwhile: those added to the ``BulkUpdate`` are searchable at the end.

        Nobody else changes the index in between. After an error it is rebuilt from the catalogue.
        """
        async with self._change, self._writing(_LONG):
            before = await self._catalogue.revision()
            update = self._builder.bulk_update(self._index)
            yield update
            after = await self._catalogue.revision()
            if self._revision == before and after == before + update.revisions > before:
                await self._publish(await update.finish(), after)
        await self.follow()

    async def _publish(self, index: Index, revision: int, *, save: bool = True) -> None:
        """Use a new index and save it; if there is no space on the disk, it is built again at the next start."""
        self._unsaved = self._folder is not None and not save
        if self._folder is not None and save:
            try:
                index = await self._threads.run(self._folder.save, index, revision)
            except OSError as error:
                log.warning("The index can't be saved in %s: %s", self._folder.path, error.strerror)
        await self._use(index, revision)

    async def _use(self, index: Index, revision: int) -> None:
        self._index = await self._prepared(index)
        self._revision, self._behind_since = revision, None
        if self._read_only:
            return
        if self._maintenance is None or self._maintenance.done():
            self._maintenance = asyncio.create_task(self._maintain(), name="index maintenance")

    async def _prepared(self, index: Index) -> Index:
        index = index.with_engine(self._engines.engine_for(len(index)))
        await self._prepare(index)
        return index

    # --- in the background ---------------------------------------------------------------------

    async def _maintain(self) -> None:
        """Load the fast engine and the grammar, count terms, verify files that were opened, and merge segments.

        The files are left to the process that writes, if that is another one.
        """
        try:
            if await self._threads.run(self._engines.load, len(self._index)):
                async with self._change:
                    self._index = await self._prepared(self._index)
                await self._threads.run(warm_up, self._index)
            await self._threads.run(load_grammar)  # for which the first query with signs would wait
            await self._threads.run(self._index.count_terms)
            if self._folder is None:
                await self._merge()
            elif self._folder.lock():
                try:
                    async with self._change:
                        await self._adopt()
                    await self._verify_files()
                    await self._merge()
                finally:
                    self._folder.unlock()
        except Exception:
            log.exception("The maintenance of the index failed; it is tried again after the next change.")

    async def _merge(self) -> None:
        while (due := due_merge(self._index)) is not None:
            merge = await self._threads.run(due.make)
            async with self._change:
                await self._publish(apply_merge(self._index, merge), self._revision)

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
            await self._publish(self._index, self._revision)
        log.info("The %d papers of the damaged file were added again.", len(ids))
