"""A channel that is gone or closed: its daily post is paused, and somebody who can fix it is notified, once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import simcord

from bot.daily_post.poster import daily_poster
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import DeliveryKind, Status
from retrieval.english import Text
from tests.bot.conftest import seen
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of

SEND = ("POST", "/channels/*/messages")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A channel whose post is due now, set up by grace, who manages the server."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1)) as made:
        await made.set_up(changed_by=made.admin.id)
        yield made


async def feed_of(world: DailyWorld) -> DailyFeed:
    """The channel's set-up."""
    feed = await world.store.daily_feeds.get(world.channel.id)
    assert feed is not None
    return feed


async def permit(world: DailyWorld, *, send: bool | None) -> None:
    """Let the bot write in the channel or not, as an administrator would in the channel's settings."""
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.set_permissions(channel.guild.default_role, send_messages=send)
    await world.env.settle()


def letters(person: simcord.MemberActor) -> list[str]:
    """What a person has got by direct message."""
    channel = person.user.dm_channel
    return [seen(message) for message in channel.history()] if channel else []


async def test_a_closed_channel_is_paused_and_its_administrator_notified_once(world: DailyWorld) -> None:
    """However often the job runs, in two processes; the fix works, and the day's post is still sent."""
    await permit(world, send=False)
    other = daily_poster(world.bot)
    for _ in range(3):
        await world.tick()
        await other.tick(world.clock())
        await world.pass_time(hours=2)
    [letter] = letters(world.admin)
    assert "I stopped the daily post in **#papers** of **Reading room**. I'm no longer allowed to post there." in (
        letter
    )
    assert "**Send Messages**" in letter
    assert "/daily resume" in letter
    feed = await feed_of(world)
    assert (feed.paused, feed.changed_by) == (True, world.admin.id)
    [row] = await world.store.deliveries.recent(DeliveryKind.POST, world.channel.id, 5)
    assert row.status is Status.RELEASED
    status = await world.admin.slash(world.channel, "daily status")
    assert "Stopped. I'm no longer allowed to post there." in seen(status.response)
    await permit(world, send=None)
    await world.admin.slash(world.channel, "daily resume")
    assert not (await feed_of(world)).trouble
    await world.tick()
    assert len(world.posts()) == 1
    assert len(letters(world.admin)) == 1


async def test_a_deleted_channel_is_paused_and_reported(world: DailyWorld) -> None:
    """It isn't requested again, the row says why, and the message says how to choose another channel."""
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()
    await world.env.settle()
    for _ in range(2):
        await world.tick()
        await world.pass_time(hours=2)
    [letter] = letters(world.admin)
    assert "The channel was deleted." in letter
    assert "Use `/daily set` to choose another channel" in letter
    assert (await feed_of(world)).paused
    [row] = await world.store.deliveries.recent(DeliveryKind.POST, world.channel.id, 5)
    assert "gone" in (row.reason or "")


async def test_an_interrupted_post_whose_channel_was_deleted_meanwhile_ends(world: DailyWorld) -> None:
    """Nothing is left to look for, so it isn't looked for again and again."""
    world.env.inject_error(*SEND, status=503)
    await world.tick()
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()
    await world.pass_time(minutes=5)
    await world.tick()
    [row] = await world.store.deliveries.recent(DeliveryKind.POST, world.channel.id, 5)
    assert row.status is Status.RELEASED
    assert (await feed_of(world)).paused


async def test_someone_who_no_longer_manages_the_server_is_not_notified(world: DailyWorld) -> None:
    """The owner is, if the server has no system channel."""
    await world.set_up(changed_by=world.member.id)
    world.env.inject_error(*SEND, status=403, code=50001, message="Missing Access")
    await world.tick()
    assert letters(world.member) == []
    assert (await feed_of(world)).paused
    assert any("POST" in each.method and "/users/@me/channels" in each.path for each in world.env.http_requests)


async def test_status_says_how_to_fix_it(world: DailyWorld) -> None:
    """Before and after the permission is restored: a stopped post doesn't resume by itself."""
    await permit(world, send=False)
    await world.tick()
    text = seen((await world.admin.slash(world.channel, "status")).response)
    assert "Then use `/daily resume`." in text
    await permit(world, send=None)
    text = seen((await world.admin.slash(world.channel, "status")).response)
    assert "Use `/daily resume` to start again." in text


async def test_with_closed_direct_messages_the_system_channel_is_notified(
    world: DailyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The channel that the server chose for Discord's own messages."""
    hall = world.guild.create_text_channel("hall")
    await world.env.settle()
    monkeypatch.setattr(discord.Guild, "system_channel", property(lambda _: world.bot.get_channel(hall.id)))
    world.env.inject_error(*SEND, status=403, code=50013, message="Missing Permissions")
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, message="Cannot send messages")
    await world.tick()
    [notice] = [seen(message) for message in hall.history()]
    assert "I stopped the daily post" in notice
    assert letters(world.admin) == []


async def test_if_nobody_can_be_notified_it_is_logged_and_still_paused(
    world: DailyWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """The log and `/daily status` report it, and the loop continues."""
    world.env.inject_error(*SEND, status=403, code=50013, message="Missing Permissions")
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, message="Cannot", times=2)
    await world.tick()
    assert (await feed_of(world)).paused
    assert "nobody could be notified" in caplog.text
    await world.tick()


@pytest.mark.parametrize(("status", "code"), [(400, 50035), (403, 0), (404, 10008)])
async def test_other_refusals_pause_nothing(world: DailyWorld, status: int, code: int) -> None:
    """A card that Discord refuses, a proxy that refuses: the post is retried, and nobody is notified."""
    world.env.inject_error(*SEND, status=status, code=code, message="No")
    await world.tick()
    assert not (await feed_of(world)).paused
    assert letters(world.admin) == []


async def test_a_post_paused_by_an_administrator_is_not_reported_as_stopped(world: DailyWorld) -> None:
    """It has no trouble, and stopping it notifies nobody."""
    await world.store.daily_feeds.pause(world.channel.id, world.admin.id, world.clock())
    assert not await world.store.daily_feeds.stop(world.channel.id, Text("no"))
    assert (await feed_of(world)).trouble is None
