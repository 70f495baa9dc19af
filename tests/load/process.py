"""The bot as a process of its own: started, watched through ``/proc``, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.wire.loopback import TOKEN

_TICKS = os.sysconf("SC_CLK_TCK")
_SCRIPT = Path(__file__).with_name("bot_process.py")
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class BotProcess:
    """A running bot. ``stalls`` is the file that ``bot_process.py`` writes."""

    pid: int
    stalls: Path

    def cpu_seconds(self) -> float:
        """Seconds of CPU that it and the processes that it started have used, those that ended included."""
        return sum(_cpu(each) for each in self._family())

    def memory(self) -> float:
        """Megabytes that it and its processes hold, with what they share counted once (proportional set size)."""
        return sum(_proportional_memory(each) for each in self._family())

    def stalls_since(self, line: int) -> list[float]:
        """The longest stall of its event loop in each second from this one on, in milliseconds."""
        return [float(each) for each in self.stalls.read_text(encoding="utf-8").split()[line:]]

    def seconds(self) -> int:
        """How many seconds it has written stalls of."""
        return len(self.stalls_since(0))

    def _family(self) -> list[int]:
        family = [self.pid]
        for pid in family:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                family += [int(child) for child in task.read_text().split()]
        return family


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS  # utime, stime, and those of children that ended


def _proportional_memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / _MEGABYTE


@asynccontextmanager
async def bot_process(url: str, checkout: Path, folder: Path, log: Path, **settings: str) -> AsyncGenerator[BotProcess]:
    """The bot of a checkout with a data folder, connected to the Discord at ``url``; stopped after the block.

    Other ``settings`` are environment variables without their prefix. ``log`` gets what it logs.
    """
    given = {f"DAILY_PAPERS_{name.upper()}": value for name, value in settings.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    env = inherited | given | {
        "PYTHONPATH": str(checkout), "DISCORD_TOKEN": TOKEN, "DAILY_PAPERS_DATA_FOLDER": str(folder),
        "DAILY_PAPERS_SOURCES__ENABLED": "false", "DAILY_PAPERS_LOG__LEVEL": "warning",
    }  # fmt: skip
    stalls = folder / "stalls.txt"
    stalls.write_text("", encoding="utf-8")
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", str(_SCRIPT), url, str(stalls), cwd=checkout, env=env, stdout=out, stderr=out
        )
        try:
            yield BotProcess(process.pid, stalls)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 20)
            except TimeoutError:
                process.kill()
                await process.wait()
