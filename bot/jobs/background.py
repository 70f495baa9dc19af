"""Looks that come again until the bot stops, each outliving what goes wrong in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ParamSpec

from bot.client import PaperBot
from bot.errors import explain

P = ParamSpec("P")


async def run_logged(what: str, work: Awaitable[None]) -> None:
    """Do ``work``; a defect in it is logged as one in ``what``, and stops neither other work nor the next look."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - the one place: what comes again outlives every defect
        explain(error, what=what)


class ConcurrencyLimit:
    """So many places for work that is done side by side: whoever finds none free waits for one."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    async def serve(self, what: str, work: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do one piece of work in a place, as ``run_logged`` does."""
        async with self._places:
            await run_logged(what, work(*args, **kwargs))


async def keep_looking(bot: PaperBot, what: str, tick: Callable[[datetime], Awaitable[None]], pause: float) -> None:
    """Call ``tick`` with the moment (aware UTC), then pause so many seconds, until cancelled."""
    await bot.wait_until_ready()
    while not bot.is_closed():
        await run_logged(what, tick(bot.clock()))
        await asyncio.sleep(pause)
