"""SIGTERM and SIGINT at any moment: nothing new, what was acknowledged is answered or told, and exit status 0."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.wire.conftest import Scene
from tests.wire.faults import Fault
from tests.wire.rest import Request
from tests.wire.world import OWNER_ID

SIGNALS = [signal.SIGTERM, signal.SIGINT]
ANSWER_SECONDS, EXIT_SECONDS = 8.0, 10.0


async def pass_time(seconds: float) -> None:
    """Real time, for a process that runs beside."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, passed.set)
    await passed.wait()


def handles(pid: int, signum: signal.Signals) -> bool:
    """Whether a process has a handler for a signal (Python has one of its own for SIGINT)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return bool(int(re.findall(r"SigCgt:\s*(\w+)", status)[0], 16) >> (signum - 1) & 1)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("signum", SIGNALS)
@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.5, 0.9, 1.3, 1.7, 2.2])
async def test_a_signal_during_the_start_ends_it_with_status_0(
    scene: Scene, signum: signal.Signals, seconds: float
) -> None:
    """From the first import on, through the opening of the files, to the first connection."""
    async with scene.bot(ready=False, forked=False) as bot:
        while not handles(bot.running.pid, signal.SIGTERM):
            await pass_time(0.001)
        await pass_time(seconds)
        bot.send(signum)
        began = time.monotonic()
        assert await bot.ended() == 0
        assert time.monotonic() - began < EXIT_SECONDS
        assert "Traceback" not in bot.log


@pytest.mark.parametrize("place", ["/users/@me", "/oauth2/applications/@me", "*/commands", "/gateway/bot"])
async def test_a_signal_during_any_request_of_the_start_ends_it(scene: Scene, place: str) -> None:
    """Discord doesn't answer it meanwhile; so too if it was refused and is tried again later."""
    arrived = asyncio.Event()

    async def before(request: Request) -> None:
        if Fault("*", place).matches(request.method, request.path):
            arrived.set()
            await asyncio.Event().wait()

    scene.discord.rest.before = before
    async with scene.bot(ready=False) as bot:
        await asyncio.wait_for(arrived.wait(), 30)
        bot.send(signal.SIGTERM)
        assert await bot.ended(EXIT_SECONDS) == 0


async def test_a_signal_while_discord_is_down_ends_it(scene: Scene) -> None:
    """It waits between two attempts to log in."""
    fault = Fault("GET", "/users/@me", 503, {}, times=100)
    scene.discord.rest.faults.append(fault)
    async with scene.bot(ready=False) as bot:
        await scene.discord.until(lambda: fault.met >= 2)
        bot.send(signal.SIGTERM)
        assert await bot.ended(EXIT_SECONDS) == 0


@pytest.mark.parametrize("signum", SIGNALS)
async def test_what_was_acknowledged_is_answered_before_the_end(scene: Scene, signum: signal.Signals) -> None:
    """Twenty questions at once, and a signal when some are answered."""
    discord = scene.discord
    people = [discord.world.add_user(f"reader {place}") for place in range(20)]
    async with scene.bot(DAILY_PAPERS_CHAT__QUESTIONS="1000") as bot:
        asked = [
            await discord.slash(person, scene.channel_id, "ask", question=f"What do owls answer to question {place}?")
            for place, person in enumerate(people)
        ]
        await discord.until(lambda: sum(each.callback is not None for each in asked) >= random.Random(1).randint(3, 15))
        bot.send(signum)
        began = time.monotonic()
        assert await bot.ended() == 0
        assert time.monotonic() - began < EXIT_SECONDS
        acknowledged = [each for each in asked if each.callback is not None]
        assert len(acknowledged) >= 3
        assert [each for each in acknowledged if not each.answered] == []
        assert max(each.answered_at or 0 for each in acknowledged) - began < ANSWER_SECONDS


async def test_who_cannot_be_answered_in_time_is_told(scene: Scene) -> None:
    """Discord takes the answer to one command only when it's too late for it, and then the sentence."""
    discord, held = scene.discord, asyncio.Event()

    async def before(request: Request) -> None:
        if request.path.startswith("/webhooks/") and "restarting" not in str(request.body):
            held.set()
            discord.changed()
            await asyncio.Event().wait()

    discord.rest.before = before
    async with scene.bot() as bot:
        asked = await discord.slash(scene.ada, scene.channel_id, "follow", words="owls")
        await discord.until(held.is_set)
        bot.send(signal.SIGTERM)
        began = time.monotonic()
        assert "restarting" in await discord.answer(asked, ANSWER_SECONDS)
        assert await bot.ended() == 0
        assert time.monotonic() - began < EXIT_SECONDS


async def test_a_command_after_the_signal_is_refused_at_once(scene: Scene) -> None:
    """While another one is being finished."""
    discord, held, go = scene.discord, asyncio.Event(), asyncio.Event()

    async def before(request: Request) -> None:
        if request.path.endswith("/callback") and not held.is_set():
            held.set()
            discord.changed()
            await go.wait()

    discord.rest.before = before
    async with scene.bot() as bot:
        first = await discord.slash(scene.ada, scene.channel_id, "trending")
        await asyncio.wait_for(held.wait(), 30)
        bot.send(signal.SIGTERM)
        late = await discord.slash(discord.world.users[OWNER_ID], scene.channel_id, "trending")
        while not late.answered:  # the signal and the event may overtake each other
            await discord.until(lambda: late.answered)
        go.set()
        assert "restarting" in late.text or "Owls" in late.text
        await discord.answer(first)
        assert await bot.ended() == 0


async def test_a_dead_gateway_does_not_hold_up_the_end(scene: Scene) -> None:
    """It never answers the goodbye."""
    async with scene.bot() as bot:
        scene.discord.gateway.deaf = True
        bot.send(signal.SIGTERM)
        assert await bot.ended(EXIT_SECONDS) == 0
