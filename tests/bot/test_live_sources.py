"""The bot with live sources, which a server on the loopback plays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from retrieval.fetching import Waiting
from tests.bot.conftest import FakeClock, World, said, seen, world_of
from tests.retrieval.live_sources import Answers, Reply, Server, entry, feed

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
        async with world_of(folder, clock, live=Waiting(sleep, lambda: 0.0), sources=sources, **changes) as world:
            yield world, server


async def test_an_unknown_arxiv_id_is_fetched_and_shown(tmp_path: Path, clock: FakeClock) -> None:
    """As a card, and from then on it is here: arXiv is asked once."""
    async with live_world(lambda _: Reply(feed(entry(f"{ID}v2"))), tmp_path, clock) as (world, server):
        result = await world.member.slash(world.channel, "paper", paper=f"https://arxiv.org/abs/{ID}")
        assert "We study owls." in said(result)
        again = await world.member.slash(world.channel, "paper", paper=ID)
        assert "Ada Lovelace" in said(again)
        assert [each.query["id_list"] for each in server.asked] == [ID]


async def test_an_id_that_arxiv_does_not_know_is_said_plainly(tmp_path: Path, clock: FakeClock) -> None:
    """With the address where it would be; nothing looks like a defect."""
    async with live_world(lambda _: Reply(feed()), tmp_path, clock) as (world, _):
        await world.member.slash(world.channel, "paper", paper=ID)
        text = seen(world.last)
        assert f"I have not read the paper {ID}." in text
        assert "Reference" not in text


async def test_while_arxiv_is_down_the_person_is_told_so(tmp_path: Path, clock: FakeClock) -> None:
    """What it said and when it is asked again, in words; the wait is bounded."""
    before = clock()
    async with live_world(lambda _: Reply(status=503), tmp_path, clock) as (world, _):
        await world.member.slash(world.channel, "paper", paper=ID)
        text = seen(world.last)
        assert f"I have not read the paper {ID}." in text
        assert "arXiv does not answer as it should just now (503 Service Unavailable)" in text
        assert "Reference" not in text
        assert (clock() - before).total_seconds() <= 10
