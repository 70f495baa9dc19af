"""``python -m bot --processes N``: the bot as several processes on one machine, each with its share of the shards."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Sequence
from functools import partial
from typing import Final

import discord

from bot.client import StopRequest
from bot.connection.requests import with_back_off
from bot.connection.shards import ShardRange, divide

log = logging.getLogger(__name__)

_RESTART_SECONDS: Final = 5.0
_STOP_SECONDS: Final = 8.5  # the processes themselves take nine at most, and so does this one


async def run_processes(token: str, processes: int, stop: StopRequest, *, final: int) -> int:
    """Start the processes and restart those that end, until ``stop`` is set; the exit status.

    If one ends with the status ``final``, starting again wouldn't help, and all are stopped.
    """
    stop.watched = True
    count = await with_back_off("Asking Discord for the number of shards", partial(_shard_count, token))
    shares = divide(max(count, processes), processes)
    log.info("Starting %d processes: shards %s", processes, ", ".join(map(str, shares)))
    stopping = asyncio.create_task(stop.wait(), name="stop")
    tasks = {asyncio.create_task(_keep_running(share, stop, final), name=str(share)) for share in shares}
    try:
        await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
        ended = [task.result() for task in tasks if task.done()]
    finally:
        stop.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        stopping.cancel()
    return max(ended, default=0)


async def _shard_count(token: str) -> int:
    """The number of shards that Discord recommends."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        return (await client.http.get_bot_gateway())[0]


async def _keep_running(share: ShardRange, stop: StopRequest, final: int) -> int:
    """Run one process until ``stop`` is set or it ends for good; its exit status."""
    while True:
        status = await _run(_command(share), stop)
        if stop.is_set() or status == final:
            return status if status == final else 0
        log.warning("The process of shards %s ended with status %d: starting it again", share, status)
        with_stop = asyncio.create_task(stop.wait())
        await asyncio.wait({with_stop}, timeout=_RESTART_SECONDS)
        with_stop.cancel()
        if stop.is_set():
            return 0


def _command(share: ShardRange) -> Sequence[str]:
    return (sys.executable, "-m", "bot", "--shards", str(share), "--with-parent")


async def _run(command: Sequence[str], stop: StopRequest) -> int:
    """Run a process, ask it to stop when ``stop`` is set, and return its exit status.

    Its standard input is a pipe that ends with this process, and so does it.
    """
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    ended, stopping = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not ended.done():
        process.terminate()
        await asyncio.wait({ended}, timeout=_STOP_SECONDS)
        if not ended.done():
            process.kill()
    return await ended
