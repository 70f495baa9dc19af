"""What commands share: the clock, the library, papers of files, and what is printed.

Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from retrieval.errors import SourceError
from retrieval.ingest.parsers.files import read_files
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import LibrarySettings, ReaderUse, load_library_settings

T = TypeVar("T")

_TABLE_WIDTH = 200  # characters, for a table that goes into a file
_REPORTED_DEFECTS = 10  # skipped lines that are reported one by one; a broken file would flood the screen


def now() -> datetime:
    """The current time in UTC: the library's clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_library(papers: Sequence[Path] | None, *, with_reader: bool = True) -> AsyncGenerator[Library]:
    """Open a library of only these files, or of the data folder if there are none."""
    settings = library_settings(with_reader=with_reader)
    if papers:
        async with Library.of(read_papers(papers)[0], settings, now) as library:
            yield library
        return
    async with Library.open(settings, now) as library:
        seeds = await library.add_seeds()
        if seeds.new:
            note(f"The catalogue was empty, so I added the {seeds.new} papers that come with the project.")
        yield library


def library_settings(*, with_reader: bool) -> LibrarySettings:
    """The settings, with the reader off if it isn't wanted."""
    settings = load_library_settings()
    if with_reader:
        return settings
    return settings.model_copy(update={"answers": settings.answers.model_copy(update={"reader": ReaderUse.OFF})})


class SkippedLines:
    """Skipped lines: the first ones are reported, the others counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, defect: SourceError) -> None:
        """Count a skipped line."""
        self.count += 1
        if self.count <= _REPORTED_DEFECTS:
            note(str(defect))

    def note_others(self) -> None:
        """Report how many lines weren't reported one by one."""
        if self.count > _REPORTED_DEFECTS:
            note(f"{self.count - _REPORTED_DEFECTS:,} more lines or fields were left out.")


def read_papers(files: Sequence[Path]) -> tuple[list[Paper], int]:
    """The papers of all files, and the number of skipped lines; the first of them are reported."""
    skipped = SkippedLines()
    with reading(files) as advance:
        papers = list(read_files(files, on_defect=skipped, on_progress=advance))
    skipped.note_others()
    return papers, skipped.count


@contextmanager
def reading(files: Sequence[Path]) -> Generator[Callable[[int], None]]:
    """A progress bar over the bytes of these files."""
    with progress_bar(DownloadColumn()) as progress:
        task = progress.add_task("Reading", total=sum(path.stat().st_size for path in files if path.is_file()))
        yield lambda size: progress.advance(task, size)


def progress_bar(column: ProgressColumn) -> Progress:
    """A progress bar, if standard error is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), column, TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def tracked(lines: Sequence[T], label: str) -> Iterator[T]:
    """``lines``, with a progress bar."""
    with progress_bar(MofNCompleteColumn()) as progress:
        yield from progress.track(lines, description=label)


def show(result: RenderableType) -> None:
    """Print for a person; lines are only wrapped in a terminal, whose width is known."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _TABLE_WIDTH
    console.print(result, soft_wrap=not console.is_terminal)


def present(line: BaseModel, *results: RenderableType, as_json: bool) -> None:
    """Print a line for a program, or else the same results for a person."""
    if as_json:
        emit(line)
    else:
        for result in results:
            show(result)


def emit(line: BaseModel) -> None:
    """Print one line of JSON for a program."""
    sys.stdout.write(line.model_dump_json() + "\n")


def note(message: str) -> None:
    """Print a message to standard error."""
    sys.stderr.write(message + "\n")


@contextmanager
def written_to(out: Path | None) -> Generator[Callable[[BaseModel], None]]:
    """A function that writes a line of JSON to ``out``, or prints it if that's ``None``."""
    if out is None:
        yield emit
        return
    with writing(out):
        file = out.open("w", encoding="utf-8", buffering=1)  # line by line: an interrupted batch leaves whole lines

    def write(line: BaseModel) -> None:
        with writing(out):
            file.write(line.model_dump_json() + "\n")

    with file:
        yield write


@contextmanager
def writing(out: Path) -> Generator[None]:
    """Turn errors of writing ``out`` into ``SourceError``."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"can't be written ({error.strerror or error}).", path=out) from error
