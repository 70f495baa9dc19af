"""How fast a library of some size is: it is imported, searched and asked."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from retrieval.benchmark.corpora import corpus_papers
from retrieval.benchmark.searches import LibrarySpeed, measure_library
from retrieval.errors import SourceError
from retrieval.library import Library
from retrieval.library.library import Clock
from retrieval.papers import Paper
from retrieval.settings import LibrarySettings

_SEARCHES: Final = 100
"""Searches of each kind."""


async def measure_size(
    papers: Sequence[Paper],
    questions: Sequence[str],
    size: int,
    settings: LibrarySettings,
    clock: Clock,
    *,
    on_status: Callable[[str], None],
) -> LibrarySpeed:
    """Import ``size`` papers into a temporary library, search it and ask it each question.

    Papers beyond those given are made of their sentences. The library has these ``settings``, except for the folder.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        folder = Path(scratch)
        file, settings = folder / "papers.jsonl", settings.model_copy(update={"data_folder": folder / "data"})
        with file.open("w", encoding="utf-8", newline="\n") as lines:
            lines.writelines(
                f"{paper.model_dump_json(exclude_defaults=True)}\n" for paper in corpus_papers(papers, size)
            )
        async with Library.open(settings, clock) as library:
            on_status(f"{size:,} papers: importing")
            started = time.perf_counter()
            await library.import_file(file, on_defect=_refuse, on_progress=lambda _: None, on_resume=lambda _: None)
            await library.settled()
            import_s = time.perf_counter() - started
        on_status(f"{size:,} papers: searching and asking questions")
        started = time.perf_counter()
        async with Library.open(settings, clock) as library:
            speed = await measure_library(
                library, started, questions, _SEARCHES, folder=settings.index_folder, compared=True
            )
        return speed.model_copy(update={"import_s": import_s})


def _refuse(defect: SourceError) -> None:
    raise defect
