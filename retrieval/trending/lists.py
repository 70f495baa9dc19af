"""Published lists and trending papers: read from the catalogue, and ranked for the present time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import MappingProxyType

from retrieval.catalogue import Catalogue, ListSummary
from retrieval.papers import Paper
from retrieval.trending.results import DayList, Days, Span, Trending
from retrieval.trending.score import rank


class Lists:
    """``library.lists``. ``clock`` returns the present time as an aware UTC ``datetime``."""

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._clock = clock

    async def newest(self, *, not_after: date | None = None, not_before: date | None = None) -> DayList | None:
        """The newest list in the given days (inclusive), ranked; ``None`` if there is none.

        A page without a date only counts if the catalogue has no dated list at all.
        """
        lists = await self._catalogue.lists.all()
        dated = [each for each in lists if each.day is not None]
        fitting = [each for each in dated if _within(each.day, not_before, not_after)] if dated else lists
        if not fitting:
            return None
        return await self._ranked_list(fitting[0])

    async def newest_few(self, most: int) -> list[DayList]:
        """At most ``most`` of the newest dated lists, ranked, newest first; pages without dates if there are none.

        They include lists of future days.
        """
        lists = await self._catalogue.lists.all()
        dated = [each for each in lists if each.day is not None]
        return [await self._ranked_list(each) for each in (dated or lists)[:most]]

    async def newest_day(self) -> date | None:
        """The day of the newest list; ``None`` if no list has one."""
        return await self._catalogue.lists.newest_day()

    async def named(self, name: str) -> DayList | None:
        """The list with that name, ranked; ``None`` if there is none."""
        found = next((each for each in await self._catalogue.lists.all() if each.name == name), None)
        return None if found is None else await self._ranked_list(found)

    async def _ranked_list(self, summary: ListSummary) -> DayList:
        papers = await self._catalogue.lists.papers(summary.name)
        return DayList(summary.name, summary.day, tuple(rank(not_withdrawn(papers), self._clock())))

    async def trending(
        self, span: Span | Days = Span.DAY, server_votes: Mapping[str, int] = MappingProxyType({})
    ) -> Trending:
        """The trending papers of some days, or of the newest day, week or month with lists.

        ``server_votes`` are the votes of the server that asks, by paper id.
        """
        if isinstance(span, Days):
            return await self._trending_between(span, span.first, span.last, server_votes)
        newest = await self.newest(not_after=self._clock().date() + timedelta(days=1))
        if newest is None:
            return Trending(span, None, None, ())
        if newest.day is None or span is Span.DAY:
            papers = [trend.paper for trend in newest.ranked]
            return Trending(span, newest.day, newest.day, tuple(rank(papers, self._clock(), server_votes)))
        return await self._trending_between(span, newest.day - timedelta(days=span.days - 1), newest.day, server_votes)

    async def _trending_between(
        self, span: Span | Days, first: date, last: date, server_votes: Mapping[str, int]
    ) -> Trending:
        papers = not_withdrawn(await self._catalogue.lists.between(first, last))
        if isinstance(span, Days):  # it may include days without lists: report those with lists
            days = [paper.listing.day for paper in papers if paper.listing and paper.listing.day]
            first, last = min(days, default=first), max(days, default=last)
        return Trending(span, first, last, tuple(rank(papers, self._clock(), server_votes)))


def not_withdrawn(papers: Sequence[Paper]) -> list[Paper]:
    """The papers that weren't withdrawn."""
    return [paper for paper in papers if paper.withdrawn is None]


def _within(day: date | None, first: date | None, last: date | None) -> bool:
    return day is not None and (first is None or day >= first) and (last is None or day <= last)
