"""A loopback Discord with a server, a channel and a member, and folders in which a bot finds its papers."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.storage import Store
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from tests.wire.bot_process import BotProcess, ForkServer, started
from tests.wire.loopback import LoopbackDiscord
from tests.wire.world import Json


def papers_of(day: datetime, count: int = 5) -> list[Paper]:
    """A list of the day."""
    name = day.date().isoformat()
    return [
        Paper(
            id=f"{day:%y%m}.{day:%d}{place:03}",
            title=f"Owls and question {place} of {day:%d %B}",
            abstract=f"We study how owls answer question {place}. We find that owls answer {10 + place} questions.",
            listing=Listing(name=name, day=day.date(), position=place),
            published=day,
            votes=20 - place,
        )
        for place in range(count)
    ]


def settings_in(folder: Path) -> Settings:
    """What the process with this folder reads from its environment."""
    return Settings.model_validate({"data_folder": folder, "sources": {"enabled": False}, "answers": {"reader": "off"}})


async def _fill(folder: Path) -> None:
    (folder / "local.toml").touch()
    settings = settings_in(folder)
    now = datetime.now(UTC)
    async with Library.open(settings, lambda: now) as library, Store.open(settings.community_database):
        await library.add(papers_of(now))


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a list of today, which takes a while to make and is copied."""
    folder = tmp_path_factory.mktemp("prepared")
    asyncio.run(_fill(folder))
    return folder


@pytest.fixture
def data_folder(prepared: Path, tmp_path: Path) -> Path:
    """A test's own copy."""
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)
    return folder


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """Starts bots quickly."""
    with ForkServer.open(tmp_path_factory.mktemp("forks")) as server:
        yield server


@dataclass
class Scene:
    """A loopback Discord with one server, and where a bot's data is."""

    discord: LoopbackDiscord
    forks: ForkServer
    guild_id: int
    channel_id: int
    ada: Json
    folder: Path

    @asynccontextmanager
    async def bot(self, *, ready: bool = True, forked: bool = True, **environment: str) -> AsyncGenerator[BotProcess]:
        """A bot while the block runs; if ``ready``, from when it has a session on.

        It is a fork of a process that has imported everything, or really ``python -m bot``.
        """
        before, wanted = self.discord.gateway.begun, self.discord.environment | environment
        async with AsyncExitStack() as stack:
            if forked:
                bot = await self.forks.start(self.folder, wanted)
                stack.push_async_callback(bot.kill)
            else:
                bot = await stack.enter_async_context(started(self.folder, wanted))
            try:
                if ready:
                    await self.until_ready(bot, before)
                yield bot
            except BaseException as error:
                error.add_note(f"{bot.log}\n{self.discord.rest.violations}")
                raise

    async def until_ready(self, bot: BotProcess, before: int) -> None:
        """Wait until it has more than ``before`` sessions. Shows its log if it ends before that."""
        gateway = self.discord.gateway
        watching = asyncio.create_task(bot.ended(120))
        watching.add_done_callback(lambda _: self.discord.changed())
        await self.discord.until(lambda: watching.done() or gateway.begun > before, 60)
        if watching.done():
            pytest.fail(f"the bot has ended ({watching.result()})")
        watching.cancel()


@pytest.fixture
async def scene(data_folder: Path, forks: ForkServer) -> AsyncIterator[Scene]:
    """A server with a channel and a member; no bot runs yet."""
    async with LoopbackDiscord.open() as discord:
        guild_id = int(discord.world.add_guild()["id"])
        channel_id = int(discord.world.add_channel(guild_id)["id"])
        ada = discord.world.add_user("ada")
        discord.world.add_member(guild_id, int(ada["id"]))
        yield Scene(discord, forks, guild_id, channel_id, ada, data_folder)
