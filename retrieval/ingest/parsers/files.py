"""Papers from files: page text, JSON lines, JSON arrays, raw API responses, arXiv's Atom; plain or gzipped.

The kind of a file is recognised by its content, not its name. What can't be used is reported and left out: a line, an
item, or only a field of it. A file of an unknown kind is an error that says what was expected.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from retrieval.errors import SourceError, first_defect
from retrieval.ingest.parsers.arxiv import read_feed
from retrieval.ingest.parsers.arxiv_snapshot import is_snapshot, read_snapshot_line
from retrieval.ingest.parsers.daily_page import is_page, read_page
from retrieval.ingest.parsers.file_lines import LARGEST_WHOLE, FilePosition, LineReader, OnDefect, OnProgress
from retrieval.ingest.parsers.huggingface import read_item
from retrieval.ingest.parsers.paper_object import read_paper
from retrieval.papers import Paper

EXPECTED: Final = (
    "Expected JSON lines with title and abstract, a JSON array of them, arXiv's metadata snapshot or Atom feed, a raw "
    "response of the daily papers API, lines of {list_date, item}, or the text of a Daily Papers page; each may be "
    "gzipped."
)
_ARRAY_FIELDS: Final = ("data", "papers", "results", "items", "entries", "articles")
"""Where other programs put the array of papers in an object."""
_BEGINNING: Final = re.compile(r'\{\s*"[^"\\]{1,40}"\s*:')
"""The beginning of an object. In an array, all have the same one: programs write their fields in one order."""
_LOOKED_AT: Final = 20
"""Lines at the beginning of a file that may be damaged, or comments."""

_ENTRY: Final = re.compile(r"<entry[\s>](?:(?!<entry[\s>]).)*?</entry>", re.DOTALL)
_WHITE_SPACE: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Batch:
    """Some papers of a file. Reading can resume at ``end``; ``None``: only from the start."""

    papers: list[Paper]
    end: FilePosition | None


@dataclass(slots=True)
class _File:
    """A file as it is read. ``positions``: the position of the last paper of each list so far, by its name."""

    reader: LineReader
    in_lines: bool = False
    positions: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def resumable(self) -> bool:
        """Whether reading can resume here: the following lines don't depend on earlier ones."""
        return self.in_lines and not self.positions

    def next_position(self, name: str) -> int:
        """The position of the next paper of this list."""
        self.positions[name] = self.positions.get(name, -1) + 1
        return self.positions[name]

    def refuse(self, message: str, line: int | None = None) -> SourceError:
        """An error about the whole file."""
        return SourceError(f"{message} {EXPECTED}", path=self.reader.path, line=line)

    def paper(self, row: object, line: int | None, number: int | None = None) -> Paper | None:
        """The paper of a line or of an item of an array (``number``, from 0); ``None`` if it can't be used."""
        place = "" if number is None else f"item {number + 1}: "
        try:
            paper, defects = _read_row(row, self.next_position, _day_in(self.reader.path.name), number)
        except (SourceError, ValidationError, ValueError) as error:
            self.reader.report(f"{place}skipped: {first_defect(error, 'line' if number is None else 'item')}", line)
            return None
        for defect in defects:
            self.reader.report(f"{place}left out: {defect}", line)
        return paper


def read_batches(
    path: Path,
    size: int,
    *,
    start: FilePosition | None = None,
    on_defect: OnDefect,
    on_progress: OnProgress = lambda _: None,
) -> Iterator[Batch]:
    """The papers of one file in batches of ``size``, starting at the ``end`` of a batch; see ``read_files``."""
    file = _File(LineReader(path, start or FilePosition(), on_defect, on_progress))
    papers = _read(file)
    while batch := list(islice(papers, size)):
        yield Batch(batch, file.reader.position if file.resumable else None)


def read_files(
    paths: Iterable[Path], *, on_defect: OnDefect, on_progress: OnProgress = lambda _: None
) -> Iterator[Paper]:
    """The papers of all files one after another, with only one line in memory.

    Raises ``SourceError`` for a file in which there are no papers; what else is wrong goes to ``on_defect``.
    """
    for path in paths:
        yield from read_file(path, on_defect=on_defect, on_progress=on_progress)


def read_file(path: Path, *, on_defect: OnDefect, on_progress: OnProgress = lambda _: None) -> Iterator[Paper]:
    """The papers of one file; see ``read_files``. ``-`` is standard input."""
    return _read(_File(LineReader(path, FilePosition(), on_defect, on_progress)))


def _read(file: _File) -> Iterator[Paper]:
    """Recognise the kind of the file by its first line that isn't blank, and read it."""
    if file.reader.path.is_dir():
        raise file.refuse("is a folder.")
    resumed = file.reader.position.line > 0
    lines = file.reader.lines()
    first = next((each for each in lines if each[1].strip()), None)
    if first is None and resumed:
        return
    if first is None:
        defect = file.reader.first_defect
        raise file.refuse(f"contains no papers ({defect})." if defect else "is empty.")
    rest = chain([first], lines)
    match first[1].lstrip()[0]:
        case "{":
            yield from _objects(file, rest, resumed=resumed)
        case "[":
            yield from _array(file, _whole(file, rest))
        case "<":
            yield from _feed(file, _whole(file, rest))
        case _:
            yield from _lines_or_page(file, first, lines)


def _lines_or_page(file: _File, first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> Iterator[Paper]:
    """A page; or JSON lines of which the first ones are damaged."""
    following = list(islice(lines, _LOOKED_AT))
    rest = chain([first, *following], lines)
    if any(line.lstrip().startswith("{") and _is_json(line) for _, line in following):
        file.in_lines = True
        yield from _json_lines(file, rest, resumed=False)
    else:
        yield from _page(file, _whole(file, rest))


def _whole(file: _File, lines: Iterator[tuple[int, str]]) -> str:
    parts, size = list[str](), 0
    for _, line in lines:
        parts.append(line)
        size += len(line)
        if size > LARGEST_WHOLE:
            raise file.refuse("isn't a known kind of file.")
    return "".join(parts)


def _page(file: _File, text: str) -> Iterator[Paper]:
    if not is_page(text):
        raise file.refuse("isn't a known kind of file.")
    try:
        yield from read_page(text)
    except SourceError as error:
        raise SourceError(str(error), path=file.reader.path) from error


def _feed(file: _File, text: str) -> Iterator[Paper]:
    try:
        feed = read_feed(text.encode())
    except SourceError as error:
        papers = list(_entries(file, text))
        if not papers:
            raise file.refuse(f"isn't a known kind of file ({error}).") from error
        file.reader.report("isn't valid XML; the entries that are whole were read")
        yield from papers
        return
    for defect in feed.defects:
        file.reader.report(f"skipped: {defect}")
    yield from feed.papers


def _entries(file: _File, text: str) -> Iterator[Paper]:
    """The papers of a damaged feed, each entry read by itself."""
    entries = list(_ENTRY.finditer(text))
    head = text[: entries[0].start()] if entries else ""
    for number, entry in enumerate(entries, start=1):
        try:
            yield from read_feed(f"{head}{entry[0]}</feed>".encode()).papers
        except SourceError:
            file.reader.report(f"skipped: entry {number}: isn't valid XML", text.count("\n", 0, entry.start()) + 1)


def _objects(file: _File, lines: Iterator[tuple[int, str]], *, resumed: bool) -> Iterator[Paper]:
    """JSON lines; or one object over several lines, with a paper or an array of papers."""
    first = next(lines)
    if not resumed and not _is_json(first[1]):
        taken = [first, *_until(LARGEST_WHOLE, lines)]
        text = "".join(line for _, line in taken)
        if _is_json(text):
            taken = [(first[0], text)]
        lines = chain(taken, lines)
    else:
        lines = chain([first], lines)
    file.in_lines = True
    yield from _json_lines(file, lines, resumed=resumed)


def _until(size: int, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Lines until they have so many characters together."""
    for number, line in lines:
        yield number, line
        size -= len(line)
        if size <= 0:
            return


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _json_lines(file: _File, lines: Iterator[tuple[int, str]], *, resumed: bool) -> Iterator[Paper]:
    """The papers of JSON lines, without bad lines. Raises ``SourceError`` if no line is a paper."""
    good = resumed
    for number, line in lines:
        for paper in _line_papers(file, line, number) if line.strip() else ():
            good = True
            yield paper
    if not good and file.reader.first_defect:
        raise file.refuse(f"contains no papers ({file.reader.first_defect}).")


def _line_papers(file: _File, line: str, number: int) -> Iterator[Paper]:
    try:
        row: Any = json.loads(line)
    except JSONDecodeError as error:
        file.reader.report(f"skipped: not valid JSON ({error.msg})", number)
        return
    except (ValueError, RecursionError) as error:
        file.reader.report(f"skipped: not valid JSON ({error})", number)
        return
    papers = _array_in(row)
    if papers is not None:
        yield from _items(file, enumerate(papers), number)
    elif paper := file.paper(row, number):
        yield paper


def _array_in(row: object) -> list[object] | None:
    """The papers of an object such as ``{"data": […]}``."""
    if not isinstance(row, dict) or "title" in row or "item" in row:
        return None
    fields = cast("dict[str, object]", row)
    found = next((fields[name] for name in _ARRAY_FIELDS if isinstance(fields.get(name), list)), None)
    return cast("list[object] | None", found)


def _array(file: _File, text: str) -> Iterator[Paper]:
    """The papers of a JSON array, without damaged ones; of one that is cut off, those before the defect."""
    yield from _items(file, _array_items(file, text), None)


def _items(file: _File, items: Iterable[tuple[int, object]], line: int | None) -> Iterator[Paper]:
    """The papers of an array. Raises ``SourceError`` if none of its items is one."""
    good = bad = 0
    for number, item in items:
        paper = file.paper(item, line, number)
        if paper is None:
            bad += 1
            continue
        good += 1
        yield paper
    if bad and not good:
        raise file.refuse(f"contains no papers ({file.reader.first_defect}).", line)


def _array_items(file: _File, text: str) -> Iterator[tuple[int, object]]:
    decoder, at, number = json.JSONDecoder(), text.index("[") + 1, 0
    at = _skip(text, at)
    beginning = _BEGINNING.match(text, at)
    while not text.startswith("]", at):
        try:
            item, at = cast("tuple[object, int]", decoder.raw_decode(text, at))
        except (ValueError, RecursionError) as error:
            following = text.find(beginning[0], at + 1) if beginning else -1
            if following < 0:
                yield from _broken(file, text, at, number, error)
                return
            file.reader.report(f"skipped item {number + 1}: not valid JSON", text.count("\n", 0, at) + 1)
            number, at = number + 1, following
            continue
        yield number, item
        number += 1
        at = _skip(text, at)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
        elif not text.startswith("]", at) and not (beginning and text.startswith(beginning[0], at)):
            yield from _broken(file, text, at, number, None)
            return
    if text[at + 1 :].strip():
        yield from _broken(file, text, at + 1, number, None)


def _broken(file: _File, text: str, at: int, number: int, error: Exception | None) -> Iterator[tuple[int, object]]:
    """Report where an array isn't valid JSON; if nothing comes before, the file is refused."""
    line = text.count("\n", 0, at) + 1
    if not number:
        raise file.refuse("isn't valid JSON.", line) from error
    file.reader.report(f"isn't valid JSON after item {number}; the items before were read", line)
    return iter(())


def _skip(text: str, at: int) -> int:
    """The position of the next character that isn't white space."""
    found = _WHITE_SPACE.match(text, at)
    return found.end() if found else at


def _day_in(name: str) -> date | None:
    """The date in the name of a saved response: the requested day, if the items don't say."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", name)
    try:
        return date.fromisoformat(found[0]) if found else None
    except ValueError:
        return None


def _list_entry(fields: dict[str, Any], position: Callable[[str], int]) -> tuple[Paper, list[str]]:
    """The paper of ``{list_date, item}``."""
    day, defects, listed = str(fields.get("list_date") or ""), list[str](), None
    try:
        listed = date.fromisoformat(day) if day else None
    except ValueError:
        defects.append(f"list_date: isn't a date: {day[:40]!r}")
    paper, others = read_item(fields["item"], list_day=listed, position=position(day))
    return paper, [*defects, *others]


def _read_row(
    row: object, position: Callable[[str], int], list_day: date | None, number: int | None
) -> tuple[Paper, list[str]]:
    """The paper of a line, or of an item with its number, and what is wrong with its fields."""
    if isinstance(row, str) and number is not None:
        return read_item(row, list_day=list_day, position=number)
    if not isinstance(row, dict):
        raise SourceError("not a JSON object")
    fields = cast("dict[str, Any]", row)
    if "item" in fields:
        return _list_entry(fields, position)
    if "paper" in fields:
        return read_item(fields, list_day=list_day, position=number or 0)
    return read_snapshot_line(fields) if is_snapshot(fields) else read_paper(fields, position)
