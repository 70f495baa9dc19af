"""What all kinds of deliveries share: a bad row or recipient never stops the others, and outcomes are told apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
import simcord

from bot.daily_post.poster import DailyPoster
from bot.jobs.delivery import LEASE, find_message, is_definite
from bot.mail.mailer import MailService
from bot.storage.daily_posts import post_claim
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, PostContents, Status
from bot.storage.follows import Follow, Follower
from bot.storage.recaps import RecapFeed
from bot.storage.schedule import Frequency
from retrieval.papers import Paper
from tests.bot.conftest import said
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, delivery, list_of
from tests.bot.inbox.test_sender import INBOX
from tests.bot.jobs.makers import alert_sender, mail_sender, recap_poster

NOWHERE = "Nowhere/At_All"
"""A zone that doesn't exist, as after an update of the time zones."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SEND = ("POST", "/channels/*/messages")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A list of today and one of last week; nobody gets anything yet."""
    papers = [*list_of(TODAY, 5, 9, 1), *list_of(TODAY - timedelta(days=5), 30)]
    async with daily_world(tmp_path, papers) as made:
        yield made


@pytest.fixture
async def other(world: DailyWorld) -> simcord.ChannelHandle:
    """A second channel."""
    channel = world.guild.create_text_channel("other")
    await world.env.settle()
    return channel


# --- one bad row -------------------------------------------------------------------------------


async def test_a_channel_with_an_unknown_zone_is_paused_and_does_not_stop_other_posts(
    world: DailyWorld, other: simcord.ChannelHandle
) -> None:
    """``/status`` shows the reason, also before the first run."""
    await world.set_up(zone=NOWHERE)
    await world.set_up(channel_id=other.id, zone="UTC")
    assert NOWHERE not in said(await world.admin.slash(world.channel, "status"))
    await world.tick()
    assert (world.posts(), len(other.history())) == ([], 1)
    feed = await world.store.daily_feeds.get(world.channel.id)
    assert feed is not None
    assert feed.paused
    assert NOWHERE in said(await world.admin.slash(world.channel, "status"))


async def test_recaps_of_a_channel_with_an_unknown_zone_are_posted_at_the_default_time(
    world: DailyWorld, other: simcord.ChannelHandle
) -> None:
    """The zone is that of its daily post; other channels have theirs too."""
    await world.set_up(zone=NOWHERE)
    for channel_id in (world.channel.id, other.id):
        await world.store.recaps.save(RecapFeed(channel_id, world.guild.id, Frequency.WEEKLY, LONG_AGO))
    await recap_poster(world.bot).tick(world.clock())
    assert (len(world.posts()), len(other.history())) == (1, 1)


async def test_a_follower_with_an_unknown_zone_has_their_alert_too(world: DailyWorld) -> None:
    """Whoever comes first."""
    for person, zone in ((world.admin, NOWHERE), (world.member, "UTC")):
        await world.store.follows.add(Follow(person.id, "owls", await world.library.new_papers.latest(), LONG_AGO), 25)
        await world.store.follows.set_follower(Follower(person.id, Frequency.DAILY, 0, 9, zone, LONG_AGO))
    await world.library.add([Paper(id="a", title="Owls", abstract="We study owls.", published=world.clock())])
    sender = alert_sender(world.bot)
    await sender.tick(world.clock())
    await world.pass_time(days=1)
    await sender.tick(world.clock())
    assert len(world.member.user.dm_channel.history()) == 1
    assert len(world.admin.user.dm_channel.history()) == 1  # at that hour in UTC


async def test_an_inbox_with_an_unknown_zone_does_not_stop_other_mail(world: DailyWorld, tmp_path: Path) -> None:
    """Whoever comes first."""
    await world.store.inboxes.save(replace(INBOX, zone=NOWHERE))
    await world.store.inboxes.save(replace(INBOX, user_id=INBOX.user_id + 1, address="bob@example.org"))
    service = MailService.in_folder(world.bot.settings.mail, tmp_path / "mail")
    await mail_sender(world.bot, service).tick(world.clock())
    [mail] = (tmp_path / "mail").glob("*.eml")
    assert "bob@example.org" in mail.read_text(encoding="utf-8")
    paused = await world.store.inboxes.get(INBOX.user_id)
    assert paused is not None
    assert paused.paused
    assert NOWHERE in (paused.reason or "")


@pytest.mark.parametrize("job", ["recaps", "posts"])
async def test_an_interrupted_delivery_that_cannot_be_read_does_not_stop_the_others(
    world: DailyWorld, other: simcord.ChannelHandle, job: str
) -> None:
    """Left open by another version under a name or with contents that mean nothing here."""
    broken = [
        Claim(DeliveryKind.RECAP, world.channel.id, "decade-2020", world.guild.id),
        post_claim(world.channel.id, world.guild.id, f"none-{TODAY}", TODAY, PostContents(empty="BAD_WEATHER")),
    ]
    for claim in broken:
        assert await world.store.deliveries.claim(claim, world.clock()) is not None
    await world.set_up()
    await world.set_up(channel_id=other.id)
    await world.store.recaps.save(RecapFeed(other.id, world.guild.id, Frequency.WEEKLY, LONG_AGO))
    await world.pass_time(seconds=LEASE.total_seconds())
    await (world.poster if job == "posts" else recap_poster(world.bot)).tick(world.clock())
    assert (world.posts(), len(other.history())) == ([], 1)


async def test_what_only_another_process_can_look_for_is_left_to_it(world: DailyWorld) -> None:
    """This one would find nothing, and send it twice."""
    await world.set_up()
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    await world.pass_time(seconds=LEASE.total_seconds())

    class OfAnotherShard(DailyPoster):
        """Sees none of these servers."""

        def sees(self, delivery: Delivery) -> bool:
            """Not in the shards of this process."""
            return False

    await OfAnotherShard(world.bot, world.library, world.store, world.clock).tick(world.clock())
    [row] = await world.store.deliveries.recent(DeliveryKind.POST, world.channel.id, 5)
    assert (row.status, row.tries) == (Status.OPEN, 1)
    await world.tick()
    assert len(world.posts()) == 1


async def test_a_copy_by_another_bot_is_no_post() -> None:
    """Anybody can know the id of a button; only the bot's own message counts when a post is looked for."""

    class Messages:
        """A channel that has the same message twice."""

        async def history(self, **_: object) -> AsyncIterator[discord.Message]:
            for author in (2, 1):
                yield cast("discord.Message", SimpleNamespace(id=10 * author, author=discord.Object(author)))

    channel, me = cast("discord.TextChannel", Messages()), cast("discord.ClientUser", discord.Object(1))
    assert await find_message(channel, delivery(Status.OPEN), me, lambda _: True) == 10


async def test_a_recipient_that_never_answers_does_not_stop_the_others(
    world: DailyWorld, other: simcord.ChannelHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sending to it is given up, and the other channel has its post meanwhile."""
    await world.set_up()
    await world.set_up(channel_id=other.id)
    sent, first = asyncio.Event(), world.channel.id
    original: Any = discord.TextChannel.send

    async def send(self: discord.TextChannel, **message: Any) -> discord.Message:
        if self.id == first:
            await sent.wait()
            raise TimeoutError
        try:
            return await original(self, **message)
        finally:
            sent.set()

    monkeypatch.setattr(discord.TextChannel, "send", send)
    async with asyncio.timeout(60):
        await world.tick()
    assert len(other.history()) == 1
    [unknown] = await world.store.deliveries.recent(DeliveryKind.POST, first, 9)
    assert unknown.status is Status.OPEN


# --- outcomes ----------------------------------------------------------------------------------


class _Response:
    """What discord.py reads of an HTTP response."""

    reason = ""

    def __init__(self, status: int) -> None:
        self.status = status


@pytest.mark.parametrize(
    ("status", "definite"),
    [(400, True), (403, True), (404, True), (408, False), (429, False), (500, False), (503, False)],
)
def test_only_a_client_error_that_does_not_mean_later_is_a_refusal(status: int, definite: bool) -> None:
    """After a time-out or a rate limit nobody knows whether the message is there."""
    response: Any = _Response(status)
    assert is_definite(discord.HTTPException(response, "")) is definite


def test_a_network_error_is_not_a_refusal() -> None:
    """It says nothing about the message."""
    assert not is_definite(ConnectionResetError())


@pytest.mark.parametrize("status", [400, 408, 500])
async def test_a_search_that_fails_says_nothing_about_the_message(world: DailyWorld, status: int) -> None:
    """The message was sent and its answer lost; the history can't be read for a while: still one message."""
    await world.set_up()
    claim = post_claim(world.channel.id, world.guild.id, TODAY.isoformat(), TODAY, PostContents(("t-1124-0",)))
    lost = await world.store.deliveries.claim(claim, world.clock())
    assert lost is not None
    await world.poster.send(lost)
    for _ in range(2):
        world.env.inject_error("GET", "/channels/*/messages", status=status, times=1)
        await world.pass_time(seconds=LEASE.total_seconds())
        await world.tick()
        assert len(world.posts()) == 1
    await world.pass_time(seconds=LEASE.total_seconds())
    await world.tick()
    found = await world.store.deliveries.get(DeliveryKind.POST, lost.number)
    assert found is not None
    assert (found.status, len(world.posts())) == (Status.SENT, 1)
