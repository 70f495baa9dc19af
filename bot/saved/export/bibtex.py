"""BibTeX entries like those of arXiv's own export, with keys such as ``liu2024cachegen-2310.07240``.

Source: https://info.arxiv.org/help/hypertex/bibstyles/index.html (``eprint``, ``archivePrefix``, ``primaryClass``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from anyascii import anyascii

from bot.saved.export.author_names import AuthorName, parse_names
from bot.saved.export.capitals import capitalised_names
from bot.saved.export.items import ExportItem, one_line
from bot.saved.export.tex_escape import escape_tex, escape_tex_once, tex_title

_SMALL: Final = frozenset(
    "a an and are as at be by can do does for from how in into is it its of on or the their to toward towards "
    "using via we what when where which who why with".split()
)
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def to_bibtex(items: Sequence[ExportItem], *, abstracts: bool = False) -> str:
    """A BibTeX file with one entry for each paper; with ``abstracts``, as reference managers take them, for a file."""
    papers = dict[str, ExportItem]()
    for item in items:
        papers.setdefault(item.paper.id, item)
    return "\n".join(_entry(item, abstracts) for item in papers.values())


def _entry(item: ExportItem, abstracts: bool) -> str:
    fields = "".join(f"  {name} = {value},\n" for name, value in _values(item))
    if abstracts and (abstract := one_line(item.paper.abstract)):
        fields += f"  abstract = {{{escape_tex_once(abstract)}}},\n"
    return f"@misc{{{citation_key(item)},\n{fields}}}\n"


def _values(item: ExportItem) -> Iterator[tuple[str, str]]:
    """The fields as they are written. The month is a macro, so that styles write it in their language."""
    for name, value in _fields(item):
        yield name, value if name == "month" else f"{{{value}}}"


def _fields(item: ExportItem) -> Iterator[tuple[str, str]]:
    paper = item.paper
    yield "title", tex_title(paper.title, capitalised_names(paper.abstract))
    if authors := parse_names(item.authors):
        yield "author", " and ".join(map(bibtex_author, authors))
    if paper.published:
        yield "year", str(paper.published.year)
        yield "month", _MONTHS[paper.published.month - 1]
    if paper.arxiv:
        yield "eprint", paper.arxiv
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
        return f"{{{_author_word(name.last)}}}"
    last = _author_word(name.last)
    if " " in name.last:
        last = f"{{{last}}}"  # otherwise BibTeX looks for a particle in it
    family = f"{escape_tex(name.leading)} {last}" if name.leading else last
    return ", ".join(part for part in (family, escape_tex(name.suffix), escape_tex(name.first)) if part)


def _author_word(text: str) -> str:
    """The name in LaTeX; a question mark if nothing of it can be written, since an empty name would be dropped."""
    return escape_tex(text) if escape_tex(text).strip() else "?"


def bibtex_url(url: str) -> str:
    """An address for use in braces. It isn't escaped otherwise: bibliography styles expect it as it is."""
    return re.sub(r"[\s{}\\]", lambda found: f"%{ord(found[0]):02X}", url)


def citation_key(item: ExportItem) -> str:
    """Family name, year, first significant word of the title, and the paper's id.

    It depends on the paper alone: a key in somebody's text never comes to mean another paper.
    """
    authors = parse_names(item.authors)
    family = _letters(authors[0].family) if authors else ""
    words = [_letters(word) for word in re.findall(r"\w+", item.title)]
    significant = next((word for word in words if word and word not in _SMALL), "")
    year = str(item.paper.published.year) if item.paper.published else ""
    identifier = re.sub(r"[^A-Za-z0-9./:-]", lambda found: f"_{ord(found[0]):x}", item.paper.id)
    return f"{family[:40] or 'paper'}{year}{significant[:40]}-{identifier}"


def _letters(text: str) -> str:
    """``text`` in ASCII letters and digits, which every BibTeX accepts in a key."""
    return re.sub(r"[^a-z0-9]", "", anyascii(text).lower())
