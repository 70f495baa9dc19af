"""Which papers a feed has. No Discord objects, and nothing of the web."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from bot.settings import WebSettings
from bot.storage import Store
from bot.storage.private_links import LinkKind
from bot.web_feeds.documents import MAX_ENTRIES, WebFeed, entry_of
from retrieval import english
from retrieval.errors import InvalidInput
from retrieval.library import Library
from retrieval.query.query import compose_query, parse

MAX_QUERY: Final = 500
"""Characters of a search that has a feed."""
_SEARCHED_DAYS: Final = 90
_SEARCHED: Final = 200
"""The best matches of these days, of which a feed has the newest."""
_POSTS: Final = 30


@dataclass(frozen=True, slots=True)
class WebFeeds:
    """The feeds below ``public_url``."""

    library: Library
    store: Store
    clock: Callable[[], datetime]
    public_url: str

    async def newest(self) -> WebFeed:
        """The newest list, best first."""
        newest = await self.library.lists.newest(not_after=self.clock().date() + timedelta(days=1))
        papers = [trend.paper for trend in newest.ranked[:MAX_ENTRIES]] if newest else []
        day = f", {english.written(newest.day)}" if newest and newest.day else ""
        entries = tuple(entry_of(paper, self.public_url) for paper in papers)
        return WebFeed(self.public_url, "feeds/newest", f"Daily papers{day}", entries)

    async def search(self, text: str) -> WebFeed:
        """Papers of the last months that match a search, newest first. Raises ``QueryError`` and ``Busy``."""
        query = parse(text).text
        newest = await self.library.lists.newest_day() or self.clock().date()
        since = min(newest, self.clock().date()) - timedelta(days=_SEARCHED_DAYS)
        found = await self.library.search(compose_query(query, after=since), limit=_SEARCHED, every_word=True)
        entries = (entry_of(hit.paper, self.public_url) for hit in found.hits)
        newest_first = sorted(entries, key=lambda entry: entry.updated, reverse=True)[:MAX_ENTRIES]
        named = "?" + urlencode({"q": query})
        return WebFeed(self.public_url, "feeds/search", f"Papers: {query}", tuple(newest_first), query=named)

    async def posts(self, token: str) -> WebFeed | None:
        """The papers that a server's channels had lately, each when it was first posted; ``None`` for a wrong token."""
        link = await self.store.private_links.find(token)
        if link is None or link.kind is not LinkKind.POSTS or link.guild_id is None:
            return None
        posted = dict[str, datetime]()
        for post in await self.store.daily_posts.of_guild(link.guild_id, _POSTS):
            posted |= dict.fromkeys(post.papers, post.posted_at)
        newest = sorted(posted, key=lambda id: posted[id], reverse=True)[:MAX_ENTRIES]
        papers = await self.library.papers(newest)
        entries = (entry_of(papers[id], self.public_url, posted[id]) for id in newest if id in papers)
        return WebFeed(self.public_url, f"feeds/posts/{token}", "Daily papers of a Discord server", tuple(entries))


def public_url_of(settings: WebSettings) -> str:
    """The address of the web pages. Raises ``InvalidInput`` if there are none."""
    if not settings.public_url:
        raise InvalidInput("This bot has no web pages. Whoever runs it can turn them on: `[web]` in its settings.")
    return settings.public_url
