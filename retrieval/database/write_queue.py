"""Writers of one process take turns before they ask SQLite for the file's only write lock.

SQLite lets one of those who wait for the lock have it by chance, and the others sleep on: with many writers, somebody
waits for longer than anybody allows, although the file was never busy for long.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.exc import OperationalError

LONGEST_WAIT: Final = 10.0
"""Seconds that a writer waits while others write, one after the other."""


class WriteQueue:
    """Serves writers in the order in which they come.

    A writer waits at most ``patience`` seconds while nobody is done, whether another one of this process is slow or
    another program has the file; and at most ``LONGEST_WAIT`` while others are done.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._busy = False
        self._waiting = deque[asyncio.Future[None]]()
        self._moved = float("-inf")
        """When the last writer was done, by ``time.perf_counter``."""

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[float]:
        """The only turn while the block runs; yields for how many seconds the writer may wait for other programs.

        Raises SQLAlchemy's ``OperationalError``, as SQLite does if another program is too slow.
        """
        came = time.perf_counter()
        if self._busy:
            await self._wait(came)
        self._busy = True
        try:
            yield max(0.0, self._end(came) - time.perf_counter())
            self._moved = time.perf_counter()
        finally:
            self._pass_on()

    def _end(self, came: float) -> float:
        """Until when somebody who came then waits if nobody is done before."""
        return min(max(came, self._moved) + self._patience, came + max(LONGEST_WAIT, self._patience))

    async def _wait(self, came: float) -> None:
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            while not mine.done() and (left := self._end(came) - time.perf_counter()) > 0:
                await asyncio.wait((mine,), timeout=left)
        except asyncio.CancelledError:
            self._leave(mine)
            raise
        if not mine.done():
            self._leave(mine)
            busy = sqlite3.OperationalError("database is busy: others of this process took too long to write")
            raise OperationalError(None, None, busy)

    def _leave(self, mine: asyncio.Future[None]) -> None:
        """Stop waiting, and don't keep a turn that has come meanwhile."""
        if mine.done():
            self._pass_on()
        else:
            self._waiting.remove(mine)

    def _pass_on(self) -> None:
        """The turn is the next one's, if somebody waits."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._busy = False
