"""What is in a person's mail: the papers of a day or a week that match their rules."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.daily_post.due import is_new, postable_days
from bot.mail.messages import Digest
from bot.storage.inboxes import Inbox
from bot.storage.schedule import Frequency
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.trending.results import DayList, Days

_WEEK: Final = "week-"
"""The name of a week's list is this and the ISO date of its last day."""


@dataclass(frozen=True, slots=True)
class _PaperList:
    """A day's or a week's papers, best first, before anybody's rules."""

    name: str
    first: date | None
    last: date | None
    papers: tuple[Paper, ...]


class Digests:
    """Makes digests of up to ``papers`` papers. Lists are read once: make a new object for each run."""

    def __init__(self, library: Library, papers: int) -> None:
        self._library = library
        self._papers = papers
        self._of_day = dict[tuple[Frequency, date], _PaperList | None]()
        self._named = dict[str, _PaperList | None]()
        self._matching = dict[tuple[str, str], set[str]]()

    async def due(self, inbox: Inbox, day: date, had: Collection[str]) -> Digest | None:
        """The digest of a local day for a person who was sent the lists in ``had``.

        ``None`` if there is nothing new, or no paper matches their rules.
        """
        key = inbox.frequency, day
        if key not in self._of_day:
            self._of_day[key] = await (self._week(day) if inbox.frequency is Frequency.WEEKLY else self._newest(day))
        found = self._of_day[key]
        daily = inbox.frequency is Frequency.DAILY
        if found is None or (daily and not is_new(DayList(found.name, found.last, ()), had)):
            return None
        return await self._digest(found, inbox.rules)

    async def named(self, name: str, rules: str) -> Digest | None:
        """The digest of a list that was claimed before; ``None`` if there is nothing to show."""
        if name not in self._named:
            self._named[name] = await self._read(name)
        found = self._named[name]
        return await self._digest(found, rules) if found else None

    async def _read(self, name: str) -> _PaperList | None:
        if name.startswith(_WEEK):
            return await self._week(date.fromisoformat(name.removeprefix(_WEEK)))
        found = await self._library.lists.named(name)
        return _from_day(found) if found else None

    async def _newest(self, day: date) -> _PaperList | None:
        first, last = postable_days(day)
        found = await self._library.lists.newest(not_before=first, not_after=last)
        return _from_day(found) if found else None

    async def _week(self, day: date) -> _PaperList | None:
        trending = await self._library.lists.trending(Days(day - timedelta(days=6), day))
        papers = tuple(trend.paper for trend in trending.ranked)
        return _PaperList(f"{_WEEK}{day.isoformat()}", trending.first, trending.last, papers) if papers else None

    async def _digest(self, found: _PaperList, rules: str) -> Digest | None:
        papers = found.papers
        if rules:
            matching = await self._matching_rules(found, rules)
            papers = tuple(paper for paper in papers if paper.id in matching)
        if not papers:
            return None
        return Digest(found.name, found.first, found.last, papers[: self._papers], len(found.papers), rules)

    async def _matching_rules(self, found: _PaperList, rules: str) -> set[str]:
        key = found.name, rules
        if key not in self._matching:
            self._matching[key] = await self._library.matching(rules, [paper.id for paper in found.papers])
        return self._matching[key]


def _from_day(day_list: DayList) -> _PaperList:
    papers = tuple(trend.paper for trend in day_list.ranked)
    return _PaperList(day_list.name, day_list.day, day_list.day, papers)
