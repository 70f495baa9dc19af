"""Local times in IANA zones: when something is due, and when next. Pure: the clock comes in as an argument."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Protocol
from zoneinfo import ZoneInfo

RETRY = timedelta(hours=1)
"""How long after a refusal the same post is tried again, on the same local day."""


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


def local_day(feed: Timed, now: datetime) -> date:
    """The day that it is now where the feed's readers are."""
    return now.astimezone(ZoneInfo(feed.zone)).date()


def due_day(feed: Timed, now: datetime, past: Past) -> date | None:
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
