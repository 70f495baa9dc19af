"""Start the real bot against a Discord on this machine; run as a script, so that it works with other checkouts too.

    python tests/load/bot_process.py URL MEASURES [ARGUMENTS OF THE BOT]

discord.py has two hooks for another address. ``MEASURES`` is a file that gets the longest stall of the event loop in
each second, in milliseconds, a line each.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Any

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

_STEP = 0.005  # seconds


async def _measure_stalls(file: Path) -> None:
    """Write the longest stall of each second."""
    with file.open("w", encoding="utf-8") as out:
        while True:
            worst, end = 0.0, time.monotonic() + 1
            while time.monotonic() < end:
                before = time.monotonic()
                await asyncio.sleep(_STEP)
                worst = max(worst, time.monotonic() - before - _STEP)
            out.write(f"{worst * 1000:.1f}\n")
            out.flush()


def main(url: str, file: Path) -> None:
    """Run the bot of the checkout that is first in the path."""
    Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws"))
    from bot.__main__ import app
    from bot.client import PaperBot

    set_up = PaperBot.setup_hook

    async def measured(self: Any) -> None:
        self.stall_probe = asyncio.create_task(_measure_stalls(file))
        await set_up(self)

    PaperBot.setup_hook = measured
    sys.argv = ["bot", *sys.argv[3:]]
    app()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
