"""Reading together: put papers forward, vote, the week's thread, reminders; each posted once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.jobs.delivery import LEASE
from bot.privacy.service import everything_of
from bot.reading.poster import ReadingReminder, WeeklyPaperPoster
from bot.reading.service import due_week, next_opening, ranking, reading_service, week_of
from bot.storage.deliveries import Delivery, DeliveryKind, Status
from bot.storage.reading_lists import Candidate, ReadingList
from bot.ui import custom_ids
from tests.bot.conftest import seen, whispered
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of

PAPERS: Final = list_of(TODAY, 1, 2, 3)
FIRST, SECOND, THIRD = (paper.id for paper in PAPERS)
SETUP: Final = {"day": 1, "time": "09:00", "zone": "UTC", "discuss_after": 48, "remind_before": 24}
"""Tuesdays at nine: an hour from the start of the tests."""
LIST: Final = ReadingList(1, 2, 1, time(9), "UTC", 48, 24, datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A server with a reading list, to which nobody has put a paper forward yet."""
    async with daily_world(tmp_path, PAPERS) as made:
        await made.admin.slash(made.channel, "reading setup", channel=made.channel, **SETUP)
        yield made


async def tick(world: DailyWorld) -> None:
    """One run of both jobs, as after a restart."""
    service = reading_service(world.bot)
    await WeeklyPaperPoster(world.bot, service).tick(world.clock())
    await ReadingReminder(world.bot, service).tick(world.clock())
    await world.env.settle()


async def add(world: DailyWorld, *papers: str) -> None:
    """The member puts papers forward, one each minute."""
    for paper in papers:
        await world.member.slash(world.channel, "reading add", paper=paper)
        await world.pass_time(minutes=1)


async def rows(world: DailyWorld, kind: DeliveryKind) -> list[Delivery]:
    """The server's deliveries of a kind, newest first."""
    return await world.store.deliveries.recent(kind, world.guild.id, 9)


def papers_posted(world: DailyWorld) -> list[discord.Message]:
    """The messages with a week's paper, without Discord's own about threads."""
    return [message for message in world.channel.history() if "This week we read" in seen(message)]


def threads(world: DailyWorld) -> list[discord.Thread]:
    """The server's threads."""
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    return list(guild.threads)


# --- which paper, and when ---------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8))
def test_most_votes_win_and_of_equals_the_earliest(drawn: list[tuple[int, int]]) -> None:
    """Whatever the order in which they are read."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    papers = [Candidate(f"p{n}", start + timedelta(days=day), votes) for n, (votes, day) in enumerate(drawn)]
    best = ranking(papers)[0]
    assert best.votes == max(each.votes for each in papers)
    assert best.at == min(each.at for each in papers if each.votes == best.votes)
    assert ranking(papers[::-1]) == ranking(papers)


def test_a_week_has_one_opening_that_is_not_made_up_for_too_late() -> None:
    """On the day and time, in the list's zone, unless it was set up later."""
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    assert due_week(LIST, at - timedelta(seconds=1)) is None
    assert due_week(LIST, at) == week_of(at.date()) == datetime(2026, 11, 23, tzinfo=UTC).date()
    assert due_week(LIST, at + timedelta(days=2)) is None
    assert due_week(replace(LIST, changed_at=at + timedelta(hours=1)), at + timedelta(hours=2)) is None
    assert next_opening(LIST, at - timedelta(hours=1), ()) == at
    assert next_opening(LIST, at - timedelta(hours=1), {week_of(at.date())}) == at + timedelta(days=7)
    assert next_opening(LIST, at, ()) == at


# --- the list ----------------------------------------------------------------------------------


async def test_members_put_papers_forward_and_vote(world: DailyWorld) -> None:
    """By command and from a paper's card; a vote is taken back by a second press, and buttons work after a restart."""
    added = whispered(await world.member.slash(world.channel, "reading add", paper=FIRST))
    assert "is on the reading list, with your vote" in added
    shown = await world.member.slash(world.channel, "paper", paper=SECOND)
    assert shown.response is not None
    await world.restart()
    assert "is on the reading list" in whispered(await world.admin.click(shown.response, label="Suggest for reading"))
    assert "already" in whispered(await world.member.click(shown.response, label="Suggest for reading"))
    listed = await world.member.slash(world.channel, "reading list")
    text = whispered(listed)
    assert text.index("Paper 1 of") < text.index("Paper 0 of")  # two votes, one vote
    assert "<t:1795510800:F>" in text
    assert listed.response is not None
    assert "You removed your vote" in whispered(
        await world.member.click(listed.response, custom_id=custom_ids.READING_VOTE(SECOND))
    )
    assert "It has 2 votes now" in whispered(
        await world.member.click(listed.response, custom_id=custom_ids.READING_VOTE(SECOND))
    )


async def test_a_server_without_a_list_says_how_to_start_one(tmp_path: Path) -> None:
    """And only managers can."""
    async with daily_world(tmp_path, PAPERS) as world:
        for command, options in (("list", {}), ("add", {"paper": FIRST}), ("join", {})):
            assert "/reading setup" in whispered(
                await world.member.slash(world.channel, f"reading {command}", **options)
            )
        refused = await world.member.slash(world.channel, "reading setup", channel=world.channel)
        assert "Manage Server" in whispered(refused)
        wrong = await world.admin.slash(
            world.channel, "reading setup", channel=world.channel, discuss_after=2, remind_before=3
        )
        assert "before the paper is chosen" in whispered(wrong)
        assert await world.store.reading_lists.all() == []


async def test_managers_remove_papers_and_stop(world: DailyWorld) -> None:
    """Nothing is opened then."""
    await add(world, FIRST, SECOND)
    removed = whispered(await world.admin.slash(world.channel, "reading remove", paper=FIRST))
    assert "Paper 0 of 24 November" in removed
    assert "off the reading list" in removed
    assert "isn't on" in whispered(await world.admin.slash(world.channel, "reading remove", paper=FIRST))
    await world.admin.slash(world.channel, "reading stop")
    left = whispered(await world.member.slash(world.channel, "reading leave"))
    assert ("won't be reminded" in left, "/reading join" in left) == (True, False)
    await world.pass_time(hours=2)
    await tick(world)
    assert await rows(world, DeliveryKind.READING) == []


# --- the thread --------------------------------------------------------------------------------


async def test_a_paper_a_week_gets_its_thread_once(world: DailyWorld) -> None:
    """However many look, and after a restart; the next week has the next paper."""
    await add(world, FIRST, SECOND)
    await tick(world)
    assert threads(world) == []
    await world.pass_time(hours=1)
    await asyncio.gather(tick(world), tick(world))
    await world.restart()
    await tick(world)
    [thread] = threads(world)
    assert thread.name == "Paper 0 of 24 November"
    [row] = await rows(world, DeliveryKind.READING)
    assert (row.status, row.message_id, row.name) == (Status.SENT, thread.id, FIRST)
    [post] = papers_posted(world)
    assert "This week we read" in seen(post)
    assert "<t:1795683600:F>" in seen(post)  # 48 hours later
    assert "Paper 0 of" in whispered(await world.member.click(post, label="Abstract"))
    refused = await world.member.slash(world.channel, "reading add", paper=FIRST)
    assert "has read that paper already" in whispered(refused)
    await world.pass_time(days=7)
    await tick(world)
    assert [each.name for each in await rows(world, DeliveryKind.READING)] == [SECOND, FIRST]
    await world.pass_time(days=7)
    await tick(world)
    assert len(await rows(world, DeliveryKind.READING)) == 2  # nothing is left to read


def interrupt(world: DailyWorld, kind: DeliveryKind) -> None:
    """The process ended before it could say that the last delivery was sent."""
    with closing(sqlite3.connect(world.bot.settings.community_database)) as database, database:
        database.execute("UPDATE deliveries SET status = 'open', message_id = NULL WHERE kind = ?", (kind,))


async def test_an_interrupted_post_is_completed_and_not_repeated(world: DailyWorld) -> None:
    """Nothing was sent; only the message was; everything was."""
    await add(world, FIRST)
    await world.pass_time(hours=1)
    world.env.inject_error("POST", "/channels/*/messages", status=503)
    await tick(world)
    assert papers_posted(world) == []
    await world.pass_time(seconds=LEASE.total_seconds() + 1)
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=503)
    await tick(world)
    assert (len(papers_posted(world)), threads(world)) == (1, [])
    await world.pass_time(seconds=LEASE.total_seconds() + 1)
    await tick(world)
    assert (len(papers_posted(world)), len(threads(world))) == (1, 1)
    interrupt(world, DeliveryKind.READING)
    await world.pass_time(seconds=LEASE.total_seconds() + 1)
    await tick(world)
    [row] = await rows(world, DeliveryKind.READING)
    assert (len(papers_posted(world)), len(threads(world)), row.status) == (1, 1, Status.SENT)


async def test_a_refused_thread_leaves_the_message(world: DailyWorld) -> None:
    """It isn't sent again: people discuss below it."""
    await add(world, FIRST)
    await world.pass_time(hours=1)
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=403)
    await tick(world)
    await world.pass_time(hours=2)
    await tick(world)
    assert (len(papers_posted(world)), threads(world)) == (1, [])


# --- the reminder ------------------------------------------------------------------------------


async def test_those_who_joined_are_mentioned_once_before_the_discussion(world: DailyWorld) -> None:
    """And nobody else: not who left, not everyone; also after an interruption."""
    await add(world, FIRST)
    for person in (world.member, world.admin):
        await person.slash(world.channel, "reading join")
    assert "`/reading join` brings" in whispered(await world.admin.slash(world.channel, "reading leave"))
    await world.pass_time(hours=1)
    await tick(world)
    [thread] = threads(world)
    await world.pass_time(hours=23)
    await tick(world)
    assert await rows(world, DeliveryKind.REMINDER) == []
    await world.pass_time(hours=1)
    await asyncio.gather(tick(world), tick(world))
    interrupt(world, DeliveryKind.REMINDER)
    await world.pass_time(seconds=LEASE.total_seconds() + 1)
    await tick(world)
    reminders = [message async for message in thread.history() if "We discuss" in seen(message)]
    assert [[user.id for user in each.mentions] for each in reminders] == [[world.member.id]]
    pressed = await world.member.click(reminders[0], label="Leave")
    assert "won't be reminded" in whispered(pressed)
    assert await world.store.readers.of_guild(world.guild.id) == []


@pytest.mark.parametrize(("offline_hours", "sent"), [(48, 1), (50, 0)])
async def test_a_reminder_is_sent_until_an_hour_into_the_discussion(
    world: DailyWorld, offline_hours: int, sent: int
) -> None:
    """The bot was offline until the discussion had just begun, or was over."""
    await add(world, FIRST)
    await world.member.slash(world.channel, "reading join")
    await world.pass_time(hours=1)
    await tick(world)
    await world.pass_time(hours=offline_hours)
    await tick(world)
    assert len(await rows(world, DeliveryKind.REMINDER)) == sent


# --- what is stored ----------------------------------------------------------------------------


async def test_votes_and_membership_are_a_persons_own(world: DailyWorld) -> None:
    """They are in /privacy, and go with the person; the paper stays. Everything goes with the server."""
    await add(world, FIRST)
    await world.member.slash(world.channel, "reading join")
    kept = await everything_of(world.store, world.member.id)
    assert (len(kept["votes for papers to read together"]), len(kept["reading lists that you joined"])) == (1, 1)
    await world.store.forget_person(world.member.id)
    [candidate] = await world.store.reading_lists.candidates(world.guild.id)
    assert (candidate.paper_id, candidate.votes) == (FIRST, 0)
    await world.store.forget_guild(world.guild.id)
    assert await world.store.reading_lists.candidates(world.guild.id) == []
    assert await world.store.reading_lists.get(world.guild.id) is None
