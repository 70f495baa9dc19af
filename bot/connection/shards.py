"""Shards: which of Discord's shares of the servers a process serves, and when it may identify."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import uuid4

from bot.storage.leases import Leases

IDENTIFY_PAUSE: Final = timedelta(seconds=5)
"""Between two sessions that begin in one bucket: ``shard % max_concurrency``.

Source: https://discord.com/developers/docs/events/gateway#sharding-max-concurrency
"""

_POLL: Final = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class ShardRange:
    """The shards ``first`` to ``last`` of ``count``; server ``id`` belongs to shard ``(id >> 22) % count``."""

    first: int
    last: int
    count: int

    @classmethod
    def parse(cls, text: str) -> ShardRange:
        """Read "0-3/16", or "5/16" for one shard. Raises ``ValueError``."""
        parts = re.fullmatch(r"([0-9]{1,6})(?:-([0-9]{1,6}))?/([0-9]{1,6})", text.strip())
        if parts is not None:
            first, last, count = (int(part) for part in (parts[1], parts[2] or parts[1], parts[3]))
            if first <= last < count:
                return cls(first, last, count)
        raise ValueError('must be a range of shards and their number, such as "0-3/16" or "5/16"')

    def __str__(self) -> str:
        return f"{self.first}-{self.last}/{self.count}"

    @property
    def ids(self) -> list[int]:
        """The numbers of the shards."""
        return list(range(self.first, self.last + 1))

    @property
    def leads(self) -> bool:
        """Whether this process does what is done once: it registers commands and serves the unsubscribe page."""
        return self.first == 0


def divide(count: int, processes: int) -> list[ShardRange]:
    """The shares of ``processes`` processes in ``count`` shards, of which there must be as many at least."""
    ends = [count * number // processes for number in range(processes + 1)]
    return [ShardRange(first, end - 1, count) for first, end in pairwise(ends)]


class IdentifyTurns:
    """Lets one shard of a bucket identify at a time, among all processes over one database."""

    def __init__(
        self,
        leases: Leases,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._leases, self._clock, self._sleep = leases, clock, sleep

    async def wait(self, shard_id: int, max_concurrency: int) -> None:
        """Wait until this shard may identify."""
        name, turn = f"identify {shard_id % max_concurrency}", uuid4().hex
        while True:
            now = self._clock()
            if await self._leases.take(name, turn, now, now + IDENTIFY_PAUSE):
                return
            await self._sleep(_POLL)
