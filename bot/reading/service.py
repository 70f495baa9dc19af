"""A server's reading list: what is on it, which paper is next, and when. No Discord objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.client import PaperBot
from bot.jobs.local_time import last_time, moment_of
from bot.storage import Store
from bot.storage.deliveries import Delivery, DeliveryKind
from bot.storage.reading_lists import Candidate, ReadingList
from bot.texts import mark
from retrieval.errors import InvalidInput
from retrieval.library import Library
from retrieval.papers import Paper

NO_LIST: Final = mark("This server has no reading list. A server manager can start one: `/reading setup`.")
NOT_LISTED: Final = mark("That paper isn't on the reading list any more. `/reading list` shows what is.")

CATCH_UP: Final = timedelta(days=2)
"""How late a thread is still opened, if the bot was offline or there was nothing to read before."""
REMIND_LATE: Final = timedelta(hours=1)
"""How long after the discussion began a reminder is still sent."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class ReadingOverview:
    """A server's list as of now: its papers, best first, when the next one is chosen, and who reads."""

    reading: ReadingList
    papers: Sequence[tuple[Paper, int]]
    next_at: datetime | None
    readers: int
    joined: bool


@dataclass(frozen=True, slots=True)
class ReadingService:
    """What ``/reading`` and its buttons do."""

    library: Library
    store: Store
    clock: Callable[[], datetime]

    async def get(self, guild_id: int | None) -> ReadingList:
        """A server's list. Raises ``InvalidInput`` if it has none."""
        found = await self.store.reading_lists.get(guild_id) if guild_id else None
        if found is None:
            raise InvalidInput(NO_LIST)
        return found

    async def add(self, guild_id: int | None, user_id: int, paper_id: str) -> tuple[Paper, bool]:
        """Put a paper forward, which counts as a vote; whether it is new on the list. Raises ``InvalidInput``."""
        reading = await self.get(guild_id)
        paper = await self.library.paper(paper_id)
        if paper.id in await self._had(reading.guild_id):
            raise InvalidInput("This server has read that paper already.")
        is_new = await self.store.reading_lists.add(reading.guild_id, paper.id, self.clock())
        await self.store.reading_votes.give(reading.guild_id, paper.id, user_id, self.clock())
        return paper, is_new

    async def vote(self, guild_id: int | None, user_id: int, paper_id: str) -> tuple[Paper, bool, int]:
        """Vote for a paper on the list, or take the vote back; whether there is a vote now, and all votes."""
        reading = await self.get(guild_id)
        listed = await self._candidates(reading.guild_id)
        if paper_id not in {each.paper_id for each in listed}:
            raise InvalidInput(NOT_LISTED)
        voted = await self.store.reading_votes.toggle(reading.guild_id, paper_id, user_id, self.clock())
        votes = next((each.votes for each in await self._candidates(reading.guild_id) if each.paper_id == paper_id), 0)
        return await self.library.paper(paper_id), voted, votes

    async def overview(self, guild_id: int | None, user_id: int) -> ReadingOverview:
        """What ``/reading list`` shows. Raises ``InvalidInput`` if there is no list."""
        reading = await self.get(guild_id)
        ranked = ranking(await self._candidates(reading.guild_id))
        papers = await self.library.papers([each.paper_id for each in ranked])
        readers = await self.store.readers.of_guild(reading.guild_id)
        return ReadingOverview(
            reading,
            [(papers[each.paper_id], each.votes) for each in ranked if each.paper_id in papers],
            await self._next(reading),
            len(readers),
            user_id in {each.user_id for each in readers},
        )

    async def next_paper(self, reading: ReadingList) -> str | None:
        """The paper that would be chosen now; ``None`` if there is none."""
        ranked = ranking(await self._candidates(reading.guild_id))
        known = await self.library.papers([each.paper_id for each in ranked])
        return next((each.paper_id for each in ranked if each.paper_id in known), None)

    async def _candidates(self, guild_id: int) -> list[Candidate]:
        return await self.store.reading_lists.candidates(guild_id, await self._had(guild_id))

    async def _had(self, guild_id: int) -> set[str]:
        return await self.store.deliveries.names(DeliveryKind.READING, guild_id)

    async def _next(self, reading: ReadingList) -> datetime | None:
        now = self.clock()
        had = await self.store.deliveries.days(DeliveryKind.READING, reading.guild_id, now.date() - 2 * _WEEK * _DAY)
        return next_opening(reading, now, had)


def reading_service(bot: PaperBot) -> ReadingService:
    """The service with what the bot has."""
    return ReadingService(bot.library, bot.store, bot.clock)


def ranking(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Most votes first; of those with as many, the one that was put forward first."""
    return sorted(candidates, key=lambda each: (-each.votes, each.at, each.paper_id))


def week_of(day: date) -> date:
    """The Monday of a day's week, which has one paper."""
    return day - day.weekday() * _DAY


def due_week(reading: ReadingList, now: datetime) -> date | None:
    """The week (its Monday) whose thread is due at ``now``; ``None`` if none is."""
    last = last_time(reading.schedule, now)
    if last is None:
        return None
    day, moment = last
    return week_of(day) if reading.changed_at <= moment and now < moment + CATCH_UP else None


def next_opening(reading: ReadingList, now: datetime, had: Collection[date]) -> datetime | None:
    """When the next thread opens (UTC), ``now`` at the earliest; ``had`` are the weeks that had theirs."""
    if due_week(reading, now) not in {None, *had}:
        return now
    first = now.date() - _DAY
    for day in (first + ahead * _DAY for ahead in range(4 * _WEEK)):
        moment = moment_of(reading.schedule, day)
        if moment is not None and moment > max(now, reading.changed_at) and week_of(day) not in had:
            return moment
    return None


def discussed_at(reading: ReadingList, opened: Delivery) -> datetime:
    """When an opened paper is discussed: so long after its week's opening, however late its thread was opened."""
    opening = moment_of(reading.schedule, opened.for_day + reading.weekday * _DAY) if opened.for_day else None
    return (opening or opened.claimed_at) + timedelta(hours=reading.discuss_hours)


def reminder_is_due(reading: ReadingList, opened: Delivery, now: datetime) -> bool:
    """Whether it is time to remind people of an opened paper."""
    at = discussed_at(reading, opened)
    return at - timedelta(hours=reading.remind_hours) <= now < at + REMIND_LATE
