"""Papers from files: page text, JSON lines, raw API responses; plain or gzipped.

The kind of a file is recognised by its content, not its name. Invalid lines are reported and skipped; a file of an
unknown kind is an error that says what was expected.
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
from json import JSONDecodeError
from pathlib import Path
from typing import IO, Annotated, Any, cast

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from retrieval.errors import SourceError, first_defect
from retrieval.ingest.parsers.arxiv_snapshot import SnapshotLine, is_snapshot
from retrieval.ingest.parsers.daily_page import is_page, read_page
from retrieval.ingest.parsers.huggingface import read_item, read_items
from retrieval.papers import BLANK_AS_NONE, Listing, OptionalMoment, Paper, arxiv_id, title_id

OnDefect = Callable[[SourceError], None]
"""Called for each line or item that was skipped."""

OnProgress = Callable[[int], None]
"""Called with the number of bytes of the file (as it is on disk) that were read since the last call."""

EXPECTED = (
    "Expected JSON lines with title and abstract, arXiv's metadata snapshot, a raw response of the daily papers API "
    "(a JSON array), lines of {list_date, item}, or the text of a Daily Papers page; each may be gzipped."
)
_GZIP = b"\x1f\x8b"
_LARGEST_WHOLE = (
    64 * 1024 * 1024
)  # bytes in memory at once: a line, or a file that can only be read as a whole (an array, a page)


def _name(value: Any) -> Any:
    return cast("dict[str, Any]", value).get("name", "") if isinstance(value, dict) else value


def _names(value: Any) -> Any:
    """Authors as a list of names, from one text with commas, several texts, or objects with a name."""
    if isinstance(value, str):
        value = re.split(r",\s*|\s+and\s+", value)
    return [name for name in map(_name, cast("list[Any]", value)) if name] if isinstance(value, list) else value or ()


def _categories(value: object) -> object:
    return value.split() if isinstance(value, str) else value or ()


class PaperLine(BaseModel):
    """A JSON line: ``title``, ``abstract``, and any other fields of a paper."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str | None = None
    title: str
    abstract: str = Field(validation_alias=AliasChoices("abstract", "summary", "text"))
    authors: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    categories: Annotated[tuple[str, ...], BeforeValidator(_categories)] = ()
    published: OptionalMoment = None
    listed: Annotated[date | None, BLANK_AS_NONE] = None
    votes: int | None = Field(default=None, validation_alias=AliasChoices("votes", "upvotes"))
    link: str | None = Field(default=None, validation_alias=AliasChoices("link", "url"))
    code_url: str | None = None
    project_url: str | None = None

    def paper(self, position: int) -> Paper:
        """The paper, with an id made from its title if it has none."""
        listing = Listing(name=self.listed.isoformat(), day=self.listed, position=position) if self.listed else None
        fields = self.model_dump(exclude={"id", "listed"})
        id = (arxiv_id(self.id) or self.id.strip()) if self.id and self.id.strip() else title_id(self.title)
        return Paper(id=id, listing=listing, **fields)


@dataclass(frozen=True, slots=True)
class FilePosition:
    """A position between two lines: after ``line`` lines, and ``offset`` bytes of the unzipped file."""

    line: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some papers of a file. Reading can resume at ``end``; ``None``: only from the start."""

    papers: list[Paper]
    end: FilePosition | None


@dataclass(slots=True)
class _ReadState:
    """How far a file was read. ``positions``: the position of the last paper of each list so far, by its name."""

    position: FilePosition
    in_lines: bool = False
    positions: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def resumable(self) -> bool:
        """Whether reading can resume here: the following lines don't depend on earlier ones."""
        return self.in_lines and not self.positions


def read_batches(
    path: Path,
    size: int,
    *,
    start: FilePosition | None = None,
    on_defect: OnDefect,
    on_progress: OnProgress = lambda _: None,
) -> Iterator[Batch]:
    """The papers of one file in batches of ``size``, starting at the ``end`` of a batch; see ``read_files``."""
    state = _ReadState(start or FilePosition())
    papers = _read(path, state, on_defect, on_progress)
    while batch := list(islice(papers, size)):
        yield Batch(batch, state.position if state.resumable else None)


def read_files(
    paths: Iterable[Path], *, on_defect: OnDefect, on_progress: OnProgress = lambda _: None
) -> Iterator[Paper]:
    """The papers of all files one after another, with only one line in memory.

    Raises ``SourceError`` for a file that can't be read at all; invalid lines go to ``on_defect``.
    """
    for path in paths:
        yield from read_file(path, on_defect=on_defect, on_progress=on_progress)


def read_file(path: Path, *, on_defect: OnDefect, on_progress: OnProgress = lambda _: None) -> Iterator[Paper]:
    """The papers of one file; see ``read_files``."""
    return _read(path, _ReadState(FilePosition()), on_defect, on_progress)


def _read(path: Path, state: _ReadState, on_defect: OnDefect, on_progress: OnProgress) -> Iterator[Paper]:
    if path.is_dir():
        raise SourceError(f"is a folder. {EXPECTED}", path=path)
    try:
        with path.open("rb") as raw:
            yield from _of_kind(path, _lines(path, raw, state, on_progress), state, on_defect)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"can't be read: {_reason(error)}.", path=path) from error


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _lines(path: Path, raw: IO[bytes], state: _ReadState, on_progress: OnProgress) -> Iterator[tuple[int, str]]:
    """Numbered lines (from 1) as text, from the position of ``state`` on, without a byte order mark."""
    zipped = raw.read(2) == _GZIP
    raw.seek(0)
    stream: IO[bytes] = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if zipped else raw
    stream.seek(state.position.offset)
    reported = 0
    for line in iter(partial(stream.readline, _LARGEST_WHOLE + 1), b""):
        number = state.position.line + 1
        state.position = FilePosition(number, state.position.offset + len(line))
        if len(line) > _LARGEST_WHOLE:
            raise SourceError(f"is too long. {EXPECTED}", path=path, line=number)
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(f"isn't UTF-8 text. {EXPECTED}", path=path, line=number) from error
        here = raw.tell()
        on_progress(here - reported)
        reported = here


def _of_kind(path: Path, lines: Iterator[tuple[int, str]], state: _ReadState, on_defect: OnDefect) -> Iterator[Paper]:
    """Recognise the kind of the file by its first line that isn't blank, and read it."""
    resumed = state.position.line > 0
    first = next((each for each in lines if each[1].strip()), None)
    if first is None and resumed:
        return iter(())
    if first is None:
        raise SourceError(f"is empty. {EXPECTED}", path=path)
    start, lines = first[1].lstrip(), chain([first], lines)
    if start.startswith("["):
        return _array(path, _whole(path, lines), on_defect)
    if start.startswith("{"):
        state.in_lines = True
        return _json_lines(path, lines, state.positions, on_defect, resumed=resumed)
    text = _whole(path, lines)
    if not is_page(text):
        raise SourceError(f"isn't a known kind of file. {EXPECTED}", path=path)
    return _page(path, text)


def _whole(path: Path, lines: Iterator[tuple[int, str]]) -> str:
    parts, size = list[str](), 0
    for _, line in lines:
        parts.append(line)
        size += len(line)
        if size > _LARGEST_WHOLE:
            raise SourceError(f"isn't a known kind of file. {EXPECTED}", path=path)
    return "".join(parts)


def _page(path: Path, text: str) -> Iterator[Paper]:
    try:
        yield from read_page(text)
    except SourceError as error:
        raise SourceError(str(error), path=path) from error


def _array(path: Path, text: str, on_defect: OnDefect) -> Iterator[Paper]:
    try:
        items: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, JSONDecodeError) else None
        raise SourceError(f"isn't valid JSON. {EXPECTED}", path=path, line=line) from error
    read = read_items(items, list_day=_day_in(path.name))
    for defect in read.defects:
        on_defect(SourceError(str(defect), path=path))
    if read.defects and not read.papers:
        raise SourceError(f"contains no papers. {EXPECTED}", path=path)
    yield from read.papers


def _day_in(name: str) -> date | None:
    """The date in the name of a saved response: the requested day, if the items don't say."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", name)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _json_lines(
    path: Path, lines: Iterator[tuple[int, str]], positions: dict[str, int], on_defect: OnDefect, *, resumed: bool
) -> Iterator[Paper]:
    """The papers of JSON lines, without invalid lines. Raises ``SourceError`` if no line is valid."""
    good, reason = resumed, ""
    for number, line in lines:
        if not line.strip():
            continue
        try:
            paper = _line_paper(line, positions)
        except (SourceError, ValidationError, ValueError, RecursionError) as error:
            why = f"not valid JSON ({error.msg})" if isinstance(error, JSONDecodeError) else first_defect(error, "line")
            on_defect(SourceError(f"skipped: {why}", path=path, line=number))
            reason = reason or f"line {number}: {why}"
            continue
        good = True
        yield paper
    if not good and reason:
        raise SourceError(f"contains no papers ({reason}). {EXPECTED}", path=path)


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
    """The position of the next paper of this list."""
    positions[name] = positions.get(name, -1) + 1
    return positions[name]
