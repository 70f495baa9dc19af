"""Recaps of a week, a month or any days: which days, when one is due, and what is in it. No Discord objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.jobs.local_time import last_time
from bot.settings import DailySettings, known_zones
from bot.storage import Store
from bot.storage.recaps import RecapFeed
from bot.storage.schedule import Frequency, Schedule
from bot.texts import counted, tr
from retrieval.errors import InvalidInput
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.trending.results import Days
from retrieval.trending.score import Trend

CATCH_UP: Final = timedelta(days=2)
"""How late a recap is still posted, if the bot was offline or there was nothing to show before."""

_MAX_TOP: Final = 7
_MAX_OTHERS: Final = 5
_MAX_DAYS: Final = 366
_MONDAYS: Final = frozenset({0})

_DAYS: Final = {Frequency.WEEKLY: 7, Frequency.MONTHLY: 30}
_UNITS: Final = {Frequency.WEEKLY: "week", Frequency.MONTHLY: "month"}
_DAY: Final = timedelta(days=1)

Counted = tuple[Paper, int]


@dataclass(frozen=True, slots=True)
class Period:
    """A week or month of days, from ``first`` to ``last`` inclusive."""

    frequency: Frequency
    first: date
    last: date

    @property
    def unit(self) -> str:
        """``week`` or ``month``."""
        return _UNITS[self.frequency]

    @property
    def name(self) -> str:
        """Its name in the database: ``week-2026-11-16``."""
        return f"{self.unit}-{self.first}"

    @classmethod
    def parse(cls, name: str) -> Period:
        """The period with this name."""
        unit, _, first = name.partition("-")
        frequency = next(each for each, its in _UNITS.items() if its == unit)
        after = date.fromisoformat(first) + timedelta(days=7 if frequency is Frequency.WEEKLY else 31)
        return last_period(frequency, after)  # ``after`` is a day in the period after it


@dataclass(frozen=True, slots=True)
class Recap:
    """The top papers of the lists of some days, and what the server voted for and asked about most in a period.

    ``listed`` are the days of the lists: the period, or earlier ones if the newest list is older. ``papers`` and
    ``lists`` are counts. ``by_day`` has the source's votes for each day's list.
    """

    period: Period | Days
    listed: Period | Days
    papers: int
    lists: int
    top: tuple[Trend, ...]
    voted: tuple[Counted, ...]
    asked: tuple[Counted, ...]
    by_day: tuple[tuple[date, int], ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.top or self.voted or self.asked)


def days_until(frequency: Frequency, day: date) -> Period:
    """The seven or thirty days up to ``day`` inclusive."""
    return Period(frequency, day - timedelta(days=_DAYS[frequency] - 1), day)


def days_before(typed: Days, today: date) -> Days:
    """The days that were typed, without those to come. Raises ``InvalidInput`` if there are none, or too many."""
    if typed.first > today:
        raise InvalidInput(tr("{day} hasn't come yet. A recap is about days up to today.", day=typed.first))
    days = Days(typed.first, min(typed.last, today))
    if (days.last - days.first).days >= _MAX_DAYS:
        most = counted(_MAX_DAYS, "day")
        raise InvalidInput(
            tr("A recap covers at most {days}. Choose a later first day, or an earlier last one.", days=most)
        )
    return days


async def days_with_lists(library: Library, period: Period) -> Period:
    """The period, or as many days up to the newest list if that one is older, as in ``/trending``."""
    newest = await library.lists.newest_day()
    return period if newest is None or newest >= period.first else days_until(period.frequency, newest)


def last_period(frequency: Frequency, day: date) -> Period:
    """The last full week (from Monday) or month before ``day``."""
    begun = _start_of(frequency, day)
    return Period(frequency, _start_of(frequency, begun - _DAY), begun - _DAY)


async def channel_schedule(store: Store, defaults: DailySettings, channel_id: int, frequency: Frequency) -> Schedule:
    """Mondays or the first of each month, at the time of the channel's daily post or the default time."""
    daily = await store.daily_feeds.get(channel_id) or defaults
    zone = daily.zone if daily.zone in known_zones() else defaults.zone  # one that a moved database brought
    return Schedule(frequency, daily.time, zone, _MONDAYS)


def due_period(feed: RecapFeed, schedule: Schedule, now: datetime) -> Period | None:
    """The period whose recap is due at ``now`` (aware). Those due before the channel was set up don't count."""
    last = last_time(schedule, now)
    if last is None:
        return None
    day, moment = last
    return last_period(feed.frequency, day) if feed.changed_at <= moment and now < moment + CATCH_UP else None


async def make_recap(
    library: Library,
    store: Store,
    guild_id: int,
    period: Period | Days,
    zone: str = "UTC",
    *,
    listed: Period | Days | None = None,
) -> Recap:
    """The recap of a period, with the days of ``zone``; the top papers are those of the lists of ``listed``."""
    listed = listed or period
    begin, end = _moment(period.first, zone), _moment(period.last + _DAY, zone)
    here = await store.votes.given_between(guild_id, begin, end)
    trending = await library.lists.trending(Days(listed.first, listed.last), here)
    ranked = sorted(trending.ranked, key=lambda trend: -((trend.paper.votes or 0) + trend.server_votes))
    days = {listed.first + n * _DAY: 0 for n in range((listed.last - listed.first).days + 1)}
    list_days = {trend.paper.listing.day for trend in ranked if trend.paper.listing} - {None}
    for trend in ranked:
        day = trend.paper.listing.day if trend.paper.listing else None
        if day is not None and day in days:
            days[day] += trend.paper.votes or 0
    return Recap(
        period=period,
        listed=listed,
        papers=len(ranked),
        lists=len(list_days),
        top=tuple(ranked[:_MAX_TOP]),
        voted=await _most(library, here),
        asked=await _most(library, await store.answers.papers_asked_about(guild_id, begin, end)),
        by_day=tuple(days.items()),
    )


async def _most(library: Library, counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """The papers with the highest counts that are still in the catalogue."""
    best = sorted(counts, key=lambda id: (-counts[id], id))[: 2 * _MAX_OTHERS]
    papers = await library.papers(best)
    return tuple((papers[id], counts[id]) for id in best if id in papers)[:_MAX_OTHERS]


def _start_of(frequency: Frequency, day: date) -> date:
    """The first day of the week or month of ``day``."""
    return day - timedelta(days=day.weekday()) if frequency is Frequency.WEEKLY else day.replace(day=1)


def _moment(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
