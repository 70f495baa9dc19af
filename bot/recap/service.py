"""Looking back on a week or a month of a server: which days, when that is due, and what there was. No Discord in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.storage import Store
from bot.storage.recaps import Pace, RecapFeed
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.trending.results import Days
from retrieval.trending.score import Trend

TOP: Final = 7
MOST: Final = 5
CATCH_UP: Final = timedelta(days=2)
"""How late a recap still comes where the bot was away, or there was nothing to say before."""

_DAYS: Final = {Pace.WEEK: 7, Pace.MONTH: 30}
_DAY: Final = timedelta(days=1)

Counted = tuple[Paper, int]


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included."""

    pace: Pace
    first: date
    last: date

    @property
    def name(self) -> str:
        """What the ledger calls it."""
        return f"{self.pace}-{self.first}"


@dataclass(frozen=True, slots=True)
class Recap:
    """What there was in a period, the best first: papers of its ``lists``, and what this server voted for and asked.

    ``papers`` counts all papers of the lists; ``by_day`` has the source's votes on the list of each day.
    """

    period: Period
    papers: int
    lists: int
    top: tuple[Trend, ...]
    voted: tuple[Counted, ...]
    asked: tuple[Counted, ...]
    by_day: tuple[tuple[date, int], ...]

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing at all."""
        return not (self.top or self.voted or self.asked)


def days_until(pace: Pace, day: date) -> Period:
    """The seven or thirty days that end with ``day``."""
    return Period(pace, day - timedelta(days=_DAYS[pace] - 1), day)


def last_period(pace: Pace, day: date) -> Period:
    """The last week (from Monday on) or month that was over before ``day`` began."""
    begun = _begun(pace, day)
    return Period(pace, _begun(pace, begun - _DAY), begun - _DAY)


def due_period(feed: RecapFeed, at: time, zone: str, now: datetime) -> Period | None:
    """The period whose recap is due at ``now`` (aware): on Mondays or on the first of a month, at ``at`` in ``zone``.

    What was due before the channel was set up is not made up for.
    """
    begun = _begun(feed.pace, now.astimezone(ZoneInfo(zone)).date())
    moment = datetime.combine(begun, at, ZoneInfo(zone)).astimezone(UTC)
    if not feed.changed_at <= moment <= now < moment + CATCH_UP:
        return None
    return last_period(feed.pace, begun)


async def make_recap(library: Library, store: Store, guild_id: int, period: Period, zone: str = "UTC") -> Recap:
    """What there was in a period, whose days are those of ``zone``."""
    begin, end = _moment(period.first, zone), _moment(period.last + _DAY, zone)
    here = await store.votes.given_between(guild_id, begin, end)
    trending = await library.lists.trending(Days(period.first, period.last), here)
    ranked = sorted(trending.ranked, key=lambda trend: -((trend.paper.votes or 0) + trend.server_votes))
    days = {period.first + n * _DAY: 0 for n in range((period.last - period.first).days + 1)}
    listed = {trend.paper.listing.day for trend in ranked if trend.paper.listing} - {None}
    for trend in ranked:
        day = trend.paper.listing.day if trend.paper.listing else None
        if day is not None and day in days:
            days[day] += trend.paper.votes or 0
    return Recap(
        period=period,
        papers=len(ranked),
        lists=len(listed),
        top=tuple(ranked[:TOP]),
        voted=await _most(library, here),
        asked=await _most(library, await store.answers.papers_asked_about(guild_id, begin, end)),
        by_day=tuple(days.items()),
    )


async def _most(library: Library, counts: Mapping[str, int]) -> tuple[Counted, ...]:
    """The papers with the largest counts that the library still has."""
    best = sorted(counts, key=lambda id: (-counts[id], id))[: 2 * MOST]
    papers = await library.papers(best)
    return tuple((papers[id], counts[id]) for id in best if id in papers)[:MOST]


def _begun(pace: Pace, day: date) -> date:
    """The first day of the week or month in which ``day`` lies."""
    return day - timedelta(days=day.weekday()) if pace is Pace.WEEK else day.replace(day=1)


def _moment(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
