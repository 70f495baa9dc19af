"""Alerts: when a message is due, what is in it, and that each paper is sent once, in a simulated Discord."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.follows.alert_card import alert_card
from bot.follows.matching import (
    NEWS_AGE,
    current_matches,
    due_period,
    follow_query,
    new_matches,
    round_robin,
    unique_matches,
)
from bot.follows.sender import match_new_papers
from bot.follows.service import follow_service
from bot.jobs.delivery import LEASE
from bot.privacy.retention import delete_expired
from bot.storage.alerts import Alerts, FollowMatch
from bot.storage.deliveries import Deliveries, DeliveryKind, Status
from bot.storage.follows import Follow, Follower
from bot.storage.schedule import Frequency
from bot.texts import use_locale
from retrieval.catalogue.arrivals import Arrival
from retrieval.papers import Paper
from tests.bot.conftest import START, seen
from tests.bot.daily_post.daily_world import DailyWorld, daily_world
from tests.bot.jobs.makers import alert_sender

SEND = ("POST", "/channels/*/messages")
CLOSED: dict[str, Any] = {"status": 403, "code": 50007, "message": "Cannot send messages to this user"}
NINE = Follower(7, Frequency.DAILY, 0, 9, "Europe/Berlin", START - timedelta(days=30))


# --- when --------------------------------------------------------------------------------------


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "since", "owed"),
    [
        ("2026-11-24T07:59", "2026-11-24T07:00", None),  # nine in Berlin is eight in UTC
        ("2026-11-24T08:00", "2026-11-24T07:00", "2026-11-24"),
        ("2026-11-24T11:00", "2026-11-24T10:00", None),  # found after its hour: tomorrow
        ("2026-11-25T08:00", "2026-11-24T10:00", "2026-11-25"),
        ("2026-11-25T03:00", "2026-11-24T07:00", "2026-11-24"),  # the bot was away
    ],
)
def test_a_daily_message_is_due_at_its_hour(now: str, since: str, owed: str | None) -> None:
    """With the papers found before. Later ones wait, and an hour during which the bot was offline counts."""
    assert due_period(NINE, at(now), at(since)) == owed


def test_daylight_saving_time_moves_the_message() -> None:
    """Nine o'clock stays nine in summer."""
    summer = replace(NINE, changed_at=at("2026-01-01T00:00"))
    assert due_period(summer, at("2026-06-02T07:00"), at("2026-06-01T20:00")) == "2026-06-02"
    assert due_period(summer, at("2026-06-02T06:59"), at("2026-06-01T20:00")) is None


@pytest.mark.parametrize(
    ("now", "owed"),
    [
        ("2026-11-22T12:00", None),  # a Sunday
        ("2026-11-23T07:59", None),
        ("2026-11-23T08:00", "2026-11-23"),
        ("2026-11-25T08:00", "2026-11-23"),  # the bot was away since Monday
    ],
)
def test_a_weekly_message_is_due_on_its_weekday(now: str, owed: str | None) -> None:
    """One each Monday."""
    weekly = replace(NINE, frequency=Frequency.WEEKLY)
    assert due_period(weekly, at(now), at("2026-11-20T10:00")) == owed


def test_an_hour_that_had_passed_when_it_was_chosen_does_not_count() -> None:
    """Choosing nine o'clock at ten means tomorrow."""
    chosen = replace(NINE, changed_at=at("2026-11-24T09:00"))
    assert due_period(chosen, at("2026-11-24T09:01"), at("2026-11-23T10:00")) is None
    assert due_period(chosen, at("2026-11-25T08:00"), at("2026-11-23T10:00")) == "2026-11-25"


def test_at_once_means_one_message_a_quarter_of_an_hour() -> None:
    """Lists arrive page by page, and a quarter has one name."""
    eager = replace(NINE, frequency=Frequency.AT_ONCE)
    names = [due_period(eager, at(f"2026-11-24T08:{minute:02}"), START) for minute in (0, 14, 15, 59)]
    assert names == ["2026-11-24T08:00Z", "2026-11-24T08:00Z", "2026-11-24T08:15Z", "2026-11-24T08:45Z"]


def test_nothing_is_due_while_messages_are_refused() -> None:
    """Whatever the frequency."""
    for frequency in (Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY):
        assert due_period(replace(NINE, frequency=frequency, closed_at=START), START + timedelta(days=9), START) is None


# --- what --------------------------------------------------------------------------------------


def found(paper: str, follow: int) -> FollowMatch:
    """A match of a follow."""
    return FollowMatch(7, paper, follow, f"follow {follow}", START)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), max_size=30, unique=True), st.integers(0, 12))
def test_follows_take_turns(pairs: list[tuple[int, int]], most: int) -> None:
    """As many papers as fit, in their order. No follow has two more than another with papers left out."""
    everything = [found(str(paper), follow) for paper, follow in sorted(pairs, key=lambda pair: (pair[1], pair[0]))]
    shown = round_robin(everything, most)
    assert len(shown) == min(most, len(everything))
    assert [each for each in everything if each in shown] == shown
    has, all_of = Counter(each.follow_id for each in shown), Counter(each.follow_id for each in everything)
    assert all(has[more] - has[less] <= 1 for less in all_of if has[less] < all_of[less] for more in all_of)


def test_a_paper_is_listed_under_its_oldest_follow() -> None:
    """Once, however many follows it matches."""
    assert unique_matches([found("a", 1), found("b", 1), found("a", 2), found("c", 2)]) == [
        found("a", 1),
        found("b", 1),
        found("c", 2),
    ]


def test_papers_are_sorted_by_votes_without_withdrawn_ones() -> None:
    """Follow by follow."""
    papers = {
        "a": paper("a", "A", votes=1),
        "b": paper("b", "B", votes=9),
        "c": paper("c", "C"),
        "d": paper("d", "D", votes=99),
        "gone": paper("gone", "Gone", withdrawn=START),
    }
    everything = [found("a", 1), found("b", 1), found("c", 1), found("gone", 1), found("lost", 1), found("d", 2)]
    assert [each.paper_id for each in current_matches([*everything, found("b", 2)], papers)] == ["b", "a", "c", "d"]


def test_papers_that_arrived_before_a_follow_do_not_match() -> None:
    """A change of an old paper doesn't make it new."""
    follow = Follow(7, "owls", 5, START, id=1)
    changed = [Arrival("old", 5), Arrival("new", 6), Arrival("other", 7)]
    assert new_matches([follow], [{"old", "new"}], changed, START) == [FollowMatch(7, "new", 1, "owls", START)]


# --- the messages ------------------------------------------------------------------------------


class Crash(BaseException):
    """The process dies here."""


def paper(id: str, title: str, **fields: Any) -> Paper:
    """A paper that appeared today."""
    return Paper.model_validate({"id": id, "title": title, "abstract": "We study it.", "published": START} | fields)


class Room:
    """A world with a follower and a sender."""

    def __init__(self, world: DailyWorld) -> None:
        self.world = world
        self.sender = alert_sender(world.bot)
        self.store = world.store
        self.ada = world.member.id

    async def follow(self, text: str, frequency: Frequency = Frequency.AT_ONCE, **changes: Any) -> Follow:
        """Ada follows a text."""
        since = await self.world.library.new_papers.latest()
        kept = await self.store.follows.add(Follow(self.ada, text, since, self.world.clock()), 25)
        follower = Follower(self.ada, frequency, 0, 9, "UTC", self.world.clock())
        await self.store.follows.set_follower(replace(follower, **changes))
        return kept

    async def come(self, *papers: Paper) -> None:
        """Add papers."""
        await self.world.library.add(papers)

    async def tick(self) -> None:
        """Run the sender once."""
        await self.sender.tick(self.world.clock())
        await self.world.env.settle()

    @property
    def messages(self) -> list[str]:
        """What Ada reads in her direct messages."""
        channel = self.world.member.user.dm_channel
        return [seen(message) for message in channel.history()] if channel else []

    @property
    def message(self) -> discord.Message:
        """The newest of them."""
        return self.world.member.user.dm_channel.history()[-1]

    async def statuses(self) -> list[Status]:
        """The statuses of the claims."""
        return [each.status for each in await self.store.deliveries.of_person(self.ada)]

    async def waiting(self) -> list[str]:
        """The ids of the pending papers."""
        return [each.paper_id for each in await self.store.alerts.waiting(self.ada)]


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    """A library with one old paper, and no follows."""
    async with daily_world(tmp_path, [paper("old", "Owls of old")]) as world:
        yield Room(world)


@pytest.mark.parametrize("frequency", [Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY])
async def test_a_refused_message_is_tried_again_after_an_hour(room: Room, frequency: Frequency) -> None:
    """For the same period."""
    await room.follow("owls", frequency, weekday=START.weekday(), changed_at=START - timedelta(days=9))
    await room.come(paper("a", "Owls at night"))
    await room.tick()  # at eight: at once has its message now
    await room.world.pass_time(minutes=59)
    if frequency is Frequency.AT_ONCE:
        assert len(room.messages) == 1
        return
    await room.world.pass_time(minutes=1)
    room.world.env.inject_error(*SEND, status=400, code=50035, message="Invalid Form Body", times=1)
    await room.tick()
    await room.world.pass_time(minutes=59)
    await room.tick()
    assert room.messages == []
    await room.world.pass_time(minutes=1)
    await room.tick()
    assert len(room.messages) == 1


async def test_new_papers_are_sent_in_one_message_once(room: Room) -> None:
    """Grouped by follow, without older papers, however often the job runs."""
    await room.follow("owls")
    await room.follow("author:godel")
    await room.tick()
    assert room.messages == []
    await room.come(
        paper("a", "Owls at night"),
        paper("b", "Owls by day", authors=("Kurt Gödel",)),
        paper("c", "Proofs", authors=("Kurt Gödel",)),
        paper("d", "Mice"),
    )
    for _ in range(3):
        await room.tick()
        await room.world.pass_time(minutes=20)
    [message] = room.messages
    assert "3 papers match what you follow" in message
    assert message.count("Owls by day") == 1
    assert message.index("### owls") < message.index("Owls at night") < message.index("author:godel")
    assert "Mice" not in message
    assert "Owls of old" not in message
    assert await room.statuses() == [Status.SENT]


@pytest.mark.parametrize(
    ("locale", "words"), [("de", "Neue Paper für dich"), ("ja", "新着論文"), ("fi", "New papers for you")]
)
async def test_an_alert_is_in_the_language_in_which_the_person_follows(room: Room, locale: str, words: str) -> None:
    """No interaction says which, so it was stored; messages to others don't follow it."""
    use_locale(locale)
    await room.follow("mice")
    await follow_service(room.world.bot).follow(room.ada, "owls")
    use_locale(None)
    await room.come(paper("a", "Owls at night"))
    await room.tick()
    [message] = room.messages
    assert words in message
    assert "Owls at night" in message


async def test_a_changed_paper_is_not_sent_again(room: Room) -> None:
    """Neither with more votes, nor for another follow, nor edited."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night", votes=1))
    await room.tick()
    await room.world.pass_time(hours=1)
    await room.follow("night")
    await room.come(paper("a", "Owls at night", votes=50), paper("a", "Owls at night, again", votes=51))
    await room.tick()
    assert len(room.messages) == 1


async def test_a_paper_that_matches_another_follow_later_is_not_sent_again(room: Room) -> None:
    """Such as when it has got votes."""
    await room.follow("owls")
    await room.follow("owls votes:>20")
    await room.come(paper("a", "Owls at night", votes=1))
    await room.tick()
    await room.come(paper("a", "Owls at night", votes=21))
    await room.world.pass_time(hours=1)
    await room.tick()
    assert len(room.messages) == 1


async def test_a_paper_can_match_once_it_has_votes(room: Room) -> None:
    """Nobody has voted on the first day."""
    await room.follow("owls votes:>20")
    await room.come(paper("a", "Owls at night", votes=1))
    await room.tick()
    assert room.messages == []
    await room.come(paper("a", "Owls at night", votes=21))
    await room.tick()
    assert "Owls at night" in room.messages[0]


async def test_old_papers_are_not_sent(room: Room) -> None:
    """Importing an archive alarms nobody."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night", published=START - NEWS_AGE - timedelta(days=1)))
    await room.tick()
    assert room.messages == []


async def test_pages_of_a_list_make_one_message_a_quarter_of_an_hour(room: Room) -> None:
    """At once doesn't mean for every page."""
    await room.follow("owls")
    for minute in range(10):
        await room.come(paper(str(minute), f"Owls, part {minute}"))
        await room.tick()
        await room.world.pass_time(minutes=1)
    assert len(room.messages) == 1
    await room.world.pass_time(minutes=6)
    await room.tick()
    assert len(room.messages) == 2
    assert "9 papers" in room.messages[1]


async def test_a_daily_message_has_the_papers_of_the_day(room: Room) -> None:
    """Two papers, hours apart, are sent together at the person's hour."""
    await room.follow("owls", Frequency.DAILY, zone="Asia/Tokyo")  # nine there is midnight in UTC
    await room.come(paper("a", "Owls at night"))
    await room.tick()
    await room.world.pass_time(hours=10)
    await room.come(paper("b", "Owls by day"))
    await room.tick()
    assert room.messages == []
    await room.world.pass_time(hours=6)
    for _ in range(3):
        await room.tick()
        await room.world.pass_time(hours=1)
    [message] = room.messages
    assert "Owls at night" in message
    assert "Owls by day" in message


async def test_paused_and_removed_follows_send_nothing(room: Room) -> None:
    """Pending papers of a removed follow are deleted after a day."""
    paused, removed = await room.follow("owls", Frequency.DAILY), await room.follow("mice", Frequency.DAILY)
    assert paused.id is not None
    assert removed.id is not None
    await room.come(paper("b", "Mice"))
    await room.tick()
    await room.store.follows.pause(room.ada, paused.id, paused=True)
    await room.store.follows.remove(room.ada, removed.id, room.world.clock())
    await room.come(paper("a", "Owls at night"))
    await room.tick()
    assert await room.waiting() == []
    await room.store.follows.restore(room.ada, removed.id, 25)
    assert await room.waiting() == ["b"]
    await room.store.follows.remove(room.ada, removed.id, room.world.clock())
    await room.world.pass_time(days=1, minutes=1)
    await delete_expired(room.world.bot.store, room.world.bot.settings, room.world.clock())
    assert await room.store.follows.restore(room.ada, removed.id, 25) is None
    await room.tick()
    assert room.messages == []
    assert list(await room.store.alerts.of_person(room.ada)) == []


async def test_a_message_shows_some_papers_and_a_button_shows_the_rest(room: Room) -> None:
    """Ten papers, a count of the others, and pages with all of them, even after a restart."""
    await room.follow("owls")
    await room.follow("author:godel")
    await room.come(*(paper(f"o{number:02}", f"Owls, part {number:02}") for number in range(23)))
    await room.come(paper("g", "Proofs", authors=("Kurt Gödel",)))
    await room.tick()
    [message] = room.messages
    assert "24 papers match" in message
    assert "14 more papers" in message
    assert "Proofs" in message  # a broad follow does not hide a narrow one
    await room.world.restart()
    pressed = await room.world.member.user.click(room.message, label="All 24 papers")
    assert pressed.response is not None
    assert pressed.response.ephemeral
    assert "page 1 of 3" in seen(pressed.response)
    turned = await room.world.member.user.click(pressed.response, label="Next")
    assert turned.acknowledged
    listed = await room.world.member.user.click(room.message, label="What I follow")
    assert "2 follows" in seen(listed.response)


async def test_nobody_reads_somebody_elses_papers(room: Room) -> None:
    """A button's id can be copied, but its papers belong to one person."""
    await room.follow("owls")
    await room.come(*(paper(f"o{number:02}", f"Owls, part {number:02}") for number in range(12)))
    await room.tick()
    [alert] = await room.store.deliveries.recent(DeliveryKind.ALERT, room.ada, 9)
    channel = room.world.bot.get_channel(room.world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    copied = await channel.send(view=alert_card(alert.number, [("owls", paper("o", "Owls"))], 12))
    result = await room.world.admin.click(copied, label="All 12 papers")
    assert "This list has expired" in seen(result.response)
    result = await room.world.admin.click(copied, label="What I follow")
    assert "You don't follow anything yet" in seen(result.response)


async def test_titles_cannot_ping_or_format(room: Room) -> None:
    """Titles and followed texts are shown as they are."""
    await room.follow("owls OR **bold**")
    await room.come(paper("a", "@everyone *owls* <@1>"))
    await room.tick()
    [sent] = [each for each in room.world.env.http_requests if each.method == "POST" and "messages" in each.path]
    assert "∗owls∗" in room.messages[0]
    body: Any = sent.json
    assert body["allowed_mentions"]["parse"] == []
    assert body["enforce_nonce"] is True


# --- failures --------------------------------------------------------------------------------


@pytest.mark.parametrize("several", ["in one process", "in two processes"])
async def test_two_senders_send_one_message(room: Room, several: str) -> None:
    """Only the one with the claim sends."""
    other = room.sender if several == "in one process" else alert_sender(room.world.bot)
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))
    now = room.world.clock()
    await asyncio.gather(room.sender.tick(now), other.tick(now), room.sender.tick(now))
    await room.world.env.settle()
    assert len(room.messages) == 1


async def test_a_crash_after_sending_sends_nothing_again(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is found in the direct messages by its button."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))

    async def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Deliveries, "confirm", crash)
        with pytest.raises(Crash):
            await room.tick()
    await room.world.pass_time(seconds=LEASE.total_seconds())
    for _ in range(2):
        await room.tick()
    assert len(room.messages) == 1
    assert await room.statuses() == [Status.SENT]


async def test_a_crash_before_sending_loses_nothing(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim stays open, and the message is sent once after the lease."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))

    async def crash(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(discord.DMChannel, "send", crash)
        with pytest.raises(Crash):
            await room.tick()
    assert await room.statuses() == [Status.OPEN]
    await room.tick()
    assert room.messages == []
    await room.world.pass_time(seconds=LEASE.total_seconds())
    await room.tick()
    assert len(room.messages) == 1
    assert await room.statuses() == [Status.SENT]


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_an_unknown_outcome_is_settled_by_looking_for_the_message(room: Room, status: int) -> None:
    """A 5xx leaves the claim open. There is no message, so it is sent again, once."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))
    room.world.env.inject_error(*SEND, status=status)
    await room.tick()
    assert await room.statuses() == [Status.OPEN]
    await room.world.pass_time(minutes=1)
    await room.tick()
    assert room.messages == []
    await room.world.pass_time(minutes=1)
    await room.tick()
    assert len(room.messages) == 1
    assert await room.statuses() == [Status.SENT]


async def test_two_senders_that_settle_a_claim_send_once(room: Room) -> None:
    """One of them takes the claim over."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))
    room.world.env.inject_error(*SEND, status=503)
    await room.tick()
    await room.world.pass_time(minutes=5)
    now = room.world.clock()
    await asyncio.gather(*(alert_sender(room.world.bot).tick(now) for _ in range(3)))
    await room.world.env.settle()
    assert len(room.messages) == 1


async def test_papers_of_a_refused_message_are_sent_later(room: Room) -> None:
    """After an hour, together with new ones."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))
    room.world.env.inject_error(*SEND, status=400, code=50035, message="Invalid Form Body", times=1)
    await room.tick()
    assert await room.statuses() == [Status.RELEASED]
    assert await room.waiting() == ["a"]
    await room.world.pass_time(minutes=61)
    await room.tick()
    assert len(room.messages) == 1


async def test_interrupted_matching_is_repeated(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Matches and the position in the catalogue are saved together."""
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))

    async def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(Alerts, "record", crash)
        with pytest.raises(Crash):
            await match_new_papers(room.world.library, room.store, room.world.clock())
    await room.tick()
    assert len(room.messages) == 1


async def test_a_new_catalogue_is_matched_from_its_start(room: Room) -> None:
    """Its changes are counted from 0 again."""
    await room.follow("mice")
    await room.store.follows.add(Follow(room.ada, "owls", 99, room.world.clock()), 25)
    await room.store.alerts.record([], 99)
    await room.tick()
    assert await room.store.alerts.seen() == await room.world.library.new_papers.latest()
    await room.come(paper("a", "Owls at night"))
    await room.tick()
    assert len(room.messages) == 1


async def test_a_withdrawn_paper_is_not_sent(room: Room) -> None:
    """If it was withdrawn after it was found, there is no message."""
    await room.follow("owls", Frequency.DAILY)
    await room.come(paper("2611.00001", "Owls at night", version=1))
    await room.tick()
    assert await room.waiting() == ["2611.00001"]
    await room.come(paper("2611.00001", "Owls at night", version=2, withdrawn=START))
    await room.world.pass_time(days=1)
    await room.tick()
    assert room.messages == []
    assert await room.statuses() == [Status.DROPPED]


# --- closed messages ---------------------------------------------------------------------------


async def test_closed_direct_messages_are_reported_once_at_the_next_command(room: Room) -> None:
    """Nothing is sent or lost until the person presses Resume messages."""
    world, member = room.world, room.world.member
    await room.follow("owls")
    await room.come(paper("a", "Owls at night"))
    world.env.inject_error(*SEND, **CLOSED, times=1)
    await room.tick()
    assert room.messages == []
    await room.come(paper("b", "Owls by day"))
    await world.pass_time(hours=3)
    await room.tick()
    assert room.messages == []
    first = await member.slash(world.channel, "help")
    [notice] = first.followups
    assert notice.ephemeral
    assert "I couldn't send you a direct message" in seen(notice)
    assert "I've kept 2 papers for you." in seen(notice)
    second = await member.slash(world.channel, "help")
    assert second.followups == []
    shown = await member.click(notice, label="Show 2 pending papers")
    assert shown.acknowledged
    listed = await member.slash(world.channel, "following")
    assert listed.response is not None
    await member.click(listed.response, label="Resume messages")
    await room.tick()
    [message] = room.messages
    assert "2 papers" in message


async def test_a_failed_report_is_repeated_at_the_next_command(room: Room) -> None:
    """The notice isn't lost if Discord refuses it."""
    world = room.world
    await room.follow("owls")
    await room.store.follows.close(room.ada, world.clock())
    world.env.inject_error("POST", "/webhooks/*", status=500, times=1)
    first = await world.member.slash(world.channel, "help")
    assert first.followups == []
    second = await world.member.slash(world.channel, "help")
    assert "I couldn't send you a direct message" in seen(second.followups[0])


async def test_others_get_no_report(room: Room) -> None:
    """The notice is for the person whose direct messages are closed."""
    await room.follow("owls")
    await room.store.follows.close(room.ada, room.world.clock())
    result = await room.world.admin.slash(room.world.channel, "help")
    assert result.followups == []


def test_every_word_of_a_follow_must_appear() -> None:
    """Unlike in a search, where any word is enough."""
    assert not follow_query("silent owls").matches(paper("a", "Owls"))
