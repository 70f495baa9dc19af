"""Runs CPU work outside of the event loop, with a limit on waiting calls."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, Self, TypeVar

from retrieval.english import Text
from retrieval.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")


def _at_once(function: Callable[P, Coroutine[Any, Any, T]], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a coroutine that waits for nothing, in a thread without an event loop."""
    coroutine = function(*args, **kwargs)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError("this coroutine waits for something, so it needs an event loop")


async def beside_loop(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a function that takes long: called here if this thread has no event loop, or in another thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function(*args, **kwargs)
    return await asyncio.to_thread(function, *args, **kwargs)


class Worker:
    """Runs functions in one thread, in the order of the calls.

    One thread, because the work is Python code that holds the interpreter lock: a second thread would only make it less
    predictable. ``waiting`` is how many calls may wait or run at the same time; further ones are refused with ``Busy``,
    so that a flood of requests doesn't block everybody. ``seconds`` limits how long each caller waits.

    With ``inline``, functions run at once in the thread that calls: for processes that do nothing else, and for what is
    called in a worker's thread.
    """

    def __init__(self, *, waiting: int, seconds: float, inline: bool = False) -> None:
        self.is_inline = inline
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="retrieval")
        self._waiting = waiting
        self._seconds = seconds
        self._pending = 0
        self._count = threading.Lock()  # calls end in the thread

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of the function. Raises ``Busy`` if too many calls are waiting, or it took too long."""
        if self.is_inline:
            return function(*args, **kwargs)
        if self._pending >= self._waiting:
            raise Busy(Text("I'm busy with other questions right now. Please try again in a moment."))
        patience = asyncio.timeout(self._seconds)
        try:
            async with patience:
                return await self.run_unbounded(function, *args, **kwargs)
        except TimeoutError as error:
            if not patience.expired():
                raise  # the function's own
            raise Busy(Text("That took too long. Please try again in a moment, or ask something shorter.")) from error

    async def run_at_once(
        self, function: Callable[P, Coroutine[Any, Any, T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """``run`` for a coroutine function that waits for nothing: in the thread, all of it is one call."""
        if self.is_inline:
            return await function(*args, **kwargs)
        return await self.run(_at_once, function, *args, **kwargs)

    async def run_unbounded(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """``run`` without limits, for long work of the library itself."""
        if self.is_inline:
            return function(*args, **kwargs)
        with self._count:
            self._pending += 1
        call = self._executor.submit(function, *args, **kwargs)
        # A callback of the call, not of the wait: when a caller gives up, the thread is still running.
        call.add_done_callback(self._one_less)
        return await asyncio.wrap_future(call)

    @property
    def pending(self) -> int:
        """Calls that run or wait."""
        return self._pending

    def _one_less(self, _: object) -> None:
        with self._count:
            self._pending -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Cancel waiting calls and wait for the running one, because a thread can't be stopped."""
        self._executor.shutdown(wait=True, cancel_futures=True)
