"""Large files on their way into catalogue and index: read, stored, analysed and indexed at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from retrieval.catalogue import LARGEST_LOT, Added, Catalogue, ImportCheckpoint
from retrieval.errors import PaperBotError, SourceError
from retrieval.ingest.parsers.files import Batch, Defects, Place, Progress, read_lots
from retrieval.search.index_builder import BulkUpdate
from retrieval.search.live_index import LiveIndex
from retrieval.search.parallel_analysis import ParallelAnalyser

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportFile:
    """The file that is imported: its path, and what changes when the file does."""

    name: str
    state: str

    @classmethod
    def at(cls, path: Path) -> ImportFile:
        """The file as it is now: it changes when its size does, or when it was written last."""
        try:
            status = path.stat()
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}.", path=path) from error
        return cls(str(path.resolve()), f"{status.st_size} bytes, {status.st_mtime_ns}")

    def mark(self, lot: Batch) -> ImportCheckpoint | None:
        """The mark that goes with a lot; ``None`` where reading could not go on behind it."""
        return None if lot.end is None else ImportCheckpoint(self.name, self.state, lot.end.line, lot.end.offset)


async def import_file(
    path: Path,
    catalogue: Catalogue,
    index: LiveIndex,
    *,
    seen_at: datetime,
    on_defect: Defects,
    on_progress: Progress,
    on_resume: Callable[[Place], None],
) -> Added:
    """Store the papers of a file and take them into the index; where an import of it was stopped, from there on.

    Raises ``SourceError`` for a file that cannot be read; what was read before is kept.
    """
    file = ImportFile.at(path)
    mark = await catalogue.mark_of(file.name)
    start = Place(mark.line, mark.offset) if mark is not None and mark.state == file.state else None
    if start is not None:
        on_resume(start)
    lots = read_lots(path, LARGEST_LOT, start=start, on_defect=on_defect, on_progress=on_progress)
    return await import_lots(lots, file, catalogue, index, seen_at=seen_at)


async def import_lots(
    lots: Iterator[Batch], file: ImportFile, catalogue: Catalogue, index: LiveIndex, *, seen_at: datetime
) -> Added:
    """Store the lots of a file, each with the mark of how far it was read, and take them into the index.

    While a lot is stored, the next one is read and earlier ones are analysed. What was stored before an
    error of the file is searchable; then the error is raised.
    """
    total, failed = Added(), None
    async with index.bulk_update() as update:
        with ParallelAnalyser(index.title_weight) as analyser:
            try:
                async for lot in _ahead(lots):
                    total += await _store(lot, file, catalogue, update, analyser, seen_at)
            except PaperBotError as error:
                failed = error
            else:
                await catalogue.add_lot([], seen_at=seen_at, file=file.name, mark=None)
            async for documents in _ahead(analyser.rest()):
                await update.add(documents)
    if failed is not None:
        raise failed
    return total


async def _store(
    lot: Batch,
    file: ImportFile,
    catalogue: Catalogue,
    update: BulkUpdate,
    analyser: ParallelAnalyser,
    seen_at: datetime,
) -> Added:
    added, papers = await catalogue.add_lot(lot.papers, seen_at=seen_at, file=file.name, mark=file.mark(lot))
    update.note_stored(papers, added.revisions)
    if found := [paper for paper in papers if paper.withdrawn is None]:
        await update.add(await asyncio.to_thread(analyser.submit, found))
    return added


async def _ahead(items: Iterator[T]) -> AsyncIterator[T]:
    """The items, the next of which is made in a thread while one is worked on."""
    coming = asyncio.create_task(asyncio.to_thread(next, items, None))
    try:
        while (item := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, items, None))
            yield item
    finally:
        if not coming.done():  # a thread cannot be stopped; nobody else may read on meanwhile
            await asyncio.wait([coming])
