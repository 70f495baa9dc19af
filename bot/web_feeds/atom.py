"""Atom 1.0 (RFC 4287), written with the standard library, which escapes everything.

The feed libraries that PyPI has need lxml for this, or have no types.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.web_feeds.documents import WebFeed, WebFeedEntry

CONTENT_TYPE: Final = "application/atom+xml"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"


def to_atom(feed: WebFeed) -> bytes:
    """The feed as an Atom document."""
    root = Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "en"})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", timestamp(feed.updated))
    SubElement(root, "link", {"rel": "self", "type": CONTENT_TYPE, "href": feed.address("atom")})
    SubElement(root, "link", {"rel": "alternate", "type": "application/feed+json", "href": feed.address("json")})
    _add(SubElement(root, "author"), "name", "Daily Papers Bot")  # for entries without authors
    for entry in feed.entries:
        _add_entry(root, entry)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _add_entry(root: Element, entry: WebFeedEntry) -> None:
    element = SubElement(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", timestamp(entry.updated))
    if entry.published is not None:
        _add(element, "published", timestamp(entry.published))
    SubElement(element, "link", {"rel": "alternate", "href": entry.url})
    if entry.code_url:
        SubElement(element, "link", {"rel": "related", "title": "Code", "href": entry.code_url})
    for name in entry.authors:
        _add(SubElement(element, "author"), "name", name)
    for category in entry.categories:
        SubElement(element, "category", {"term": category})
    _add(element, "summary", entry.summary)


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
