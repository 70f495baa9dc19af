"""A paper's thread in a server: one, whoever presses; reopened if it was deleted; errors say how to fix them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.discussions.service import POLL_SECONDS, ThreadOpener, discussion
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, Status
from bot.ui import custom_ids
from retrieval.errors import InvalidInput
from tests.bot.conftest import seen, whispered
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of

PAPER = f"t-{TODAY:%m%d}-1"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A channel with the post of today's list of three papers."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1)) as made:
        await made.set_up()
        await made.tick()
        yield made


async def press(world: DailyWorld, person: str = "member") -> str:
    """Somebody chooses the paper in the menu behind the post's button; what they read."""
    who = getattr(world, person)
    [post, *_] = world.channel.history()
    asked = await who.click(post, label="Discuss a paper")
    assert "Which paper" in whispered(asked)
    led = await who.select(asked.response, [PAPER], custom_id=custom_ids.DISCUSS_MENU())
    return seen(led.followups[-1] if led.followups else led.response)


def kept(world: DailyWorld) -> discord.Guild:
    """The server as the bot knows it."""
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    return guild


async def open_now(world: DailyWorld, poll_seconds: float = 0.001) -> int:
    """The same as a press, without Discord's part of it."""
    paper = await world.library.paper(PAPER)
    member = await kept(world).fetch_member(world.member.id)
    pressed_in = kept(world).get_channel(world.channel.id)
    return await discussion(world.bot.store, world.bot.clock, member, pressed_in, paper, poll_seconds=poll_seconds)


async def thread_of(world: DailyWorld) -> Delivery | None:
    """What is stored about the paper's thread."""
    return await world.store.deliveries.named(DeliveryKind.THREAD, world.guild.id, PAPER)


async def claimed(world: DailyWorld) -> Delivery:
    """Another process begins to open the paper's thread."""
    claim = Claim(DeliveryKind.THREAD, world.guild.id, PAPER, world.guild.id)
    delivery = await world.store.deliveries.claim(claim, world.clock())
    assert delivery is not None
    return delivery


async def test_a_press_opens_a_thread_that_begins_with_the_paper(world: DailyWorld) -> None:
    """Everybody's next press leads to the same thread, even after a restart."""
    reply = await press(world)
    [thread] = world.channel.threads
    assert thread.mention in reply
    assert thread.name == "Paper 1 of 24 November"
    [first] = thread.history()
    assert "We study question 1." in seen(first)
    assert thread.mention in await press(world, "admin")
    await world.restart()
    assert thread.mention in await press(world)
    assert len(world.channel.threads) == 1


async def test_the_papers_card_has_the_button_too(world: DailyWorld) -> None:
    """Also inside its thread, where it leads to the thread itself."""
    await press(world)
    [thread] = world.channel.threads
    pressed = await world.admin.click(thread.history()[0], custom_id=custom_ids.DISCUSS(PAPER))
    assert pressed.followups or pressed.response
    assert len(world.channel.threads) == 1
    assert thread.threads == []


async def test_simultaneous_presses_open_one_thread(world: DailyWorld) -> None:
    """Both people get a link to it."""
    first, second = await asyncio.gather(open_now(world, POLL_SECONDS), open_now(world, POLL_SECONDS))
    [thread] = world.channel.threads
    assert first == second == thread.id


async def test_a_deleted_thread_is_opened_again(world: DailyWorld) -> None:
    """Nobody gets a dead link."""
    before = await open_now(world)
    world.env.backend.delete_channel(before)
    await world.env.settle()
    after = await open_now(world)
    assert after != before
    assert [thread.id for thread in world.channel.threads] == [after]


async def test_a_forum_gets_a_post(world: DailyWorld) -> None:
    """If the server chose a forum for discussions, the card is the post's first message."""
    forum = world.guild.create_forum_channel("discussions")
    await world.env.settle()
    said = await world.admin.slash(world.channel, "discussions", channel=forum)
    assert f"in <#{forum.id}>" in whispered(said)
    await press(world)
    assert world.channel.threads == []
    [post] = forum.threads
    assert "We study question 1." in seen(post.history()[0])


async def test_a_forum_that_requires_a_tag_is_named_with_its_fix(world: DailyWorld) -> None:
    """Discord's own refusal (40067) has the same words."""
    forum = world.guild.create_forum_channel("discussions")
    await world.env.settle()
    await world.admin.slash(world.channel, "discussions", channel=forum)
    world.env.inject_error("POST", "/channels/*/threads", status=400, code=40067, times=1)
    refused = await press(world)
    assert "requires a tag" in refused
    assert "Require people to select tags when posting" in refused


async def test_command_permissions_decide_who_chooses_the_channel(world: DailyWorld) -> None:
    """The command is hidden from members who don't manage the server, unless the server allows it."""
    assert "discussions" not in world.member.available_commands(world.channel)
    [command] = [each for each in await world.bot.tree.fetch_commands() if each.name == "discussions"]
    world.guild.set_command_permissions(command, {world.guild.default_role: True})
    said = await world.member.slash(world.channel, "discussions", channel=world.channel)
    assert f"in <#{world.channel.id}>" in whispered(said)


async def test_a_missing_permission_is_named_with_its_fix(world: DailyWorld) -> None:
    """Nothing is claimed, so the button works once the bot has the permission."""
    assert world.bot.user is not None
    denied = discord.PermissionOverwrite(create_public_threads=False)
    place = world.guild.create_text_channel("no-threads", overwrites={world.bot.user: denied})
    await world.env.settle()
    await world.store.discussions.set_place(world.guild.id, place.id)
    reply = await press(world)
    assert "I lack the permission **Create Public Threads**" in reply
    assert "administrator" in reply
    assert await thread_of(world) is None


async def test_a_thread_left_by_an_interrupted_press_is_found(world: DailyWorld) -> None:
    """It was opened, and the bot stopped before recording it."""
    thread = await open_now(world)
    opened = await thread_of(world)
    assert opened is not None
    await world.store.deliveries.remove(opened)
    await claimed(world)
    await world.pass_time(minutes=2)
    assert await open_now(world) == thread
    assert len(world.channel.threads) == 1


async def test_a_press_while_another_process_opens_the_thread_waits(world: DailyWorld) -> None:
    """After a short while, the person is asked to try again."""
    await claimed(world)
    with pytest.raises(InvalidInput, match="Press again"):
        await open_now(world)
    assert world.channel.threads == []


async def test_a_press_interrupted_before_opening_a_thread_is_repeated(world: DailyWorld) -> None:
    """By the next press, once the lease is over."""
    await claimed(world)
    await world.pass_time(seconds=ThreadOpener.lease.total_seconds())
    thread_id = await open_now(world)
    assert [thread.id for thread in world.channel.threads] == [thread_id]


@pytest.mark.parametrize("status", [500, 408])
async def test_a_thread_whose_outcome_is_unknown_is_looked_for_by_the_next_press(
    world: DailyWorld, status: int
) -> None:
    """Discord opened it, but its first message got no answer: the same thread, not a second one."""
    world.env.inject_error("POST", "/channels/*/messages", status=status, times=1)
    with pytest.raises(InvalidInput, match="didn't respond as expected"):
        await open_now(world)
    [thread] = world.channel.threads
    await world.pass_time(minutes=2)
    assert await open_now(world) == thread.id
    assert len(world.channel.threads) == 1


async def test_a_thread_that_discord_refuses_can_be_opened_with_the_next_press(world: DailyWorld) -> None:
    """The reason is shown, and nothing stays claimed."""
    world.env.inject_error("POST", "/channels/*/threads", status=403, code=50013, message="Missing Permissions")
    with pytest.raises(InvalidInput, match="Missing Permissions"):
        await open_now(world)
    assert await thread_of(world) is None
    await open_now(world)
    opened = await thread_of(world)
    assert opened is not None
    assert opened.status is Status.SENT
