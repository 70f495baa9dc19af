"""The bot as a process of its own: started, watched through ``/proc``, stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.wire.loopback import TOKEN

_TICKS = os.sysconf("SC_CLK_TCK")
_SCRIPT = Path(__file__).with_name("bot_process.py")
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class BotProcess:
    """A running bot: its processes, and the file that each of them writes (see ``bot_process.py``)."""

    pids: Sequence[int]
    stalls: Sequence[Path]

    def cpu_seconds(self) -> float:
        """Seconds of CPU that it and the processes that it started have used, those that ended included."""
        return sum(_cpu(each) for each in self._family())

    def memory(self) -> float:
        """Megabytes that it and its processes hold, with what they share counted once (proportional set size)."""
        return sum(self.memories())

    def memories(self) -> list[float]:
        """Those of each process, the first one first."""
        return [_proportional_memory(each) for each in self._family()]

    def stalls_since(self, line: int) -> list[float]:
        """The longest stall of each event loop in each second from this one on, in milliseconds."""
        return [float(each) for file in self.stalls for each in file.read_text(encoding="utf-8").split()[line:]]

    def seconds(self) -> int:
        """How many seconds it has written stalls of."""
        return min(len(file.read_text(encoding="utf-8").split()) for file in self.stalls)

    def _family(self) -> list[int]:
        family = list(self.pids)
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
async def bot_process(
    url: str, checkout: Path, folder: Path, log: Path, processes: int = 1, **settings: str
) -> AsyncGenerator[BotProcess]:
    """The bot of a checkout with a data folder, connected to the Discord at ``url``; stopped after the block.

    Several ``processes`` have a shard each. Other ``settings`` are environment variables without their prefix. ``log``
    gets what it logs.
    """
    async with AsyncExitStack() as stack:
        started = list[BotProcess]()
        for shard in range(processes):
            arguments = ("--shards", f"{shard}/{processes}") if processes > 1 else ()
            one = _process(url, checkout, folder, log, shard, arguments, settings)
            started.append(await stack.enter_async_context(one))
        yield BotProcess([pid for each in started for pid in each.pids], [each.stalls[0] for each in started])


@asynccontextmanager
async def _process(
    url: str,
    checkout: Path,
    folder: Path,
    log: Path,
    shard: int,
    arguments: Sequence[str],
    settings: Mapping[str, str],
) -> AsyncGenerator[BotProcess]:
    given = {f"DAILY_PAPERS_{name.upper()}": value for name, value in settings.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    env = inherited | given | {
        "PYTHONPATH": str(checkout), "DISCORD_TOKEN": TOKEN, "DAILY_PAPERS_DATA_FOLDER": str(folder),
        "DAILY_PAPERS_SOURCES__ENABLED": "false", "DAILY_PAPERS_LOG__LEVEL": "warning",
    }  # fmt: skip
    stalls = folder / f"stalls{shard}.txt"
    stalls.write_text("", encoding="utf-8")
    command = (sys.executable, "-P", str(_SCRIPT), url, str(stalls), *arguments)
    with log.open("ab" if shard else "wb") as out:
        process = await asyncio.create_subprocess_exec(*command, cwd=checkout, env=env, stdout=out, stderr=out)
        try:
            yield BotProcess([process.pid], [stalls])
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), 20)
            except TimeoutError:
                process.kill()
                await process.wait()
