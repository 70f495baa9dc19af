"""Search papers, show one, and rank the trending ones. No Discord objects."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.exc import DBAPIError

from bot.admission import turn
from bot.client import PaperBot
from bot.interactions.viewer import Viewer
from bot.storage import Store
from bot.storage.recent_papers import RecentPaper
from bot.ui.freshness import freshness
from bot.ui.pages import Page
from retrieval.errors import InvalidInput
from retrieval.ingest.live import Source
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.query.query import compose_query
from retrieval.search.results import SearchPage
from retrieval.trending.results import Days, Span, Trending

log = logging.getLogger(__name__)

PAGE_SIZE: Final = 5
"""Hits on a page: with a line of the abstract each, they fill a phone's screen."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page (0-based) of a stored search. ``meant_id`` is the stored search that was probably meant."""

    found: SearchPage
    search_id: int
    page: int
    per_page: int = PAGE_SIZE
    meant_id: int | None = None


@dataclass(frozen=True, slots=True)
class PaperService:
    """What ``/search``, ``/paper``, ``/trending`` and their buttons do."""

    library: Library
    store: Store
    clock: Callable[[], datetime]

    async def open(self, user_id: int, paper_id: str) -> Paper:
        """A paper that a person opens. Raises ``PaperNotFound``."""
        paper = await self.library.paper(paper_id)
        try:
            await self.store.recent_papers.note(RecentPaper(user_id, paper.id, self.clock()))
        except DBAPIError as error:  # no reason not to show it
            log.warning("Could not note that a paper was opened: %s", error.orig)
        return paper

    async def store_search(self, text: str | None, viewer: Viewer, *, private: bool = False) -> int | None:
        """Store a search for a button that everybody in the channel can press; ``None`` if there's none, or no way.

        ``private``: only this person can.
        """
        if not text:
            return None
        place = {} if private else {"guild_id": viewer.guild_id, "channel_id": viewer.channel_id}
        try:
            return await self.store.searches.record(text, viewer.user_id, self.clock(), **place)
        except DBAPIError as error:  # its first page can be shown
            log.warning("Could not store a search for its buttons: %s", error.orig)
            return None

    async def search(self, text: str, viewer: Viewer, *, private: bool = False) -> SearchResults:
        """The first page of a new search; ``private``: only this person can turn its pages."""
        return await self._results(text, await self.store_search(text, viewer, private=private) or 0, 0, viewer)

    async def by_author(self, name: str, viewer: Viewer) -> SearchResults:
        """The papers of the author with this name, for the person who asked. Raises ``InvalidInput`` without a name."""
        query = compose_query("", author=name)
        if not query:
            raise InvalidInput("That isn't a name. Choose an author in the menu.")
        return await self.search(query, viewer, private=True)

    async def search_page(self, search_id: int, page: int, viewer: Viewer) -> SearchResults:
        """A page (0-based) of a stored search, or the last one.

        Raises ``InvalidInput`` once it has been deleted, and for somebody who can't see it.
        """
        text = await self.store.searches.get(search_id, viewer.user_id, viewer.channel_ids)
        if text is None:
            raise InvalidInput("This search is too old, and I no longer have it. Search again with `/search`.")
        return await self._results(text, search_id, page, viewer)

    async def _results(self, text: str, search_id: int, page: int, viewer: Viewer) -> SearchResults:
        async with turn():
            found = await self.library.search(text, limit=PAGE_SIZE, offset=page * PAGE_SIZE)
            if page and not found.hits:
                page = Page.of(page, found.total, PAGE_SIZE).number
                found = await self.library.search(text, limit=PAGE_SIZE, offset=page * PAGE_SIZE)
        return SearchResults(found, search_id, page, meant_id=await self.store_search(found.suggestion, viewer))

    async def trending(self, period: Span | Days, guild_id: int | None) -> tuple[Trending, str]:
        """The trending papers, and how old the list is if people should know.

        The votes of this server, if any, are added to those of the source.
        """
        votes = await self.store.votes.totals(guild_id or 0)  # no server has the id 0
        async with turn():
            trending = await self.library.lists.trending(period, votes)
        if isinstance(period, Days):
            return trending, ""
        sources = await self.library.sources()
        return trending, freshness(trending.last, sources, self.clock(), [Source.HUGGING_FACE])


def paper_service(bot: PaperBot) -> PaperService:
    """The service with what the bot was given."""
    return PaperService(bot.library, bot.store, bot.clock)
