"""Which pages are due: pure functions of the time and of what was read.

Hugging Face: the list of day D opens at 21:30 in New York on D-1 and grows for a day; voting continues after that.
There are no lists on Saturdays and Sundays. arXiv: new papers are announced at midnight in New York, Monday to Friday;
a paper can be found by its day of submission once it is announced, a few days later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_LIST = date(2023, 5, 4)
"""The first daily list."""

GROWING = timedelta(minutes=20)
"""Time between two requests for the list of the day."""

VOTING = timedelta(hours=6)
"""Time between two requests for a list of the past week, whose papers still get votes."""

VOTES_END = timedelta(days=7)
"""How long after it closes a list is still read; after one request later than that it is final."""

ANNOUNCED_WITHIN = timedelta(days=4)
"""Time from the end of a day of submission until all its papers are announced, even over a weekend."""

ONCE = timedelta(days=1)
"""arXiv asks clients not to repeat a query within a day."""

_SATURDAY = 5
_DAY = timedelta(days=1)
_LIST_OPENS = time(21, 30)
_FEED_READY = time(0, 30)


def list_opens(day: date) -> datetime:
    """When the list of a day opens (UTC): at 21:30 in New York on the day before."""
    return _in_new_york(day - _DAY, _LIST_OPENS)


def list_closes(day: date) -> datetime:
    """When the last paper is added to the list: when the next day's list opens."""
    return list_opens(day + _DAY)


def lists_due(read: Mapping[date, datetime], now: datetime, first: date, last: date) -> list[date]:
    """Days from ``first`` to ``last`` (inclusive) whose list is open and must be read, or read again."""
    days = (day for day in _days(max(first, FIRST_LIST), last) if day.weekday() < _SATURDAY)
    return [day for day in days if list_opens(day) <= now and _list_is_due(day, read.get(day), now)]


def _list_is_due(day: date, read_at: datetime | None, now: datetime) -> bool:
    if read_at is None:
        return True
    end = list_closes(day) + VOTES_END
    if now >= end:
        return read_at < end
    return now - read_at >= (GROWING if now < list_closes(day) else VOTING)


def newest_list_day(now: datetime) -> date:
    """The latest day whose list can be open."""
    return now.astimezone(UTC).date() + _DAY


def submissions_due(
    read: Mapping[date, datetime], now: datetime, first: date, last: date, *, complete: bool
) -> list[date]:
    """Days (UTC) from ``first`` to ``last`` whose submissions to arXiv must be read.

    ``complete``: only days whose papers have all been announced.
    """
    return [day for day in _days(first, last) if _submissions_are_due(day, read.get(day), now, complete=complete)]


def _submissions_are_due(day: date, read_at: datetime | None, now: datetime, *, complete: bool) -> bool:
    end = datetime.combine(day, time(), UTC) + _DAY
    settled = end + ANNOUNCED_WITHIN
    if now < (settled if complete else end):
        return False
    return read_at is None or (read_at < settled and now - read_at >= ONCE)


def announcement(now: datetime) -> date | None:
    """The day (in New York) whose announcements arXiv's feed has now; ``None`` on weekends, when it is empty."""
    there = now.astimezone(ZoneInfo("America/New_York"))
    day = there.date() if there.time() >= _FEED_READY else there.date() - _DAY
    return day if day.weekday() < _SATURDAY else None


def _in_new_york(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo("America/New_York")).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * ahead for ahead in range((last - first).days + 1))
