"""The real bot as a process: started, signalled, killed, and what it wrote into its log."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from threading import Lock, Thread
from typing import Final, Protocol

ROOT: Final = Path(__file__).resolve().parents[2]
SITE: Final = Path(__file__).with_name("site")


def environment_for(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a bot whose data is in ``folder``, without the settings of this machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAILY_PAPERS_", "DISCORD_"))}
    return kept | {
        "PYTHONPATH": os.pathsep.join([str(SITE), str(ROOT)]),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "DAILY_PAPERS_CONFIG": str(folder / "local.toml"),
        "DAILY_PAPERS_DATA_FOLDER": str(folder),
        "DAILY_PAPERS_SOURCES__ENABLED": "false",
        "DAILY_PAPERS_ANSWERS__READER": "off",
        "DAILY_PAPERS_LOG__FORMAT": "text",
        **more,
    }


class _Running(Protocol):
    """What a bot's process is made of."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> int: ...


@dataclass
class BotProcess:
    """A bot that runs, or has run."""

    running: _Running
    log_file: Path
    _ended: asyncio.Task[int] = field(init=False)

    def __post_init__(self) -> None:
        self._ended = asyncio.create_task(self.running.wait())

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return not self._ended.done()

    def send(self, signum: signal.Signals) -> None:
        """Send it a signal."""
        if self.alive:
            os.kill(self.running.pid, signum)

    async def ended(self, seconds: float = 30.0) -> int:
        """Its exit status: negative if a signal killed it. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            return await asyncio.shield(self._ended)

    async def kill(self) -> None:
        """Kill it, as ``kill -9`` does."""
        self.send(signal.SIGKILL)
        await self.ended()


@asynccontextmanager
async def started(folder: Path, environment: Mapping[str, str], *arguments: str) -> AsyncGenerator[BotProcess]:
    """``python -m bot`` in ``folder`` while the block runs."""
    log = folder / "bot.log"
    with log.open("ab") as out:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=folder,
            env=environment_for(folder, environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    bot = BotProcess(process, log)
    try:
        yield bot
    finally:
        await bot.kill()


class _Forked:
    """A process of the fork server."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status = Future[int]()

    async def wait(self) -> int:
        """Its exit status."""
        return await asyncio.wrap_future(self.status)


class ForkServer:
    """The process that forks bots (see ``tests.wire.fork_server``). It serves tests one after the other."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._started = Queue[_Forked]()
        self._forked = dict[int, _Forked]()
        self._lock = Lock()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Generator[ForkServer]:
        """A fork server while the block runs; its own log is in ``folder``."""
        with (folder / "fork_server.log").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.wire.fork_server"],
                env=environment_for(folder, {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
            )
        server = cls(process)
        try:
            yield server
        finally:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait()
            server._reader.join()
            process.stdout.close()

    async def start(self, folder: Path, environment: Mapping[str, str], *arguments: str) -> BotProcess:
        """A bot whose data is in ``folder``."""
        log = folder / "bot.log"
        changes = {
            name: value for name, value in environment_for(folder, environment).items() if os.environ.get(name) != value
        }
        order = {"environment": changes, "log": str(log), "folder": str(folder), "arguments": arguments}
        return BotProcess(await asyncio.to_thread(self._order, json.dumps(order).encode() + b"\n"), log)

    def _order(self, line: bytes) -> _Forked:
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(line)
            self._process.stdin.flush()
            return self._started.get(timeout=60)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "status" in said:
                self._forked[said["pid"]].status.set_result(said["status"])
            else:
                self._forked[said["pid"]] = _Forked(said["pid"])
                self._started.put(self._forked[said["pid"]])
