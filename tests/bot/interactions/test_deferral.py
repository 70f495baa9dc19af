"""Replies that take long begin with "thinking" or "typing"; quick ones are sent at once, in one request."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest

from retrieval.answering.types import Answer, Question
from retrieval.errors import Busy
from retrieval.library import Library
from tests.bot.conftest import World, said, seen

_QUESTION = "How many coding problems does COFFE have?"


async def two_seconds() -> None:
    """On SimCord's clock."""
    await discord.utils.sleep_until(discord.utils.utcnow() + timedelta(seconds=2))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question takes two seconds."""
    answer = Library.answer

    async def slowly(library: Library, question: Question) -> Answer:
        await two_seconds()
        return await answer(library, question)

    monkeypatch.setattr(Library, "answer", slowly)


def requests(world: World) -> list[str]:
    """What was asked of Discord: the last part of each path."""
    return [each.path.rpartition("/")[2] for each in world.env.http_requests if each.method in {"POST", "PATCH"}]


@pytest.mark.parametrize("private", [False, True])
async def test_a_quick_answer_takes_one_request(world: World, private: bool) -> None:
    """And it's private if that was wanted."""
    before = len(requests(world))
    result = await world.member.slash(world.channel, "ask", question=_QUESTION, private=private)
    assert "358" in said(result)
    assert requests(world)[before:] == ["callback"]
    assert result.response is not None
    assert result.response.ephemeral == private


@pytest.mark.usefixtures("slow")
async def test_who_waits_for_a_slow_answer_sees_that_the_bot_thinks(world: World) -> None:
    """The answer follows."""
    before = len(requests(world))
    await world.member.slash(world.channel, "ask", question=_QUESTION)
    assert len(requests(world)) == before + 2  # the first one is "thinking"
    assert "358" in seen(world.last)


async def test_a_slow_question_that_fails_is_explained(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of "thinking", which would stay for a quarter of an hour."""

    async def fail(_: Library, __: Question) -> Answer:
        await two_seconds()
        raise Busy("I'm busy with other questions right now. Please try again in a moment.")

    monkeypatch.setattr(Library, "answer", fail)
    await world.member.slash(world.channel, "ask", question=_QUESTION)
    assert "I'm busy" in seen(world.last)


@pytest.mark.usefixtures("slow")
async def test_typing_is_shown_for_a_slow_answer_to_a_mention(world: World) -> None:
    """The answer follows."""
    assert world.bot.user is not None
    await world.member.send(world.channel, f"<@{world.bot.user.id}> {_QUESTION}")
    assert requests(world)[-2:] == ["typing", "messages"]
    assert "358" in seen(world.last)
