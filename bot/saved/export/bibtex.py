"""BibTeX entries like those of arXiv's own export, with keys such as ``liu2024cachegen``.

Source: https://info.arxiv.org/help/hypertex/bibstyles/index.html (``eprint``, ``archivePrefix``, ``primaryClass``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.saved.export.author_names import AuthorName, parse_names
from bot.saved.export.items import ExportItem
from bot.saved.export.tex_escape import escape_tex, tex_title
from retrieval.names import folded

_SMALL: Final = frozenset(
    "a an and are as at be by can do does for from how in into is it its of on or the their to toward towards "
    "using via we what when where which who why with".split()
)
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def to_bibtex(items: Sequence[ExportItem]) -> str:
    """A BibTeX file with one entry for each paper. Keys are unique within the file."""
    taken = set[str]()
    return "\n".join(_entry(item, _free_key(item, taken)) for item in items)


def _entry(item: ExportItem, key: str) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(item))
    return f"@misc{{{key},\n{fields}}}\n"


def _fields(item: ExportItem) -> Iterator[tuple[str, str]]:
    paper = item.paper
    yield "title", tex_title(paper.title)
    if authors := parse_names(item.authors):
        yield "author", " and ".join(map(bibtex_author, authors))
    if paper.published:
        yield "year", str(paper.published.year)
        yield "month", _MONTHS[paper.published.month - 1]
    if paper.is_arxiv:
        yield "eprint", paper.id
        yield "archivePrefix", "arXiv"
        if paper.categories:
            yield "primaryClass", escape_tex(paper.categories[0])
    yield "url", bibtex_url(paper.url)
    if paper.withdrawn:
        yield "note", "Withdrawn by its authors"
    if item.tags:
        yield "keywords", ", ".join(map(escape_tex, item.tags))
    if item.note:
        yield "annote", escape_tex(" ".join(item.note.split()))


def bibtex_author(name: AuthorName) -> str:
    """A name that BibTeX can't misread: ``van der Maaten, Laurens``; the name of a group is in braces."""
    if name.whole:
        return f"{{{escape_tex(name.last)}}}"
    last = escape_tex(name.last)
    if " " in name.last:
        last = f"{{{last}}}"  # otherwise BibTeX looks for a particle in it
    family = f"{escape_tex(name.leading)} {last}" if name.leading else last
    return ", ".join(part for part in (family, escape_tex(name.suffix), escape_tex(name.first)) if part)


def bibtex_url(url: str) -> str:
    """An address for use in braces. It isn't escaped otherwise: bibliography styles expect it as it is."""
    return re.sub(r"[\s{}\\]", lambda found: f"%{ord(found[0]):02X}", url)


def _free_key(item: ExportItem, taken: set[str]) -> str:
    """Family name, year and first significant word of the title; with a number if that key is taken."""
    authors = parse_names(item.authors)
    family = _letters(authors[0].family) if authors else ""
    words = [_letters(word) for word in re.findall(r"\w+", folded(item.title))]
    significant = next((word for word in words if word and word not in _SMALL), "")
    year = str(item.paper.published.year) if item.paper.published else ""
    key = base = f"{family[:40] or 'paper'}{year}{significant[:40]}"
    number = 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    taken.add(key)
    return key


def _letters(text: str) -> str:
    """The ASCII letters and digits in ``text``, which every BibTeX accepts in a key."""
    return re.sub(r"[^a-z0-9]", "", folded(text))
