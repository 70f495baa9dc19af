"""Which pages are due when: the hours of New York, and no request without need."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.live.due import (
    FIRST_LIST,
    GROWING,
    ONCE,
    VOTES_END,
    VOTING,
    announcement,
    list_closes,
    list_opens,
    lists_due,
    newest_list_day,
    submissions_due,
)

TUESDAY = date(2026, 11, 24)
MOMENTS = st.datetimes(datetime(2023, 6, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bare bounds


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A time in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_a_list_opens_at_half_past_nine_in_new_york_on_the_day_before() -> None:
    """In summer that is an hour earlier in UTC."""
    assert list_opens(TUESDAY) == utc(24, 2, 30)
    assert list_opens(date(2026, 7, 22)) == utc(22, 1, 30, month=7)
    assert lists_due({}, utc(24, 2, 29), TUESDAY, TUESDAY) == []
    assert lists_due({}, utc(24, 2, 30), TUESDAY, TUESDAY) == [TUESDAY]


@given(MOMENTS)
def test_no_list_after_the_newest_day_is_open(now: datetime) -> None:
    """So none is missed by asking up to that day."""
    assert list_opens(newest_list_day(now) + timedelta(days=1)) > now


def test_there_are_no_lists_on_weekends_or_before_the_first() -> None:
    """So none is requested."""
    days = lists_due({}, utc(24, 8), date(2026, 11, 19), TUESDAY)
    assert days == [date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 23), TUESDAY]
    assert lists_due({}, utc(24, 8), date(2020, 1, 1), date(2023, 5, 5)) == [FIRST_LIST, date(2023, 5, 5)]


@pytest.mark.parametrize(("after_opening", "pause"), [(timedelta(hours=3), GROWING), (timedelta(days=3), VOTING)])
def test_a_list_is_read_again_while_it_grows_and_gets_votes(after_opening: timedelta, pause: timedelta) -> None:
    """Often on its day, a few times a day in the week after it."""
    read_at = list_opens(TUESDAY) + after_opening
    soon, later = read_at + pause - timedelta(seconds=1), read_at + pause
    assert lists_due({TUESDAY: read_at}, soon, TUESDAY, TUESDAY) == []
    assert lists_due({TUESDAY: read_at}, later, TUESDAY, TUESDAY) == [TUESDAY]


def test_after_its_week_a_list_is_read_one_last_time() -> None:
    """The last votes are counted."""
    end = list_closes(TUESDAY) + VOTES_END
    years = end + timedelta(days=900)
    assert lists_due({TUESDAY: end - timedelta(minutes=1)}, years, TUESDAY, TUESDAY) == [TUESDAY]
    assert lists_due({TUESDAY: end}, years, TUESDAY, TUESDAY) == []


@given(MOMENTS, st.integers(0, 60))
def test_a_page_that_was_just_read_is_not_due(now: datetime, ago: int) -> None:
    """At any time, even when clocks change."""
    last = now.date() + timedelta(days=1)
    first = last - timedelta(days=ago)
    due = lists_due({}, now, first, last)
    assert lists_due(dict.fromkeys(due, now), now, first, last) == []
    days = submissions_due({}, now, first, last, complete=False)
    assert submissions_due(dict.fromkeys(days, now), now, first, last, complete=False) == []


def test_submissions_are_read_when_all_are_announced_and_at_most_once_a_day() -> None:
    """Automatically only complete days; somebody who names days can have them earlier, and gets the rest later."""
    day, end = date(2026, 11, 16), utc(17, 0)
    assert submissions_due({}, end + timedelta(days=3), day, day, complete=True) == []
    assert submissions_due({}, end + timedelta(days=4), day, day, complete=True) == [day]
    assert submissions_due({}, end - timedelta(hours=1), day, day, complete=False) == []
    early = end + timedelta(hours=1)
    assert submissions_due({}, early, day, day, complete=False) == [day]
    assert submissions_due({day: early}, early + ONCE - timedelta(seconds=1), day, day, complete=False) == []
    assert submissions_due({day: early}, early + ONCE, day, day, complete=False) == [day]
    assert submissions_due({day: end + timedelta(days=4)}, end + timedelta(days=400), day, day, complete=False) == []


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (utc(24, 5, 29), date(2026, 11, 23)),
        (utc(24, 5, 30), TUESDAY),
        (utc(28, 5, 30), None),
        (utc(30, 5, 29), None),
        (utc(30, 5, 30), date(2026, 11, 30)),
    ],
)
def test_arxivs_feed_changes_at_midnight_in_new_york_and_is_empty_on_weekends(now: datetime, day: date | None) -> None:
    """It's ready half an hour later."""
    assert announcement(now) == day
