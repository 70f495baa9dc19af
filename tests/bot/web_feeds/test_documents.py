"""What the documents of a feed contain, read by a feed parser and checked by a schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final, cast
from xml.etree.ElementTree import fromstring

import feedparser  # pyright: ignore[reportMissingTypeStubs] - it has no types
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from bot.web_feeds.atom import to_atom
from bot.web_feeds.documents import WebFeed, entry_of
from bot.web_feeds.json_feed import to_json_feed
from retrieval.papers import Listing, Paper

URL: Final = "https://papers.example.org/bot"
ATOM: Final = "{http://www.w3.org/2005/Atom}"
_STRING: Final = {"type": "string", "minLength": 1}
_ADDRESS: Final = {"type": "string", "pattern": "^https?://"}
_MOMENT: Final = {"type": "string", "format": "date-time"}
_ITEM: Final = {
    "type": "object",
    "required": ["id"],
    "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
    "properties": {
        "id": _STRING,
        "url": _ADDRESS,
        "external_url": _ADDRESS,
        "title": {"type": "string"},
        "content_text": {"type": "string"},
        "date_published": _MOMENT,
        "date_modified": _MOMENT,
        "authors": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "properties": {"name": _STRING}, "minProperties": 1},
        },
        "tags": {"type": "array", "items": _STRING},
        "language": _STRING,
    },
    "additionalProperties": False,
}
SCHEMA: Final = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": _STRING,
        "home_page_url": _ADDRESS,
        "feed_url": _ADDRESS,
        "language": _STRING,
        "items": {"type": "array", "items": _ITEM},
    },
    "additionalProperties": False,
}
"""The parts of https://www.jsonfeed.org/version/1.1/ that the bot writes."""

PAPER: Final = Paper(
    id="2310.07240",
    title="<q>Caches</q> & $x^2$ ]]> \u0007bell",
    abstract="We show that a < b & c > d. It is “open”. \U0001f989",
    authors=("Yuhan Liu", "Søren <Ø> & Co"),
    categories=("cs.NI", "cs.LG"),
    published=datetime(2023, 10, 11, 7, 8, 9, tzinfo=UTC),
    listing=Listing(name="2026-11-24", day=date(2026, 11, 24), position=0),
    code_url="https://github.com/a/b?x=1&y=2",
)
UNDATED: Final = Paper(id="t-0123456789ab", title="Only a title", link="javascript:alert(1)")


def feed_of(*papers: Paper) -> WebFeed:
    """A feed of these papers."""
    entries = tuple(entry_of(paper, URL) for paper in papers)
    return WebFeed(URL, "feeds/search", "Papers: a & b", entries, query="?q=a+%26+b")


def parsed(document: bytes) -> Any:
    """An Atom document as a feed reader reads it, without any complaint."""
    parse = cast("Callable[[bytes], Any]", feedparser.parse)  # pyright: ignore[reportUnknownMemberType]
    read = parse(document)
    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    return read


def checked(document: bytes) -> dict[str, Any]:
    """A JSON Feed, if it is one."""
    read = json.loads(document)
    validator: Any = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    validator.validate(read)
    return read


def test_a_feed_reader_reads_every_field_of_an_atom_feed() -> None:
    """Titles, names and addresses with markup arrive as they are; characters that XML cannot have are replaced."""
    read = parsed(to_atom(feed_of(PAPER, UNDATED)))
    assert (read.feed.title, read.feed.id) == ("Papers: a & b", f"{URL}/feeds/search.atom?q=a+%26+b")
    assert read.feed.updated == "2026-11-24T00:00:00Z"
    assert [(each.rel, each.href) for each in read.feed.links] == [
        ("self", f"{URL}/feeds/search.atom?q=a+%26+b"),
        ("alternate", f"{URL}/feeds/search.json?q=a+%26+b"),
    ]
    first, second = read.entries
    assert (first.id, first.link) == ("https://arxiv.org/abs/2310.07240",) * 2
    assert first.title_detail.type == "text/plain"
    assert first.title_detail.value == "<q>Caches</q> & x² ]]> \ufffdbell"
    assert [each.name for each in first.authors] == ["Yuhan Liu", "Søren <Ø> & Co"]
    assert [each.term for each in first.tags] == ["cs.NI", "cs.LG"]
    assert (first.published, first.updated) == ("2023-10-11T07:08:09Z", "2026-11-24T00:00:00Z")
    assert ("related", "https://github.com/a/b?x=1&y=2") in [(each.rel, each.href) for each in first.links]
    assert (second.id, second.link) == ("tag:papers.example.org,2026-01-01:paper/t-0123456789ab", URL)
    assert "published" not in second


def test_a_json_feed_has_the_same_papers() -> None:
    """And fits the specification; nothing is escaped in it, because nothing is HTML."""
    read = checked(to_json_feed(feed_of(PAPER, UNDATED)))
    first, second = read["items"]
    assert read["feed_url"] == f"{URL}/feeds/search.json?q=a+%26+b"
    assert first["title"] == "<q>Caches</q> & x² ]]> \ufffdbell"
    assert (first["id"], first["date_published"]) == ("https://arxiv.org/abs/2310.07240", "2023-10-11T07:08:09Z")
    assert first["authors"] == [{"name": "Yuhan Liu"}, {"name": "Søren <Ø> & Co"}]
    assert "authors" not in second
    checked(to_json_feed(feed_of()))
    parsed(to_atom(feed_of()))


@given(st.text(min_size=1), st.text(), st.lists(st.text(), max_size=4))
def test_no_text_breaks_a_document(title: str, abstract: str, names: list[str]) -> None:
    """Whatever characters it has; both documents can be read."""
    paper = Paper(id="t-1", title=title if title.split() else "x", abstract=abstract, authors=tuple(names))
    root = fromstring(to_atom(feed_of(paper)))
    [item] = checked(to_json_feed(feed_of(paper)))["items"]
    assert (root.findtext(f"{ATOM}entry/{ATOM}title") or "").split() == item["title"].split()


def test_an_entry_has_a_bounded_size() -> None:
    """A paper of a large collaboration, with a very long abstract."""
    paper = Paper(id="t-1", title="t" * 9_000, abstract="word " * 9_000, authors=tuple(f"n{n}" for n in range(3_000)))
    assert len(to_atom(feed_of(paper))) < 12_000
