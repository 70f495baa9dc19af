"""What is due where, and when. Pure: no Discord, no database, and the clock comes in as an argument.

A channel gets at most one post for each of its local days, at its local time or, where the bot was
away, later on the same day. The list posted is the newest one that is not older than three days;
one that the channel has had already, or an older one, is never posted after it. Lists of the days before
that the channel missed are caught up with in the same post.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.picking import Edition, Empty
from bot.store.feeds import WORKING_DAYS, DailyFeed, WhenEmpty
from retrieval.catalogue import SourceState
from retrieval.fetching.due import list_opens
from retrieval.results import DayList

OLDEST_LIST = timedelta(days=3)
"""How old a list may be, counted from the local day, to be posted still: over a weekend, not longer."""

CAUGHT_UP = timedelta(days=7)
"""How far before the newest list a post reaches back for those that the channel missed."""

RETRY = timedelta(hours=1)
"""How long after a refusal the same post is tried again, on the same local day."""

_DAY = timedelta(days=1)
_WEEK = 7
_HORIZON = 366 + 7  # days that a search for the next post looks ahead: one skipped day cannot empty it


class Timed(Protocol):
    """What comes at a local time on some weekdays (Monday 0): a channel's post, a person's mail."""

    @property
    def time(self) -> time_of_day:
        """The local time."""
        ...

    @property
    def zone(self) -> str:
        """The IANA zone that the time is meant in."""
        ...

    @property
    def weekdays(self) -> frozenset[int]:
        """The local days."""
        ...

    @property
    def paused(self) -> bool:
        """Whether nothing comes for now."""
        ...

    @property
    def changed_at(self) -> datetime:
        """Since when it is as it is (aware UTC): what was due before is not made up for."""
        ...


@dataclass(frozen=True, slots=True)
class Past:
    """What the ledger says of a channel.

    ``ran_on`` are local days that had their post or line; only the present one matters. ``lists`` are the
    names of lists that the channel has had. ``refused_at`` is when the present day's post was last refused.
    """

    ran_on: Collection[date] = ()
    lists: Collection[str] = ()
    refused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Post this edition for this local day."""

    day: date
    edition: Edition


@dataclass(frozen=True, slots=True)
class SayNothingToday:
    """Say for this local day, in one line, that there is nothing new, and why."""

    day: date
    why: Empty

    @property
    def name(self) -> str:
        """What the ledger calls this line."""
        return line_name(self.day)


@dataclass(frozen=True, slots=True)
class Wait:
    """There is nothing to be done now."""


Due = Post | SayNothingToday | Wait


def line_name(day: date) -> str:
    """What the ledger calls the line that says there is nothing new: it stands where a list's name stands."""
    return f"none-{day.isoformat()}"


def local_day(feed: Timed, now: datetime) -> date:
    """The day that it is now where the feed's readers are."""
    return now.astimezone(ZoneInfo(feed.zone)).date()


def window(day: date) -> tuple[date, date]:
    """The first and the last date that a list posted on ``day`` may have."""
    return day - OLDEST_LIST, day


def reaches_back(feed: DailyFeed, newest: date, had: Collection[str]) -> date:
    """The first day whose list is posted together with the list of ``newest``; ``newest`` itself: no other one is.

    Lists that the channel has had, or that are of days before it was set up or changed, are not made up for.
    """
    last_had = max((name for name in had if name[:1].isdigit()), default=None)
    first = max(newest - CAUGHT_UP, local_day(feed, feed.changed_at))
    if last_had is not None:
        first = max(first, date.fromisoformat(last_had) + _DAY)
    return min(first, newest)


def due(feed: DailyFeed, now: datetime, past: Past, edition: Edition | None, source: SourceState | None = None) -> Due:
    """What to do for ``feed`` at ``now`` (aware).

    ``edition`` is what there is of the newest list within ``window``, ``source`` how the lists' source stands.
    """
    day = owed_day(feed, now, past)
    if day is None:
        return Wait()
    empty = why_empty(day, now, past, edition, source)
    waiting = feed.when_empty is WhenEmpty.WAIT and not _has_waited(feed, day, now)
    if edition is not None and empty is None:
        return Wait() if waiting and _is_behind(edition, day, now) else Post(day, edition)
    silent = waiting or feed.when_empty is WhenEmpty.SILENT
    return Wait() if silent or empty is None else SayNothingToday(day, empty)


def why_empty(
    day: date, now: datetime, past: Past, edition: Edition | None, source: SourceState | None
) -> Empty | None:
    """Why there is nothing to post on a local day; ``None`` where there is something."""
    missing = Empty.SOURCE_AWAY if source is not None and source.failures else Empty.LATE
    if edition is None:
        return missing
    new = is_new(edition, past.lists)
    if new and edition.shown:
        return None
    if _is_behind(edition, day, now):
        return missing
    if new:
        return Empty.NONE_WANTED
    return Empty.LATE if _has_list(day) and list_opens(day) > now else Empty.NO_LIST


def _is_behind(edition: Edition, day: date, now: datetime) -> bool:
    """Whether a newer list must be open by now."""
    days = (day - _DAY * before for before in range(_WEEK))
    newest = next(each for each in days if _has_list(each) and list_opens(each) <= now)
    return edition.day is not None and edition.day < newest


def _has_list(day: date) -> bool:
    return day.weekday() in WORKING_DAYS


def _has_waited(feed: DailyFeed, day: date, now: datetime) -> bool:
    until = feed.wait_until or feed.time
    return now >= datetime.combine(day, until, ZoneInfo(feed.zone)).astimezone(UTC)


def owed_day(feed: Timed, now: datetime, past: Past) -> date | None:
    """The local day whose post is due and was not made yet, whatever there may be to post.

    A moment that had passed when the feed was set up, or changed, is not made up for.
    """
    day = local_day(feed, now)
    moment = moment_of(feed, day)
    if feed.paused or moment is None or not feed.changed_at <= moment <= now or day in past.ran_on:
        return None
    refused_lately = past.refused_at is not None and now < past.refused_at + RETRY
    return None if refused_lately else day


def next_time(feed: Timed, now: datetime, ran_on: Collection[date] = ()) -> datetime | None:
    """The next moment (UTC, after ``now``) at which a post is due; ``None`` while the feed is paused.

    ``ran_on`` are local days that had their post already: a day has one, however often the time is changed.
    """
    if feed.paused:
        return None
    after = max(now, feed.changed_at - timedelta(microseconds=1))
    first = local_day(feed, after)
    days = (first + timedelta(days=ahead) for ahead in range(_HORIZON))
    moments = (moment_of(feed, day) for day in days if day not in ran_on)
    return next((moment for moment in moments if moment is not None and moment > after), None)


def moment_of(feed: Timed, day: date) -> datetime | None:
    """When the post of a local day is due, in UTC; ``None`` on a day without a post.

    A time that comes twice (clocks go back) means the first one. A time that is skipped (clocks go
    forward) means the first moment after the gap; where that is the next day, as long before the gap
    as the time lies inside it. A zone that skips a whole day has no post on it.
    """
    if day.weekday() not in feed.weekdays:
        return None
    local = datetime.combine(day, feed.time, ZoneInfo(feed.zone))
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    moments = (first,) if first <= second else (_gaps_end(local, second, first), second)
    return next((moment for moment in moments if local_day(feed, moment) == day), None)


def _gaps_end(local: datetime, before: datetime, after: datetime) -> datetime:
    """The first moment (UTC, to the second) from which clocks show ``local``, a skipped time, or later.

    By halving: ``before`` and ``after`` (PEP 495's two readings of a skipped time) lie on either side,
    and the standard library does not tell when a zone changes its clocks.
    """
    wanted, zone = local.replace(tzinfo=None), local.tzinfo
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= wanted:
            after = middle
        else:
            before = middle
    return after


def is_new(newest: Edition | DayList, had: Collection[str]) -> bool:
    """Whether a channel that had these lists has had neither this one nor a newer one.

    Dated lists are named by their ISO dates, whose order is that of the alphabet. An undated one goes
    out once ever.
    """
    if newest.day is None:
        return newest.name not in had
    return all(newest.name > name for name in had if name[:1].isdigit())
