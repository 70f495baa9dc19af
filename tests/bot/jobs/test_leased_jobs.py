"""Jobs of several processes: one does what is for all, another takes over when it stops or dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import discord
import pytest

from bot.cli.jobs import background_jobs
from bot.daily_post.poster import DailyPoster
from bot.jobs.background import Job, every
from bot.jobs.leased_jobs import LEASE, ShardsInUse, SharedJobs, sees_server
from bot.storage import Store
from bot.storage.daily_posts import post_claim
from bot.storage.deliveries import DeliveryKind, PostContents, Status
from retrieval.database import Location
from tests.bot.conftest import START, FakeClock, World


@pytest.fixture
async def stores(database: Location) -> AsyncIterator[tuple[Store, Store]]:
    """The stores of two processes over one database."""
    async with Store.open(database) as first, Store.open(database) as second:
        yield first, second


class Process:
    """A process with one shared job, which counts its runs."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.clock, self.runs = clock, list[datetime]()
        self.shared = SharedJobs(store.leases, clock)
        self.job = self.shared.alone(Job("mail", self.run, every(days=1)))

    async def run(self, now: datetime) -> None:
        """One run of the job."""
        self.runs.append(now)

    async def tick(self) -> datetime:
        """The job's time has come; when it comes next."""
        await self.job.tick(self.clock())
        return self.job.next_run(self.clock())


async def test_one_of_several_processes_does_a_job(stores: tuple[Store, Store], clock: FakeClock) -> None:
    """Whoever is first, even if all begin at once; and it keeps the job while it lives."""
    processes = [Process(stores[number % 2], clock) for number in range(6)]
    await asyncio.gather(*(each.tick() for each in processes))
    assert sorted(len(each.runs) for each in processes) == [0, 0, 0, 0, 0, 1]
    [keeper] = [each for each in processes if each.runs]
    for _ in range(20):
        clock.move(seconds=LEASE.total_seconds() / 4)
        await keeper.shared.prolong(clock())
        await asyncio.gather(*(each.tick() for each in processes))
    assert sum(bool(each.runs) for each in processes) == 1
    assert len(keeper.runs) == 21


async def test_a_dead_process_is_replaced_after_a_lease(stores: tuple[Store, Store], clock: FakeClock) -> None:
    """Not earlier; the others look often enough, also where the job itself runs once a day."""
    first, second = (Process(store, clock) for store in stores)
    assert await first.tick() == clock() + timedelta(days=1)
    soon = await second.tick()
    assert soon - clock() <= LEASE / 4
    clock.time += LEASE - timedelta(seconds=1)
    await second.tick()
    assert second.runs == []
    clock.move(seconds=1)
    await second.tick()
    assert len(second.runs) == 1
    await first.tick()  # it only hung: it has lost the job, and says so in its log
    assert len(first.runs) == 1


async def test_a_process_that_stops_gives_its_jobs_back(stores: tuple[Store, Store], clock: FakeClock) -> None:
    """The next one needn't wait."""
    first, second = (Process(store, clock) for store in stores)
    await first.tick()
    await first.shared.release()
    await second.tick()
    assert (len(first.runs), len(second.runs)) == (1, 1)


async def test_a_shard_is_served_by_one_process(stores: tuple[Store, Store], clock: FakeClock) -> None:
    """Whoever comes second is refused while the first lives, waits while it may be dead, and takes over afterwards."""
    first, second = (SharedJobs(store.leases, clock) for store in stores)
    await first.hold_shards([0, 1])
    began = clock()

    async def while_it_lives(seconds: float) -> None:
        clock.move(seconds=seconds)
        await first.prolong(clock())

    with pytest.raises(ShardsInUse, match="Another process serves shard 1"):
        await second.hold_shards([1, 2], while_it_lives)

    async def while_it_is_dead(seconds: float) -> None:
        clock.move(seconds=seconds)

    await second.hold_shards([1, 2], while_it_is_dead)
    assert clock() - began <= LEASE + timedelta(seconds=5)


async def test_a_process_that_lost_a_shard_ends(stores: tuple[Store, Store], clock: FakeClock) -> None:
    """It hung for so long that another one was started in its place."""
    ended = list[str]()
    first = SharedJobs(stores[0].leases, clock, lambda: ended.append("first"))
    second = SharedJobs(stores[1].leases, clock, lambda: ended.append("second"))
    await first.hold_shards([0, 1])
    clock.move(seconds=LEASE.total_seconds() + 1)
    await second.hold_shards([1])
    await first.prolong(clock())
    await second.prolong(clock())
    assert ended == ["first"]


def test_each_server_is_seen_by_one_process() -> None:
    """By the rule of Discord's documentation."""
    clients = [
        discord.AutoShardedClient(intents=discord.Intents.none(), shard_ids=ids, shard_count=4)
        for ids in ([0, 1], [2, 3])
    ]
    for guild_id in range(1 << 22, 9 << 22, 1 << 20):
        assert sum(sees_server(client, guild_id) for client in clients) == 1
    assert sees_server(clients[0], 5 << 22)
    assert all(sees_server(client, None) for client in clients)


async def test_a_post_is_settled_where_its_server_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process leaves it alone: it would find no message, and send the post again."""
    store, clock = world.bot.store, world.clock
    claim = post_claim(world.channel.id, world.guild.id, "list", START.date(), PostContents())
    post = await store.deliveries.claim(claim, clock())
    assert post is not None
    clock.move(minutes=5)
    poster = DailyPoster(world.bot, world.bot.library, store, clock)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(world.bot, "shard_ids", [7])
        await poster.tick(clock())
        assert await store.deliveries.get(DeliveryKind.POST, post.number) == post
    await poster.tick(clock())
    settled = await store.deliveries.get(DeliveryKind.POST, post.number)
    assert settled is not None
    assert settled.status is not Status.OPEN


async def test_every_job_is_each_process_own_or_shared(world: World) -> None:
    """With a database for several processes there are two more: leases are prolonged, and the index follows."""
    alone = {job.name for job in background_jobs(world.bot)}
    together = {job.name for job in background_jobs(world.bot, SharedJobs(world.bot.store.leases, world.clock))}
    assert together - alone == {"leases", "index"}
    assert alone <= together
