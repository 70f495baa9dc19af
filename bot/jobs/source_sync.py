"""Following the live sources while the bot runs: each minute what is due by then is read."""

from __future__ import annotations

import asyncio
import logging

from bot.client import PaperBot
from bot.errors import explain
from retrieval.errors import SourceAway
from retrieval.ingest.live import Source

log = logging.getLogger(__name__)

_PAUSE = 60.0  # seconds


async def follow(bot: PaperBot, source: Source) -> None:
    """Read a source now and each minute what is due, until cancelled; returns at once where the bot is offline.

    One task a source: while one is down, the other is read on. However a look ends, the next one comes.
    """
    while bot.library.fetcher is not None:
        await look(bot, source)
        await asyncio.sleep(_PAUSE)


async def look(bot: PaperBot, source: Source) -> None:
    """Read what is due now. While the source is away the bot answers from what it has."""
    try:
        caught = await bot.library.catch_up(source)
    except SourceAway as away:
        log.info("%s", away)
    except Exception as error:  # noqa: BLE001 - the one place: following outlives every defect
        explain(error, what=f"reading {source.spoken}")
    else:
        if caught.pages:
            new, changed = caught.added.new, caught.added.changed
            log.info("%s: %d pages read, %d new papers, %d changed", source.spoken, caught.pages, new, changed)
