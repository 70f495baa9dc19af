"""The bot with live sources, which a server on the loopback plays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.jobs.source_sync import SourceSync
from retrieval.ingest.live import RetryTiming, Source
from tests.bot.conftest import START, FakeClock, World, said, seen, whispered, world_of
from tests.retrieval.ingest.live.live_sources import Answers, Reply, Server, daily, entry, feed, item

ID = "2606.00009"


@asynccontextmanager
async def live_world(
    answers: Answers, folder: Path, clock: FakeClock, **changes: Any
) -> AsyncGenerator[tuple[World, Server]]:
    """A world whose bot may ask arXiv; waiting moves the clock. ``changes`` are settings."""

    async def sleep(seconds: float) -> None:
        clock.move(seconds=seconds)
        await asyncio.sleep(0)

    async with Server(answers, clock).running() as server:
        sources = {"arxiv_url": server.url, "huggingface_url": server.url, "arxiv_feed_url": server.url}
        async with world_of(folder, clock, live=RetryTiming(sleep, lambda: 0.0), sources=sources, **changes) as world:
            yield world, server


async def test_an_unknown_arxiv_id_is_fetched_and_shown(tmp_path: Path, clock: FakeClock) -> None:
    """It is stored, so arXiv is asked once."""
    async with live_world(lambda _: Reply(feed(entry(f"{ID}v2"))), tmp_path, clock) as (world, server):
        result = await world.member.slash(world.channel, "paper", paper=f"https://arxiv.org/abs/{ID}")
        assert "We study owls." in said(result)
        again = await world.member.slash(world.channel, "paper", paper=ID)
        assert "Ada Lovelace" in said(again)
        assert [each.query["id_list"] for each in server.asked] == [ID]


async def test_an_id_that_does_not_exist_is_explained(tmp_path: Path, clock: FakeClock) -> None:
    """With the address where it would be. It doesn't look like a defect."""
    async with live_world(lambda _: Reply(feed()), tmp_path, clock) as (world, _):
        await world.member.slash(world.channel, "paper", paper=ID)
        text = seen(world.last)
        assert f"I haven't read the paper {ID}." in text
        assert "Reference" not in text


async def test_while_arxiv_is_down_the_person_is_told(tmp_path: Path, clock: FakeClock) -> None:
    """What arXiv replied, and when it's retried. The wait has a limit."""
    before = clock()
    async with live_world(lambda _: Reply(status=503), tmp_path, clock) as (world, _):
        await world.member.slash(world.channel, "paper", paper=ID)
        text = seen(world.last)
        assert f"I haven't read the paper {ID}." in text
        assert "arXiv isn't responding properly (503 Service Unavailable)" in text
        assert "Reference" not in text
        assert (clock() - before).total_seconds() <= 10


async def test_answers_say_how_old_the_lists_are_while_none_arrive(tmp_path: Path, clock: FakeClock) -> None:
    """Answered or not, shared or not, by command or by mention; but not before or after."""
    listed, down = [item(ID, summary="We show that owls hunt 30% more mice.")], list[bool]()
    lists = daily({f"{START:%Y-%m-%d}": listed})
    answers: Answers = lambda asked: Reply(status=503) if down else lists(asked)  # noqa: E731
    words = "Newest list: 24 November 2026 · Hugging Face hasn't responded since <t:"
    async with live_world(answers, tmp_path, clock) as (world, _):
        sync = SourceSync(world.bot.library, Source.HUGGING_FACE)

        async def asked(question: str) -> str:
            return said(await world.member.slash(world.channel, "ask", question=question))

        await sync.tick(clock())
        assert "30%" in await asked("How many more mice do owls hunt?")
        assert "Newest list" not in seen(world.last)
        down.append(True)
        clock.move(hours=3)
        await sync.tick(clock())
        assert words in await asked("How many more mice do owls hunt?")
        assert words in await asked("How many parameters does the owl model have?")
        assert words in await asked("What is zebra migration?")
        assert world.bot.user is not None
        await world.member.send(world.channel, f"{world.bot.user.mention} How many more mice do owls hunt?")
        assert words in seen(world.last)
        private = await world.member.slash(world.channel, "ask", question="How many more mice?", private=True)
        assert words in whispered(private)
        assert private.response is not None
        await world.member.click(private.response, label="Share in this channel")
        assert words in seen(world.last)
        assert "Newest list" not in await asked("hello")
        down.clear()
        clock.move(hours=3)
        await sync.tick(clock())
        assert "Newest list" not in await asked("How many more mice do owls hunt?")
