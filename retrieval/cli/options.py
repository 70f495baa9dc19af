"""Options and arguments that several commands of ``python -m retrieval`` share, and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from retrieval.query.days import parse_day
from retrieval.training.sources import TrainingSource

PAPERS_OPTION = "--papers"

Papers = Annotated[
    list[Path] | None,
    typer.Option(
        PAPERS_OPTION,
        metavar="FILE…",
        exists=True,
        dir_okay=False,
        help="Use only the papers in these files (JSONL, also .gz; API responses; page text), without a database.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", dir_okay=False, help="Write the batch's output to this file."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Top = Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="Show at most N papers.")]
Day = Annotated[str | None, typer.Option(metavar="DAY", help="A day, month or year: 2024-05-27, 2024-05, 2024.")]
Made = Annotated[Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The file to write.")]
QuestionSets = Annotated[
    list[Path],
    typer.Option("--questions", metavar="FILE", exists=True, dir_okay=False, help="A question set. Can be repeated."),
]
WithoutIds = Annotated[
    str,
    typer.Option(metavar="PATTERN", help="Leave out papers of a large file whose id matches: they're kept for tests."),
]
Batch = typer.Option(metavar="FILE", exists=True, dir_okay=False, help="A batch file with one JSON object a line.")


class PapersGroup(TyperGroup):
    """Allows several files after ``--papers``, because shells expand ``--papers data/*.jsonl``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat ``--papers`` before each of its files."""
        return super().parse_args(ctx, list(spread(args)))


def spread(arguments: Iterable[str]) -> Iterator[str]:
    """Repeat ``--papers`` before each further file after it; a file is an existing file that isn't an option."""
    after_papers = False
    previous = ""
    for argument in arguments:
        after_papers = previous == PAPERS_OPTION or (after_papers and _is_file(argument))
        if after_papers and previous != PAPERS_OPTION:
            yield PAPERS_OPTION
        yield argument
        previous = argument


def _is_file(argument: str) -> bool:
    return not argument.startswith("-") and Path(argument).is_file()


def one_of(words: list[str] | None, batch: Path | None, name: str, out: Path | None) -> str:
    """The words of the command line as one text.

    Raises ``BadParameter`` for both words and a file, for neither, for --out without a file, and for unknown options.
    """
    option = next((word for word in words or () if re.match(r"--\w", word)), None)
    if option is not None:
        raise typer.BadParameter("no such option", param_hint=option)
    if bool(words) == (batch is not None):
        raise typer.BadParameter(f"give either words or a file with --{name}", param_hint=name)
    if out is not None and batch is None:
        raise typer.BadParameter(f"only works with --{name}", param_hint="--out")
    return " ".join(words or ())


def days(since: str | None, until: str | None) -> tuple[date | None, date | None]:
    """The first and the last day that were given. Raises ``BadParameter`` if they are in the wrong order."""
    first, last = _day(since, "--since", last=False), _day(until, "--until", last=True)
    if first and last and first > last:
        raise typer.BadParameter(f"{first} is after {last}", param_hint="--since")
    return first, last


def _day(text: str | None, option: str, *, last: bool) -> date | None:
    """The first or last day of a day, month or year. Raises ``BadParameter`` for anything else."""
    try:
        return parse_day(text, last=last) if text else None
    except ValueError:
        raise typer.BadParameter(
            f"“{text}” isn't a day, month or year such as 2024-05-27, 2024-05 or 2024", param_hint=option
        ) from None


def sizes_of(text: str) -> list[int]:
    """``10k,100k,1M`` as numbers."""
    found = [re.fullmatch(r"(\d{1,9})(k|M)?", part.strip()) for part in text.split(",")]
    sizes = [int(each[1]) * {"k": 1_000, "M": 1_000_000}.get(each[2], 1) for each in found if each]
    if len(sizes) < len(found) or not all(sizes):
        raise typer.BadParameter(f"expected numbers such as 10k,100k,1M, not {text}", param_hint="--sizes")
    return sizes


def sources_of(questions: Sequence[Path], papers: Sequence[Path] | None, without: str) -> list[TrainingSource]:
    """Question sets with their papers, in the order given. Raises ``BadParameter`` unless there are as many of both."""
    if not papers or len(papers) != len(questions):
        raise typer.BadParameter("give a file of papers for each question set, in order", param_hint=PAPERS_OPTION)
    try:
        re.compile(without)
    except re.error as error:
        raise typer.BadParameter(f"isn't a regular expression: {error}", param_hint="--without-ids") from None
    return [TrainingSource(*files, without) for files in zip(questions, papers, strict=True)]


def one_file(papers: list[Path] | None) -> Path:
    """The file of ``--papers``. Raises ``BadParameter`` unless there is exactly one."""
    if not papers or len(papers) > 1:
        raise typer.BadParameter("give exactly one file of papers", param_hint=PAPERS_OPTION)
    return papers[0]
