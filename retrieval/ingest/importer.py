"""Imports large files: batches are read, stored, analysed and indexed at the same time."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

from retrieval.catalogue import LARGEST_BATCH, Added, Catalogue, ImportCheckpoint
from retrieval.errors import PaperBotError, SourceError
from retrieval.ingest.parsers.file_lines import STANDARD_INPUT, FilePosition, OnDefect, OnProgress
from retrieval.ingest.parsers.files import Batch, read_batches
from retrieval.search.index_builder import BulkUpdate
from retrieval.search.live_index import LiveIndex
from retrieval.search.parallel_analysis import ParallelAnalyser

T = TypeVar("T")

_NEW_OBJECTS: Final = 50_000
"""After how many new objects Python looks for garbage: by default 700, which takes a tenth of the time of an import."""


def _beginning(path: Path) -> ImportCheckpoint:
    """The beginning of a file. Its state is its size and the time of its last change; standard input never has one."""
    if path == STANDARD_INPUT:
        return ImportCheckpoint(str(path), uuid4().hex)
    try:
        status = path.stat()
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror}.", path=path) from error
    return ImportCheckpoint(str(path.resolve()), f"{status.st_size} bytes, {status.st_mtime_ns}")


async def import_file(
    path: Path,
    catalogue: Catalogue,
    index: LiveIndex,
    *,
    seen_at: datetime,
    on_defect: OnDefect,
    on_progress: OnProgress,
    on_resume: Callable[[FilePosition], None],
) -> Added:
    """Store and index the papers of a file; an import that was interrupted resumes where it stopped.

    Raises ``SourceError`` for a file that can't be read; what was read until then is kept.
    """
    file = _beginning(path)
    known = await catalogue.import_checkpoint(file.file)
    start = FilePosition(known.line, known.offset) if known is not None and known.state == file.state else None
    if start is not None:
        on_resume(start)
    batches = read_batches(path, LARGEST_BATCH, start=start, on_defect=on_defect, on_progress=on_progress)
    return await import_batches(batches, file, catalogue, index, seen_at=seen_at)


async def import_batches(
    batches: Iterator[Batch], file: ImportCheckpoint, catalogue: Catalogue, index: LiveIndex, *, seen_at: datetime
) -> Added:
    """Store and index the batches of a file (given as its beginning), each with a checkpoint of how far it was read.

    While a batch is stored, the next one is read and earlier ones are analysed. After an error in the file, what was
    stored before is made searchable, and then the error is raised.
    """
    total, failed = Added(), None
    async with index.bulk_update() as update:
        with _rare_collections(), ParallelAnalyser(index.title_weight) as analyser:
            try:
                async for batch in _prefetch(batches):
                    total += await _store(batch, file, catalogue, update, analyser, seen_at)
            except PaperBotError as error:
                failed = error
            else:
                await catalogue.add_batch([], seen_at=seen_at, file=file.file, checkpoint=None)
            async for documents in _prefetch(analyser.rest()):
                await update.add(documents)
    if failed is not None:
        raise failed
    return total


async def _store(
    batch: Batch,
    file: ImportCheckpoint,
    catalogue: Catalogue,
    update: BulkUpdate,
    analyser: ParallelAnalyser,
    seen_at: datetime,
) -> Added:
    end = batch.end  # ``None`` if reading can't resume there
    checkpoint = None if end is None else replace(file, line=end.line, offset=end.offset)
    added, papers = await catalogue.add_batch(batch.papers, seen_at=seen_at, file=file.file, checkpoint=checkpoint)
    update.note_stored(papers, added.revisions)
    if found := [paper for paper in papers if paper.withdrawn is None]:
        await update.add(await asyncio.to_thread(analyser.submit, found))
    return added


@contextmanager
def _rare_collections() -> Generator[None]:
    """Look for garbage in cycles more rarely: nearly all objects are needed until their batch is stored."""
    threshold, *others = gc.get_threshold()
    gc.set_threshold(max(threshold, _NEW_OBJECTS), *others)
    try:
        yield
    finally:
        gc.set_threshold(threshold, *others)


async def _prefetch(items: Iterator[T]) -> AsyncIterator[T]:
    """The items; while the caller works on one, a thread makes the next."""
    coming = asyncio.create_task(asyncio.to_thread(next, items, None))
    try:
        while (item := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, items, None))
            yield item
    finally:
        if not coming.done():  # a thread can't be stopped, and nobody else may read the items meanwhile
            await asyncio.wait([coming])
