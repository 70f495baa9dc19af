"""When a schedule in local time is due: the one place for time zones and daylight saving time.

Pure: the clock comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from bot.storage.schedule import Schedule

_HORIZON: Final = 366 + 7  # days to look ahead: one skipped day can't make the search fail
_LOOK_BACK: Final = 2 * 31 + 1  # days: two months, since a zone may have skipped the day that was due


class InZone(Protocol):
    """Anything with an IANA zone."""

    @property
    def zone(self) -> str:
        """The zone's IANA name."""
        ...


class Scheduled(InZone, Protocol):
    """A channel's post or a person's mail. What was due before ``changed_at`` (aware UTC) isn't sent later."""

    @property
    def schedule(self) -> Schedule:
        """When it is due."""
        ...

    @property
    def paused(self) -> bool:
        """Whether nothing is sent for now."""
        ...

    @property
    def changed_at(self) -> datetime:
        """When it was set up, or last changed."""
        ...


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of earlier deliveries.

    ``ran_on`` are local days that had theirs; only the present one matters. ``lists`` are the names of lists
    that were sent.
    """

    ran_on: Collection[date] = ()
    lists: Collection[str] = ()


def local_day(place: InZone, now: datetime) -> date:
    """The date at ``now`` in the zone of ``place``."""
    return now.astimezone(ZoneInfo(place.zone)).date()


def due_day(feed: Scheduled, now: datetime, past: Past) -> date | None:
    """The local day whose delivery is due at ``now`` and wasn't made yet; ``None`` if there is none.

    A time that had passed when the feed was set up or changed doesn't count.
    """
    day = local_day(feed, now)
    moment = moment_of(feed.schedule, day)
    due = not feed.paused and moment is not None and feed.changed_at <= moment <= now
    return day if due and day not in past.ran_on else None


def next_time(feed: Scheduled, now: datetime, ran_on: Collection[date] = ()) -> datetime | None:
    """The next moment (UTC, after ``now``) at which something is due; ``None`` while paused or sent at once.

    ``ran_on`` are local days that had theirs already: a day has one, however often the time is changed.
    """
    if feed.paused:
        return None
    after = max(now, feed.changed_at - timedelta(microseconds=1))
    first = local_day(feed, after)
    days = (first + timedelta(days=ahead) for ahead in range(_HORIZON))
    moments = (moment_of(feed.schedule, day) for day in days if day not in ran_on)
    return next((moment for moment in moments if moment is not None and moment > after), None)


def last_time(schedule: Schedule, now: datetime) -> tuple[date, datetime] | None:
    """The local day and the moment (UTC, not after ``now``) at which something was last due."""
    today = local_day(schedule, now)
    for back in range(_LOOK_BACK):
        day = today - timedelta(days=back)
        moment = moment_of(schedule, day)
        if moment is not None and moment <= now:
            return day, moment
    return None


def moment_of(schedule: Schedule, day: date) -> datetime | None:
    """When something is due on a local day, in UTC; ``None`` on a day that the schedule leaves out.

    A time that occurs twice (clocks go back) means the first one. A time that is skipped (clocks go
    forward) means the first moment after the gap; if that is the next day, as long before the gap
    as the time lies inside it. A zone that skips a whole day has nothing on it.
    """
    if not schedule.includes(day):
        return None
    local = datetime.combine(day, schedule.time, ZoneInfo(schedule.zone))
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    moments = (first,) if first <= second else (_gaps_end(local, second, first), second)
    return next((moment for moment in moments if local_day(schedule, moment) == day), None)


def _gaps_end(local: datetime, before: datetime, after: datetime) -> datetime:
    """The first moment (UTC, to the second) at which clocks show ``local``, a skipped time, or later.

    A binary search: ``before`` and ``after`` (PEP 495's two readings of a skipped time) lie on either side,
    and the standard library doesn't say when a zone changes its clocks.
    """
    wanted, zone = local.replace(tzinfo=None), local.tzinfo
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).replace(tzinfo=None) >= wanted:
            after = middle
        else:
            before = middle
    return after
