"""Recaps of a week or a month: what is in one, its chart, and that it is posted once."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, cast

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.jobs.delivery import LEASE
from bot.recap.cards import chart_words, recap_card
from bot.recap.chart import votes_by_day
from bot.recap.service import CATCH_UP, Period, days_until, due_period, last_period, make_recap
from bot.storage.answers import AnswerRecord, StoredQuote
from bot.storage.deliveries import Delivery, DeliveryKind, Status
from bot.storage.recaps import RecapFeed
from bot.storage.schedule import Frequency, Schedule
from bot.ui import custom_ids
from bot.ui.discord_limits import check
from retrieval.english import written
from retrieval.papers import Paper
from tests.bot.conftest import seen, whispered
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of
from tests.bot.jobs.makers import recap_poster

SEND = ("POST", "/channels/*/messages")
LAST_WEEK = [TODAY - timedelta(days=n) for n in (8, 5, 4)]  # Monday, Thursday, Friday of the week before
MONDAY = TODAY - timedelta(days=TODAY.weekday())
PAPERS = [*list_of(LAST_WEEK[0], 5, 70), *list_of(LAST_WEEK[1], 30, 2), *list_of(TODAY, 500)]
VOTED = f"t-{LAST_WEEK[1]:%m%d}-1"
NINE = Schedule(Frequency.WEEKLY, time(9), "Europe/Berlin", frozenset({0}))
FIRSTS = replace(NINE, frequency=Frequency.MONTHLY)
FEED = RecapFeed(1, 2, Frequency.WEEKLY, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A channel, last week's lists, and a vote and a question of that week."""
    async with daily_world(tmp_path, PAPERS) as made:
        at = datetime.combine(LAST_WEEK[1], time(12), UTC)
        await made.store.votes.toggle(made.guild.id, VOTED, made.member.id, at)
        await made.store.answers.record(asked(made.guild.id, at))
        await made.store.answers.record(replace(asked(made.guild.id, at), private=True))
        yield made


def asked(guild_id: int, at: datetime) -> AnswerRecord:
    """An answer that quoted a paper twice."""
    quote = StoredQuote(VOTED, 0, 2, (), 0.9)
    return AnswerRecord(guild_id, 2, 3, "What?", "answered", "what", 0.9, (quote, quote), (), ((VOTED, 0.9),), (), at)


async def scheduled(world: DailyWorld, frequency: Frequency = Frequency.WEEKLY) -> None:
    """The channel has had recaps for a long time, and it is Monday, 09:00."""
    feed = RecapFeed(world.channel.id, world.guild.id, frequency, datetime(2026, 1, 1, tzinfo=UTC))
    await world.store.recaps.save(feed)


async def only_row(world: DailyWorld) -> Delivery:
    """The channel's only recap."""
    [row] = await world.store.deliveries.recent(DeliveryKind.RECAP, world.channel.id, 9)
    return row


async def tick(world: DailyWorld) -> None:
    """One tick of a new poster, as after a restart."""
    await recap_poster(world.bot).tick(world.clock())


# --- which days, and when ----------------------------------------------------------------------


@given(
    day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), frequency=st.sampled_from((Frequency.WEEKLY, Frequency.MONTHLY))
)
def test_the_last_full_period_ends_the_day_before_one_begins(day: date, frequency: Frequency) -> None:
    """It is a whole week from Monday, or a whole month, and its name leads back to it."""
    period = last_period(frequency, day)
    after = period.last + timedelta(days=1)
    assert period.last < day
    assert (period.first.weekday(), after.weekday()) == (0, 0) if frequency is Frequency.WEEKLY else (1, 1)
    assert frequency is Frequency.WEEKLY or (period.first.day, after.day) == (1, 1)
    assert day - after < timedelta(days=7 if frequency is Frequency.WEEKLY else 31)
    assert Period.parse(period.name) == period
    assert days_until(frequency, day).last == day


def test_a_recap_is_due_at_its_time_and_not_too_late() -> None:
    """On Monday at the channel's time, unless the channel was set up later."""
    at = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # nine in Berlin
    assert due_period(FEED, NINE, at - timedelta(seconds=1)) is None
    assert due_period(FEED, NINE, at) == Period(Frequency.WEEKLY, date(2026, 11, 16), date(2026, 11, 22))
    assert due_period(FEED, NINE, at + CATCH_UP) is None
    assert due_period(replace(FEED, changed_at=at + timedelta(hours=1)), NINE, at + timedelta(hours=2)) is None
    monthly = replace(FEED, frequency=Frequency.MONTHLY)
    first = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert due_period(monthly, FIRSTS, first) == Period(Frequency.MONTHLY, date(2026, 11, 1), date(2026, 11, 30))
    assert due_period(monthly, FIRSTS, at) is None


# --- what is in it ---------------------------------------------------------------------------


async def test_a_recap_counts_what_was_in_its_days(world: DailyWorld) -> None:
    """Papers by votes, the server's votes, answers that weren't private, and each day's votes."""
    period = last_period(Frequency.WEEKLY, TODAY)
    recap = await make_recap(world.library, world.store, world.guild.id, period)
    assert (recap.papers, recap.lists) == (4, 2)
    assert [trend.paper.votes for trend in recap.top] == [70, 30, 5, 2]
    assert [(paper.id, votes) for paper, votes in recap.voted] == [(VOTED, 1)]
    assert [(paper.id, answers) for paper, answers in recap.asked] == [(VOTED, 1)]
    assert [votes for _, votes in recap.by_day] == [75, 0, 0, 32, 0, 0, 0]
    other = await make_recap(world.library, world.store, 99, period)
    assert other.voted == other.asked == ()


async def test_the_chart_has_an_alternative_text(world: DailyWorld) -> None:
    """And a bar where there were votes."""
    recap = await make_recap(world.library, world.store, world.guild.id, last_period(Frequency.WEEKLY, TODAY))
    words = chart_words(recap)
    assert "Most on Monday, 16 November 2026: 75." in words
    assert "Total: 107." in words
    picture = Image.open(io.BytesIO(votes_by_day(recap.by_day)))
    assert picture.size == (640, 380)
    colours = {colour for _, colour in cast("list[tuple[int, Any]]", picture.getcolors(1_000_000))}
    assert (0xE0, 0x66, 0x2F) in colours
    assert len(votes_by_day([(TODAY, 0)] * 400)) < 100_000


async def test_the_command_shows_the_last_days_with_the_chart(world: DailyWorld) -> None:
    """Everybody in the channel sees it, and it includes today's list."""
    shown = await world.member.slash(world.channel, "recap week")
    assert shown.followups or shown.response
    message = world.channel.last_message
    assert message is not None
    text = seen(message)
    assert "Recap of the week" in text
    assert "500 votes" in text
    assert "Most asked about here" in text
    [attached] = message.attachments
    assert attached.description is not None
    assert "Most on Tuesday" in attached.description


async def test_a_recap_of_any_days_counts_their_lists_votes_and_questions(world: DailyWorld) -> None:
    """The days that were typed, without those to come; a year at most, and without a chart if there are too many."""
    first, last = LAST_WEEK[1], LAST_WEEK[2]
    await world.member.slash(world.channel, "recap days", since=str(first), until=str(last))
    text = world.posts()[-1]
    assert f"## Recap\n-# {written(first)} to {written(last)} · 2 papers on 1 list" in text
    assert "2 votes · 1 vote here" in text
    assert "500 votes" not in text
    await world.member.slash(world.channel, "recap days", since=f"{TODAY:%Y-%m}")
    message = world.channel.last_message
    assert message is not None
    assert f"1 November 2026 to {written(TODAY)}" in seen(message)
    assert len(message.attachments) == 1
    await world.member.slash(world.channel, "recap days", since=f"{TODAY:%Y}")
    message = world.channel.last_message
    assert message is not None
    assert "500 votes" in seen(message)
    assert message.attachments == []


@pytest.mark.parametrize(
    ("since", "until", "mistake"),
    [
        ("soon", None, "isn't a date"),
        ("2026-11-30", None, "hasn't come yet"),
        ("2024", None, "at most 366 days"),
        ("2026-11-02", "2026-11-01", "Swap the two dates"),
    ],
)
async def test_days_that_a_recap_cannot_have_are_explained(
    world: DailyWorld, since: str, until: str | None, mistake: str
) -> None:
    """Only to the person who typed them."""
    options = {"since": since} | ({"until": until} if until else {})
    assert mistake in whispered(await world.member.slash(world.channel, "recap days", **options))


async def test_an_old_library_counts_from_its_newest_list(tmp_path: Path) -> None:
    """Where the newest list is older than the days, its own days count, as by /trending; votes are new."""
    old = TODAY - timedelta(days=101)
    async with daily_world(tmp_path, list_of(old, 30, 2)) as world:
        await world.store.votes.toggle(world.guild.id, f"t-{old:%m%d}-0", world.member.id, world.clock())
        await world.member.slash(world.channel, "recap week")
        text = world.posts()[-1]
    assert f"{written(TODAY - timedelta(days=6))} to {written(TODAY)} · 2 papers on 1 list" in text
    assert f"Top papers of the newest lists\n-# {written(old - timedelta(days=6))} to {written(old)}" in text
    assert "30 votes · 1 vote here" in text


async def test_empty_sections_say_how_to_fill_them(tmp_path: Path) -> None:
    """A recap without anything says so, and no recap breaks a limit."""
    async with daily_world(tmp_path, [Paper(id="t-1", title="Alone")]) as world:
        await world.member.slash(world.channel, "recap month")
        assert "nothing to show" in world.posts()[-1]
        shown = world.channel.last_message
        assert shown is not None
        opened = await world.admin.click(shown, label="Set up the daily post")
        assert f"Set up a daily post in <#{world.channel.id}>" in whispered(opened)
        refused = await world.member.click(shown, label="Set up the daily post")
        assert "**Manage Server**" in whispered(refused)
    papers = [
        Paper(id=f"t-{n}", title="Long title \u202e*" * 30, link="https://a.example/" + "x" * 200) for n in range(9)
    ]
    async with daily_world(tmp_path / "b", papers) as world:
        recap = await make_recap(world.library, world.store, 1, days_until(Frequency.MONTHLY, TODAY))
        full = replace(
            recap, voted=tuple((paper, 10**9) for paper in papers[:5]), asked=tuple((paper, 7) for paper in papers[4:])
        )
        for charted in (True, False):
            check(recap_card(full, 10**12, charted=charted))
        assert "No votes yet" in str(recap_card(replace(full, voted=()), 1, charted=False).to_components())


# --- by itself ---------------------------------------------------------------------------------


async def test_a_recap_is_posted_once(world: DailyWorld) -> None:
    """However many look; with the chart, and its button looks on to today after a restart."""
    await scheduled(world)
    await asyncio.gather(tick(world), tick(world))
    await world.restart()
    await tick(world)
    [post] = world.channel.history()
    assert "16 November 2026 to 22 November 2026" in seen(post)
    assert len(post.attachments) == 1
    pressed = await world.member.click(post, label="Up to today")
    reply = pressed.followups[-1] if pressed.followups else pressed.response
    assert "500 votes" in seen(reply)


async def test_a_recap_whose_answer_was_lost_is_not_posted_twice(world: DailyWorld) -> None:
    """The channel is looked into: there is no message, so it is sent; there is one, so it is not."""
    await scheduled(world)
    world.env.inject_error(*SEND, status=503)
    await tick(world)
    assert world.posts() == []
    await world.pass_time(seconds=LEASE.total_seconds() + 1)
    await tick(world)
    assert len(world.posts()) == 1
    sent = await only_row(world)
    assert sent.status is Status.SENT
    with sqlite3.connect(world.bot.settings.community_database) as database:  # it ended before it could say so
        database.execute("UPDATE deliveries SET status = 'open', message_id = NULL")
    database.close()
    await world.pass_time(seconds=LEASE.total_seconds() + 1)
    await tick(world)
    assert len(world.posts()) == 1
    found = await only_row(world)
    assert (found.status, found.message_id) == (Status.SENT, sent.message_id)


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_refused_recap_is_tried_again_after_an_hour(world: DailyWorld, status: int) -> None:
    """And says nothing in between."""
    await scheduled(world)
    world.env.inject_error(*SEND, status=status)
    await tick(world)
    await tick(world)
    assert world.posts() == []
    await world.pass_time(minutes=61)
    await tick(world)
    assert len(world.posts()) == 1


async def test_managers_set_recaps_up_and_stop_them(world: DailyWorld) -> None:
    """Others see which permission they need; stopping without recaps is an error."""
    refused = await world.member.slash(world.channel, "recap schedule", channel=world.channel)
    assert "Manage Server" in whispered(refused)
    assert await world.store.recaps.feeds() == []
    saved = await world.admin.slash(world.channel, "recap schedule", channel=world.channel, often="monthly")
    assert "on the first of each month at 09:00 (UTC)" in whispered(saved)
    [feed] = await world.store.recaps.feeds()
    assert feed.frequency is Frequency.MONTHLY
    assert "no more recaps" in whispered(await world.admin.slash(world.channel, "recap stop", channel=world.channel))
    assert "has no recaps" in whispered(await world.admin.slash(world.channel, "recap stop", channel=world.channel))


async def test_a_deleted_channel_has_no_recaps_any_more(world: DailyWorld) -> None:
    """Nobody is asked about it again."""
    await scheduled(world)
    world.env.backend.delete_channel(world.channel.id)
    await world.env.settle()
    await tick(world)
    assert await world.store.recaps.feeds() == []


def test_the_button_carries_the_deliverys_number() -> None:
    """By it a lost message is found."""
    assert custom_ids.RECAP(7) == "recap:7"


@pytest.mark.parametrize("how", ["deleted", "closed"])
async def test_recaps_whose_channel_is_gone_or_closed_are_stopped_and_somebody_is_told(
    world: DailyWorld, how: str
) -> None:
    """Once, as for the daily post: in the system channel or to the owner."""
    await scheduled(world)
    system = world.guild.create_text_channel("system")
    await world.env.settle()
    guild = world.bot.get_guild(world.guild.id)
    channel = world.bot.get_channel(world.channel.id)
    assert guild is not None
    assert isinstance(channel, discord.TextChannel)
    await guild.edit(system_channel=guild.get_channel(system.id))  # pyright: ignore[reportArgumentType]
    await world.env.settle()
    if how == "deleted":
        await channel.delete()
        await world.env.settle()
    else:
        world.env.inject_error(*SEND, status=403, code=50001, times=1)
    for _ in range(2):
        await tick(world)
    assert await world.store.recaps.feeds() == []
    [notice] = system.history()
    assert "I stopped the recaps in" in seen(notice)
