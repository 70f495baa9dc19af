"""Serves the feeds: ``/feeds/newest``, ``/feeds/search?q=…``, ``/feeds/posts/TOKEN``; each ``.atom`` and ``.json``."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.cooldown import Cooldowns, LinkCooldowns
from bot.texts import tr
from bot.web.documents import Document
from bot.web.site import BotLoop
from bot.web_feeds import atom, json_feed
from bot.web_feeds.documents import WebFeed
from bot.web_feeds.service import MAX_QUERY, WebFeeds

_FORMATS: Final = {
    "atom": (atom.to_atom, atom.CONTENT_TYPE),
    "json": (json_feed.to_json_feed, json_feed.CONTENT_TYPE),
}
_PUBLIC: Final = "public, max-age=900"
_PRIVATE: Final = "private, no-cache"
_FRESH: Final = timedelta(minutes=1)
"""How long a public document is sent as it is."""
_MOST_KEPT: Final = 200
_ENDING: Final = "{ending:atom|json}"


class WebFeedPages:
    """Handles the requests for feeds, in the site's thread. Make it on the bot's loop."""

    def __init__(self, feeds: WebFeeds, cooldowns: LinkCooldowns) -> None:
        self._feeds, self._clock = feeds, feeds.clock
        self._bot = BotLoop()
        self._links = cooldowns
        self._searches = Cooldowns(60, 60, feeds.clock)
        self._kept = OrderedDict[str, tuple[Document, datetime]]()

    def add_to(self, application: web.Application) -> None:
        """Add the pages below the public URL's path."""
        path = urlsplit(self._feeds.public_url).path
        application.router.add_get(f"{path}/feeds/newest.{_ENDING}", self.newest)
        application.router.add_get(f"{path}/feeds/search.{_ENDING}", self.search)
        application.router.add_get(rf"{path}/feeds/posts/{{token:[\w-]+}}.{_ENDING}", self.posts)

    async def newest(self, request: web.Request) -> web.Response:
        """The newest list."""
        document = self._fresh(request.path) or await self._made(request, self._feeds.newest)
        return document.response(request, _PUBLIC)

    async def search(self, request: web.Request) -> web.Response:
        """A search, at most 60 new ones in a minute."""
        text = " ".join(request.query.get("q", "").split())
        if not text or len(text) > MAX_QUERY:
            wrong = tr("Add a search of at most {most} characters: {example}", most=MAX_QUERY, example="?q=kv+cache")
            return web.Response(status=400, text=f"{wrong}\n")
        document = self._fresh(request.path_qs)
        if document is None:
            self._searches.check(0)
            document = await self._made(request, partial(self._feeds.search, text))
        return document.response(request, _PUBLIC)

    async def posts(self, request: web.Request) -> web.Response:
        """A server's posts. They are looked up each time, because the link may have been deleted."""
        token = request.match_info["token"]
        self._links.check(token)
        document = await self._made(request, partial(self._feeds.posts, token))
        return document.response(request, _PRIVATE)

    def _fresh(self, key: str) -> Document | None:
        document, made_at = self._kept.get(key, (None, None))
        return document if made_at is not None and self._clock() < made_at + _FRESH else None

    async def _made(self, request: web.Request, work: Callable[[], Awaitable[WebFeed | None]]) -> Document:
        """The document as it is now. Raises ``HTTPNotFound`` if there is no such feed."""
        key, now = request.path_qs, self._clock()
        feed = await self._bot.run(work)
        if feed is None:
            raise web.HTTPNotFound(text=tr("There is no such feed. Its link may have been replaced.") + "\n")
        write, content_type = _FORMATS[request.match_info["ending"]]
        document = Document(write(feed), content_type, now)
        before, _ = self._kept.pop(key, (document, now))
        document = before if before.etag == document.etag else document
        self._kept[key] = (document, now)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return document
