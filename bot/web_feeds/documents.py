"""What a feed says, before it is written in a format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Final
from urllib.parse import quote, urlsplit

from bot.ui.discord_limits import shorten
from bot.ui.latex import readable
from bot.ui.markdown import web_address
from retrieval.papers import SOME_DAY, Paper

MAX_ENTRIES: Final = 50
_MAX_TITLE: Final = 500
_MAX_ABSTRACT: Final = 5_000
_MAX_AUTHORS: Final = 100
_MAX_NAME: Final = 200
_MAX_CATEGORIES: Final = 20

_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may have (https://www.w3.org/TR/xml/#charsets): JSON could carry it, readers can't."""


@dataclass(frozen=True, slots=True)
class WebFeedEntry:
    """A paper in a feed. ``id`` never changes; ``code_url`` is the address of its code, or empty."""

    id: str
    url: str
    title: str
    summary: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    updated: datetime
    published: datetime | None = None
    code_url: str = ""


@dataclass(frozen=True, slots=True)
class WebFeed:
    """A feed. ``path`` is its address below ``public_url``, without the ending that names the format."""

    public_url: str
    path: str
    title: str
    entries: tuple[WebFeedEntry, ...]
    query: str = field(default="", kw_only=True)

    def address(self, ending: str) -> str:
        """Its address in the format with this ending: ``atom`` or ``json``."""
        return f"{self.public_url}/{self.path}.{ending}{self.query}"

    @property
    def id(self) -> str:
        """A name that stays the same: that of the Atom document."""
        return self.address("atom")

    @property
    def updated(self) -> datetime:
        """When its newest entry was updated; of an empty feed, the day on which arXiv began."""
        return max((entry.updated for entry in self.entries), default=SOME_DAY)


def entry_of(paper: Paper, public_url: str, updated: datetime | None = None) -> WebFeedEntry:
    """The entry of a paper. ``updated``: by default, when it was published or listed."""
    arxiv = f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None
    return WebFeedEntry(
        id=arxiv or f"tag:{urlsplit(public_url).hostname},2026-01-01:paper/{quote(paper.id, safe='')}",
        url=web_address(paper.url) or public_url,
        title=_text(readable(paper.title), _MAX_TITLE) or "Untitled",
        summary=_text(readable(paper.abstract), _MAX_ABSTRACT),
        authors=tuple(_texts(paper.authors[:_MAX_AUTHORS], _MAX_NAME)),
        categories=tuple(_texts(paper.categories[:_MAX_CATEGORIES], _MAX_NAME)),
        updated=updated or _known_since(paper),
        published=paper.published,
        code_url=web_address(paper.code_url) or "",
    )


def _known_since(paper: Paper) -> datetime:
    """When it was published or listed, whichever is later."""
    day = paper.listing.day if paper.listing else None
    listed = datetime.combine(day, time(0), UTC) if day else None
    return max((moment for moment in (paper.published, listed) if moment is not None), default=SOME_DAY)


def _text(text: str, limit: int) -> str:
    return shorten(_NOT_IN_XML.sub("\ufffd", text).strip(), limit)


def _texts(texts: Iterable[str], limit: int) -> Iterable[str]:
    return dict.fromkeys(text for text in (_text(each, limit) for each in texts) if text)
