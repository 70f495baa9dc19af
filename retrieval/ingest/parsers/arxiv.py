"""Atom feeds of arXiv: responses of the query API, and the daily feed of new and changed papers.

Sources: https://info.arxiv.org/help/api/user-manual.html (section 3.3, outline of an Atom feed; 3.4, errors)
and https://info.arxiv.org/help/rss_specifications.html. The daily feed is published as RSS 2.0 and, with
the same content, as Atom, which is read here. The query API reports an error as its only entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import BaseModel, ValidationError

from retrieval.errors import SourceError, SourceRefused, first_defect
from retrieval.ingest.parsers.author_lists import read_authors
from retrieval.ingest.parsers.fetched_page import FetchedPage
from retrieval.ingest.parsers.withdrawals import says_withdrawn
from retrieval.papers import SOME_DAY, Line, OptionalMoment, Paper, arxiv_id

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"

_ID = re.compile(r"(?:https?://arxiv\.org/abs/|oai:arXiv\.org:)(?P<id>\S+?)(?:v(?P<version>\d+))?")
_CATEGORY = re.compile(r"[A-Za-z-]+(?:\.[A-Za-z-]+)?")
"""``cs.CL``, but not ``68T50`` or ``I.2.7``, which are classes of the AMS and the ACM."""
_ERROR_ID = re.compile(r"https?://arxiv\.org/api/errors.*")
_PREAMBLE = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*\S+\s+Abstract:\s*")


class _Entry(BaseModel):
    """An entry of the feed."""

    id: str
    title: Line
    summary: Line
    authors: list[Line]
    categories: list[str]
    published: OptionalMoment
    updated: OptionalMoment
    comment: str
    announced: str | None
    """``new``, ``cross``, ``replace`` or ``replace-cross`` in the daily feed; ``None`` in responses to queries."""

    def paper(self) -> Paper:
        """The entry as a paper. Raises ``SourceError`` or pydantic's ``ValidationError``."""
        found = _ID.fullmatch(self.id.strip())
        id = arxiv_id(found["id"]) if found else None
        if found is None or id is None:
            raise SourceError(f"not an arXiv id: {self.id[:80]}")
        return Paper(
            id=id,
            title=self.title,
            abstract=self.summary,
            authors=tuple(name for name in self.authors if name),
            categories=tuple(dict.fromkeys(self.categories)),
            published=self.published if self.announced in {None, "new"} else None,
            version=int(found["version"]) if found["version"] else None,
            withdrawn=(self.updated or SOME_DAY) if says_withdrawn(self.comment, self.summary) else None,
        )


def read_feed(body: bytes) -> FetchedPage:
    """The papers of a feed. The daily feed has no ``total``.

    Raises ``SourceError`` if it isn't an Atom feed, and ``SourceRefused`` with arXiv's own words if it is an error.
    """
    root = _root(body)
    if root.tag != f"{_ATOM}feed":
        raise SourceError("the response isn't an Atom feed")
    elements, papers, defects = root.findall(f"{_ATOM}entry"), list[Paper](), list[SourceError]()
    if len(elements) == 1 and _ERROR_ID.fullmatch(_text(elements[0], f"{_ATOM}id").strip()):
        raise SourceRefused(f"arXiv says: {_text(elements[0], f'{_ATOM}summary').strip()[:300]}")
    for number, element in enumerate(elements, start=1):
        try:
            papers.append(_entry(element).paper())
        except (SourceError, ValidationError) as error:
            defects.append(SourceError(f"entry {number}: {first_defect(error, 'entry')}"))
    return FetchedPage(tuple(papers), tuple(defects), len(elements), _total(root))


def _root(body: bytes) -> Element:
    try:
        return fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise SourceError("the response isn't valid XML; perhaps it was cut off") from error


def _entry(element: Element) -> _Entry:
    return _Entry.model_validate(
        {
            "id": _text(element, f"{_ATOM}id"),
            "title": _text(element, f"{_ATOM}title"),
            "summary": _PREAMBLE.sub("", _text(element, f"{_ATOM}summary"), count=1),
            "authors": list(_authors(element)),
            "categories": list(filter(_CATEGORY.fullmatch, _terms(element))),
            "published": _text(element, f"{_ATOM}published"),
            "updated": _text(element, f"{_ATOM}updated"),
            "comment": _text(element, f"{_ARXIV}comment"),
            "announced": element.findtext(f"{_ARXIV}announce_type"),
        }
    )


def _terms(element: Element) -> Iterator[str]:
    """The categories of an entry; subject classes of other societies are among them."""
    return (each.get("term", "") for each in element.findall(f"{_ATOM}category"))


def _authors(element: Element) -> Iterator[str]:
    """Names: one element each in responses to queries, one text with commas in the daily feed."""
    for author in element.findall(f"{_ATOM}author"):
        yield _text(author, f"{_ATOM}name")
    for creators in element.findall(f"{_DC}creator"):
        yield from read_authors(creators.text)


def _text(element: Element, tag: str) -> str:
    return element.findtext(tag) or ""


def _total(root: Element) -> int | None:
    text = _text(root, _TOTAL).strip()
    return int(text) if text.isdecimal() else None
