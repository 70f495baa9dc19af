"""What is in a person's mail: the papers of a day or a week that they want. Nothing is sent here."""

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
"""What the ledger calls the list of a week: this, and the ISO date of its last day."""


@dataclass(frozen=True, slots=True)
class _Lot:
    """A list before anybody's rules: its name in the ledger, its days, its papers best first."""

    name: str
    first: date | None
    last: date | None
    papers: tuple[Paper, ...]


class Digests:
    """Draws digests of up to ``papers`` papers. What many people get is read once: make a new one for each look."""

    def __init__(self, library: Library, papers: int) -> None:
        self._library = library
        self._papers = papers
        self._lots = dict[tuple[Frequency, date], _Lot | None]()
        self._named = dict[str, _Lot | None]()
        self._matching = dict[tuple[str, str], set[str]]()

    async def owed(self, inbox: Inbox, day: date, had: Collection[str]) -> Digest | None:
        """What is to be sent for a local day to a person who had these lists.

        ``None`` while there is nothing new, and where no paper matches their rules.
        """
        key = inbox.frequency, day
        if key not in self._lots:
            self._lots[key] = await (self._week(day) if inbox.frequency is Frequency.WEEKLY else self._newest(day))
        lot = self._lots[key]
        if lot is None or (inbox.frequency is Frequency.DAILY and not is_new(DayList(lot.name, lot.last, ()), had)):
            return None
        return await self._chosen(lot, inbox.rules)

    async def named(self, name: str, rules: str) -> Digest | None:
        """The digest of a list that was claimed before; ``None`` where nothing of it is left to show."""
        if name not in self._named:
            self._named[name] = await self._read(name)
        lot = self._named[name]
        return await self._chosen(lot, rules) if lot else None

    async def _read(self, name: str) -> _Lot | None:
        if name.startswith(_WEEK):
            return await self._week(date.fromisoformat(name.removeprefix(_WEEK)))
        found = await self._library.lists.named(name)
        return _lot_of(found) if found else None

    async def _newest(self, day: date) -> _Lot | None:
        first, last = postable_days(day)
        found = await self._library.lists.newest(not_before=first, not_after=last)
        return _lot_of(found) if found else None

    async def _week(self, day: date) -> _Lot | None:
        trending = await self._library.lists.trending(Days(day - timedelta(days=6), day))
        papers = tuple(trend.paper for trend in trending.ranked)
        return _Lot(f"{_WEEK}{day.isoformat()}", trending.first, trending.last, papers) if papers else None

    async def _chosen(self, lot: _Lot, rules: str) -> Digest | None:
        papers = lot.papers
        if rules:
            matching = await self._of_rules(lot, rules)
            papers = tuple(paper for paper in papers if paper.id in matching)
        if not papers:
            return None
        return Digest(lot.name, lot.first, lot.last, papers[: self._papers], len(lot.papers), rules)

    async def _of_rules(self, lot: _Lot, rules: str) -> set[str]:
        key = lot.name, rules
        if key not in self._matching:
            self._matching[key] = await self._library.matching(rules, [paper.id for paper in lot.papers])
        return self._matching[key]


def _lot_of(found: DayList) -> _Lot:
    return _Lot(found.name, found.day, found.day, tuple(trend.paper for trend in found.ranked))
