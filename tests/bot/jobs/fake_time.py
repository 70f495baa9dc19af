"""Time that passes only when a test says so: for what sleeps."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from tests.bot.conftest import FakeClock


class FakeTime(FakeClock):
    """A clock and the ``sleep`` that goes with it. Nobody wakes before ``pass_time``."""

    def __init__(self) -> None:
        super().__init__()
        self._asleep = list[tuple[datetime, asyncio.Future[None]]]()
        self._changed = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has moved on that far."""
        future = asyncio.get_running_loop().create_future()
        self._asleep.append((self() + timedelta(seconds=seconds), future))
        self._changed.set()
        await future

    async def all_asleep(self, number: int) -> None:
        """Wait until so many sleep."""
        while len(self._sleepers()) < number:
            self._changed.clear()
            await self._changed.wait()

    async def pass_time(self, number: int, **by: float) -> None:
        """Let time pass, ``timedelta`` keywords, while ``number`` sleep again and again; wakes each at its moment."""
        end = self() + timedelta(**by)
        await self.all_asleep(number)
        while (moment := min(at for at, _ in self._sleepers())) <= end:
            self.time = moment
            for at, future in self._sleepers():
                if at <= moment:
                    future.set_result(None)
            await self.all_asleep(number)
        self.time = end

    def _sleepers(self) -> list[tuple[datetime, asyncio.Future[None]]]:
        self._asleep = [(at, future) for at, future in self._asleep if not future.done()]
        return self._asleep
