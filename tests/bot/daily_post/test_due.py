"""When a post is due and what it contains: zones, clock changes, missed days and days without a list."""

# ruff: noqa: DTZ001 - local times of zones and bounds of strategies are naive on purpose

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily_post.due import (
    MAX_CATCH_UP,
    Decision,
    DoNothing,
    PostEdition,
    PostEmptyNotice,
    decide,
    first_missed_day,
    postable_days,
)
from bot.daily_post.selection import Edition, EmptyReason, SelectionRules, select_papers
from bot.jobs.local_time import Past, due_day, local_day, next_time
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.schedule import EVERY_DAY
from retrieval.catalogue import SourceState
from retrieval.english import Text
from retrieval.papers import Paper
from retrieval.trending.score import Trend

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)

FEED = DailyFeed(
    guild_id=1,
    channel_id=2,
    time=time(9, 0),
    zone="UTC",
    papers=10,
    minimum_votes=0,
    weekdays=EVERY_DAY,
    when_empty=WhenEmpty.SILENT,
    paused=False,
    changed_by=3,
    changed_at=LONG_AGO,
)


def trend(votes: int | None) -> Trend:
    """A ranked paper with this many votes."""
    return Trend(Paper(id=f"t-{votes}", title="T", votes=votes), 1.0, Text(""))


def the_list(day: date | None, *votes: int | None, minimum: int = 0) -> Edition:
    """A list with one paper for each number of votes; by default one paper with 5 votes."""
    ranked = [trend(each) for each in votes or (5,)]
    shown, left_out = select_papers(ranked, SelectionRules(10, minimum, {}))
    return Edition(day.isoformat() if day else "page-0123abcd", day, day, shown, len(ranked), left_out)


def source(*, failures: int) -> SourceState:
    """The state of the lists' source."""
    return SourceState("huggingface", at(8), failures, at(7), None, "")


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    """A moment in UTC."""
    return datetime.combine(day, time(hour, minute), UTC)


def the_post(decision: Decision) -> PostEdition:
    """The decision, which must be to post."""
    assert isinstance(decision, PostEdition)
    return decision


# --- the rules, one by one ---------------------------------------------------------------------


def test_a_post_is_due_from_its_minute_on() -> None:
    """Nothing is due a minute earlier."""
    assert decide(FEED, at(8, 59), Past(), the_list(TUESDAY)) == DoNothing()
    assert the_post(decide(FEED, at(9), Past(), the_list(TUESDAY))).day == TUESDAY


def test_a_missed_post_is_made_later_the_same_day() -> None:
    """Until local midnight."""
    assert the_post(decide(FEED, at(23, 59), Past(), the_list(TUESDAY))).edition.name == "2026-11-24"


def test_after_missed_days_there_is_one_post() -> None:
    """Three days offline don't cause a burst."""
    past = Past(ran_on={TUESDAY - timedelta(days=4)}, lists={"2026-11-20"})
    assert the_post(decide(FEED, at(9), past, the_list(TUESDAY))).edition.day == TUESDAY
    past = Past(ran_on={TUESDAY}, lists={"2026-11-20", "2026-11-24"})
    assert decide(FEED, at(10), past, the_list(TUESDAY)) == DoNothing()


def test_a_day_has_one_post_even_when_a_newer_list_arrives() -> None:
    """Yesterday's list went out this morning, so today's waits until tomorrow."""
    past = Past(ran_on={TUESDAY}, lists={"2026-11-23"})
    assert decide(FEED, at(12), past, the_list(TUESDAY)) == DoNothing()


def test_a_list_is_not_followed_by_itself_or_an_older_one() -> None:
    """After Friday's list, nothing is posted on Saturday."""
    friday, saturday = date(2026, 11, 27), date(2026, 11, 28)
    past = Past(lists={"2026-11-27", "none-2026-11-28", "page-0123abcd"})
    for day in (friday, friday - timedelta(days=1)):
        assert decide(FEED, at(9, day=saturday), past, the_list(day)) == DoNothing()


def test_an_undated_list_is_posted_once() -> None:
    """The seed page is posted on the first day, and never again."""
    page = the_list(None, None)
    assert the_post(decide(FEED, at(9), Past(), page)).edition is page
    assert decide(FEED, at(9), Past(lists={"page-0123abcd"}), page) == DoNothing()


def test_a_list_may_be_three_days_old() -> None:
    """Lists of the local day and the three days before it can be posted."""
    assert postable_days(TUESDAY) == (date(2026, 11, 21), TUESDAY)


@pytest.mark.parametrize(
    ("newest", "why"), [(None, EmptyReason.LATE), (the_list(TUESDAY, 0, 2, minimum=3), EmptyReason.NONE_WANTED)]
)
def test_a_day_without_papers_gets_a_notice_or_nothing(newest: Edition | None, why: EmptyReason) -> None:
    """With no list, or none with enough votes."""
    assert decide(FEED, at(9), Past(), newest) == DoNothing()
    said = decide(replace(FEED, when_empty=WhenEmpty.SAY), at(9), Past(), newest)
    assert said == PostEmptyNotice(TUESDAY, why)
    assert decide(replace(FEED, when_empty=WhenEmpty.SAY), at(9, 1), Past(ran_on={TUESDAY}), newest) == DoNothing()


SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("now", "newest", "failures", "why"),
    [
        (at(9), None, 0, EmptyReason.LATE),
        (at(9), None, 3, EmptyReason.SOURCE_AWAY),
        (at(9), the_list(date(2026, 11, 23)), 0, EmptyReason.LATE),  # had on Monday
        (at(9), the_list(date(2026, 11, 23)), 1, EmptyReason.SOURCE_AWAY),
        (at(9), the_list(TUESDAY, 1, minimum=3), 1, EmptyReason.NONE_WANTED),
        (at(9, day=SATURDAY), the_list(date(2026, 11, 27)), 0, EmptyReason.NO_LIST),  # none at week-ends
        (at(9, day=SATURDAY), the_list(date(2026, 11, 27)), 2, EmptyReason.NO_LIST),
        (at(9, day=SATURDAY), the_list(date(2026, 11, 26)), 2, EmptyReason.SOURCE_AWAY),  # Friday's is missing
        (at(0, 30), the_list(date(2026, 11, 23)), 0, EmptyReason.LATE),  # it opens at 02:30
    ],
)
def test_the_notice_has_the_right_reason(
    now: datetime, newest: Edition | None, failures: int, why: EmptyReason
) -> None:
    """No match, no list expected, a late list, or a source that isn't responding."""
    feed = replace(FEED, when_empty=WhenEmpty.SAY, time=time(0, 0))
    had = {"2026-11-23"} if why is EmptyReason.NONE_WANTED else {"2026-11-23", "2026-11-26", "2026-11-27"}
    said = decide(feed, now, Past(lists=had), newest, source(failures=failures))
    assert said == PostEmptyNotice(local_day(feed, now), why)


WAITING = replace(FEED, when_empty=WhenEmpty.WAIT, wait_until=time(14, 0))


def test_a_waiting_channel_gets_a_late_list_or_a_notice() -> None:
    """The list as soon as it's out; at 14:00 the notice, once."""
    assert decide(WAITING, at(13, 59), Past(), None) == DoNothing()
    assert the_post(decide(WAITING, at(13, 59), Past(), the_list(TUESDAY))).day == TUESDAY
    assert decide(WAITING, at(14), Past(), None) == PostEmptyNotice(TUESDAY, EmptyReason.LATE)
    assert decide(WAITING, at(14, 1), Past(ran_on={TUESDAY}), None) == DoNothing()


def test_a_waiting_channel_does_not_get_an_older_list() -> None:
    """Monday's missed list goes out when waiting ends. Other channels get it right away."""
    monday = the_list(date(2026, 11, 23))
    assert the_post(decide(FEED, at(9), Past(), monday)).edition is monday
    assert decide(WAITING, at(9), Past(), monday) == DoNothing()
    assert the_post(decide(WAITING, at(14), Past(), monday)).edition is monday
    night = replace(WAITING, time=time(1, 0))  # Tuesday's list opens at 02:30: until then Monday's is the newest
    assert the_post(decide(night, at(1), Past(), monday)).edition is monday


def test_waiting_ends_at_the_local_time() -> None:
    """14:00 in Tokyo is 05:00 UTC."""
    tokyo = replace(WAITING, zone="Asia/Tokyo")
    assert decide(tokyo, at(4, 59), Past(), None) == DoNothing()
    assert decide(tokyo, at(5), Past(), None) == PostEmptyNotice(TUESDAY, EmptyReason.LATE)


@pytest.mark.parametrize(
    ("had", "changed", "first"),
    [
        ((), LONG_AGO, date(2026, 11, 17)),  # a week at most
        ({"2026-11-20", "page-1", "none-2026-11-23"}, LONG_AGO, date(2026, 11, 21)),  # since the last one
        ({"2026-11-23"}, LONG_AGO, TUESDAY),
        ({"2026-11-20"}, at(7, day=date(2026, 11, 23)), date(2026, 11, 23)),  # not from before it was set up
        ((), at(7), TUESDAY),
        ((), at(7, day=date(2026, 11, 25)), TUESDAY),
    ],
)
def test_missed_lists_are_included(had: set[str], changed: datetime, first: date) -> None:
    """Since the channel's last list, since it was set up, and for a week at most."""
    assert first_missed_day(replace(FEED, changed_at=changed), TUESDAY, had) == first


def test_a_channel_without_notices_gets_a_list_later_in_the_day() -> None:
    """Skipping doesn't use up the day."""
    assert decide(FEED, at(9), Past(), None) == DoNothing()
    assert the_post(decide(FEED, at(15), Past(), the_list(TUESDAY))).day == TUESDAY


def test_a_paused_channel_gets_nothing() -> None:
    """There is no next time either."""
    paused = replace(FEED, paused=True)
    assert decide(paused, at(9), Past(), the_list(TUESDAY)) == DoNothing()
    assert next_time(paused, at(9)) is None


def test_only_the_chosen_weekdays_count() -> None:
    """On a Tuesday, the next post of a Monday feed is next Monday."""
    mondays = replace(FEED, weekdays=frozenset({0}))
    assert decide(mondays, at(9), Past(), the_list(TUESDAY)) == DoNothing()
    assert next_time(mondays, at(9)) == at(9, day=date(2026, 11, 30))


def test_a_feed_set_up_after_its_time_starts_tomorrow() -> None:
    """As the confirmation says."""
    feed = replace(FEED, changed_at=at(15))
    assert next_time(feed, at(15)) == at(9, day=TUESDAY + timedelta(days=1))
    assert decide(feed, at(15, 1), Past(), the_list(TUESDAY)) == DoNothing()


def test_a_later_time_does_not_cause_a_second_post() -> None:
    """If the day has had its post, the next one is tomorrow's."""
    feed = replace(FEED, time=time(18), changed_at=at(10))
    assert next_time(feed, at(10)) == at(18)
    assert next_time(feed, at(10), {TUESDAY}) == at(18, day=TUESDAY + timedelta(days=1))


def test_the_notice_is_recorded_under_the_day() -> None:
    """It has a name of its own among the names of lists."""
    assert PostEmptyNotice(TUESDAY, EmptyReason.LATE).name == "none-2026-11-24"


# --- zones and clock changes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("Europe/Berlin", datetime(2026, 1, 10, 9, 0), datetime(2026, 1, 10, 8, 0)),
        ("Europe/Berlin", datetime(2026, 7, 10, 9, 0), datetime(2026, 7, 10, 7, 0)),
        ("Asia/Kathmandu", datetime(2026, 7, 10, 0, 15), datetime(2026, 7, 9, 18, 30)),
        # skipped by clocks going forward: the first moment after
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 1, 0)),
        ("America/New_York", datetime(2026, 3, 8, 2, 59), datetime(2026, 3, 8, 7, 0)),
        ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 10), datetime(2026, 10, 3, 15, 30)),
        ("Africa/Cairo", datetime(2026, 4, 24, 0, 0), datetime(2026, 4, 23, 22, 0)),
        # comes twice: the first one
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30)),
        # skipped, and the first moment after is the next day: as long before
        ("America/Nuuk", datetime(2025, 3, 29, 23, 30), datetime(2025, 3, 30, 0, 30)),
    ],
)
def test_local_times(zone: str, local: datetime, expected: datetime) -> None:
    """Winter, summer, quarter-hour offsets, skipped and repeated hours."""
    feed = replace(FEED, zone=zone, time=local.time())
    midnight = datetime.combine(local.date(), time(), ZoneInfo(zone)).astimezone(UTC)
    found = next_time(feed, midnight - timedelta(microseconds=1))
    assert found is not None
    assert found == expected.replace(tzinfo=UTC)
    assert local_day(feed, found) == local.date()


def test_a_day_that_a_zone_skipped_has_no_post() -> None:
    """Samoa went from 29 to 31 December 2011."""
    feed = replace(FEED, zone="Pacific/Apia")
    first = next_time(feed, datetime(2011, 12, 29, 12, 0, tzinfo=UTC))
    assert first is not None
    second = next_time(feed, first)
    assert second is not None
    assert [local_day(feed, each).day for each in (first, second)] == [29, 31]


# --- properties --------------------------------------------------------------------------------------

ZONES = sorted(available_timezones())

feeds = st.builds(
    replace,
    st.just(FEED),
    zone=st.sampled_from(ZONES),
    time=st.times().map(lambda each: each.replace(second=0, microsecond=0)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    when_empty=st.sampled_from(WhenEmpty),
    wait_until=st.times(),
)
starts = st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
ticks = st.lists(st.integers(1, 60 * 30), max_size=60)
"""Minutes between two checks: from one minute to more than a day."""


@given(
    feed=feeds,
    start=starts,
    waits=ticks,
    gaps=st.sets(st.integers(0, 40)),
    poor=st.sets(st.integers(0, 40)),
    minimum=st.sampled_from([0, 3]),
)
def test_no_channel_gets_two_posts_a_day_or_a_list_twice(
    feed: DailyFeed, start: datetime, waits: list[int], gaps: set[int], poor: set[int], minimum: int
) -> None:
    """In every zone, for any timing: one post a local day, each list once, in order, with or without missed lists."""
    posted_days = list[date]()
    now, days, names, first = start, list[date](), list[str](), start.date() - timedelta(days=3)
    for wait in waits:
        now += timedelta(minutes=wait)
        day = local_day(feed, now)
        days_listed = ((first + timedelta(days=n), 1 if n in poor else 4) for n in range(45) if n not in gaps)
        offers = [the_list(listed, votes, minimum=minimum) for listed, votes in days_listed]
        inside = [each for each in offers if each.day and postable_days(day)[0] <= each.day <= day]
        decision = decide(feed, now, Past(days, names), inside[-1] if inside else None)
        if isinstance(decision, DoNothing):
            continue
        assert decision.day == day
        assert day.weekday() in feed.weekdays
        days.append(decision.day)
        if isinstance(decision, PostEdition):
            newest = decision.edition.day
            assert newest is not None
            back = first_missed_day(feed, newest, names)
            assert newest - MAX_CATCH_UP <= back <= newest
            assert not any(back <= had <= newest for had in posted_days)
            posted_days.append(newest)
        names.append(decision.edition.name if isinstance(decision, PostEdition) else decision.name)
    assert len(set(days)) == len(days)
    assert len(set(names)) == len(names)
    posted = [name for name in names if not name.startswith("none")]
    assert posted == sorted(posted)


@given(feed=feeds, now=starts)
def test_a_post_is_due_at_the_next_time(feed: DailyFeed, now: datetime) -> None:
    """Not a moment earlier, and on a chosen local day."""
    moment = next_time(feed, now)
    assert moment is not None
    assert now < moment <= now + timedelta(days=9)
    day = due_day(feed, moment, Past())
    assert day is not None
    assert day.weekday() in feed.weekdays
    before = due_day(feed, moment - timedelta(microseconds=1), Past())
    assert before is None or before < day


@given(feed=feeds, now=starts)
def test_every_chosen_day_has_a_next_time(feed: DailyFeed, now: datetime) -> None:
    """Going from one next time to the next visits every chosen day that exists in the zone, in order."""
    visited, moment = list[date](), now
    for _ in range(10):
        found = next_time(feed, moment)
        assert found is not None
        moment = found
        visited.append(local_day(feed, moment))
    wanted = [visited[0] + timedelta(days=n) for n in range((visited[-1] - visited[0]).days + 1)]
    wanted = [day for day in wanted if day.weekday() in feed.weekdays and _exists(feed.zone, day)]
    assert visited == wanted


@given(
    zone=st.sampled_from(ZONES), minutes=st.integers(0, 4 * 12).map(lambda each: each * 5), year=st.integers(2005, 2036)
)
def test_a_time_is_the_first_moment_at_which_local_clocks_show_it(zone: str, minutes: int, year: int) -> None:
    """For a year, at the hours of clock changes: a second earlier, clocks showed an earlier time."""
    feed = replace(FEED, zone=zone, time=time(minutes // 60, minutes % 60))
    moment: datetime | None = datetime(year, 1, 1, tzinfo=UTC)
    for _ in range(366):
        moment = next_time(feed, moment)
        assert moment is not None
        shown, before = (_clock(zone, each) for each in (moment, moment - timedelta(seconds=1)))
        if shown.time() >= feed.time:  # not so where the whole rest of the day was skipped
            assert before < datetime.combine(shown.date(), feed.time)


def _clock(zone: str, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _exists(zone: str, day: date) -> bool:
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return noon.astimezone(UTC).astimezone(ZoneInfo(zone)).date() == day
