"""What is to be read when: pure functions of a clock and of what was read.

Hugging Face: the list of day D opens at 21:30 in New York on D-1 and grows for a day; votes go on after
that. There are no lists of Saturdays and Sundays. arXiv: new papers are announced at midnight in New York,
Monday to Friday; a paper can be found by its day of submission once it is announced, some days later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FIRST_LIST = date(2023, 5, 4)
"""The first daily list that there is."""

GROWING = timedelta(minutes=20)
"""Between two readings of the list of the day."""

VOTING = timedelta(hours=6)
"""Between two readings of a list of the week before: its papers are still voted for."""

VOTES_END = timedelta(days=7)
"""How long after its day a list is read again; after one reading later than that it is left alone."""

ANNOUNCED_WITHIN = timedelta(days=4)
"""From the end of a day of submission until all its papers are announced, over a weekend too."""

ONCE = timedelta(days=1)
"""arXiv asks for the same query not more than once a day."""

_SATURDAY = 5
_DAY = timedelta(days=1)
_LIST_OPENS = time(21, 30)
_FEED_READY = time(0, 30)


def list_opens(day: date) -> datetime:
    """When the list of a day opens (UTC): at 21:30 in New York on the eve."""
    return _in_new_york(day - _DAY, _LIST_OPENS)


def list_closes(day: date) -> datetime:
    """When no paper is added to it any more: the next day's list opens."""
    return list_opens(day + _DAY)


def lists_due(read: Mapping[date, datetime], now: datetime, first: date, last: date) -> list[date]:
    """Days between ``first`` and ``last`` (inclusive) whose list is open and is to be read, or read again."""
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
    """The newest day whose list can be open."""
    return now.astimezone(UTC).date() + _DAY


def submissions_due(
    read: Mapping[date, datetime], now: datetime, first: date, last: date, *, complete: bool
) -> list[date]:
    """Days (UTC) between ``first`` and ``last`` whose submissions to arXiv are to be asked for.

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
    """The day (New York's) whose announcements arXiv's feed holds now; ``None`` at week-ends, when it is empty."""
    there = now.astimezone(ZoneInfo("America/New_York"))
    day = there.date() if there.time() >= _FEED_READY else there.date() - _DAY
    return day if day.weekday() < _SATURDAY else None


def _in_new_york(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo("America/New_York")).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * ahead for ahead in range((last - first).days + 1))
