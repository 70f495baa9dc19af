"""Papers from files: page text, JSON lines, raw API answers; plain or gzip.

What a file is, its content tells, not its name. A broken line is named and skipped; a file of no
known kind is an error that says what was expected.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, Annotated, Any, cast

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from retrieval.errors import SourceError
from retrieval.ingest.parsers.arxiv_snapshot import SnapshotLine, is_snapshot
from retrieval.ingest.parsers.daily_page import is_page, read_page
from retrieval.ingest.parsers.huggingface import read_item, read_items
from retrieval.papers import Listing, Moment, Paper, arxiv_id, title_id

Defects = Callable[[SourceError], None]
"""Told of each line or item that was skipped."""

Progress = Callable[[int], None]
"""Told how many bytes of the file (as it lies on disk) have been read since the last call."""

EXPECTED = (
    "Expected JSON lines with title and abstract, arXiv's metadata snapshot, a raw answer of the daily papers API "
    "(a JSON array), lines of {list_date, item}, or the text of a Daily Papers page; each may be gzipped."
)
_GZIP = b"\x1f\x8b"
_HELD_LIMIT = 64 * 1024 * 1024  # bytes that are held at once: a line, or a file that must be whole (an array, a page)


def _name(value: Any) -> Any:
    return cast("dict[str, Any]", value).get("name", "") if isinstance(value, dict) else value


def _names(value: Any) -> Any:
    """Authors as a list of names, from one text with commas, texts, or objects with a name."""
    if isinstance(value, str):
        value = re.split(r",\s*|\s+and\s+", value)
    return [name for name in map(_name, cast("list[Any]", value)) if name] if isinstance(value, list) else value or ()


def _categories(value: object) -> object:
    return value.split() if isinstance(value, str) else value or ()


def _moment(value: object) -> object:
    return None if value == "" else value


class PaperLine(BaseModel):
    """A JSON line: ``title`` and ``abstract``, and whatever else of a paper there is."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str | None = None
    title: str
    abstract: str = Field(validation_alias=AliasChoices("abstract", "summary", "text"))
    authors: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    categories: Annotated[tuple[str, ...], BeforeValidator(_categories)] = ()
    published: Annotated[Moment | None, BeforeValidator(_moment)] = None
    listed: Annotated[date | None, BeforeValidator(_moment)] = None
    votes: int | None = Field(default=None, validation_alias=AliasChoices("votes", "upvotes"))
    link: str | None = Field(default=None, validation_alias=AliasChoices("link", "url"))
    code_url: str | None = None
    project_url: str | None = None

    def paper(self, position: int) -> Paper:
        """The paper, with an id made from its title where it has none."""
        listing = Listing(name=self.listed.isoformat(), day=self.listed, position=position) if self.listed else None
        fields = self.model_dump(exclude={"id", "listed"})
        id = (arxiv_id(self.id) or self.id.strip()) if self.id and self.id.strip() else title_id(self.title)
        return Paper(id=id, listing=listing, **fields)


@dataclass(frozen=True, slots=True)
class Place:
    """A place between two lines: ``line`` lines are before it, ``offset`` bytes of the unzipped file."""

    line: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some papers of a file. Reading may go on at ``end``; ``None``: only at the beginning."""

    papers: list[Paper]
    end: Place | None


@dataclass(slots=True)
class _Reading:
    """Where the reading of a file stands. ``positions``: how many papers of a list came before, by its name."""

    place: Place
    in_lines: bool = False
    positions: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def resumable(self) -> bool:
        """Whether what comes next means the same to a reader who has not seen what came before."""
        return self.in_lines and not self.positions


def read_lots(
    path: Path, size: int, *, start: Place | None = None, on_defect: Defects, on_progress: Progress = lambda _: None
) -> Iterator[Batch]:
    """The papers of one file in lots of ``size``, from a lot's ``end`` on; see ``read_files``."""
    reading = _Reading(start or Place())
    papers = _read(path, reading, on_defect, on_progress)
    while lot := list(islice(papers, size)):
        yield Batch(lot, reading.place if reading.resumable else None)


def read_files(paths: Iterable[Path], *, on_defect: Defects, on_progress: Progress = lambda _: None) -> Iterator[Paper]:
    """The papers of all files, one after the other, without holding more than one line at a time.

    Raises ``SourceError`` for a file that cannot be read at all; broken lines go to ``on_defect``.
    """
    for path in paths:
        yield from read_file(path, on_defect=on_defect, on_progress=on_progress)


def read_file(path: Path, *, on_defect: Defects, on_progress: Progress = lambda _: None) -> Iterator[Paper]:
    """The papers of one file; see ``read_files``."""
    return _read(path, _Reading(Place()), on_defect, on_progress)


def _read(path: Path, reading: _Reading, on_defect: Defects, on_progress: Progress) -> Iterator[Paper]:
    if path.is_dir():
        raise SourceError(f"is a folder. {EXPECTED}", path=path)
    try:
        with path.open("rb") as raw:
            yield from _of_kind(path, _lines(path, raw, reading, on_progress), reading, on_defect)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"cannot be read: {_reason(error)}.", path=path) from error


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _lines(path: Path, raw: IO[bytes], reading: _Reading, on_progress: Progress) -> Iterator[tuple[int, str]]:
    """Numbered lines (from 1) as text, from the place of ``reading`` on; a byte order mark is dropped."""
    zipped = raw.read(2) == _GZIP
    raw.seek(0)
    stream: IO[bytes] = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if zipped else raw
    stream.seek(reading.place.offset)
    told = 0
    for line in iter(partial(stream.readline, _HELD_LIMIT + 1), b""):
        number = reading.place.line + 1
        reading.place = Place(number, reading.place.offset + len(line))
        if len(line) > _HELD_LIMIT:
            raise SourceError(f"is too long to be one. {EXPECTED}", path=path, line=number)
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(f"is not UTF-8 text. {EXPECTED}", path=path, line=number) from error
        here = raw.tell()
        on_progress(here - told)
        told = here


def _of_kind(path: Path, lines: Iterator[tuple[int, str]], reading: _Reading, on_defect: Defects) -> Iterator[Paper]:
    """Tell the file's kind by its first line that is not blank, and read it as that."""
    resumed = reading.place.line > 0
    first = next((each for each in lines if each[1].strip()), None)
    if first is None and resumed:
        return iter(())
    if first is None:
        raise SourceError(f"is empty. {EXPECTED}", path=path)
    start, lines = first[1].lstrip(), chain([first], lines)
    if start.startswith("["):
        return _array(path, _whole(path, lines), on_defect)
    if start.startswith("{"):
        reading.in_lines = True
        return _json_lines(path, lines, reading.positions, on_defect, resumed=resumed)
    text = _whole(path, lines)
    if not is_page(text):
        raise SourceError(f"is of no known kind. {EXPECTED}", path=path)
    return _page(path, text)


def _whole(path: Path, lines: Iterator[tuple[int, str]]) -> str:
    parts, size = list[str](), 0
    for _, line in lines:
        parts.append(line)
        size += len(line)
        if size > _HELD_LIMIT:
            raise SourceError(f"is of no known kind. {EXPECTED}", path=path)
    return "".join(parts)


def _page(path: Path, text: str) -> Iterator[Paper]:
    try:
        yield from read_page(text)
    except SourceError as error:
        raise SourceError(str(error), path=path) from error


def _array(path: Path, text: str, on_defect: Defects) -> Iterator[Paper]:
    try:
        items: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise SourceError(f"is not valid JSON. {EXPECTED}", path=path, line=line) from error
    papers, defects = read_items(items, list_day=_day_in(path.name))
    for defect in defects:
        on_defect(SourceError(str(defect), path=path))
    if defects and not papers:
        raise SourceError(f"holds no paper. {EXPECTED}", path=path)
    yield from papers


def _day_in(name: str) -> date | None:
    """A date in a recorded answer's name: the day that was asked for, where the items do not say."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", name)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _json_lines(
    path: Path, lines: Iterator[tuple[int, str]], positions: dict[str, int], on_defect: Defects, *, resumed: bool
) -> Iterator[Paper]:
    """Papers of JSON lines, broken ones skipped; a file without a single good line is of no known kind."""
    good, why_not = resumed, ""
    for number, line in lines:
        if not line.strip():
            continue
        try:
            paper = _line_paper(line, positions)
        except (SourceError, ValidationError, ValueError, RecursionError) as error:
            why_not = why_not or f"line {number}: {_said(error)}"
            on_defect(SourceError(f"skipped: {_said(error)}", path=path, line=number))
            continue
        good = True
        yield paper
    if not good and why_not:
        raise SourceError(f"holds no paper ({why_not}). {EXPECTED}", path=path)


def _line_paper(line: str, positions: dict[str, int]) -> Paper:
    row: dict[str, Any] = json.loads(line)
    if not line.lstrip().startswith("{"):
        raise SourceError("not a JSON object")
    if "item" in row:
        day = str(row.get("list_date") or "")
        return read_item(row["item"], list_day=date.fromisoformat(day) if day else None, position=_next(positions, day))
    if is_snapshot(row):
        return SnapshotLine.model_validate(row).paper()
    parsed = PaperLine.model_validate(row)
    return parsed.paper(_next(positions, parsed.listed.isoformat()) if parsed.listed else 0)


def _next(positions: dict[str, int], name: str) -> int:
    """How many papers of this list came before: the position of the next one."""
    positions[name] = positions.get(name, -1) + 1
    return positions[name]


def _said(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc']) or 'line'}: {first['msg'].lower()}"
    return f"not valid JSON ({error.msg})" if isinstance(error, json.JSONDecodeError) else str(error)
