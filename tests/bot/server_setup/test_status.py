"""``/status`` as an administrator reads it, in a simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import discord
import pytest
import simcord

from bot.server_setup.status_card import FeedStatus, SourcesStatus, server_status_card
from bot.storage.deliveries import Delivery, Status
from bot.ui.discord_limits import check
from retrieval.catalogue import SourceState
from tests.bot.conftest import START, seen
from tests.bot.daily_post.daily_world import FEED, TODAY, DailyWorld, daily_world, delivery, list_of


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A server without a daily post, and a list of two papers for today. It is 08:00 UTC."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9)) as made:
        yield made


async def status(world: DailyWorld, who: simcord.MemberActor | None = None) -> str:
    """What /status says, to this person alone."""
    result = await (who or world.admin).slash(world.channel, "status")
    [message] = result.followups or [result.response]
    assert message is not None
    assert message.ephemeral
    return seen(message)


def drawn(*feeds: FeedStatus, sources: SourcesStatus | None = None) -> str:
    """The card's text; checks Discord's limits."""
    made = server_status_card(feeds, sources or SourcesStatus(TODAY, (), live=True))
    check(made)
    return "\n".join(item.content for item in made.walk_children() if isinstance(item, discord.ui.TextDisplay))


def claim(number: int, status: Status, reason: str | None = None) -> Delivery:
    """A post of today."""
    return delivery(status, id=number, number=number, message_id=7, reason=reason)


async def test_the_last_and_the_next_post_are_named(world: DailyWorld) -> None:
    """The last with its link, the next in the reader's time and in the channel's."""
    await world.set_up()
    assert "Nothing has been posted yet." in await status(world)
    await world.tick()
    text = await status(world)
    message = world.channel.last_message
    assert message is not None
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{message.id}"
    assert f"Last post: [24 November 2026]({link})." in text
    assert "In UTC, that's Wednesday, 25 November, 08:00." in text
    assert "Permissions: I have everything I need." in text
    assert "The newest list is from 24 November 2026." in text


async def test_a_refused_post_is_shown_with_its_fix(world: DailyWorld) -> None:
    """What Discord said, which permission is missing, and where to allow it."""
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel("closed", overwrites={world.guild.default_role: silent})
    await world.env.settle()
    await world.set_up(channel_id=closed.id)
    await world.tick()
    text = await status(world)
    assert "Last error, 24 November 2026: Discord did not let me post" in text
    assert "See below how to fix it." in text
    assert "I need **Send Messages** there. Open the channel's settings, then Permissions" in text
    assert "Then use `/daily resume`." in text


async def test_deleted_and_paused_channels_say_so(world: DailyWorld) -> None:
    """Each with the command that fixes it."""
    await world.set_up(channel_id=4242, paused=True)
    text = await status(world)
    assert "Paused. Use `/daily resume` to start it again." in text
    assert "**The channel was deleted.**" in text
    assert "`/daily set`" in text


async def test_without_a_daily_post_the_way_to_one_is_shown(world: DailyWorld) -> None:
    """And the sources."""
    text = await status(world)
    assert "Use `/setup` to set one up" in text
    assert "Set up the daily post" in text
    assert "No live source has been read yet." in text


async def test_only_people_with_permission_can_use_it(world: DailyWorld) -> None:
    """Discord hides the command from members who don't manage the server, unless the server allows it."""
    await world.set_up()
    assert "status" not in world.member.available_commands(world.channel)
    with pytest.raises(Exception, match="status"):
        await status(world, world.member)
    [command] = [each for each in await world.bot.tree.fetch_commands() if each.name == "status"]
    world.guild.set_command_permissions(command, {world.guild.default_role: True})
    assert "Nothing has been posted yet." in await status(world, world.member)


async def test_permissions_missing_for_discussions_are_named(world: DailyWorld) -> None:
    """In the channel itself, or in the one that the server chose for discussions."""
    mute = discord.PermissionOverwrite(create_public_threads=False)
    channel = world.guild.create_text_channel("mute", overwrites={world.guild.default_role: mute})
    await world.env.settle()
    await world.set_up(channel_id=channel.id)
    assert "To open discussions there, I also need **Create Public Threads**." in await status(world)
    await world.store.discussions.set_place(world.guild.id, channel.id)
    text = await status(world)
    assert f"I need **Create Public Threads** in <#{channel.id}>." in text
    assert "Permissions: I have everything I need." in text
    await world.store.discussions.set_place(world.guild.id, world.channel.id)
    assert f"They're opened in <#{world.channel.id}>" in await status(world)
    await world.store.discussions.set_place(world.guild.id, 4242)
    assert "The channel for discussions was deleted." in await status(world)


def test_an_error_that_is_over_says_so() -> None:
    """After a later post it has worked since; with nothing missing the next one will be sent as planned."""
    refused = claim(3, Status.RELEASED, reason="Discord refused it: 500.")
    assert "It has worked since." in drawn(FeedStatus(FEED, START, claim(4, Status.SENT), refused))
    assert "will be sent as planned" in drawn(FeedStatus(FEED, START, claim(2, Status.SENT), refused))
    assert "See below how to fix it." in drawn(FeedStatus(FEED, START, None, refused, missing="Send Messages"))


def test_each_source_shows_its_age_and_failures() -> None:
    """When it was last read; if it fails, the error and the next try."""
    read = START - timedelta(hours=1)
    well = SourceState("huggingface", START, 0, read, None, "200 OK")
    ill = SourceState("arxiv", START, 3, None, START, "503 Service Unavailable")
    text = drawn(sources=SourcesStatus(None, (well, ill), live=True))
    assert f"Hugging Face: last read <t:{int(read.timestamp())}:R>." in text
    assert "arXiv: not read yet; 3 failures in a row, most recently 503 Service Unavailable" in text
    assert f"I'll try again <t:{int(START.timestamp())}:R>." in text
    assert "No dated list yet. Whoever runs this bot can add some" in text
    assert "Live sources are off" in drawn(sources=SourcesStatus(None, (), live=False))


@pytest.mark.parametrize("channels", [1, 8, 17, 50])
def test_many_channels_fit_with_problems_first(channels: int) -> None:
    """Those that don't fit are counted."""
    refused = claim(3, Status.RELEASED, reason="No. " * 200)
    feed = replace(FEED, zone="America/Argentina/ComodRivadavia")
    standings = [FeedStatus(replace(feed, channel_id=10**18 + n), START, None, refused) for n in range(channels - 1)]
    ill = FeedStatus(replace(feed, channel_id=99), START, None, refused, missing="View Channel, Send Messages")
    arxiv = SourceState("arxiv", START, 9, START, START, "x" * 999)
    text = drawn(*standings, ill, sources=SourcesStatus(TODAY, (arxiv,), live=True))
    assert text.index("<#") == text.index("<#99>")
    left = channels - text.count("### <#")
    assert left == 0 or f"{left} more channel" in text
