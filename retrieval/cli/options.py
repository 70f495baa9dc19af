"""What stands on the command line of ``python -m retrieval``: options that several commands share, and their values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from retrieval.query.parser import parse_day
from retrieval.trending.results import Days

PAPERS_OPTION = "--papers"

Papers = Annotated[
    list[Path] | None,
    typer.Option(
        PAPERS_OPTION,
        metavar="FILE…",
        exists=True,
        dir_okay=False,
        help="Use just the papers of these files (JSONL, .gz too, API responses, page text); no database is touched.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", dir_okay=False, help="Write the lines of a batch there, not to the screen."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Top = Annotated[int, typer.Option(min=1, max=100_000, metavar="N", help="At most this many papers.")]
Day = Annotated[str | None, typer.Option(metavar="DAY", help="2024-05-27, or a whole month or year: 2024-05, 2024.")]
Made = Annotated[Path, typer.Option("--out", metavar="FILE", dir_okay=False, help="The file to make.")]
Batch = typer.Option(metavar="FILE", exists=True, dir_okay=False, help="A batch: one JSON object a line.")


class PapersGroup(TyperGroup):
    """Lets ``--papers`` take several files, as shells expand ``--papers data/*.jsonl``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, ``--papers`` repeated before each of its files."""
        return super().parse_args(ctx, list(spread(args)))


def spread(arguments: Iterable[str]) -> Iterator[str]:
    """Repeat ``--papers`` before each further file behind it: an argument that is a file and no option."""
    behind_papers = False
    previous = ""
    for argument in arguments:
        behind_papers = previous == PAPERS_OPTION or (behind_papers and _is_file(argument))
        if behind_papers and previous != PAPERS_OPTION:
            yield PAPERS_OPTION
        yield argument
        previous = argument


def _is_file(argument: str) -> bool:
    return not argument.startswith("-") and Path(argument).is_file()


def one_of(words: list[str] | None, batch: Path | None, name: str, out: Path | None) -> str:
    """The words of the command line as one text.

    Refuses both words and a file, neither, a lone --out, and words that are meant as an option.
    """
    option = next((word for word in words or () if re.match(r"--\w", word)), None)
    if option is not None:
        raise typer.BadParameter("there is no such option", param_hint=option)
    if bool(words) == (batch is not None):
        raise typer.BadParameter(f"give either words or a file of them with --{name}", param_hint=name)
    if out is not None and batch is None:
        raise typer.BadParameter(f"it goes with --{name}", param_hint="--out")
    return " ".join(words or ())


def days(since: str | None, until: str | None) -> Days | None:
    """The days that were asked for; an open end reaches as far as there are lists."""
    if since is None and until is None:
        return None
    first = day(since, "--since", last=False) if since else date.min
    last = day(until, "--until", last=True) if until else date.max
    if first > last:
        raise typer.BadParameter(f"{first} is after {last}", param_hint="--since")
    return Days(first, last)


def day(text: str, option: str, *, last: bool) -> date:
    """The first or last day of what an option names. Raises ``BadParameter`` for what is no day, month or year."""
    try:
        return parse_day(text, last=last)
    except ValueError:
        raise typer.BadParameter(f"“{text}” is no day such as 2024-05-27, 2024-05 or 2024", param_hint=option) from None


def sizes_of(text: str) -> list[int]:
    """``10k,100k,1M`` as numbers."""
    found = [re.fullmatch(r"(\d{1,9})(k|M)?", part.strip()) for part in text.split(",")]
    sizes = [int(each[1]) * {"k": 1_000, "M": 1_000_000}.get(each[2], 1) for each in found if each]
    if len(sizes) < len(found) or not all(sizes):
        raise typer.BadParameter(f"expected numbers such as 10k,100k,1M, not {text}", param_hint="--sizes")
    return sizes


def one_file(papers: list[Path] | None) -> Path:
    """The only file of ``--papers``. Raises ``BadParameter`` where there is none, or several."""
    if not papers or len(papers) > 1:
        raise typer.BadParameter("name the one file of the papers", param_hint=PAPERS_OPTION)
    return papers[0]
