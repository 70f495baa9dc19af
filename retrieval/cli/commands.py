"""The commands of ``python -m retrieval``, without the parsing of their arguments.

Every command is a coroutine that returns the exit status: 0 success, 1 nothing found or invalid input data. Results go
to standard output, everything else to standard error.
"""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
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
    track,
)

from retrieval.answering.types import Outcome, Question
from retrieval.catalogue import Added
from retrieval.cli.batch_files import AnswerOut, Conversations, HitsOut, QuestionLine, SearchLine, TrendOut, read_lines
from retrieval.cli.rendering import (
    added_text,
    answer_text,
    caught_text,
    search_text,
    similar_text,
    trending_text,
    why_text,
)
from retrieval.errors import QueryError, SettingsError, SourceError, SourceUnavailable
from retrieval.evaluation.beir import measure_quality, read_collection
from retrieval.evaluation.metrics import Baseline, ask_all, judge
from retrieval.evaluation.question_sets import read_questions
from retrieval.evaluation.tables import EvaluationOut, failures_table, figures_table, quality_table, reliability_table
from retrieval.ingest.live import RetryTiming, Source
from retrieval.ingest.parsers.files import FilePosition, read_files
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import load_library_settings
from retrieval.trending.results import Days, Span

Emit = Callable[[BaseModel], None]
T = TypeVar("T")

_TABLE_WIDTH = 200  # characters, for a table that goes into a file
_REPORTED_DEFECTS = 10  # skipped lines that are reported one by one; a broken file would flood the screen


def now() -> datetime:
    """The current time in UTC: the library's clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_library(papers: Sequence[Path]) -> AsyncGenerator[Library]:
    """Open a library of only these files, or of the data folder if there are none."""
    settings = load_library_settings()
    if papers:
        async with Library.of(read_papers(papers)[0], settings, now) as library:
            yield library
        return
    async with Library.open(settings, now) as library:
        seeds = await library.add_seeds()
        if seeds.new:
            note(f"The catalogue was empty, so I added the {seeds.new} papers that come with the project.")
        yield library


class _Skipped:
    """Skipped lines: the first ones are reported, the others counted."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, defect: SourceError) -> None:
        self.count += 1
        if self.count <= _REPORTED_DEFECTS:
            note(str(defect))

    def note_others(self) -> None:
        if self.count > _REPORTED_DEFECTS:
            note(f"{self.count - _REPORTED_DEFECTS:,} more lines were skipped.")


@contextmanager
def _reading(files: Sequence[Path]) -> Generator[Callable[[int], None]]:
    """A progress bar over the bytes of these files, if standard error is a terminal."""
    with _progress_bar(DownloadColumn()) as progress:
        task = progress.add_task("Reading", total=sum(path.stat().st_size for path in files))
        yield lambda size: progress.advance(task, size)


def _progress_bar(column: ProgressColumn) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), column, TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def read_papers(files: Sequence[Path]) -> tuple[list[Paper], int]:
    """The papers of all files, and the number of skipped lines; the first of them are reported."""
    skipped = _Skipped()
    with _reading(files) as advance:
        papers = list(read_files(files, on_defect=skipped, on_progress=advance))
    skipped.note_others()
    return papers, skipped.count


async def import_files(files: Sequence[Path]) -> int:
    """Import files into the catalogue of the data folder."""
    skipped, total = _Skipped(), Added()
    async with Library.open(load_library_settings(), now) as library:
        with _reading(files) as advance:
            for path in files:

                def resume(place: FilePosition, path: Path = path) -> None:
                    note(f"{path}: resuming an interrupted import after line {place.line:,}.")

                total += await library.import_file(path, on_defect=skipped, on_progress=advance, on_resume=resume)
        skipped.note_others()
        show(added_text(total))
    return 1 if skipped.count else 0


async def fetch(sources: Sequence[Source], since: date | None, until: date | None) -> int:
    """Read what's due from live sources; returns 1 if one of them couldn't be read to the end."""
    settings, away = load_library_settings(), False
    if not settings.sources.arxiv_categories:
        if list(sources) == [Source.ARXIV]:
            raise SettingsError('Set the arXiv categories to read, e.g. [sources] arxiv_categories = ["cs.CL"].')
        sources = [source for source in sources if source is not Source.ARXIV]
    async with Library.open(settings, now, live=RetryTiming()) as library:
        for source in sources:
            with _pages(source) as on_page:
                try:
                    caught = await library.sync(source, since, until, on_page)
                except SourceUnavailable as error:
                    note(f"{error} What has been read is stored; run the same command again to continue.")
                    away = True
                    continue
            show(caught_text(source, caught))
    return 1 if away else 0


@contextmanager
def _pages(source: Source) -> Generator[Callable[[int, int, str], None]]:
    """A progress bar of a source's pages, if standard error is a terminal."""
    with _progress_bar(MofNCompleteColumn()) as progress:
        task = progress.add_task(source.display_name, total=None)
        yield lambda done, of, page: progress.update(
            task, completed=done, total=of, description=f"{source.display_name}, {page}"
        )


async def search(papers: Sequence[Path], query: str, top: int, *, as_json: bool) -> int:
    """Search once."""
    async with open_library(papers) as library:
        started = time.perf_counter()
        page = await library.search(query, limit=top)
    if as_json:
        emit(HitsOut.of(None, page.hits, _milliseconds_since(started)))
    else:
        show(search_text(page))
    return 0 if page.hits else 1


async def similar(papers: Sequence[Path], paper: str, top: int, *, as_json: bool) -> int:
    """Show papers similar to the one with this id, link or title."""
    async with open_library(papers) as library:
        started = time.perf_counter()
        named = (await library.find(paper, limit=1))[0]
        near = await library.similar(named.id, limit=top)
    if as_json:
        emit(HitsOut.of(None, near, _milliseconds_since(started)))
    else:
        show(similar_text(named, near))
    return 0 if near else 1


async def search_batch(papers: Sequence[Path], queries: Path, top: int, out: Path | None) -> int:
    """Search for each line of a file; a malformed query finds nothing and is reported."""
    lines, malformed = read_lines(queries, SearchLine), 0
    async with open_library(papers) as library:
        with _written_to(out) as write:
            for line in _progress(lines, "Searching"):
                started = time.perf_counter()
                try:
                    hits = (await library.search(line.text, limit=top)).hits
                except QueryError as error:
                    hits, malformed = (), malformed + 1
                    note(f"{queries}, id {line.id!r}: {error}")
                write(HitsOut.of(line.id, hits, _milliseconds_since(started)))
    return 1 if malformed else 0


async def answer(papers: Sequence[Path], question: str, *, as_json: bool, explain: bool) -> int:
    """Answer one question; with ``explain`` also say why."""
    async with open_library(papers) as library:
        asked = Question(question)
        result, why = await library.explain(asked) if explain else (await library.answer(asked), None)
    if as_json:
        emit(AnswerOut.of(None, result))
    else:
        show(answer_text(result))
    if why is not None:
        show(why_text(why))
    return 1 if result.outcome is Outcome.UNANSWERED else 0


async def answer_batch(papers: Sequence[Path], questions: Path, out: Path | None) -> int:
    """Answer each line of a file; a question that follows up one of the lines above gets its history."""
    lines, conversations = read_lines(questions, QuestionLine), Conversations()
    async with open_library(papers) as library:
        with _written_to(out) as write:
            for line in _progress(lines, "Answering"):
                if line.after is not None and not conversations.knows(line.after):
                    note(f"{questions}, id {line.id!r}: no earlier question has the id {line.after!r}.")
                result = await library.answer(conversations.question(line))
                conversations.remember(line, result)
                write(AnswerOut.of(line.id, result))
    return 0


async def trending(papers: Sequence[Path], span: Span | Days, top: int, *, as_json: bool) -> int:
    """Rank the newest list, those of the last week or month, or of a range of days."""
    async with open_library(papers) as library:
        result = await library.lists.trending(span)
    best = result.ranked[:top]
    if as_json:
        for trend in best:
            emit(TrendOut.of_trend(trend))
    else:
        show(trending_text(result, best))
    return 0 if best else 1


async def evaluate(
    papers: Sequence[Path], questions: Path, failures: int, *, with_baseline: bool, as_json: bool
) -> int:
    """Ask a question set and judge the answers, also those of a simple baseline if wanted."""
    gold = read_questions(questions)
    corpus, _ = read_papers(papers)
    by_title = {paper.title: paper for paper in corpus}
    baseline = Baseline(corpus) if with_baseline else None
    with Console(stderr=True).status(f"Answering {len(gold):,} questions"):
        async with Library.of(corpus, load_library_settings(), now) as library:
            answers = await ask_all(library, gold)
        judged = [judge(each, answers[each.id], by_title) for each in gold]
        asked = gold if baseline else []
        simple = [judge(each, baseline.answer(Question(each.question)), by_title) for each in asked if baseline]
    if as_json:
        emit(EvaluationOut.of(judged, simple))
    else:
        show(figures_table(judged, simple))
        show(reliability_table(judged))
        show(failures_table(judged, failures))
    return 0


async def evaluate_search(folder: Path, *, as_json: bool) -> int:
    """Search a test collection, and show how well its relevant documents are ranked."""
    collection = read_collection(folder)
    with Console(stderr=True).status(f"Searching for {len(collection.queries):,} queries"):
        async with Library.of(collection.papers, load_library_settings(), now) as library:
            quality = await measure_quality(library, collection)
    if as_json:
        emit(quality)
    else:
        show(quality_table(folder.name, quality))
    return 0


def show(result: RenderableType) -> None:
    """Print for a person; lines are only wrapped in a terminal, whose width is known."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _TABLE_WIDTH
    console.print(result, soft_wrap=not console.is_terminal)


def emit(line: BaseModel) -> None:
    """Print one line of JSON for a program."""
    sys.stdout.write(line.model_dump_json() + "\n")


def note(message: str) -> None:
    """Print a message to standard error."""
    sys.stderr.write(message + "\n")


def _progress(lines: Sequence[T], label: str) -> Iterator[T]:
    """``lines``, with a progress bar if standard error is a terminal."""
    console = Console(stderr=True)
    yield from track(lines, label, console=console, disable=not console.is_terminal)


@contextmanager
def _written_to(out: Path | None) -> Generator[Emit]:
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


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
