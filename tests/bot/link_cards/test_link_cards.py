"""Pasted links become cards if an administrator wants that; failures are silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
from simcord.backend.errors import SetupError

from tests.bot.ask.test_commands import numbered
from tests.bot.ask.test_conversation import mention
from tests.bot.ask.test_threads import CONTENT, last, thread_of
from tests.bot.conftest import FakeClock, World, seen, whispered, world_of
from tests.bot.papers.test_live_sources import ID, live_world
from tests.retrieval.ingest.live.live_sources import Reply, entry, feed

LINK = "https://arxiv.org/abs/2611.00003"
TITLE = "Quaternion networks, part 3"


@pytest.fixture
async def reading(tmp_path: Path, clock: FakeClock, seeded: Path) -> AsyncIterator[World]:
    """A world whose bot may read messages and knows some papers with ids."""
    async with world_of(tmp_path, clock, seeded=seeded, discord=CONTENT) as made:
        await made.bot.library.add(numbered(12))
        yield made


def silent(world: World) -> bool:
    """Whether the channel's newest message isn't the bot's."""
    assert world.bot.user is not None
    return world.last.author.id != world.bot.user.id


@pytest.mark.parametrize(
    "link", [LINK, "https://huggingface.co/papers/2611.00003", "see https://doi.org/10.48550/arXiv.2611.00003."]
)
async def test_a_pasted_link_becomes_a_card_if_that_is_on(reading: World, link: str) -> None:
    """A reply without a ping; the message itself stays."""
    assert "become cards in this server" in whispered(await reading.admin.slash(reading.channel, "links on"))
    pasted = await reading.member.send(reading.channel, link)
    assert TITLE in seen(reading.last)
    assert reading.last.reference is not None
    assert reading.last.reference.message_id == pasted.id
    assert not any(each.method == "PATCH" and str(pasted.id) in each.path for each in reading.env.http_requests)
    assert "We study quaternions" in whispered(await reading.admin.click(reading.last, label="Abstract"))


async def test_it_is_off_until_somebody_turns_it_on(reading: World) -> None:
    """A bot that posts without being asked is a nuisance."""
    await reading.member.send(reading.channel, LINK)
    assert silent(reading)


async def test_channels_can_be_excluded_or_included(reading: World) -> None:
    """The nearest choice counts: a thread follows its channel."""
    other = reading.guild.create_text_channel("other")
    await reading.admin.slash(reading.channel, "links on")
    off = await reading.admin.slash(reading.channel, "links off", channel=reading.channel)
    assert f"except in <#{reading.channel.id}>" in whispered(off)
    await reading.member.send(reading.channel, LINK)
    assert silent(reading)
    thread = await thread_of(reading)
    await reading.member.send(thread, LINK)
    assert last(thread).author.id == reading.member.id
    await reading.member.send(other, LINK)
    assert TITLE in seen(other.last_message)
    await reading.admin.slash(reading.channel, "links off")
    assert "as they are" in whispered(await reading.admin.slash(reading.channel, "links off"))


async def test_a_paper_gets_one_card_per_channel_and_day(reading: World) -> None:
    """Another channel gets its own, and the next day there is another one."""
    await reading.admin.slash(reading.channel, "links on")
    other = reading.guild.create_text_channel("other")
    await reading.member.send(reading.channel, LINK)
    await reading.member.send(reading.channel, f"again {LINK}v2")
    assert silent(reading)
    await reading.member.send(other, LINK)
    assert TITLE in seen(other.last_message)
    reading.clock.move(hours=24)
    await reading.member.send(reading.channel, LINK)
    assert TITLE in seen(reading.last)


async def test_several_links_are_one_card(reading: World) -> None:
    """At most five papers of them."""
    await reading.admin.slash(reading.channel, "links on")
    links = " ".join(f"https://arxiv.org/abs/2611.{number:05}" for number in range(7))
    await reading.member.send(reading.channel, links)
    assert [f"part {number}" in seen(reading.last) for number in range(7)] == [True] * 5 + [False] * 2


async def test_hidden_links_and_other_bots_get_no_card(reading: World) -> None:
    """Angle brackets mean no preview, and bots post links all day."""
    await reading.admin.slash(reading.channel, "links on")
    await reading.member.send(reading.channel, f"<{LINK}> ||{LINK}||")
    assert silent(reading)
    robot = reading.guild.add_member(reading.env.create_user("robot", bot=True))
    await robot.send(reading.channel, LINK)
    assert silent(reading)


async def test_an_unknown_paper_is_fetched(tmp_path: Path, clock: FakeClock) -> None:
    """From arXiv, as /paper does."""
    answers = feed(entry(f"{ID}v2"))
    async with live_world(lambda _: Reply(answers), tmp_path, clock, discord=CONTENT) as (world, _):
        await world.admin.slash(world.channel, "links on")
        await world.member.send(world.channel, f"https://arxiv.org/abs/{ID}")
        assert "We study owls." in seen(world.last)


async def test_a_failure_of_arxiv_is_silent(tmp_path: Path, clock: FakeClock) -> None:
    """Nobody asked for the card. The next paste tries again."""
    replies = [Reply(status=503)]
    async with live_world(lambda _: replies[-1], tmp_path, clock, discord=CONTENT) as (world, _):
        await world.admin.slash(world.channel, "links on")
        await world.member.send(world.channel, f"https://arxiv.org/abs/{ID}")
        assert silent(world)
        replies.append(Reply(feed(entry(f"{ID}v2"))))
        clock.move(hours=2)
        await world.member.send(world.channel, f"https://arxiv.org/abs/{ID}")
        assert "We study owls." in seen(world.last)


async def test_a_refused_card_is_shown_next_time(reading: World) -> None:
    """Once the bot is allowed to write there."""
    await reading.admin.slash(reading.channel, "links on")
    path = f"/channels/{reading.channel.id}/messages"
    reading.env.inject_error("POST", path, status=403, code=50013, times=1)
    await reading.member.send(reading.channel, LINK)
    assert silent(reading)
    await reading.member.send(reading.channel, LINK)
    assert TITLE in seen(reading.last)


async def test_links_count_towards_the_cooldown(tmp_path: Path, clock: FakeClock) -> None:
    """Silently."""
    async with world_of(tmp_path, clock, discord=CONTENT, chat={"questions": 2, "per_seconds": 20}) as world:
        await world.bot.library.add(numbered(12))
        await world.admin.slash(world.channel, "links on")
        shown = list[bool]()
        for number in range(3):
            await world.member.send(world.channel, f"https://arxiv.org/abs/2611.{number:05}")
            shown.append(not silent(world))
        assert shown == [True, True, False]


async def test_only_server_managers_can_choose(reading: World) -> None:
    """Discord hides the command from others, unless the server allows it."""
    with pytest.raises(SetupError):
        await reading.member.slash(reading.channel, "links on")
    assert await reading.bot.store.link_cards.choices(reading.guild.id) == {}


async def test_without_the_intent_the_command_says_so(world: World) -> None:
    """The choice is stored for when it's turned on."""
    text = whispered(await world.admin.slash(world.channel, "links on"))
    assert "I can't read messages yet" in text
    assert "message_content" in text
    await world.bot.library.add(numbered(12))
    await world.member.send(world.channel, LINK)
    assert silent(world)


async def test_a_mention_with_only_a_link_shows_the_paper(world: World) -> None:
    """Without any intent or setting, as it's addressed to the bot. An unknown paper gets an error."""
    await world.bot.library.add(numbered(12))
    await world.member.send(world.channel, mention(world, LINK))
    assert TITLE in seen(world.last)
    await world.member.send(world.channel, mention(world, "https://arxiv.org/abs/2611.99999"))
    assert "I haven't read the paper 2611.99999" in seen(world.last)


async def test_a_link_in_a_question_is_part_of_the_question(reading: World) -> None:
    """A mention is answered, once."""
    await reading.admin.slash(reading.channel, "links on")
    await reading.member.send(reading.channel, mention(reading, f"what does {LINK} reach?"))
    written = [each for each in reading.channel.history() if each.author.id != reading.member.id]
    assert len(written) == 1


async def test_the_help_fits_and_names_the_commands(world: World) -> None:
    """What is new is found."""
    text = whispered(await world.member.slash(world.channel, "help"))
    assert "/forget" in text
    assert "Find papers on this" in text
    assert isinstance(world.bot.get_channel(world.channel.id), discord.TextChannel)
