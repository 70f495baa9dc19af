"""What a channel may get: the lists of the library, ordered and picked from as the channel's set-up says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from bot.daily_post.due import first_missed_day, postable_days
from bot.daily_post.selection import Edition, SelectionRules, select_papers
from bot.storage import Store
from bot.storage.daily_feeds import DailyFeed
from bot.storage.daily_posts import PostClaim
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.trending.results import DayList, Days
from retrieval.trending.score import rank

PREVIEWED_LISTS = 7
"""Lists on which a set-up is tried before it is saved."""


class Editions:
    """Makes editions out of a library, and what the store says of the channel and of its server's votes."""

    def __init__(self, library: Library, store: Store) -> None:
        self._library = library
        self._ledger = store.daily_posts
        self._votes = store.votes

    async def newest(self, feed: DailyFeed, day: date, now: datetime, had: Collection[str]) -> Edition | None:
        """The edition of the newest list that may be posted on a local ``day``, with the lists that were missed.

        ``had`` are names of lists that the channel had. ``None`` where there is no list.
        """
        newest = await self._newest(day)
        if newest is None:
            return None
        had_papers = await self._ledger.papers_posted(feed.channel_id)
        if newest.day is None or (back := first_missed_day(feed, newest.day, had)) == newest.day:
            return await self._picked(feed, newest, newest.day, now, had_papers)
        several = await self._library.lists.trending(Days(back, newest.day))
        together = DayList(newest.name, newest.day, several.ranked)
        return await self._picked(feed, together, several.first, now, had_papers)

    async def fresh(self, feed: DailyFeed, day: date, now: datetime) -> Edition | None:
        """The edition of that newest list for a channel that has had nothing yet."""
        newest = await self._newest(day)
        return None if newest is None else await self._picked(feed, newest, newest.day, now, ())

    async def again(self, claim: PostClaim, now: datetime) -> Edition | None:
        """The edition that was claimed, paper for paper; ``None`` where its list or all of its papers are gone."""
        newest = await self._library.lists.named(claim.list_name)
        ids = await self._ledger.papers(claim.id)
        found = await self._library.papers(ids)
        trends = rank((paper for paper in found.values() if paper.withdrawn is None), now)
        by_id = {trend.paper.id: trend for trend in trends}
        shown = tuple(by_id[id] for id in ids if id in by_id)
        if newest is None or not shown:
            return None
        first, total = claim.first_day or newest.day, len(newest.ranked)
        if first is not None and newest.day is not None and first < newest.day:
            total = len((await self._library.lists.trending(Days(first, newest.day))).ranked)
        return Edition(newest.name, first, newest.day, shown, total, rules=claim.rules)

    async def tried(self, feed: DailyFeed, now: datetime) -> list[Edition]:
        """What the set-up would have made of each of the last lists, the newest first, had it been there before.

        As if each had been posted on its day: a paper that an older one of them shows is left out of the newer.
        """
        made, had = list[Edition](), set[str]()
        for one in reversed(await self._library.lists.newest_few(PREVIEWED_LISTS)):
            made.append(await self._picked(feed, one, one.day, now, had))
            had |= {trend.paper.id for trend in made[-1].shown}
        return made[::-1]

    async def _newest(self, day: date) -> DayList | None:
        first, last = postable_days(day)
        return await self._library.lists.newest(not_before=first, not_after=last)

    async def _picked(
        self, feed: DailyFeed, lists: DayList, first: date | None, now: datetime, had: Collection[str]
    ) -> Edition:
        papers = [trend.paper for trend in lists.ranked]
        ranked = rank(papers, now, await self._votes_of(feed, papers))
        unfit = await self._library.unfit(feed.rules, papers) if feed.rules else {}
        shown, left_out = select_papers(ranked, SelectionRules(feed.papers, feed.minimum_votes, unfit, had))
        return Edition(lists.name, first, lists.day, shown, len(papers), left_out, feed.rules)

    async def _votes_of(self, feed: DailyFeed, papers: Sequence[Paper]) -> Mapping[str, int]:
        return await self._votes.counts(feed.guild_id, [paper.id for paper in papers]) if feed.server_votes else {}
