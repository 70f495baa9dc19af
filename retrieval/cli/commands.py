"""The commands for papers, searches and answers. Their exit status is 1 if nothing was found, or data are bad."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import MofNCompleteColumn

from retrieval.answering.types import Outcome, Question, ScoredPaper
from retrieval.catalogue import Added
from retrieval.cli.app import command
from retrieval.cli.batch_files import AnswerOut, Conversations, HitsOut, QuestionLine, SearchLine, TrendOut, read_lines
from retrieval.cli.options import AsJson, Batch, Day, Out, Papers, Top, days, one_of
from retrieval.cli.rendering import (
    added_text,
    answer_text,
    search_text,
    similar_text,
    sync_text,
    trending_text,
    why_text,
)
from retrieval.cli.terminal import (
    SkippedLines,
    emit,
    note,
    now,
    open_library,
    present,
    progress_bar,
    reading,
    show,
    tracked,
    written_to,
)
from retrieval.errors import QueryError, SettingsError, SourceError, SourceUnavailable, install_command
from retrieval.ingest.live import RetryTiming, Source
from retrieval.ingest.parsers.file_lines import FilePosition
from retrieval.library import Library
from retrieval.settings import load_library_settings
from retrieval.trending.results import Days, Span


@command("import", short_help="Import papers from files.")
async def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            dir_okay=False,
            help="The format is detected from the content; - reads standard input.",
        ),
    ],
) -> int:
    """Import papers from files: JSON lines or arrays, arXiv's snapshot or Atom, API responses, Daily Papers pages.

    Files may be gzipped. Importing a file again changes nothing; an interrupted import continues where it stopped.
    Each good line of a bad file is imported; what is left out (a file, a line, a field) is reported, and the exit
    status is then 1.

    \b
      python -m retrieval import seeds/daily_papers.txt
      python -m retrieval import 2026-*.json papers.jsonl.gz
      python -m retrieval import arxiv-metadata-oai-snapshot.json
      curl … | python -m retrieval import -
    """
    skipped, total, unread = SkippedLines(), Added(), 0
    async with Library.open(load_library_settings(), now) as library:
        with reading(files) as advance:
            for path in files:

                def resume(place: FilePosition, path: Path = path) -> None:
                    note(f"{path}: resuming an interrupted import after line {place.line:,}.")

                try:
                    total += await library.import_file(path, on_defect=skipped, on_progress=advance, on_resume=resume)
                except SourceError as error:
                    note(str(error))
                    unread += 1
        skipped.note_others()
        show(added_text(total) + (f" {unread} of {len(files)} files couldn't be read." if unread else ""))
    return 1 if skipped.count or unread else 0


@command(short_help="Read the live sources: Hugging Face daily papers, arXiv categories.")
async def fetch(
    since: Day = None,
    until: Day = None,
    source: Annotated[Source | None, typer.Option(help="Read only this source.")] = None,
) -> int:
    """Read what's due from the live sources: Hugging Face's daily lists, and the arXiv categories in the settings.

    Without days it reads what a running bot would read now. Days aren't read twice, except for lists of the last week,
    whose votes still change. An interrupted run continues where it stopped. The sources' rate limits are respected, so
    all lists since 2023 take about ten minutes. Invalid entries are logged and skipped; the exit status is 1 if a
    source couldn't be read to the end.

    \b
      python -m retrieval fetch
      python -m retrieval fetch --since 2023-05-04
      python -m retrieval fetch --since 2026-11-01 --until 2026-11-07 --source arxiv
    """
    (first, last), settings, away = days(since, until), load_library_settings(), False
    sources = [source] if source else list(Source)
    if not settings.sources.arxiv_categories:
        if source is Source.ARXIV:
            raise SettingsError('Set the arXiv categories to read, e.g. [sources] arxiv_categories = ["cs.CL"].')
        sources.remove(Source.ARXIV)
    async with Library.open(settings, now, live=RetryTiming()) as library:
        for each in sources:
            with _pages(each) as on_page:
                try:
                    result = await library.sync(each, first, last, on_page)
                except SourceUnavailable as error:
                    note(f"{error} What has been read is stored; run the same command again to continue.")
                    away = True
                    continue
            show(sync_text(each, result))
    return 1 if away else 0


@contextmanager
def _pages(source: Source) -> Generator[Callable[[int, int, str], None]]:
    """A progress bar of a source's pages."""
    with progress_bar(MofNCompleteColumn()) as progress:
        task = progress.add_task(source.display_name, total=None)
        yield lambda done, of, page: progress.update(
            task, completed=done, total=of, description=f"{source.display_name}, {page}"
        )


@command(
    short_help="Find papers by words, phrases, authors, categories and dates.",
    context_settings={"ignore_unknown_options": True},  # an exclusion looks like an option
)
async def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY", help="Use single quotes for phrases and exclusions."),
    ] = None,
    papers: Papers = None,
    queries: Annotated[Path | None, Batch] = None,
    top: Top = 10,
    out: Out = None,
    as_json: AsJson = False,
) -> int:
    """Find papers by words, "phrases", -exclusions, author:, category:, after:, before:, votes:, has:code, OR and ( ).

    \b
      python -m retrieval search graph neural networks
      python -m retrieval search '"mixture of experts" -survey after:2025-01'
      python -m retrieval search 'author:"Yann LeCun" category:cs.CV' --top 3
      python -m retrieval search '(diffusion OR @lecun) votes:>20 has:code'
      python -m retrieval search --queries queries.jsonl --papers papers.jsonl.gz --top 100 --out hits.jsonl

    \b
    A line of --queries:  {"id": "q1", "text": "graph neural networks"}
    A line of --out:      {"id": "q1", "hits": [{"paper_id", "title", "score"}], "total": 58, "elapsed_ms": 0.4}
    """
    text = one_of(query, queries, "queries", out)
    if queries is not None:
        return await _search_lines(papers, queries, top, out)
    async with open_library(papers) as library:
        started = time.perf_counter()
        page = await library.search(text, limit=top)
    line = HitsOut.of(None, page.hits, page.total, _milliseconds_since(started))
    present(line, search_text(page), as_json=as_json)
    return 0 if page.hits else 1


async def _search_lines(papers: list[Path] | None, queries: Path, top: int, out: Path | None) -> int:
    """Search for each line of a file; a malformed query finds nothing and is reported."""
    lines, malformed = read_lines(queries, SearchLine), 0
    async with open_library(papers) as library:
        with written_to(out) as write:
            for line in tracked(lines, "Searching"):
                started = time.perf_counter()
                hits, total = tuple[ScoredPaper, ...](), 0
                try:
                    page = await library.search(line.text, limit=top)
                except QueryError as error:
                    malformed += 1
                    note(f"{queries}, id {line.id!r}: {error}")
                else:
                    hits, total = page.hits, page.total
                write(HitsOut.of(line.id, hits, total, _milliseconds_since(started)))
    return 1 if malformed else 0


@command(short_help="Answer a question with verbatim quotes.")
async def answer(
    question: Annotated[
        list[str] | None, typer.Argument(metavar="QUESTION", help="A question in plain English.")
    ] = None,
    papers: Papers = None,
    questions: Annotated[Path | None, Batch] = None,
    out: Out = None,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Explain the answer, or why there is none.")] = False,
) -> int:
    """Answer a question with quotes from abstracts, or list the nearest papers if no abstract answers it.

    \b
      python -m retrieval answer "What is hardware-aware NAS?"
      python -m retrieval answer "What is TPI-LLM?" --papers papers.jsonl.gz --explain
      python -m retrieval answer --questions questions.jsonl --papers papers.jsonl.gz --out answers.jsonl

    \b
    A line of --questions:  {"id": "q2", "question": "How fast is it?", "after": "q1"}
                            ("after" is optional: the id of the question that this one follows up)
    A line of --out:        {"id", "outcome": "answered" | "record" | "unanswered" | "chat",
                             "quotes": [{"paper_id", "title", "start", "end", "text", "highlights", "score"}],
                             "papers": [{"paper_id", "title", "score"}], "confidence", "elapsed_ms",
                             "facts": [{"paper_id", "field", "value"}], "query", "reply"}
    """
    text = one_of(question, questions, "questions", out)
    if questions is not None:
        return await _answer_lines(papers, questions, out)
    async with open_library(papers) as library:
        asked = Question(text)
        result, why = await library.explain(asked) if explain else (await library.answer(asked), None)
    present(AnswerOut.of(None, result), answer_text(result), as_json=as_json)
    if why is not None:
        show(why_text(why))
    return 1 if result.outcome is Outcome.UNANSWERED else 0


async def _answer_lines(papers: list[Path] | None, questions: Path, out: Path | None) -> int:
    """Answer each line of a file; a question that follows up one of the lines above gets its history."""
    lines, conversations = read_lines(questions, QuestionLine), Conversations()
    async with open_library(papers) as library:
        with written_to(out) as write:
            for line in tracked(lines, "Answering"):
                if line.after is not None and not conversations.knows(line.after):
                    note(f"{questions}, id {line.id!r}: no earlier question has the id {line.after!r}.")
                result = await library.answer(conversations.question(line))
                conversations.remember(line, result)
                write(AnswerOut.of(line.id, result))
    return 0


@command(short_help="Find papers similar to a paper.")
async def similar(
    paper: Annotated[list[str], typer.Argument(metavar="ID", help="An arXiv id, a link or the title.")],
    papers: Papers = None,
    top: Top = 10,
    as_json: AsJson = False,
) -> int:
    """Find the papers that share the most key words with a paper.

    \b
      python -m retrieval similar 2407.06723
      python -m retrieval similar https://arxiv.org/abs/2407.06723 --top 3
    """
    async with open_library(papers) as library:
        started = time.perf_counter()
        named = (await library.find(" ".join(paper), limit=1))[0]
        near = await library.similar(named.id, limit=top)
    line = HitsOut.of(None, near, len(near), _milliseconds_since(started))
    present(line, similar_text(named, near), as_json=as_json)
    return 0 if near else 1


@command(short_help="Rank the papers of the newest list, week or month, or of any days.")
async def trending(
    span: Annotated[Span, typer.Option(help="The period up to the newest list.")] = Span.DAY,
    since: Day = None,
    until: Day = None,
    papers: Papers = None,
    top: Top = 25,
    as_json: AsJson = False,
) -> int:
    """Rank papers by votes and age: (votes + 1) / (1 + days) ** 1.5.

    \b
      python -m retrieval trending
      python -m retrieval trending --span week --top 10
      python -m retrieval trending --since 2024-05 --until 2024-06
    """
    first, last = days(since, until)
    wanted = Days(first or date.min, last or date.max) if first or last else span
    async with open_library(papers) as library:
        result = await library.lists.trending(wanted)
    best = result.ranked[:top]
    if as_json:
        for trend in best:
            emit(TrendOut.model_validate(trend))
    else:
        show(trending_text(result, best))
    return 0 if best else 1


@command(short_help="Serve searches and answers to a language model (Model Context Protocol).")
async def mcp(papers: Papers = None) -> int:
    """Serve search, paper, answer and trending over standard input and output. Nothing can be changed.

    \b
    In the settings of a program that speaks the Model Context Protocol:
      {"mcpServers": {"papers": {"command": "python", "args": ["-m", "retrieval", "mcp"]}}}
    """
    if importlib.util.find_spec("mcp") is None:
        raise SettingsError(f"This command needs more packages: {install_command('mcp')}.")
    from retrieval.cli.mcp_server import mcp_server  # noqa: PLC0415 - an optional extra

    async with open_library(papers) as library:
        await mcp_server(library).run_stdio_async()
    return 0


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
