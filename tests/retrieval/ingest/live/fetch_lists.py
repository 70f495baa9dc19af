"""Reads daily lists in a separate process, to be killed: ADDRESS FOLDER FIRST LAST. Waiting takes no time."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from pathlib import Path

from retrieval.ingest.live import Source
from retrieval.library import Library
from tests.retrieval.ingest.live.live_sources import Time, settings_at


async def run(url: str, folder: Path, first: date, last: date) -> None:
    """Read all lists between two days."""
    clock = Time()
    async with Library.open(settings_at(url, folder), clock, live=clock.waiting) as library:
        await library.sync(Source.HUGGING_FACE, first, last)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], Path(sys.argv[2]), *map(date.fromisoformat, sys.argv[3:5])))
