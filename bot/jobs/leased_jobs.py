"""Jobs of several processes over one database: what one of them does for all, and which servers each of them sees."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import uuid4

import discord

from bot.jobs.background import Clock, Job, Sleep, every
from bot.storage.leases import Leases
from bot.storage.repository import SomeShards
from retrieval.english import listed
from retrieval.errors import PaperBotError

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=1)
"""How long what a process held is left to it after it died."""

_LOOK_SECONDS: Final = 1.0  # between two looks whether the lease of a shard ends or is prolonged

_PROLONG: Final = LEASE / 4  # how often a running process prolongs its leases, and looks for those of others


class ShardsInUse(PaperBotError):
    """Two processes can't serve the same shard: people would be answered twice."""


class SharedJobs:
    """Jobs that one process at a time does: whoever takes the lease first, until it stops or dies.

    The same process keeps a job, so that what it remembers counts for all. A lease saves work; that nothing is sent
    twice is up to deliveries. ``end`` is called when another process has taken over a shard: this one must stop then,
    or people would be answered twice.
    """

    def __init__(self, leases: Leases, clock: Clock, end: Callable[[], None] = lambda: None) -> None:
        self._leases, self._clock, self._end = leases, clock, end
        self._holder = uuid4().hex
        self._held = set[str]()
        self._shards = set[str]()

    def alone(self, job: Job) -> Job:
        """The same job, which does nothing while another process does it, and looks often whether that one died."""

        def next_run(ended: datetime) -> datetime:
            mine = _lease_of(job) in self._held
            return job.next_run(ended) if mine else min(job.next_run(ended), ended + _PROLONG)

        return replace(job, tick=partial(self._tick, job), next_run=next_run)

    def renewal(self) -> Job:
        """The job that prolongs the leases of this process, also while a job takes long."""
        return Job("leases", self.prolong, every(seconds=_PROLONG.total_seconds()), needs_discord=False)

    async def take(self, name: str) -> bool:
        """Take a lease and keep it; ``False`` while another process holds it."""
        now = self._clock()
        if await self._leases.take(name, self._holder, now, now + LEASE):
            self._held.add(name)
            return True
        if name in self._held:
            log.warning("Another process has taken over %s: this one was too slow to prolong its lease", name)
            self._held.discard(name)
            if name in self._shards:
                self._end()
        return False

    async def pause(self, what: str, until: datetime) -> None:
        """Note a pause for the process that takes over, should this one die. It ends when this one stops in order."""
        await self._leases.take(_pause_of(what), self._holder, self._clock(), until)

    async def paused_until(self, what: str) -> datetime | None:
        """When the last pause ends, or has ended."""
        return (await self._leases.ends([_pause_of(what)])).get(_pause_of(what))

    async def hold_shards(self, shard_ids: Sequence[int], sleep: Sleep = asyncio.sleep) -> None:
        """Take the leases of this process's shards. If a process was killed a moment ago, wait until its leases end.

        Raises ``ShardsInUse`` as soon as another process prolongs one: it is alive.
        """
        names = [f"shard {each}" for each in shard_ids]
        seen = dict[str, datetime]()
        while taken := [name for name in names if not await self.take(name)]:
            ends = await self._leases.ends(taken)
            prolonged = [name for name in taken if name in seen and ends.get(name, seen[name]) > seen[name]]
            if prolonged:
                await self.release()
                raise ShardsInUse(
                    f"Another process serves {listed(prolonged)}. "
                    "Stop it first, or give each process shards of its own (docs/scale.md)."
                )
            if not seen:
                log.info("Waiting for %s: another process has their leases, or was killed", listed(taken))
            seen = ends | seen
            await sleep(_LOOK_SECONDS)
        self._shards.update(names)

    async def prolong(self, _now: datetime) -> None:
        """Prolong all leases of this process."""
        for name in sorted(self._held):
            await self.take(name)

    async def release(self) -> None:
        """Give back all leases: this process stops."""
        self._held.clear()
        await self._leases.release(self._holder)

    async def _tick(self, job: Job, now: datetime) -> None:
        if await self.take(_lease_of(job)):
            await job.tick(now)


def _lease_of(job: Job) -> str:
    return f"job {job.name}"


def _pause_of(what: str) -> str:
    return f"pause of {what}"


def sees_server(client: discord.Client, guild_id: int | None) -> bool:
    """Whether this process sees a server, if the bot is in it: Discord tells each shard of its own servers only.

    Source: https://discord.com/developers/docs/events/gateway#sharding
    """
    shards = shards_of(client)
    return guild_id is None or shards is None or (guild_id >> 22) % shards.count in shards.ids


def shards_of(client: discord.Client) -> SomeShards | None:
    """The shards of this process; ``None`` if it has all."""
    if not isinstance(client, discord.AutoShardedClient) or client.shard_ids is None:
        return None
    return SomeShards(client.shard_ids, client.shard_count or 1)
