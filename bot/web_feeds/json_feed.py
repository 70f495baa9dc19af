"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel

from bot.web_feeds.documents import WebFeed, WebFeedEntry

CONTENT_TYPE: Final = "application/feed+json"


class JsonFeedAuthor(BaseModel, frozen=True):
    """An author."""

    name: str


class JsonFeedItem(BaseModel, frozen=True):
    """An item. Fields that don't apply are left out of the document."""

    id: str
    url: str
    external_url: str | None = None
    title: str
    content_text: str
    date_published: datetime | None = None
    date_modified: datetime
    authors: tuple[JsonFeedAuthor, ...] | None = None
    tags: tuple[str, ...] | None = None
    language: str = "en"


class JsonFeedDocument(BaseModel, frozen=True):
    """The document."""

    version: str = "https://jsonfeed.org/version/1.1"
    title: str
    feed_url: str
    language: str = "en"
    items: tuple[JsonFeedItem, ...]


def to_json_feed(feed: WebFeed) -> bytes:
    """The feed as a JSON Feed document."""
    items = tuple(map(_item, feed.entries))
    document = JsonFeedDocument(title=feed.title, feed_url=feed.address("json"), items=items)
    return document.model_dump_json(exclude_none=True).encode()


def _item(entry: WebFeedEntry) -> JsonFeedItem:
    return JsonFeedItem(
        id=entry.id,
        url=entry.url,
        external_url=entry.code_url or None,
        title=entry.title,
        content_text=entry.summary,
        date_published=entry.published,
        date_modified=entry.updated,
        authors=tuple(JsonFeedAuthor(name=name) for name in entry.authors) or None,
        tags=entry.categories or None,
    )
