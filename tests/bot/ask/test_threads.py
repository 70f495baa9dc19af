"""Follow-ups in the bot's threads without a mention, where the bot may read them; and silence everywhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import simcord

from bot.ask.service import ask_service
from bot.ask.thread_followups import find_follow_up
from bot.storage.deliveries import Claim, DeliveryKind
from retrieval.answering.question.analysis import reads_as_following_up, reads_as_question
from tests.bot.ask.test_conversation import BANDWIDTH, NEVER, mention
from tests.bot.conftest import FakeClock, World, seen, world_of

CONTENT = {"message_content": True}
LIST = "Which papers are about quantization?"


@pytest.fixture
async def reading(tmp_path: Path, clock: FakeClock, seeded: Path) -> AsyncIterator[World]:
    """A world whose bot may read messages."""
    async with world_of(tmp_path, clock, seeded=seeded, discord=CONTENT) as made:
        yield made


async def thread_of(world: World, message: discord.Message | None = None) -> simcord.ChannelHandle:
    """A thread that the bot opens, on a message of the channel or by itself."""
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    if message is not None:
        made = await channel.get_partial_message(message.id).create_thread(name="On this")
    else:
        made = await channel.create_thread(name="On papers", type=discord.ChannelType.public_thread)
    await world.env.settle()
    return next(each for each in world.channel.threads if each.id == made.id)


def last(thread: simcord.ChannelHandle) -> discord.Message:
    """The newest message of a thread."""
    assert thread.last_message is not None
    return thread.last_message


def mine(world: World, message: discord.Message) -> bool:
    """Whether the bot wrote a message."""
    assert world.bot.user is not None
    return message.author.id == world.bot.user.id


# --- follow-ups --------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["and the total delay?", "and the total delay", "what about the total delay"])
async def test_a_follow_up_in_the_bots_thread_needs_no_mention(reading: World, question: str) -> None:
    """With a question mark or without, whoever asks."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    asked = await reading.admin.send(thread, question)
    assert "2.7-3x" in seen(last(thread))
    assert last(thread).reference is not None
    assert last(thread).reference.message_id == asked.id  # pyright: ignore[reportOptionalMemberAccess]


async def test_the_second_one_is_the_second_paper_of_the_list(reading: World) -> None:
    """“the second one” points at what the last answer listed."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, LIST))
    record = await reading.bot.store.answers.by_message(last(thread).id)
    assert record is not None
    second = await reading.bot.library.paper(record.papers[1][0])
    await reading.member.send(thread, "how much bandwidth does the second one save?")
    assert second.title[:40] in seen(last(thread))
    answer = await reading.bot.store.answers.by_message(last(thread).id)
    assert answer is not None
    assert {quote.paper_id for quote in answer.quotes} == {second.id}


async def test_that_benchmark_is_the_one_of_the_paper_that_was_spoken_of(reading: World) -> None:
    """“that …” keeps to the paper of the last answer."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    await reading.member.send(thread, "what datasets was that evaluated on?")
    assert "CacheGen" in seen(last(thread))


async def test_compared_with_the_other_goes_on_from_two_papers(reading: World) -> None:
    """After a comparison “and compared with the other?” is about the other of the two."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, "Compare CacheGen and DistServe"))
    await reading.member.send(thread, "and compared with the other?")
    assert mine(reading, last(thread))
    record = await reading.bot.store.answers.by_message(last(thread).id)
    assert record is not None
    titles = [(await reading.bot.library.paper(id)).title for id, _ in record.papers[:2]]
    assert any(title.startswith(("CacheGen", "DistServe")) for title in titles)


async def test_a_thread_under_an_answer_is_about_that_answer(reading: World) -> None:
    """Also long after; the answer above the thread is what is spoken of."""
    await reading.member.slash(reading.channel, "ask", question=BANDWIDTH)
    thread = await thread_of(reading, reading.last)
    reading.clock.move(hours=5)
    await reading.admin.send(thread, "and is it as good as the original?")
    assert "CacheGen" in seen(last(thread))


async def test_a_papers_thread_is_about_that_paper(reading: World) -> None:
    """A question needs neither a mention nor the paper's name there."""
    [paper] = await reading.bot.library.find("CacheGen: Fast Context Loading for Language Model Applications")
    thread, deliveries, now = await thread_of(reading), reading.bot.store.deliveries, reading.clock()
    opened = await deliveries.claim(Claim(DeliveryKind.THREAD, reading.guild.id, paper.id), now)
    assert opened is not None
    await deliveries.confirm(opened, thread.id, now)
    await reading.member.send(thread, "how much does it reduce bandwidth usage?")
    assert "3.7-4.3x" in seen(last(thread))


async def test_a_thread_in_which_the_bot_answered_is_its_own(reading: World) -> None:
    """Whoever made it."""
    channel = reading.bot.get_channel(reading.channel.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    assert await reading.bot.store.answers.any_in(thread.id)
    await reading.restart()
    await reading.member.send(thread, "and the total delay?")
    assert "2.7-3x" in seen(last(thread))


async def test_a_reply_to_an_answer_in_a_thread_needs_no_mention(reading: World) -> None:
    """The reply's ping may be off."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    answer = last(thread)
    await reading.member.send(thread, mention(reading, "What is DistServe?"))
    await reading.admin.send(thread, "and the total delay?", reply_to=answer)
    assert "2.7-3x" in seen(last(thread))


async def test_who_forgets_in_a_thread_starts_afresh_there_and_others_do_not(reading: World) -> None:
    """The thread's conversation goes on for everybody else."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    reading.clock.move(seconds=1)
    await reading.admin.slash(thread, "forget")
    await reading.admin.send(thread, mention(reading, "and is it faster?"))
    assert "2.7-3x" not in seen(last(thread))
    await reading.bot.store.answers.forget_person(reading.admin.id)
    await reading.member.send(thread, "and the total delay?")
    assert "2.7-3x" in seen(last(thread))


# --- silence -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "talk", ["I like this paper a lot.", "thanks!", "See you all tomorrow at the reading group, I have read it twice"]
)
async def test_talk_in_the_bots_thread_is_left_alone(reading: World, talk: str) -> None:
    """What does not read as a question or as going on from an answer."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    await reading.member.send(thread, talk)
    assert not mine(reading, last(thread))


async def test_a_question_to_somebody_else_is_left_alone(reading: World) -> None:
    """A mention or a reply says whom it is for."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    await reading.member.send(thread, f"{reading.admin.mention} how much does CacheGen reduce bandwidth usage?")
    assert not mine(reading, last(thread))
    await reading.admin.send(thread, "and the total delay?", reply_to=last(thread))
    assert not mine(reading, last(thread))


async def test_what_nobody_asked_the_bot_gets_no_refusal(reading: World) -> None:
    """People who talk with each other do not hear that no abstract says that; who talks with the bot does."""
    thread = await thread_of(reading)
    await reading.member.send(thread, mention(reading, BANDWIDTH))
    await reading.admin.send(thread, NEVER)
    assert not mine(reading, last(thread))
    assert await reading.bot.store.answers.of_person(reading.admin.id) == []
    await reading.member.send(thread, NEVER)
    assert "couldn't find this" in seen(last(thread))


async def test_outside_of_its_threads_the_bot_waits_for_a_mention(reading: World) -> None:
    """Channels, and threads of others."""
    await reading.member.slash(reading.channel, "ask", question=BANDWIDTH)
    await reading.member.send(reading.channel, "and the total delay?")
    assert not mine(reading, reading.last)


async def test_other_bots_are_never_answered(reading: World) -> None:
    """Two bots that answer each other would never stop."""
    thread = await thread_of(reading)
    robot = reading.guild.add_member(reading.env.create_user("robot", bot=True))
    await robot.send(thread, BANDWIDTH)
    assert not mine(reading, last(thread))


async def test_who_asks_too_fast_in_a_thread_is_not_told(tmp_path: Path, clock: FakeClock) -> None:
    """Nobody asked the bot by name: it keeps silent and answers later."""
    async with world_of(tmp_path, clock, discord=CONTENT, chat={"questions": 1, "per_seconds": 20}) as world:
        thread = await thread_of(world)
        await world.member.send(thread, mention(world, BANDWIDTH))
        await world.member.send(thread, "and the total delay?")
        assert not mine(world, last(thread))
        clock.move(seconds=21)
        await world.member.send(thread, "and the total delay?")
        assert "2.7-3x" in seen(last(thread))


async def test_without_the_intent_threads_work_by_mention(world: World) -> None:
    """Everything else is as before; what is not for the bot it cannot even read."""
    thread = await thread_of(world)
    await world.member.send(thread, mention(world, BANDWIDTH))
    await world.member.send(thread, "and the total delay?")
    assert not mine(world, last(thread))
    await world.member.send(thread, mention(world, "and the total delay?"))
    assert "2.7-3x" in seen(last(thread))


async def test_a_message_of_nothing_is_nobodys_business(reading: World) -> None:
    """A picture in the bot's thread."""
    thread = await thread_of(reading)
    picture = await reading.member.send(thread, "", attachments=[("cat.png", b"\x89PNG\r\n\x1a\n")])
    assert await find_follow_up(ask_service(reading.bot), picture, bot_id=0) is None


@pytest.mark.parametrize(
    ("text", "asks", "goes_on"),
    [
        ("How fast is it", True, False),
        ("ok, and what does it cost", True, True),
        ("is it open source?", True, False),
        ("the second one", False, True),
        ("and on that benchmark", False, True),
        ("#2 please", False, True),
        ("and compared with the other?", True, True),
        ("I think that is right", False, False),
        ("whatever", False, False),
        ("https://a.example/?a=1", False, False),
        ("but I have to say that this is more or less what we did two years ago", False, False),
    ],
)
def test_what_reads_as_a_question(text: str, asks: bool, goes_on: bool) -> None:
    """By its form alone."""
    assert (reads_as_question(text), reads_as_following_up(text)) == (asks, goes_on)
