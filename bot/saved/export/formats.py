"""Export files: their names, and their content in one of five formats."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Final

import rispy
from pydantic import BaseModel

from bot.saved.export.author_names import AuthorName, parse_names
from bot.saved.export.bibtex import to_bibtex
from bot.saved.export.items import ExportItem, one_line


class ExportFormat(StrEnum):
    """A format of exports; the value is the file extension."""

    BIBTEX = "bib"
    RIS = "ris"
    CSV = "csv"
    MARKDOWN = "md"
    JSON = "json"

    @property
    def label(self) -> str:
        """Its usual name."""
        return {"bib": "BibTeX", "md": "Markdown"}.get(self.value, self.value.upper())


def export(form: ExportFormat, items: Sequence[ExportItem]) -> bytes:
    """The content of the file."""
    match form:
        case ExportFormat.BIBTEX:
            return to_bibtex(items, abstracts=True).encode()
        case ExportFormat.RIS:
            return to_ris(items).encode()
        case ExportFormat.CSV:
            return to_csv(items).encode("utf-8-sig")  # spreadsheets recognise the encoding by the BOM
        case ExportFormat.MARKDOWN:
            return to_markdown(items).encode()
        case ExportFormat.JSON:
            return to_json(items).encode()


def file_name(form: ExportFormat, list_name: str | None) -> str:
    """A name that is valid on every system: ``to-read.bib``; ``saved-papers.bib`` for all lists."""
    words = re.findall(r"[a-z0-9]+", (list_name or "").casefold())
    return f"{'-'.join(words)[:40] or 'saved-papers'}.{form}"


# --- RIS ---------------------------------------------------------------------------------------


class _RisWriter(rispy.RisWriter):
    """Without the numbers that rispy puts between records: not every program ignores them."""

    def set_header(self, count: int) -> str:
        """No header."""
        return ""


def to_ris(items: Sequence[ExportItem]) -> str:
    """The papers as RIS. Source: https://en.wikipedia.org/wiki/RIS_(file_format), which documents the tags."""
    return rispy.dumps([_record(item) for item in items], implementation=_RisWriter)


def _record(item: ExportItem) -> dict[str, str | list[str]]:
    paper, published = item.paper, item.paper.published
    fields: dict[str, str | list[str]] = {
        "type_of_reference": "JOUR" if paper.arxiv else "GEN",
        "title": item.title,
        "authors": list(map(_ris_author, parse_names(item.authors))),
        "year": str(published.year) if published else "",
        "date": f"{published:%Y/%m/%d}/" if published else "",
        "secondary_title": f"arXiv preprint arXiv:{paper.arxiv}" if paper.arxiv else "",
        "doi": f"10.48550/arXiv.{paper.arxiv}" if paper.arxiv else "",
        "abstract": one_line(paper.abstract),
        "urls": [one_line(paper.url)],
        "keywords": list(map(one_line, item.tags)),
        "notes": [one_line(item.note)] if item.note else [],
    }
    return {name: value for name, value in fields.items() if value}


def _ris_author(name: AuthorName) -> str:
    """A person's family name first. A comma in a group's name would make a person of it: ``The Gemma Team, Google``."""
    return re.sub(r",\s*", " – ", name.last) if name.whole else name.inverted


# --- CSV ---------------------------------------------------------------------------------------

_COLUMNS: Final = (
    "list", "title", "authors", "published", "arxiv id", "address", "tags", "note", "saved", "categories", "abstract",
)  # fmt: skip
_FORMULA: Final = re.compile(r"(?:(?<=[;|\t\r\n])|^)(?=[\s\"]*[=+\-@\t\r\n＝＋－＠])")


def to_csv(items: Sequence[ExportItem]) -> str:
    """The papers as a table for spreadsheets. No cell can be run as a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([escape_formula(cell) for cell in _cells(item)] for item in items)
    return text.getvalue()


def _cells(item: ExportItem) -> tuple[str, ...]:
    paper = item.paper
    return (
        item.list_name,
        item.title,
        "; ".join(item.authors),
        f"{paper.published:%Y-%m-%d}" if paper.published else "",
        paper.arxiv or "",
        paper.url,
        ", ".join(item.tags),
        item.note,
        f"{item.saved_at:%Y-%m-%d}" if item.saved_at else "",
        " ".join(paper.categories),
        paper.abstract,
    )


def escape_formula(cell: str) -> str:
    """A cell that a spreadsheet only shows: what begins like a formula gets an apostrophe in front.

    That goes for the beginning of the cell, and for what would become a cell of its own if the file were read with
    another separator. Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    return _FORMULA.sub("'", cell)


# --- Markdown ----------------------------------------------------------------------------------


def to_markdown(items: Sequence[ExportItem]) -> str:
    """The papers grouped by list, for notes or a web page."""
    lines = list[str]()
    for list_name, papers in groupby(sorted(items, key=_list_of), key=_list_of):
        lines += [f"# {_plain(list_name) or 'Papers'}", "", *(line for item in papers for line in _bullet(item)), ""]
    return "\n".join(lines)


def _list_of(item: ExportItem) -> str:
    return item.list_name


def _bullet(item: ExportItem) -> list[str]:
    paper = item.paper
    who = ", ".join(item.authors[:3]) + (" et al." if len(item.authors) > 3 else "")  # noqa: PLR2004 - three names
    year = str(paper.published.year) if paper.published else ""
    signature = ", ".join(part for part in (_plain(who), year) if part)
    tags = " ".join(f"`{one_line(tag).replace('`', '')}`" for tag in item.tags)
    url = re.sub(r"[\s<>()\\]", lambda found: f"%{ord(found[0]):02X}", paper.url)
    head = f"- [{_plain(item.title)}](<{url}>)" + (f", {signature}" if signature else "") + (f" {tags}" if tags else "")
    return [head, *(f"  > {_plain(line)}" for line in item.note.splitlines() if line.strip())]


def _plain(text: str) -> str:
    """Text escaped for Markdown."""
    escaped = re.sub(r"[\\`*_{}\[\]<>#|~$&]", r"\\\g<0>", one_line(text))
    return re.sub(r"^([-+]|\d+[.)])", r"\\\g<0>", escaped)


# --- JSON --------------------------------------------------------------------------------------


class ExportedPaper(BaseModel, frozen=True):
    """A paper in the JSON export. Unknown values are ``null``."""

    id: str
    title: str
    authors: tuple[str, ...]
    abstract: str
    categories: tuple[str, ...]
    published: date | None
    url: str
    list: str
    note: str
    tags: tuple[str, ...]
    saved_at: datetime | None


class ExportedLists(BaseModel, frozen=True):
    """The JSON export, the last saved paper first."""

    papers: tuple[ExportedPaper, ...]


def to_json(items: Sequence[ExportItem]) -> str:
    """The papers as JSON, with titles and abstracts as in their source."""
    papers = tuple(
        ExportedPaper(
            id=item.paper.id,
            title=item.paper.title,
            authors=item.paper.authors,
            abstract=item.paper.abstract,
            categories=item.paper.categories,
            published=item.paper.published.date() if item.paper.published else None,
            url=item.paper.url,
            list=item.list_name,
            note=item.note,
            tags=item.tags,
            saved_at=item.saved_at,
        )
        for item in items
    )
    return ExportedLists(papers=papers).model_dump_json(indent=2)
