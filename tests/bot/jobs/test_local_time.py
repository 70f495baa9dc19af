"""Schedules in local time: daily, weekly, monthly and at once, in all time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.local_time import Past, due_day, last_time, local_day, moment_of, next_time
from bot.storage.schedule import EVERY_DAY, Frequency, Schedule

ZONES = sorted(available_timezones())
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Delivery:
    """Something that is sent on a schedule."""

    schedule: Schedule
    paused: bool = False
    changed_at: datetime = LONG_AGO

    @property
    def zone(self) -> str:
        """The schedule's zone."""
        return self.schedule.zone


schedules = st.builds(
    Schedule,
    st.sampled_from([Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY]),
    st.times().map(lambda at: at.replace(microsecond=0)),
    st.sampled_from(ZONES),
    st.frozensets(st.integers(0, 6), min_size=1),
)
moments = st.integers(0, 36 * 366 * 86_400).map(lambda s: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@given(schedule=schedules, now=moments)
def test_the_last_time_is_before_now_and_the_next_after_it(schedule: Schedule, now: datetime) -> None:
    """No time lies between the two, and each is on a day of the schedule."""
    last, after = last_time(schedule, now), next_time(Delivery(schedule), now)
    assert last is not None
    assert after is not None
    day, moment = last
    assert moment <= now < after
    assert (local_day(schedule, moment), schedule.includes(day)) == (day, True)
    assert next_time(Delivery(schedule), moment) == after


def test_monthly_means_the_first_of_the_month() -> None:
    """In the schedule's zone."""
    schedule = Schedule(Frequency.MONTHLY, time(9), "Europe/Berlin")
    assert next_time(Delivery(schedule), datetime(2026, 11, 24, tzinfo=UTC)) == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert last_time(schedule, datetime(2026, 11, 1, 7, tzinfo=UTC)) == (
        date(2026, 10, 1),
        datetime(2026, 10, 1, 7, tzinfo=UTC),
    )


def test_what_is_set_up_at_its_very_time_is_due() -> None:
    """As the next time that was announced says."""
    schedule, moment = Schedule(Frequency.DAILY, time(9), "UTC"), datetime(2026, 11, 24, 9, tzinfo=UTC)
    set_up = Delivery(schedule, changed_at=moment)
    assert next_time(set_up, moment - timedelta(minutes=1)) == moment
    assert due_day(set_up, moment, Past()) == moment.date()
    assert due_day(Delivery(schedule, changed_at=moment + timedelta(seconds=1)), moment, Past()) is None


def test_at_once_has_no_times() -> None:
    """There is no next message to announce."""
    schedule = Schedule(Frequency.AT_ONCE, time(9), "UTC")
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert next_time(Delivery(schedule), now) is None
    assert last_time(schedule, now) is None


def test_a_weekly_message_skips_a_day_that_a_zone_left_out() -> None:
    """Samoa had no Friday, 30 December 2011."""
    schedule = Schedule(Frequency.WEEKLY, time(9), "Pacific/Apia", frozenset({4}))
    assert moment_of(schedule, date(2011, 12, 30)) is None
    last = last_time(schedule, datetime(2012, 1, 2, tzinfo=UTC))
    assert last is not None
    assert last[0] == date(2011, 12, 23)


@pytest.mark.parametrize("frequency", Frequency)
def test_a_persons_schedule_comes_back_from_its_columns(frequency: Frequency) -> None:
    """The weekday counts for weekly schedules only."""
    schedule = Schedule.from_columns(frequency, 4, 18, "Asia/Tokyo")
    assert Schedule.from_columns(**schedule.columns) == schedule
    assert schedule.weekdays == (frozenset({4}) if frequency is Frequency.WEEKLY else EVERY_DAY)
    assert schedule.time == time(18)
