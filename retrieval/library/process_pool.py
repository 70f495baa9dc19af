"""A pool of processes that answer questions: as many as there are cores, so that the event loop is left for Discord."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from retrieval.english import Text
from retrieval.errors import Busy
from retrieval.library.answer_process import LENGTH, Call, Returned, packed, unpacked
from retrieval.settings import LibrarySettings

log = logging.getLogger(__name__)

_PROGRAM: Final = "from retrieval.library.answer_process import main; main()"
_START_SECONDS: Final = 120.0
_MOST_FAILURES: Final = 3
_PROCESSES: Final = 4  # at most, where the settings don't say how many: each takes 200 MB


class ProcessLost(Exception):
    """A process ended, or isn't there yet; the caller must answer itself."""


class _Helper:
    """One process and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, settings: LibrarySettings, now: datetime) -> _Helper:
        """A process that is ready for calls. Raises ``ProcessLost``."""
        pipe, command = asyncio.subprocess.PIPE, (sys.executable, "-c", _PROGRAM)
        helper = cls(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe))
        try:
            async with asyncio.timeout(_START_SECONDS):
                await helper.exchange((settings, now))
        except (TimeoutError, ProcessLost) as error:
            await helper.stop()
            raise ProcessLost("it doesn't start") from error
        except BaseException:
            helper.kill()
            raise
        return helper

    async def exchange(self, message: object) -> Returned:
        """Send a message and wait for what comes back. Raises ``ProcessLost``."""
        requests, results = self.process.stdin, self.process.stdout
        assert requests is not None
        assert results is not None
        try:
            requests.write(packed(message))
            await requests.drain()
            (length,) = LENGTH.unpack(await results.readexactly(LENGTH.size))
            return unpacked(await results.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise ProcessLost("it ended") from error

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def stop(self) -> None:
        """End it, and wait until it has ended."""
        self.kill()
        await self.process.wait()


class ProcessPool:
    """So many processes, which start when ``start`` is first called. One that ends or hangs is replaced."""

    def __init__(self, settings: LibrarySettings, processes: int, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._settings = settings
        self.processes = processes
        self._idle = asyncio.LifoQueue[_Helper]()
        self._all = set[_Helper]()
        self._starts = set[asyncio.Task[None]]()
        self._failures = 0

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: LibrarySettings, processes: int, clock: Callable[[], datetime]
    ) -> AsyncGenerator[ProcessPool]:
        """A pool; its processes end with the block."""
        pool = cls(settings, processes, clock)
        try:
            yield pool
        finally:
            for start in pool._starts:
                start.cancel()
            await asyncio.gather(*pool._starts, return_exceptions=True)
            await asyncio.gather(*(helper.stop() for helper in pool._all))

    @property
    def is_ready(self) -> bool:
        """Whether there is a process."""
        return bool(self._all)

    @property
    def pids(self) -> list[int]:
        """The processes that are ready."""
        return [helper.process.pid for helper in self._all]

    def start(self) -> None:
        """Start the processes that are missing, without waiting for them."""
        while len(self._all) + len(self._starts) < self.processes and self._failures < _MOST_FAILURES:
            start = asyncio.create_task(self._add(), name="start of a process that answers")
            self._starts.add(start)
            start.add_done_callback(self._starts.discard)

    async def ready(self) -> None:
        """Start the processes that are missing, and wait for them."""
        self.start()
        await asyncio.gather(*self._starts)

    async def _add(self) -> None:
        try:
            helper = await _Helper.start(self._settings, self._clock())
        except (ProcessLost, OSError) as error:
            self._failures += 1
            log.warning("A process that answers can't be started: %s", error)
            return
        self._failures = 0
        self._all.add(helper)
        self._idle.put_nowait(helper)

    async def call(self, call: Call) -> Any:
        """The result of a call, by the next process that is free.

        Raises what the call raised; ``Busy`` if it took too long; ``ProcessLost`` if the process ended.
        """
        patience = asyncio.timeout(self._settings.limits.answer_seconds)
        try:
            async with patience:
                returned = await self._by_next(call)
        except TimeoutError as error:
            raise Busy(Text("That took too long. Please try again in a moment, or ask something shorter.")) from error
        if returned.error is not None:
            raise returned.error
        return returned.value

    async def _by_next(self, call: Call) -> Returned:
        helper = await self._idle.get()
        try:
            returned = await helper.exchange(call)
        except BaseException:  # it ended, hangs, or nobody waits for what it will say
            self._all.discard(helper)
            helper.kill()
            self.start()
            raise
        self._idle.put_nowait(helper)
        return returned


def number_of_processes(settings: LibrarySettings) -> int:
    """As many as the settings say, or as there are cores for; none where there is only one core."""
    chosen = settings.limits.processes
    if chosen != "auto":
        return chosen
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _PROCESSES) if cores > 1 else 0
