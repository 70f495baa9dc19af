"""The text of a Daily Papers page: titles, each followed by its abstract, between a header and a form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from retrieval.errors import SourceError
from retrieval.papers import Listing, Paper, normalise, title_id

_HEADING = "daily papers"
_CHROME = frozenset({_HEADING, "new", "subscribe", "get trending papers in your email inbox!"})
_BYLINE = re.compile(r"by .{0,40}\band the research community", re.IGNORECASE)
_SHORTEST_ABSTRACT = 120  # characters; the longest title of ten thousand listed papers has fewer than twice that
_LONGEST_TITLE = 300
EXPECTED = "a Daily Papers page: the heading “Daily Papers”, then titles and abstracts, a blank line between each"


def is_page(text: str) -> bool:
    """Whether a line of the text is the page's heading."""
    return any(normalise(line).casefold() == _HEADING for line in text.splitlines())


def read_page(text: str) -> list[Paper]:
    """The papers of the page in its order, on a list named after them, without the header and the form.

    Raises ``SourceError`` if the text isn't such a page.
    """
    if not is_page(text):
        raise SourceError(f"Expected {EXPECTED}; found no such heading.")
    pairs = {title_id(title): (title, abstract) for title, abstract in _pairs(text)}
    if not pairs:
        raise SourceError(f"Expected {EXPECTED}; found no paper under the heading.")
    name = "page-" + hashlib.sha256("\n".join(pairs).encode()).hexdigest()[:8]
    return [
        Paper(id=id, title=title, abstract=abstract, listing=Listing(name=name, position=position))
        for position, (id, (title, abstract)) in enumerate(pairs.items())
    ]


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Titles with their abstracts: a long paragraph belongs to the short one just before it."""
    title = None
    for paragraph in _paragraphs(text):
        if title is not None and len(paragraph) >= _SHORTEST_ABSTRACT:
            yield title, paragraph
            title = None
        elif len(paragraph) <= _LONGEST_TITLE:
            title = paragraph


def _paragraphs(text: str) -> Iterator[str]:
    """Normalised paragraphs without the lines that belong to the page itself."""
    lines = [normalise(line) for line in text.splitlines()]
    kept = ["" if line.casefold() in _CHROME or _BYLINE.fullmatch(line) else line for line in lines]
    for paragraph in re.split(r"\n{2,}", "\n".join(kept)):
        if paragraph.strip():
            yield normalise(paragraph)
