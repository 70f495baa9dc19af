"""What a channel may get: the library's lists, ranked and filtered by the channel's settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from bot.daily_post.due import first_missed_day, postable_days
from bot.daily_post.selection import Edition, SelectionRules, select_papers
from bot.storage import Store
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import Delivery, PostContents
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.trending.results import DayList, Days
from retrieval.trending.score import rank

PREVIEWED_LISTS = 7
"""Recent lists on which settings can be previewed."""


class Editions:
    """Builds editions from the library, the channel's earlier posts and its server's votes."""

    def __init__(self, library: Library, store: Store) -> None:
        self._library = library
        self._posts = store.daily_posts
        self._votes = store.votes

    async def next_edition(self, feed: DailyFeed, day: date, now: datetime, had: Collection[str]) -> Edition | None:
        """The newest list that may be posted on a local ``day``, together with lists that the channel missed.

        ``had`` are the names of lists that the channel has had. ``None`` if there is no list.
        """
        newest = await self._newest(day)
        if newest is None:
            return None
        had_papers = await self._posts.papers_posted(feed.channel_id)
        if newest.day is None or (first := first_missed_day(feed, newest.day, had)) == newest.day:
            return await self._select(feed, newest, newest.day, now, had_papers)
        span = await self._library.lists.trending(Days(first, newest.day))
        combined = DayList(newest.name, newest.day, span.ranked)
        return await self._select(feed, combined, span.first, now, had_papers)

    async def sample_edition(self, feed: DailyFeed, day: date, now: datetime) -> Edition | None:
        """The newest list that may be posted on a local ``day``, ignoring what the channel has had."""
        newest = await self._newest(day)
        return None if newest is None else await self._select(feed, newest, newest.day, now, ())

    async def claimed_edition(self, post: Delivery, now: datetime) -> Edition | None:
        """Exactly the papers of a claim; ``None`` if its list or all of its papers are gone."""
        newest, contents = await self._library.lists.named(post.name), post.payload or PostContents()
        ids = contents.papers
        found = await self._library.papers(ids)
        trends = rank((paper for paper in found.values() if paper.withdrawn is None), now)
        by_id = {trend.paper.id: trend for trend in trends}
        shown = tuple(by_id[id] for id in ids if id in by_id)
        if newest is None or not shown:
            return None
        first, total = contents.first_day or newest.day, len(newest.ranked)
        if first is not None and newest.day is not None and first < newest.day:
            total = len((await self._library.lists.trending(Days(first, newest.day))).ranked)
        return Edition(newest.name, first, newest.day, shown, total, rules=contents.rules)

    async def whole_list(self, post: Delivery, guild_id: int, now: datetime) -> DayList | None:
        """Every paper of the lists behind a post, ranked with the server's votes; ``None`` if the list is gone."""
        newest, first = await self._library.lists.named(post.name), post.payload.first_day if post.payload else None
        if newest is None:
            return None
        ranked = newest.ranked
        if first is not None and newest.day is not None:
            ranked = (await self._library.lists.trending(Days(first, newest.day))).ranked
        papers = [trend.paper for trend in ranked]
        votes = await self._votes.counts(guild_id, [paper.id for paper in papers])
        return DayList(newest.name, newest.day, tuple(rank(papers, now, votes)))

    async def recent_editions(self, feed: DailyFeed, now: datetime) -> list[Edition]:
        """What ``feed`` would have posted from each of the most recent lists, newest first.

        As if each list had been posted on its day: a paper shown from an older list isn't shown again.
        """
        editions, had = list[Edition](), set[str]()
        for day_list in reversed(await self._library.lists.newest_few(PREVIEWED_LISTS)):
            editions.append(await self._select(feed, day_list, day_list.day, now, had))
            had |= {trend.paper.id for trend in editions[-1].shown}
        return editions[::-1]

    async def _newest(self, day: date) -> DayList | None:
        first, last = postable_days(day)
        return await self._library.lists.newest(not_before=first, not_after=last)

    async def _select(
        self, feed: DailyFeed, lists: DayList, first: date | None, now: datetime, had: Collection[str]
    ) -> Edition:
        papers = [trend.paper for trend in lists.ranked]
        ranked = rank(papers, now, await self._server_votes(feed, papers))
        unfit = await self._library.mismatches(feed.rules, papers) if feed.rules else {}
        shown, left_out = select_papers(ranked, SelectionRules(feed.papers, feed.minimum_votes, unfit, had))
        return Edition(lists.name, first, lists.day, shown, len(papers), left_out, feed.rules)

    async def _server_votes(self, feed: DailyFeed, papers: Sequence[Paper]) -> Mapping[str, int]:
        return await self._votes.counts(feed.guild_id, [paper.id for paper in papers]) if feed.server_votes else {}
