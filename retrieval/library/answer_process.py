"""A process that answers and searches for another one; see ``process_pool``.

It maps the index that the other process keeps up to date, and never writes. Requests come through the standard input,
one at a time; it ends with the process at its other end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import signal
import struct
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from math import exp
from typing import Any, BinaryIO

from threadpoolctl import threadpool_limits  # pyright: ignore[reportMissingTypeStubs] - it has no types

from retrieval.database.driver import use_no_threads
from retrieval.errors import PaperBotError
from retrieval.library.library import Library
from retrieval.settings import LibrarySettings

LENGTH = struct.Struct("!I")
"""What goes before each message: its length in bytes."""


_IDLE = 0.05
_READ_AGAIN = 600.0
"""Seconds without a call after which abstracts are read ahead, and after which new ones are looked for.

Abstracts that aren't read ahead are read while somebody waits for an answer, so even short breaks are used.
"""
_OFTEN = 0.15
"""The share of its time in calls from which on a process makes answers faster: more people may come.

So at ten questions a second nearly all are read a second time that need it, at fifty hardly any.
"""
_NICE = 5
"""Lower than the process that speaks with Discord: telling people that they must wait doesn't wait itself."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method of ``Library`` to call.

    ``revision`` is that of the caller's index; ``is_crowded`` says whether others wait for answers.
    """

    method: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    now: datetime
    revision: int
    is_crowded: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """What came of a call: its result, or an error that people read."""

    value: Any = None
    error: PaperBotError | None = None


def packed(message: object) -> bytes:
    """A message as it is sent."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def unpacked(body: bytes) -> Any:
    """The message of these bytes, which come from a process of this program."""
    return pickle.loads(body)  # noqa: S301


def _receive(stream: BinaryIO) -> Any:
    """The next message; ``None`` at the end."""
    head = stream.read(LENGTH.size)
    return unpacked(stream.read(*LENGTH.unpack(head))) if len(head) == LENGTH.size else None


class BusyShare:
    """The share of the last seconds in which a process had something to do; what is longer ago counts less."""

    _SECONDS = 5.0

    def __init__(self) -> None:
        self._share, self._until = 0.0, 0.0

    def add(self, began: float, ended: float) -> None:
        """Count something that was done in this time, which is later than all that was counted before."""
        self._share, self._until = self.at(ended) + 1 - exp((began - ended) / self._SECONDS), ended

    def at(self, now: float) -> float:
        """The share, from 0 to 1."""
        return self._share * exp((self._until - now) / self._SECONDS)


class _Served:
    """A library for one caller: the clock is that of the latest call."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._is_crowded = False
        self._busy = BusyShare()
        self._called = 0.0

    async def serve(self, settings: LibrarySettings, requests: BinaryIO, results: BinaryIO) -> None:
        """Answer calls until there are no more."""
        loop = asyncio.get_running_loop()
        async with Library.open_following(settings, lambda: self.now) as library:
            library.is_crowded = lambda: self._is_crowded or self._busy.at(time.monotonic()) > _OFTEN
            _send(results, Returned())
            reading_ahead = asyncio.create_task(self._read_ahead(library))
            while (call := await loop.run_in_executor(None, _receive, requests)) is not None:
                began = time.monotonic()
                _send(results, await self._returned(library, call))
                self._called = time.monotonic()
                self._busy.add(began, self._called)
            reading_ahead.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reading_ahead

    async def _read_ahead(self, library: Library) -> None:
        """Read abstracts before anybody asks about them, while nobody asks."""
        while True:
            await library.read_ahead(self._until_idle)
            await asyncio.sleep(_READ_AGAIN)

    async def _until_idle(self) -> None:
        await asyncio.sleep(0)
        while time.monotonic() - self._called < _IDLE:  # noqa: ASYNC110 - each call begins the wait again
            await asyncio.sleep(_IDLE)

    async def _returned(self, library: Library, call: Call) -> Returned:
        self.now, self._is_crowded = call.now, call.is_crowded
        await library.follow(call.revision)
        try:
            return Returned(await getattr(library, call.method)(*call.args, **call.options))
        except PaperBotError as error:
            return Returned(error=error)


def _send(stream: BinaryIO, message: object) -> None:
    stream.write(packed(message))
    stream.flush()


def main() -> None:
    """Serve the process at the other end of the pipes."""
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, signal.SIG_IGN)  # the other process decides when this one ends
    if hasattr(os, "nice"):
        os.nice(_NICE)
    logging.basicConfig(level=logging.WARNING)
    threadpool_limits(1, user_api="blas")
    use_no_threads()
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints can't get in between
    requests = sys.stdin.buffer
    settings, now = _receive(requests)
    with contextlib.suppress(BrokenPipeError):
        asyncio.run(_Served(now).serve(settings, requests, results))
    os._exit(0)  # a thread may still wait for a request
