"""Looks that come again until the bot stops, each outliving what goes wrong in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.client import PaperBot
from bot.errors import explain


async def surviving(what: str, work: Awaitable[None]) -> None:
    """Do ``work``; a defect in it is logged as one in ``what``, and stops neither other work nor the next look."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - the one place: what comes again outlives every defect
        explain(error, what=what)


async def keep_looking(bot: PaperBot, what: str, tick: Callable[[datetime], Awaitable[None]], pause: float) -> None:
    """Call ``tick`` with the moment (aware UTC), then pause so many seconds, until cancelled."""
    await bot.wait_until_ready()
    while not bot.is_closed():
        await surviving(what, tick(bot.clock()))
        await asyncio.sleep(pause)
