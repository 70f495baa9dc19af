"""The daily post in a simulated Discord: once, whatever is interrupted and whoever refuses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

import bot.jobs.delivery
from bot.daily_post.poster import daily_poster, post_now
from bot.jobs.delivery import LEASE
from bot.storage.daily_feeds import WhenEmpty
from bot.storage.daily_posts import post_claim
from bot.storage.deliveries import Deliveries, Delivery, DeliveryKind, PostContents, Status
from retrieval.catalogue import SourceState
from retrieval.papers import Listing
from retrieval.trending.results import DayList
from tests.bot.conftest import seen
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of

YESTERDAY = TODAY - timedelta(days=1)
SEND = ("POST", "/channels/*/messages")


class Crash(BaseException):
    """The process dies here."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A channel whose post is due now, and a list of three papers for today."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1)) as made:
        await made.set_up()
        yield made


async def rows(world: DailyWorld, channel_id: int | None = None) -> list[Delivery]:
    """The channel's deliveries, newest first."""
    return await world.store.deliveries.recent(DeliveryKind.POST, channel_id or world.channel.id, 10)


async def only_row(world: DailyWorld) -> Delivery:
    """The channel's only delivery."""
    [row] = await rows(world)
    return row


async def had(world: DailyWorld, day: date) -> None:
    """The channel has had the list of an earlier day."""
    claim = post_claim(world.channel.id, world.guild.id, day.isoformat(), day, PostContents())
    delivery = await world.store.deliveries.claim(claim, world.clock())
    assert delivery is not None
    await world.store.deliveries.confirm(delivery, 1, world.clock())


# --- posting -----------------------------------------------------------------------------------


async def test_the_days_list_is_posted_once(world: DailyWorld) -> None:
    """However often the job runs, the channel gets one message, best paper first, and its id is stored."""
    for _ in range(3):
        await world.tick()
        await world.pass_time(minutes=1)
    [post] = world.posts()
    assert post.index("Paper 1 of") < post.index("Paper 0 of") < post.index("Paper 2 of")
    row = await only_row(world)
    assert (row.status, row.name) == (Status.SENT, "2026-11-24")
    assert world.channel.last_message is not None
    assert row.message_id == world.channel.last_message.id


async def test_nothing_is_posted_before_the_time(world: DailyWorld) -> None:
    """A minute early is too early."""
    await world.set_up(time=(world.clock() + timedelta(minutes=1)).time())
    await world.tick()
    assert world.posts() == []
    await world.pass_time(minutes=1)
    await world.tick()
    assert len(world.posts()) == 1


async def test_the_next_day_brings_the_next_list(world: DailyWorld) -> None:
    """One list a day, and no second post if a list arrives late."""
    await world.tick()
    await world.library.add(list_of(TODAY + timedelta(days=1), 7))
    await world.pass_time(hours=3)
    await world.tick()
    assert len(world.posts()) == 1
    await world.pass_time(days=1)
    await world.tick()
    assert "Paper 0 of 25 November" in world.posts()[1]


async def test_after_days_offline_there_is_one_post(world: DailyWorld) -> None:
    """Missed posts don't come in a burst: only the newest list, late on its day."""
    await world.library.add(list_of(YESTERDAY, 3) + list_of(TODAY - timedelta(days=2), 3))
    await world.pass_time(hours=10)
    for _ in range(3):
        await world.tick()
        await world.pass_time(minutes=3)
    [post] = world.posts()
    assert "24 November" in post


async def test_the_channel_gets_the_papers_and_votes_that_it_asked_for(world: DailyWorld) -> None:
    """Two papers at most, none with fewer than five votes."""
    await world.set_up(papers=2, minimum_votes=5)
    await world.tick()
    [post] = world.posts()
    assert "Paper 0" in post
    assert "Paper 1" in post
    assert "Paper 2" not in post


@pytest.mark.parametrize("several", ["in one process", "in two processes"])
async def test_two_posters_make_one_post(world: DailyWorld, several: str) -> None:
    """Only the one with the claim posts."""
    other = world.poster if several == "in one process" else daily_poster(world.bot)
    await asyncio.gather(world.tick(), other.tick(world.clock()), world.tick())
    assert len(world.posts()) == 1


async def test_nobody_is_pinged_and_the_message_has_the_claims_nonce(world: DailyWorld) -> None:
    """A title that says @everyone mentions nobody; Discord itself refuses the same claim twice."""
    await world.tick()
    [sent] = [each for each in world.env.http_requests if each.method == "POST" and "messages" in each.path]
    row = await only_row(world)
    body: Any = sent.json
    assert body["nonce"] == f"post-{row.number}"
    assert body["enforce_nonce"] is True
    assert body["allowed_mentions"] == {"parse": []}


# --- days without a list -----------------------------------------------------------------------


async def test_a_day_without_a_list_gets_one_notice(world: DailyWorld) -> None:
    """Once that day, however often the job runs."""
    await world.set_up(when_empty=WhenEmpty.SAY, minimum_votes=100)
    for _ in range(3):
        await world.tick()
        await world.pass_time(minutes=5)
    line = "No new papers for Tuesday, 24 November 2026: none on the list matches this channel's settings."
    assert world.posts() == [line]
    assert (await only_row(world)).name == "none-2026-11-24"


async def test_a_silent_channel_gets_its_post_when_papers_have_votes(world: DailyWorld) -> None:
    """There is no notice, and the bot checks again on the same day."""
    await world.set_up(minimum_votes=100)
    await world.tick()
    assert world.posts() == []
    await world.library.add(list_of(TODAY, 5, 101, 1))
    await world.pass_time(hours=5)
    await world.tick()
    [post] = world.posts()
    assert "Paper 1" in post
    assert "Paper 0" not in post


# --- rules, several lists, papers that come back -----------------------------------------------


async def test_a_channel_gets_papers_that_match_its_rules(world: DailyWorld) -> None:
    """Two channels of a server with different rules. The post mentions them."""
    other = world.guild.create_text_channel("other")
    await world.env.settle()
    await world.set_up(rules="votes:>=5 -question2")
    await world.set_up(channel_id=other.id, rules='"question 2" OR "question 0"')
    await world.tick()
    [post] = world.posts()
    assert "Paper 1 of" in post
    assert "Paper 0 of" in post
    assert "Paper 2 of" not in post
    assert "Filtered by this channel's rules: `votes:>=5 -question2`" in post
    [post] = [seen(message) for message in other.history()]
    assert "Paper 1 of" not in post
    assert "1 more paper on the list" in post


async def test_missed_lists_are_in_one_post(world: DailyWorld) -> None:
    """After Friday's post the source was down until Tuesday: one post has the papers of both lists."""
    friday, monday = TODAY - timedelta(days=4), YESTERDAY
    await had(world, friday)
    await world.library.add(list_of(monday, 50) + list_of(friday, 70))
    for _ in range(3):
        await world.tick()
        await world.pass_time(minutes=3)
    [post] = world.posts()
    assert "23 November 2026 to 24 November 2026 · 4 papers" in post
    assert "Paper 0 of 23 November" in post
    assert "Paper 1 of 24 November" in post
    assert "of 20 November" not in post
    payload = (await rows(world))[0].payload
    assert payload is not None
    assert payload.first_day == monday


async def test_an_interrupted_post_of_two_lists_is_sent_unchanged(world: DailyWorld) -> None:
    """From the claim alone."""
    await world.library.add(list_of(YESTERDAY, 50))
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.pass_time(minutes=5)
    await world.tick()
    [post] = world.posts()
    assert "23 November 2026 to 24 November 2026 · 4 papers" in post
    assert "Paper 0 of 23 November" in post


async def test_a_paper_that_comes_back_on_a_later_list_is_posted_once(world: DailyWorld) -> None:
    """Paper 1 of today is on tomorrow's list too; another channel, which is new, gets it then."""
    await world.tick()
    tomorrow = TODAY + timedelta(days=1)
    again = list_of(TODAY, 5, 90, 1)[1]
    listing = Listing(name=tomorrow.isoformat(), day=tomorrow, position=3)
    await world.library.add([*list_of(tomorrow, 3), again.model_copy(update={"listing": listing})])
    await world.pass_time(days=1)
    other = world.guild.create_text_channel("other")
    await world.env.settle()
    await world.set_up(channel_id=other.id)
    await world.tick()
    _, second = world.posts()
    assert "Paper 0 of 25 November" in second
    assert "Paper 1 of 24 November" not in second
    assert "Paper 1 of 24 November" in seen(other.history()[0])


async def test_server_votes_count_if_the_server_wants_that(world: DailyWorld) -> None:
    """Nine votes at the source against one there and ten here."""
    for user in range(10):
        await world.store.votes.toggle(world.guild.id, "t-1124-2", user, world.clock())
    await world.set_up(server_votes=True)
    await world.tick()
    [post] = world.posts()
    assert post.index("Paper 2 of") < post.index("Paper 1 of") < post.index("Paper 0 of")


async def test_the_notice_names_a_source_that_is_down(world: DailyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next post includes the missed list."""

    async def down() -> list[SourceState]:
        return [SourceState("huggingface", world.clock(), 3, None, world.clock(), "503")]

    await world.set_up(when_empty=WhenEmpty.SAY)
    await world.pass_time(days=1)
    monkeypatch.setattr(world.library, "sources", down)
    await had(world, TODAY)
    await world.tick()
    assert world.posts()[0].startswith("No new papers for Wednesday, 25 November 2026: Hugging Face isn't responding.")
    wednesday = TODAY + timedelta(days=1)
    await world.library.add(list_of(wednesday, 4) + list_of(wednesday + timedelta(days=1), 4))
    await world.pass_time(days=1)
    await world.tick()
    assert "25 November 2026 to 26 November 2026" in world.posts()[1]


async def test_a_waiting_channel_gets_a_late_list(world: DailyWorld) -> None:
    """Nothing at eight, the post as soon as the list is out, and no notice at two."""
    await world.set_up(when_empty=WhenEmpty.WAIT, wait_until=time(14, 0))
    await world.tick()
    await world.pass_time(days=1)
    await world.tick()
    assert len(world.posts()) == 1
    await world.pass_time(hours=3)
    await world.library.add(list_of(TODAY + timedelta(days=1), 4))
    await world.tick()
    await world.pass_time(hours=4)
    await world.tick()
    assert ["25 November" in post for post in world.posts()] == [False, True]


# --- interruptions -----------------------------------------------------------------------------


async def test_a_crash_before_sending_loses_nothing(world: DailyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claimed, not sent, restarted: one post, once the lease is over."""

    async def die(*_: object, **__: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(discord.TextChannel, "send", die)
        with pytest.raises(Crash):
            await world.tick()
    await world.restart()
    await world.tick()
    assert world.posts() == []
    await world.pass_time(seconds=LEASE.total_seconds())
    for _ in range(3):
        await world.tick()
        await world.pass_time(minutes=5)
    assert len(world.posts()) == 1
    assert (await only_row(world)).status is Status.SENT


@pytest.mark.parametrize("when_empty", WhenEmpty)
async def test_a_crash_after_sending_posts_nothing_twice(
    world: DailyWorld, monkeypatch: pytest.MonkeyPatch, when_empty: WhenEmpty
) -> None:
    """Sent, not confirmed, restarted: the post, or the line of an empty day, is found in the channel."""
    await world.set_up(when_empty=when_empty, minimum_votes=100 if when_empty is WhenEmpty.SAY else 0)

    async def die(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(Deliveries, "confirm", die)
        with pytest.raises(Crash):
            await world.tick()
    assert len(world.posts()) == 1
    await world.restart()
    for number in range(120):
        await world.member.send(world.channel, f"talk {number}")
    await world.pass_time(minutes=3)
    await world.tick()
    assert len([post for post in world.posts() if "talk" not in post]) == 1
    row = await only_row(world)
    assert (row.status, row.message_id) == (Status.SENT, world.channel.history()[0].id)


@pytest.mark.parametrize("status", [500, 503, 429, 408])
async def test_an_unknown_outcome_is_settled_by_looking_in_the_channel(world: DailyWorld, status: int) -> None:
    """A 5xx, a timeout or a rate limit leaves the claim open. The channel has no post, so it is sent again, once."""
    world.env.inject_error(*SEND, status=status)
    await world.tick()
    assert (await only_row(world)).status is Status.OPEN
    await world.pass_time(minutes=1)
    await world.tick()
    assert world.posts() == []
    await world.pass_time(minutes=1)
    await world.tick()
    assert len(world.posts()) == 1
    assert (await only_row(world)).status is Status.SENT


async def test_while_discord_is_down_the_claim_stays_open(world: DailyWorld) -> None:
    """Sending and looking fail, and later there is exactly one post."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    world.env.inject_error("GET", "/channels/*/messages", status=503, times=2)
    for _ in range(2):
        await world.pass_time(minutes=2)
        await world.tick()
        assert (await only_row(world)).status is Status.OPEN
    await world.pass_time(minutes=2)
    await world.tick()
    assert len(world.posts()) == 1


async def test_two_that_settle_at_once_send_once(world: DailyWorld) -> None:
    """The claim is taken over by one of them."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.pass_time(minutes=5)
    await asyncio.gather(*(daily_poster(world.bot).tick(world.clock()) for _ in range(3)))
    assert len(world.posts()) == 1


async def test_an_interrupted_post_is_not_sent_the_next_day(world: DailyWorld) -> None:
    """Interrupted on Tuesday, back on Wednesday: only Wednesday's list is posted, and Tuesday's row says why."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.library.add(list_of(TODAY + timedelta(days=1), 7))
    await world.pass_time(days=1)
    await world.tick()
    [post] = world.posts()
    assert "25 November" in post
    wednesday, tuesday = await rows(world)
    assert wednesday.status is Status.SENT
    assert tuesday.status is Status.RELEASED
    assert "its day was over" in (tuesday.reason or "")


async def test_an_interrupted_post_is_dropped_if_the_feed_was_paused(world: DailyWorld) -> None:
    """It isn't sent any more."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.set_up(paused=True)
    await world.pass_time(minutes=5)
    await world.tick()
    assert world.posts() == []
    assert "stopped" in ((await only_row(world)).reason or "")


@pytest.fixture
def crowded(world: DailyWorld, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A run in which a quarter of an hour passes before this channel's turn; undo ends it."""
    newest_list = world.library.lists.newest

    async def late(**days: date) -> DayList | None:
        found = await newest_list(**days)
        await world.pass_time(minutes=15)
        return found

    monkeypatch.setattr(world.library.lists, "newest", late)
    return monkeypatch


async def test_a_post_sent_late_in_a_run_is_found_again(world: DailyWorld, crowded: pytest.MonkeyPatch) -> None:
    """Sent long after the run began, not confirmed, restarted: still one post."""

    async def die(*_: object) -> None:
        raise Crash

    crowded.setattr(Deliveries, "confirm", die)
    with pytest.raises(Crash):
        await world.tick()
    crowded.undo()
    assert len(world.posts()) == 1
    await world.restart()
    await world.pass_time(minutes=5)
    await world.tick()
    assert len(world.posts()) == 1
    assert (await only_row(world)).status is Status.SENT


async def test_a_lease_begins_when_its_post_is_sent(world: DailyWorld, crowded: pytest.MonkeyPatch) -> None:
    """Otherwise another process could take a message that is being sent for an abandoned one."""
    waited = list[timedelta]()

    async def look(*_: object, **__: object) -> None:
        waited.append(world.clock() - (await only_row(world)).tried_at)
        raise Crash

    crowded.setattr(discord.TextChannel, "send", look)
    with pytest.raises(Crash):
        await world.tick()
    assert waited == [timedelta()]


async def test_while_the_server_is_unavailable_the_claim_waits(world: DailyWorld) -> None:
    """During an outage or right after connecting, the bot's permissions there aren't known."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.pass_time(minutes=5)
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    guild.unavailable = True
    await world.tick()
    assert (await only_row(world)).status is Status.OPEN
    guild.unavailable = False
    await world.pass_time(minutes=5)
    await world.tick()
    assert len(world.posts()) == 1


async def test_nothing_is_claimed_while_the_server_is_unavailable(world: DailyWorld) -> None:
    """During an outage, Discord may report a channel as unknown, which would pause the daily post."""
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    guild.unavailable = True
    await world.tick()
    assert await rows(world) == []


async def test_fetching_a_channel_has_a_timeout(world: DailyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim waits for the next run."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.pass_time(minutes=5)

    async def hang(_channel_id: int) -> None:
        await asyncio.Event().wait()

    def unknown(_channel_id: int) -> None: ...

    monkeypatch.setattr(world.bot, "get_channel", unknown)
    monkeypatch.setattr(world.bot, "fetch_channel", hang)
    monkeypatch.setattr(bot.jobs.delivery, "FIND_SECONDS", 0)
    async with asyncio.timeout(60):
        await world.tick()
    assert (await only_row(world)).status is Status.OPEN


async def test_an_interrupted_post_is_sent_as_it_was_claimed(world: DailyWorld) -> None:
    """The same papers in the same order, despite new votes or changed settings."""
    await world.set_up(papers=2)
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.library.add(list_of(TODAY, 500, 9, 1_000))
    await world.set_up(minimum_votes=500, papers=1)
    await world.pass_time(minutes=5)
    await world.tick()
    [post] = world.posts()
    assert post.index("Paper 1 of") < post.index("Paper 0 of")
    assert "Paper 2 of" not in post
    assert "1 more paper on the list" in post


async def test_an_interrupted_post_without_papers_is_dropped(world: DailyWorld) -> None:
    """If all of them were withdrawn in the meantime, no empty list is sent."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    taken_back = [paper.model_copy(update={"withdrawn": world.clock()}) for paper in list_of(TODAY, 5, 9, 1)]
    await world.library.add(taken_back)
    await world.pass_time(minutes=5)
    await world.tick()
    assert world.posts() == []
    assert "no papers to show" in ((await only_row(world)).reason or "")


async def test_without_read_message_history_nothing_is_sent_again(world: DailyWorld) -> None:
    """Whether it was sent can't be checked, and the row says so."""
    blind = world.guild.create_text_channel(
        "blind",
        overwrites={world.guild.default_role: discord.PermissionOverwrite(read_message_history=False)},
    )
    await world.env.settle()
    await world.store.daily_feeds.remove(world.channel.id)
    await world.set_up(channel_id=blind.id)
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.pass_time(minutes=5)
    await world.tick()
    [row] = await rows(world, blind.id)
    assert row.status is Status.UNKNOWN
    assert "message history" in (row.reason or "")
    assert blind.history() == []


# --- refusals ----------------------------------------------------------------------------------


async def test_a_refused_post_is_recorded_and_retried_after_an_hour(world: DailyWorld) -> None:
    """The reason is stored. Once Discord accepts it, the same day's post is sent with the same papers."""
    world.env.inject_error(*SEND, status=400, code=50035, message="Invalid Form Body")
    await world.tick()
    row = await only_row(world)
    assert row.status is Status.RELEASED
    assert "Invalid Form Body" in (row.reason or "")
    await world.pass_time(minutes=30)
    await world.tick()
    assert world.posts() == []
    await world.pass_time(minutes=30)
    await world.tick()
    assert len(world.posts()) == 1
    assert (await only_row(world)).status is Status.SENT


async def test_an_error_in_one_channel_does_not_stop_the_others(
    world: DailyWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and the next channel gets its post."""
    other = world.guild.create_text_channel("other")
    await world.env.settle()
    await world.set_up(channel_id=other.id)
    original, first = Deliveries.names, world.channel.id

    async def broken(self: Deliveries, kind: DeliveryKind, target_id: int) -> set[str]:
        if target_id == first:
            raise ZeroDivisionError
        return await original(self, kind, target_id)

    monkeypatch.setattr(Deliveries, "names", broken)
    with caplog.at_level(logging.ERROR):
        await world.tick()
    assert len(other.history()) == 1
    assert world.posts() == []
    assert f"post for {first}" in caplog.text


async def test_nothing_is_claimed_for_a_server_that_removed_the_bot(world: DailyWorld) -> None:
    """There is nothing to post in."""
    await world.set_up(guild_id=1)
    await world.tick()
    assert await rows(world) == []


# --- posting by hand ---------------------------------------------------------------------------


async def test_a_list_posted_by_hand_is_not_posted_again(world: DailyWorld) -> None:
    """Neither by hand nor on schedule."""
    channel = world.bot.get_channel(world.channel.id)
    newest = await world.library.lists.newest()
    assert isinstance(channel, discord.TextChannel)
    assert newest is not None
    assert await post_now(world.bot, channel, newest)
    assert not await post_now(world.bot, channel, newest)
    await world.tick()
    assert len(world.posts()) == 1


async def test_a_list_posted_by_hand_leaves_out_what_was_posted(world: DailyWorld) -> None:
    """The rest of it is new there."""
    channel = world.bot.get_channel(world.channel.id)
    newest = await world.library.lists.newest()
    assert isinstance(channel, discord.TextChannel)
    assert newest is not None
    assert await post_now(world.bot, channel, newest)
    tomorrow = TODAY + timedelta(days=1)
    listing = Listing(name=tomorrow.isoformat(), day=tomorrow, position=0)
    again = newest.ranked[0].paper.model_copy(update={"listing": listing})
    await world.library.add([again, *list_of(tomorrow, 3)])
    await world.pass_time(days=1)
    later = await world.library.lists.newest()
    assert later is not None
    assert await post_now(world.bot, channel, later)
    _, second = world.posts()
    assert again.title not in second
    assert "Paper 0 of 25 November" in second
