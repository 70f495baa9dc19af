"""Deliveries of the real process while answers are lost, clocks jump, lists grow and days pass."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.storage import Store
from bot.storage.deliveries import DeliveryKind, Status
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from tests.wire.bot_process import ForkServer
from tests.wire.conftest import settings_in
from tests.wire.faults import Fault, lost_answer, server_error
from tests.wire.weekly_world import LEASES, WEEK, World, weekly_world

STATUSES = (500, 502, 504, 524, 503)
TICKS = 0.9  # seconds in which every job has run


async def some_ticks() -> None:
    """Every background job has run with the present time."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(TICKS, passed.set)
    await passed.wait()


def posts(world: World) -> int:
    """How many messages are in the channel of the daily post."""
    return len(world.scene.discord.world.posted(world.feed))


def sent(world: World) -> tuple[int, int, int]:
    """How many daily posts, recaps and alerts there are."""
    counts = world.counts()
    return counts["posts"], counts["recaps"], counts["alerts"]


async def test_a_lost_answer_never_posts_twice_although_nonces_are_forgotten(tmp_path: Path, forks: ForkServer) -> None:
    """5xx and cut connections after Discord has carried it out: the message is found, not sent again."""
    troubles = [*STATUSES, None]
    async with weekly_world(tmp_path, forks, len(troubles)) as world:
        discord = world.scene.discord
        discord.world.remembers_nonces = False
        for number, status in enumerate(troubles):
            paths = [f"/channels/{channel}/messages" for channel in (world.feed, world.recaps, world.direct)]
            faults: list[Fault] = [
                lost_answer("POST", path) if status is None else server_error("POST", path, status, performed=True)
                for path in paths
            ]
            discord.rest.faults += faults
            await world.due(number)
            await discord.until(lambda faults=faults: all(fault.met for fault in faults))
            world.set_time(world.now() + LEASES)
            await some_ticks()
            assert sent(world) == (number + 1,) * 3, status
        async with Store.open(settings_in(world.scene.folder).community_database) as store:
            for kind, target in ((DeliveryKind.POST, world.feed), (DeliveryKind.RECAP, world.recaps)):
                async with asyncio.timeout(60):
                    while {each.status for each in await store.deliveries.recent(kind, target, 50)} != {Status.SENT}:
                        await some_ticks()
                assert len(await store.deliveries.recent(kind, target, 50)) == len(troubles)


async def test_a_request_that_failed_is_sent_again_after_looking(tmp_path: Path, forks: ForkServer) -> None:
    """5xx although nothing was carried out: the message is there after the lease, once."""
    async with weekly_world(tmp_path, forks, len(STATUSES)) as world:
        for number, status in enumerate(STATUSES):
            fault = server_error("POST", f"/channels/{world.feed}/messages", status)
            world.scene.discord.rest.faults.append(fault)
            await world.due(number)
            await world.scene.discord.until(lambda fault=fault: fault.met == 1)
            world.set_time(world.now() + LEASES)
            await world.scene.discord.until(lambda number=number: posts(world) == number + 1)
        await some_ticks()
        assert posts(world) == len(STATUSES)


async def test_clocks_that_jump_post_nothing_twice(tmp_path: Path, forks: ForkServer) -> None:
    """Back by an hour, a day and a week, and forward again."""
    async with weekly_world(tmp_path, forks, 2) as world:
        await world.due(0)
        await world.scene.discord.until(lambda: sent(world) == (1, 1, 1))
        due = world.now()
        for back in (timedelta(hours=1), timedelta(hours=3), timedelta(days=1), WEEK, timedelta()):
            world.set_time(due - back)
            await some_ticks()
        assert sent(world) == (1, 1, 1)
        assert len(world.mail.received) == 1
        await world.due(1)
        await world.scene.discord.until(lambda: sent(world) == (2, 2, 2))


async def test_a_list_that_grows_after_a_kill_is_posted_once(tmp_path: Path, forks: ForkServer) -> None:
    """The post was there, its answer wasn't; meanwhile the list has three more papers."""
    async with weekly_world(tmp_path, forks, 1) as world:
        world.missing = {"post after"}
        await world.due(0)
        async with asyncio.timeout(30):
            await world.killed.wait()
        assert world.bot is not None
        await world.bot.ended()
        day = world.start.date()
        async with Library.open(settings_in(world.scene.folder), world.now) as library:
            await library.add(
                [
                    Paper(
                        id=f"2602.{place:05}",
                        title=f"Foxes {place}",
                        abstract="We study foxes. They run.",
                        listing=Listing(name=day.isoformat(), day=day, position=place),
                        votes=50,
                    )
                    for place in range(1, 4)
                ]
            )
        world.set_time(world.now() + LEASES)
        await world.start_bot()
        await some_ticks()
        assert posts(world) == 1


async def test_a_bot_that_was_away_for_three_days_posts_the_newest_list_once(tmp_path: Path, forks: ForkServer) -> None:
    """Killed on Monday before anything was due, started on Thursday: one post, one recap, one alert, one mail."""
    async with weekly_world(tmp_path, forks, 1) as world:
        assert world.bot is not None
        await world.bot.kill()
        await world.due(0)
        world.set_time(world.start + timedelta(days=3))
        await world.start_bot()
        await world.scene.discord.until(lambda: posts(world) == 1 and world.counts()["alerts"] == 1)
        await some_ticks()
        assert (posts(world), world.counts()["alerts"]) == (1, 1)
