"""The index of a catalogue, kept in step with it: read from disk where it is there, else built anew.

What takes long (building, merging segments, checking files against their checksums) runs in threads
of its own beside the worker that answers, and never holds up a search.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final, ParamSpec, Self, TypeVar

from retrieval.catalogue import Added, Catalogue
from retrieval.errors import IndexDamaged
from retrieval.index import SEGMENT_SIZE, DamagedSegment, Document, Index, analysis_name, build, document_terms
from retrieval.index.engines import compiled_engine
from retrieval.index.numpy_search import Engine
from retrieval.index.segment import Segment
from retrieval.index.storage import saved_revision, verify, write_segment
from retrieval.papers import Paper
from retrieval.search.parallel_analysis import Analysed, Analysts, terms_of

log = logging.getLogger(__name__)

_LOOK_AGAIN = 5.0  # seconds between two looks whether another process changed the catalogue
_BATCH = 2_000  # papers analysed at a time, so that a rebuild never holds all abstracts
_ALONE: Final = (
    5  # batches of a rebuild that are analysed in this process: two seconds, which starting others takes too
)
_WORTH_COMPILING: Final = 20_000  # papers from which on loading numba pays: NumPy takes 0.3 ms there

Prepare = Callable[[Index], Awaitable[None]]
"""What is to be made for an index before it is asked."""

P = ParamSpec("P")
T = TypeVar("T")


class LiveIndex:
    """The index of the catalogue's papers, with the catalogue's revision that it shows.

    ``folder`` is where it is kept over a restart, ``None``: nowhere. ``title_weight`` is how many times a
    word of a title counts. It is empty until ``follow`` is called for the first time. ``prepare`` is
    awaited with each new index before it is used, so that no question waits for what it does. Use it as a
    context, which ends the work in the background.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        folder: Path | None,
        title_weight: int,
        prepare: Callable[[Index], Awaitable[None]],
    ) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self.title_weight = title_weight
        self._prepare = prepare
        self._analysis = analysis_name(title_weight)
        self._index = Index.empty()
        self._revision: int = -1
        self._change = asyncio.Lock()
        self._looked = time.monotonic()
        # Two threads, so that an addition need not wait for a merge.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="index")
        self._upkeep: asyncio.Task[None] | None = None
        self._engine: Engine | None = None
        self._sound = set[Path]()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the work in the background; a merge that runs (a second) is let finish and then dropped."""
        if self._upkeep is not None:
            self._upkeep.cancel()
            with suppress(asyncio.CancelledError):
                await self._upkeep
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def current(self) -> Index:
        """The index, after a look (not more than one in a few seconds) for what other processes added.

        While this process itself changes the index, the one of before is searched on.
        """
        if time.monotonic() - self._looked > _LOOK_AGAIN and not self._change.locked():
            self._looked = time.monotonic()
            await self.follow()
        return self._index

    async def settled(self) -> None:
        """Wait until the work in the background is done."""
        if self._upkeep is not None:
            await asyncio.wait([self._upkeep])

    def terms_of(self, paper: Paper) -> list[str]:
        """The words of a paper as the index counts them."""
        return document_terms(paper, self.title_weight)

    async def follow(self) -> None:
        """Bring the index to the catalogue's revision: with what changed since, from disk too, else built anew."""
        async with self._change:
            revision = await self._catalogue.revision()
            if revision == self._revision:
                return
            index, known = await self._newest()
            changed = None if index is None else await self._catalogue.changed_since(known)
            if index is None or changed is None:
                if index is not None:
                    log.info("Building the index anew: too much changed since revision %d.", known)
                await self._take(await self._built(), revision)
            elif changed:
                await self._take(await self._caught_up(index, changed), revision)
            else:
                await self._use(index, revision)

    async def add(self, papers: Sequence[Paper], *, seen_at: datetime) -> Added:
        """Store papers in the catalogue, seen at an aware moment, and take them into the index."""
        async with self._change:
            before = await self._catalogue.revision()
            added = await self._catalogue.add(papers, seen_at=seen_at)
            after = await self._catalogue.revision()
            # Where another process added papers in between, the index lacks more than these.
            if self._revision == before and after == before + added.revisions > before:
                await self._take(await self._renewed(self._index, {paper.id for paper in papers}), after)
        await self.follow()
        return added

    @asynccontextmanager
    async def growing(self) -> AsyncGenerator[Growth]:
        """For papers that the caller stores meanwhile: what ``Growth`` was given is searchable at the end.

        Nobody else changes the index in between. After an error it is built anew from the catalogue.
        """
        async with self._change:
            before = await self._catalogue.revision()
            growth = Growth(self._index, self._grown)
            yield growth
            after = await self._catalogue.revision()
            if self._revision == before and after == before + growth.revisions > before:
                await self._take(await growth.finished(), after)
        await self.follow()

    async def _caught_up(self, index: Index, changed: Collection[str]) -> Index:
        """An index with these papers' texts of now: a stop came before it was saved, or others wrote."""
        ids = sorted(changed)
        for start in range(0, len(ids), _BATCH):
            index = await self._renewed(index, ids[start : start + _BATCH])
        return index

    async def _renewed(self, index: Index, ids: Collection[str]) -> Index:
        """The index with these papers as the catalogue has them now; withdrawn and missing ones leave it."""
        known = await self._catalogue.get(ids)
        papers = [paper for paper in known.values() if paper.withdrawn is None]
        gone = set(ids).difference(paper.id for paper in papers)
        return await self._in_thread(self._with, index, papers, gone)

    def _with(self, index: Index, papers: Iterable[Paper], gone: Collection[str]) -> Index:
        index = index.removing(gone) if gone else index
        return index.adding((paper.id, self.terms_of(paper)) for paper in papers)

    async def _take(self, index: Index, revision: int) -> None:
        """Use a new index, and keep it on disk; without room there it is only built again at the next start."""
        if self._folder is not None:
            try:
                index = await self._in_thread(index.save, self._folder, revision, self._analysis)
            except OSError as error:
                log.warning("The index cannot be kept in %s: %s", self._folder, error.strerror)
        await self._use(index, revision)

    async def _use(self, index: Index, revision: int) -> None:
        self._index = await self._prepared(index)
        self._revision = revision
        if self._upkeep is None or self._upkeep.done():
            self._upkeep = asyncio.create_task(self._kept_up(), name="upkeep of the index")

    async def _prepared(self, index: Index) -> Index:
        """The index with the fastest search there is, ready to be asked."""
        index = index if self._engine is None else index.searched_by(self._engine)
        await self._prepare(index)
        return index

    async def _newest(self) -> tuple[Index | None, int]:
        """The newest index there is, on disk or here, and its revision; ``None`` before there was any."""
        if self._folder is not None:
            try:
                saved = await self._in_thread(saved_revision, self._folder, self._analysis)
                if saved > self._revision:
                    return await self._in_thread(Index.load, self._folder, saved, self._analysis), saved
            except IndexDamaged as why:
                if self._revision < 0:
                    log.info("Building the index from the catalogue: %s", why)
        return (None if self._revision < 0 else self._index), self._revision

    async def _built(self) -> Index:
        """An index of the whole catalogue but for withdrawn papers, a segment at a time, a large one on all cores."""
        growth = Growth(Index.empty(), self._grown)
        analysts = Analysts(self.title_weight, alone=_ALONE)
        try:
            async for batch in self._standing():
                await growth.take(await self._in_thread(analysts.take, batch))
            rest = analysts.rest()
            while documents := await self._in_thread(next, rest, None):
                await growth.take(documents)
        finally:
            await self._in_thread(analysts.close)
        return await growth.finished()

    async def _standing(self) -> AsyncGenerator[Sequence[Paper]]:
        """All papers but for withdrawn ones, a batch at a time."""
        batch = list[Paper]()
        async for paper in self._catalogue.everything():
            if paper.withdrawn is None:
                batch.append(paper)
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch

    def _attached(self, index: Index, documents: Sequence[Document]) -> Index:
        """The index with a segment of these documents, in its file already where there is room for it."""
        segment = build(documents)
        if self._folder is not None:
            with suppress(OSError):  # it is said when the whole index is to be saved
                segment = write_segment(self._folder, segment)
        return index.attaching([segment])

    async def _grown(self, index: Index, documents: Sequence[Analysed]) -> Index:
        # Of an id that stands in the file twice, the last text counts.
        return await self._in_thread(lambda: self._attached(index, list(dict(terms_of(documents)).items())))

    # --- in the background ---------------------------------------------------------------------

    async def _kept_up(self) -> None:
        """Check files that were opened, load the fast search, merge segments; as long as there is any of it to do."""
        try:
            await self._load_engine()
            await self._check_files()
            while (due := self._index.due()) is not None:
                merge = await self._in_thread(due.done)
                async with self._change:
                    await self._take(self._index.replacing(merge), self._revision)
        except Exception:
            log.exception("The upkeep of the index stopped; it goes on after the next change.")

    async def _load_engine(self) -> None:
        if self._engine is None and len(self._index) >= _WORTH_COMPILING:
            self._engine = await self._in_thread(compiled_engine)
            if self._engine is not None:
                async with self._change:
                    self._index = await self._prepared(self._index)

    async def _check_files(self) -> None:
        """Read every file once and compare it with its checksums; the papers of a damaged one are added anew."""
        for segment in self._index.segments:
            source = segment.postings.source
            if source is None or source.path in self._sound:
                continue
            self._sound.add(source.path)
            try:
                await self._in_thread(verify, segment)
            except DamagedSegment as why:
                log.error("%s Its papers are added anew.", why)  # noqa: TRY400  (the sentence says all)
                await self._mend(segment)

    async def _mend(self, segment: Segment) -> None:
        """Drop a damaged segment, whose ids are sound, and add its papers from the catalogue: a minute for a full one.

        Until then they are not found, rather than found wrongly.
        """
        ids = segment.ids.all()
        async with self._change:
            self._index = self._index.dropping(segment)
        for start in range(0, len(ids), _BATCH):
            async with self._change:
                self._index = await self._renewed(self._index, ids[start : start + _BATCH])
        async with self._change:
            await self._take(self._index, self._revision)
        log.info("The %d papers of the damaged file were added anew.", len(ids))

    async def _in_thread(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """A function's result from another thread. There is no limit of time: it is our own long work."""
        return await asyncio.wrap_future(self._threads.submit(function, *args, **kwargs))


class Growth:
    """An index that takes up analysed papers, a segment at a time, each in its file at once."""

    def __init__(self, index: Index, grown: Callable[[Index, Sequence[Analysed]], Awaitable[Index]]) -> None:
        self._index = index
        self._grown = grown
        self._waiting = list[Analysed]()
        self._withdrawn = set[str]()
        self.revisions = 0
        """By how much the catalogue's revision grew through storing the papers."""

    def stored(self, papers: Sequence[Paper], revisions: int) -> None:
        """Hear that papers were stored by which the catalogue's revision grew; withdrawn ones will not be found."""
        self.revisions += revisions
        self._withdrawn.difference_update(paper.id for paper in papers)
        self._withdrawn.update(paper.id for paper in papers if paper.withdrawn is not None)

    async def take(self, documents: Sequence[Analysed]) -> None:
        """Take up these documents, together with later ones once there are enough of them for a segment."""
        if len(self._waiting) + len(documents) > SEGMENT_SIZE:
            await self.finished()
        self._waiting += documents

    async def finished(self) -> Index:
        """The index with everything that was taken."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._index = await self._grown(self._index, waiting)
        return self._index.removing(self._withdrawn) if self._withdrawn else self._index
