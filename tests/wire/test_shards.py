"""Several real processes over one PostgreSQL database and the loopback Discord, each with its shards."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from bot.storage import Store
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import DatabaseSettings
from tests.databases import Server
from tests.wire.bot_process import BotProcess, started
from tests.wire.conftest import Scene, settings_in


@pytest.fixture
async def address(postgresql: Server) -> AsyncIterator[str]:
    """The address of a fresh database, for the settings."""
    with postgresql.fresh() as location:
        assert isinstance(location, URL)
        yield location.render_as_string()


@asynccontextmanager
async def process(scene: Scene, address: str, *arguments: str) -> AsyncGenerator[BotProcess]:
    """A bot with these arguments over the database. Its own folder has its log; all share an index."""
    folder = scene.folder / "-".join(each.strip("-").replace("/", "of") for each in arguments)
    folder.mkdir(exist_ok=True)
    (folder / "local.toml").touch()
    settings = {"DATABASE__URL": address, "DATA_FOLDER": str(scene.folder / "shared"), "CHAT__QUESTIONS": "1"}
    environment = {f"DAILY_PAPERS_{name}": value for name, value in settings.items()}
    environment |= scene.discord.environment | {"WIRE_PACE": "0.5"}
    async with started(folder, environment, *arguments) as bot:
        try:
            yield bot
        except BaseException as error:
            error.add_note(bot.log)
            raise


def children_of(pid: int) -> list[int]:
    """The processes that a process has started."""
    files = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in files for child in file.read_text().split()]


async def ending(pid: int) -> None:
    """Wait until a process has ended, whoever its parent is by then."""
    descriptor, ended = os.pidfd_open(pid), asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, ended.set)
    await ended.wait()
    asyncio.get_running_loop().remove_reader(descriptor)
    os.close(descriptor)


async def until_shards(scene: Scene, count: int) -> None:
    """Wait until so many sessions have begun."""
    await scene.discord.until(lambda: scene.discord.gateway.begun >= count, 90)


def registrations(scene: Scene) -> int:
    """How often commands were registered."""
    return sum(
        request.method == "PUT" and request.path.endswith("/commands") for request in scene.discord.rest.requests
    )


async def add_a_paper(scene: Scene, address: str) -> None:
    """Another process adds it, and a second passes."""
    settings = settings_in(scene.folder / "shared").model_copy(update={"database": DatabaseSettings(url=address)})
    async with Library.open(settings, lambda: datetime.now(UTC)) as library:
        await library.add([Paper(id="2601.00001", title="Zygodactyl owls", abstract="We study their feet.")])
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(1.5, passed.set)
    await passed.wait()


async def test_two_processes_serve_their_shards(scene: Scene, address: str) -> None:
    """Each server is answered by the process that sees it; the commands are registered once; a shard is served once.

    Both soon find what a third process adds, and a person who asks both has one cooldown.
    """
    scene.discord.rest.concurrency = 2
    here = (scene.guild_id >> 22) % 2
    guilds = (int(scene.discord.world.add_guild()["id"]) for _ in range(99))
    other_guild = next(guild for guild in guilds if (guild >> 22) % 2 != here)
    other_channel = int(scene.discord.world.add_channel(other_guild)["id"])
    scene.discord.world.add_member(other_guild, int(scene.ada["id"]))
    async with (
        process(scene, address, "--shards", "0/2") as first,
        process(scene, address, "--shards", "1/2") as second,
    ):
        await until_shards(scene, 2)
        asked = [await scene.discord.slash(scene.ada, channel, "help") for channel in (scene.channel_id, other_channel)]
        await scene.discord.until(lambda: all(each.answered for each in asked), 30)
        assert registrations(scene) == 1
        await add_a_paper(scene, address)
        eve = scene.discord.world.add_user("eve")
        scene.discord.world.add_member(other_guild, int(eve["id"]))
        for person, channel in ((scene.ada, scene.channel_id), (eve, other_channel)):
            search = await scene.discord.slash(person, channel, "search", words="zygodactyl")
            assert "Zygodactyl owls" in await scene.discord.answer(search)
        again = await scene.discord.slash(scene.ada, other_channel, "search", words="zygodactyl")
        assert "Slow down a little" in await scene.discord.answer(again)
        async with process(scene, address, "--shards", "1-1/2") as third:
            assert await third.ended(120) == 1
            assert "Another process serves shard 1" in third.log.splitlines()[-1]
        assert "Rebuilding" not in first.log + second.log
        assert first.alive
        assert second.alive
        second.send(signal.SIGTERM)
        assert await second.ended() == 0
    assert "Traceback" not in first.log + second.log


async def test_processes_on_one_machine_are_started_restarted_and_stopped_together(scene: Scene, address: str) -> None:
    """One that is killed comes back; SIGTERM to the parent ends all of them."""
    async with process(scene, address, "--processes", "2") as parent:
        await until_shards(scene, 2)
        assert {session.shard for session in scene.discord.gateway.sessions.values()} == {0, 1}
        parent.send(signal.SIGTERM)
        assert await parent.ended() == 0
        await scene.discord.until(lambda: not scene.discord.gateway.live, 10)


async def test_a_killed_parent_takes_its_processes_with_it(scene: Scene, address: str) -> None:
    """After ``kill -9`` they stop in order: the leases are given back, so the next ones needn't wait for their end."""
    scene.discord.rest.concurrency = 2
    async with process(scene, address, "--processes", "2") as parent:
        await until_shards(scene, 2)
        children = children_of(parent.running.pid)
        assert len(children) == 2
        endings = [asyncio.create_task(ending(child)) for child in children]
        await parent.kill()
        try:
            async with asyncio.timeout(15):
                await asyncio.gather(*endings)
        finally:
            for child, gone in zip(children, endings, strict=True):
                if not gone.done() or gone.cancelled():
                    os.kill(child, signal.SIGKILL)
    assert not scene.discord.gateway.live
    async with Store.open(make_url(address)) as store:
        assert await store.leases.ends(["shard 0", "shard 1"]) == {}


async def test_several_processes_need_a_database_for_all(scene: Scene) -> None:
    """A file belongs to one process."""
    async with started(scene.folder, scene.discord.environment, "--shards", "0/2") as bot:
        assert await bot.ended() == 78
        assert "[database] url" in bot.log.splitlines()[-1]
