"""Every way to ask, as a member does it: what they type, and what they then read."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.ui import discord_limits
from retrieval.answering.types import Question
from retrieval.library import Library
from tests.bot.conftest import FakeClock, World, said, seen, whispered, world_of

BANDWIDTH = "How much does CacheGen reduce bandwidth usage?"
NEVER = "What will the weather be like in Vienna tomorrow?"


def mention(world: World, text: str) -> str:
    """A message that mentions the bot."""
    assert world.bot.user is not None
    return f"<@{world.bot.user.id}> {text}"


def bare(text: str) -> str:
    """What is read, without the marks of bold."""
    return text.replace("**", "")


async def test_ask_quotes_the_abstract_and_links_the_paper(world: World) -> None:
    """/ask answers with the sentence of the abstract, its number in bold, under the paper's title."""
    result = await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    text = said(result)
    assert "CacheGen reduces bandwidth usage by 3.7-4.3x" in bare(text)
    assert "**" in text.split("3.7-4.3x")[0].rsplit("bandwidth", 1)[1]
    assert "[CacheGen: Fast Context Loading for Language Model Applications](" in text


async def test_a_mention_in_a_channel_is_answered_by_a_reply(world: World) -> None:
    """The answer hangs on the question, so that a busy channel stays readable."""
    asked = await world.member.send(world.channel, mention(world, BANDWIDTH))
    answer = world.last
    assert "3.7-4.3x" in seen(answer)
    assert answer.reference is not None
    assert answer.reference.message_id == asked.id


async def test_a_direct_message_needs_no_mention(world: World) -> None:
    """In a direct message everything is meant for the bot."""
    await world.member.send_dm(BANDWIDTH)
    assert "3.7-4.3x" in seen(world.member.user.dm_channel.last_message)


async def test_a_mention_in_a_thread_is_answered_there(world: World) -> None:
    """Threads are channels to ask in, too."""
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    thread = await channel.create_thread(name="CacheGen", type=discord.ChannelType.public_thread)
    await world.env.settle()
    handle = next(each for each in world.channel.threads if each.id == thread.id)
    await world.member.send(handle, mention(world, BANDWIDTH))
    assert "3.7-4.3x" in seen(handle.last_message)


async def test_talk_that_is_not_meant_for_the_bot_is_left_alone(world: World) -> None:
    """No mention, no answer; the bot cannot even read it."""
    await world.member.send(world.channel, BANDWIDTH)
    assert world.bot.user is not None
    assert world.last.author.id == world.member.id


async def test_a_reply_to_an_answer_is_a_follow_up(world: World) -> None:
    """“and the total delay?” under an answer about CacheGen is about CacheGen."""
    await world.member.send(world.channel, mention(world, BANDWIDTH))
    answer = world.last
    await world.member.send(world.channel, mention(world, "and the total delay?"), reply_to=answer)
    assert "2.7-3x" in seen(world.last)


async def test_somebody_elses_reply_follows_up_too(world: World) -> None:
    """The conversation belongs to the message that is replied to, not to who asked first."""
    await world.member.send(world.channel, mention(world, BANDWIDTH))
    answer = world.last
    await world.admin.send(world.channel, mention(world, "and the total delay?"), reply_to=answer)
    assert "2.7-3x" in seen(world.last)


async def test_a_follow_up_after_a_restart_still_knows_the_answer(world: World) -> None:
    """Conversations are kept in the database, not in memory."""
    await world.member.send(world.channel, mention(world, BANDWIDTH))
    answer = world.last
    await world.restart()
    await world.member.send(world.channel, mention(world, "and the total delay?"), reply_to=answer)
    assert "2.7-3x" in seen(world.last)


async def test_a_context_that_is_too_old_is_dropped(world: World) -> None:
    """Half an hour later “and the total delay?” alone means nothing any more."""
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    world.clock.move(minutes=31)
    later = await world.member.slash(world.channel, "ask", question="and is it faster?")
    assert "2.7-3x" not in said(later)


async def test_what_no_abstract_says_is_refused_with_the_nearest_papers(world: World) -> None:
    """An honest no, and where to look."""
    result = await world.member.slash(world.channel, "ask", question="How do honey bees find their way home?")
    text = said(result)
    assert "couldn't find this" in text or "no abstract" in text
    assert ">" not in [line[:1] for line in text.splitlines()]


async def test_what_a_known_paper_does_not_say_is_refused_with_what_it_says(world: World) -> None:
    """The paper is named, and its own words stand there as such: nothing is marked as an answer."""
    result = await world.member.slash(world.channel, "ask", question="How many programming languages does COFFE cover?")
    text = said(result)
    assert "I couldn't find this in the abstract." in text
    assert "The closest sentences" in text
    assert "COFFE: A Code Efficiency Benchmark" in text


@pytest.mark.parametrize("question", ["How do honey bees find their way home?", "How do I cook pasta?"])
async def test_a_change_of_subject_is_no_follow_up(world: World, question: str) -> None:
    """Whatever was spoken of before, a question about something else gets no quote of it."""
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    result = await world.member.slash(world.channel, "ask", question=question)
    assert "I couldn't find this in the abstracts." in said(result)


async def test_which_papers_gives_a_list(world: World) -> None:
    """“which papers …” names papers, each with a quote that shows why."""
    result = await world.member.slash(world.channel, "ask", question="Which papers are about quantization?")
    text = said(result)
    assert "Value-Driven Mixed-Precision Quantization" in text
    assert "Efficient Arbitrary Precision Acceleration" in text


@pytest.mark.parametrize(
    ("said", "reply"), [("hello!", "Hello"), ("thanks a lot", "welcome"), ("who are you?", "abstracts")]
)
async def test_small_talk_is_answered_as_talk(world: World, said: str, reply: str) -> None:
    """A greeting is no question, and thanks need no quote."""
    await world.member.send(world.channel, mention(world, said))
    assert reply in seen(world.last)


async def test_a_bare_mention_shows_the_help(world: World) -> None:
    """Who only calls the bot learns what it can do."""
    await world.member.send(world.channel, mention(world, ""))
    assert "/ask" in seen(world.last)


async def test_bots_are_never_answered(world: World) -> None:
    """Two bots that answer each other would never stop."""
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    await robot.send(world.channel, mention(world, BANDWIDTH))
    assert world.last.author.id == robot.id


async def test_mentions_in_a_question_ping_nobody(world: World) -> None:
    """The card repeats the question, but its mentions and Markdown do nothing."""
    await world.member.slash(world.channel, "ask", question="@everyone how fast is **CacheGen** <@1>?")
    sent = " ".join(str(each.json) for each in world.env.http_requests)
    allowed = re.findall(r"'allowed_mentions': {.*?}", sent)
    assert allowed
    assert "everyone" not in " ".join(allowed)
    text = seen(world.last)
    assert "@everyone" not in text
    assert "<@1>" not in text.replace(r"\<", "")


async def test_ask_about_this_answers_the_messages_question(world: World) -> None:
    """One press on somebody's question, and the answer stands there for all."""
    asked = await world.admin.send(world.channel, BANDWIDTH)
    result = await world.member.context_menu(world.channel, "Ask about this", asked)
    assert "3.7-4.3x" in said(result)


async def test_ask_about_an_answer_asks_what_to_know(world: World) -> None:
    """On an answer of the bot's a window takes the question; it is then a follow-up."""
    await world.member.slash(world.channel, "ask", question=BANDWIDTH)
    result = await world.member.context_menu(world.channel, "Ask about this", world.last)
    assert result.modal is not None
    custom_id = _input_of(result.modal)
    answered = await world.member.submit_modal(result, {custom_id: "and the total delay?"})
    assert "2.7-3x" in said(answered)


def _input_of(modal: dict[str, Any]) -> str:
    """The custom id of a modal's only input."""
    [label] = modal["components"]
    return str((label.get("component") or label["components"][0])["custom_id"])


async def test_ask_about_a_message_without_text_says_what_to_do(world: World) -> None:
    """A picture alone cannot be asked about."""
    picture = await world.admin.send(world.channel, "", attachments=[("cat.png", b"\x89PNG\r\n\x1a\n")])
    result = await world.member.context_menu(world.channel, "Ask about this", picture)
    assert "no text" in whispered(result)


async def test_a_person_who_asks_too_fast_is_told_how_long_to_wait(tmp_path: Path, clock: FakeClock) -> None:
    """One cooldown over all ways to ask; the refusal is seen by that person alone, and ends."""
    async with world_of(tmp_path, clock, chat={"questions": 2, "per_seconds": 20}) as world:
        await world.member.slash(world.channel, "ask", question=BANDWIDTH)
        await world.member.send(world.channel, mention(world, BANDWIDTH))
        refused = await world.member.slash(world.channel, "ask", question=BANDWIDTH)
        assert "20 seconds" in whispered(refused)
        other = await world.admin.slash(world.channel, "ask", question=BANDWIDTH)
        assert "3.7-4.3x" in said(other)
        clock.move(seconds=21)
        again = await world.member.slash(world.channel, "ask", question=BANDWIDTH)
        assert "3.7-4.3x" in said(again)


async def test_typing_ahead_costs_no_question(tmp_path: Path, clock: FakeClock) -> None:
    """Autocomplete asks at every key; it is not what the cooldown is for."""
    async with world_of(tmp_path, clock, chat={"questions": 1, "per_seconds": 20}) as world:
        for typed in ("C", "Ca", "Cache"):
            await world.member.autocomplete(world.channel, "paper", "paper", typed)
        result = await world.member.slash(world.channel, "ask", question=BANDWIDTH)
        assert "3.7-4.3x" in said(result)


async def test_a_defect_shows_a_sentence_and_its_reference_and_logs_the_traceback(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The member never sees a traceback, the operator always finds one, under the same reference."""

    async def broken(self: Library, question: Question) -> None:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(Library, "answer", broken)
    with caplog.at_level(logging.ERROR):
        await world.member.send(world.channel, mention(world, "why?"))
    text = seen(world.last)
    assert "secret" not in text
    found = re.search(r"Reference (\w+)", text)
    assert found is not None
    record = next(each for each in caplog.records if found[1] in each.getMessage())
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


async def test_a_channel_that_the_bot_may_not_write_in_does_no_harm(world: World) -> None:
    """The refusal of Discord is logged; the bot goes on answering elsewhere."""
    world.env.inject_error("POST", f"/channels/{world.channel.id}/messages", status=403, code=50013, times=None)
    await world.member.send(world.channel, mention(world, BANDWIDTH))
    await world.member.send_dm(BANDWIDTH)
    assert "3.7-4.3x" in seen(world.member.user.dm_channel.last_message)


@pytest.mark.parametrize(
    "question", ["?" * 900, "the of and", "λ" * 500, "x " * 400, "\u202e\u0000 ![](x)", "/" * 1000]
)
async def test_odd_questions_get_a_sensible_card(world: World, question: str) -> None:
    """Stop words, signs, other scripts, the longest question: a card within all limits, never an error."""
    result = await world.member.slash(world.channel, "ask", question=question)
    assert result.response is not None
    discord_limits.check(discord.ui.LayoutView.from_message(result.response.message))
    assert "Reference" not in said(result)


async def test_only_default_intents_are_asked_for(world: World) -> None:
    """The bot works without any privileged intent."""
    wanted = world.bot.intents
    assert not (wanted.message_content)
    assert not (wanted.members)
    assert not (wanted.presences)
    assert isinstance(world.env, simcord.Env)


async def test_a_question_of_two_parts_shows_both(world: World) -> None:
    """And says which part no abstract answers."""
    await world.member.send(world.channel, mention(world, "what is COFFE and how many problems does it have?"))
    assert "we propose COFFE" in bare(seen(world.last))
    assert "398 and 358 problems" in bare(seen(world.last))
    await world.member.send(world.channel, mention(world, "what is Llumnix and how many GPUs did it take?"))
    assert "We introduce Llumnix" in bare(seen(world.last))
    assert "I couldn't find this in the abstracts: how many GPUs did it take?" in seen(world.last)


async def test_two_systems_are_introduced_side_by_side_or_not_at_all(world: World) -> None:
    """No abstract compares them; of one there is none."""
    await world.member.send(world.channel, mention(world, "DistServe vs Llumnix"))
    assert "DistServe improves the performance" in bare(seen(world.last))
    assert "We introduce Llumnix" in bare(seen(world.last))
    await world.member.send(world.channel, mention(world, "COFFE vs HumanEval"))
    assert "No abstract compares COFFE and HumanEval." in seen(world.last)


@pytest.mark.parametrize("text", ["😀😀😀", "asdfgh", "e.g.", "new question: é"])
async def test_what_is_no_question_is_told_what_to_ask(world: World, text: str) -> None:
    """Also in the middle of a conversation."""
    await world.member.send(world.channel, mention(world, BANDWIDTH))
    await world.member.send(world.channel, mention(world, text))
    assert "I couldn't find a question in that." in seen(world.last)


async def test_a_name_that_the_paper_before_lacks_begins_a_new_subject(world: World) -> None:
    """What no paper has is refused, not answered from the paper before."""
    await world.member.send(world.channel, mention(world, "what is COFFE?"))
    await world.member.send(world.channel, mention(world, "what is RLHF?"))
    assert "I couldn't find this in the abstracts." in seen(world.last)
