"""CPU work off the event loop, with a bound on how many wait for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, Self, TypeVar

from retrieval.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")


class Worker:
    """Runs functions in one thread, in the order in which they were asked for.

    One thread, because the work is Python under the interpreter lock: a second one would not make
    it faster, only less predictable. ``waiting`` is how many calls may wait or run at once;
    further ones are refused with ``Busy``, so that a flood costs the flooders and nobody else.
    ``seconds`` bounds the wait of each caller.
    """

    def __init__(self, *, waiting: int, seconds: float) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="retrieval")
        self._waiting = waiting
        self._seconds = seconds
        self._pending = 0
        self._count = threading.Lock()  # calls end in the thread

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result. Raises ``Busy`` when too many wait or the wait was too long."""
        if self._pending >= self._waiting:
            raise Busy("I have as many questions as I can think about right now. Please try again in a moment.")
        patience = asyncio.timeout(self._seconds)
        try:
            async with patience:
                return await self.run_unbounded(function, *args, **kwargs)
        except TimeoutError as error:
            if not patience.expired():
                raise  # the function's own
            raise Busy("That took too long. Please try again in a moment, or ask something shorter.") from error

    async def run_unbounded(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Like ``run`` for the library's own long work (building an index), which nobody chats with."""
        with self._count:
            self._pending += 1
        call = self._executor.submit(function, *args, **kwargs)
        # The call's callback, not the wait's: a caller that gives up does not free a thread that still runs.
        call.add_done_callback(self._one_less)
        return await asyncio.wrap_future(call)

    def _one_less(self, _: object) -> None:
        with self._count:
            self._pending -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Drop what waits, let what runs finish: a thread cannot be stopped half-way."""
        self._executor.shutdown(wait=True, cancel_futures=True)
