"""A world for the bot's tests: the real bot, a real library of the seed page, a simulated Discord."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import discord
import pytest
import simcord

from bot.client import PaperBot
from bot.settings import Settings
from bot.storage import Store
from retrieval.ingest.live import RetryTiming
from retrieval.library import Library

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SETTLE_SECONDS: Final = 120
"""How long SimCord waits until the bot has done everything: only a bot that hangs needs so long, or a busy machine."""


class FakeClock:
    """A clock that only moves when a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.time = now

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.time

    def move(self, **by: float) -> None:
        """Move the clock on, ``timedelta`` keywords."""
        self.time += timedelta(**by)


@dataclass
class World:
    """Everything that a test of a conversation needs."""

    env: simcord.Env
    bot: PaperBot
    clock: FakeClock
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    member: simcord.MemberActor
    admin: simcord.MemberActor

    @property
    def last(self) -> discord.Message:
        """The newest message of the channel."""
        message = self.channel.last_message
        assert message is not None
        return message

    async def restart(self) -> None:
        """The process ends and a new one begins: the databases are all that it knows."""
        self.bot = PaperBot(self.bot.settings, self.bot.library, self.bot.store, self.clock)
        await self.env.restart_bot(self.bot)


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Default settings with the test's own data folder, a generous cooldown, and patience on a slow machine."""
    patient = {"data_folder": folder, "chat": {"questions": 1_000}, "limits": {"answer_seconds": 60}}
    return Settings.model_validate(patient | changes)


@asynccontextmanager
async def world_of(
    folder: Path, clock: FakeClock, *, seeded: Path | None = None, live: RetryTiming | None = None, **changes: Any
) -> AsyncGenerator[World]:
    """The real bot in a simulated Discord, over the seed page; refusals do not fail the test by themselves.

    ``seeded`` is a data folder to begin with a copy of. ``live`` lets it ask the sources of the settings.
    """
    if seeded is not None:
        shutil.copytree(seeded, folder, dirs_exist_ok=True)
    settings = settings_for(folder, **changes)
    async with Library.open(settings, clock, live=live) as library, Store.open(settings.community_database) as store:
        await library.add_seeds()
        bot = PaperBot(settings, library, store, clock)
        # Not simcord.run(): it must be left in the task that entered it; a fixture is left in another.
        # With live sources it waits in vain for connections that stay open, so its patience is what each step takes.
        env = simcord.Env(bot, shard_count=1, check_errors=False, settle_timeout=5 if live else SETTLE_SECONDS)
        await env.start()
        try:
            guild = env.create_guild("Reading room")
            channel = guild.create_text_channel("papers")
            member = guild.add_member(env.create_user("ada"))
            manager = guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
            admin = guild.add_member(env.create_user("grace"), roles=[manager])
            yield World(env, bot, clock, guild, channel, member, admin)
        finally:
            await env.shutdown()


@pytest.fixture
def clock() -> FakeClock:
    """A clock that shows 24 November 2026, 08:00 UTC."""
    return FakeClock()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as a first run leaves it: making it takes twice as long as everything else in a world."""
    folder = tmp_path_factory.mktemp("seeded")

    async def fill() -> None:
        settings = settings_for(folder)
        async with Library.open(settings, FakeClock()) as library, Store.open(settings.community_database):
            await library.add_seeds()

    asyncio.run(fill())
    return folder


@pytest.fixture
async def world(tmp_path: Path, clock: FakeClock, seeded: Path) -> AsyncIterator[World]:
    """A fresh world."""
    async with world_of(tmp_path, clock, seeded=seeded) as made:
        yield made


def texts(component: dict[str, Any]) -> list[str]:
    """All text of a component and those inside it, in reading order: what the person sees."""
    children = [*component.get("components", []), *([component["accessory"]] if component.get("accessory") else [])]
    own = [str(component[key]) for key in ("content", "label") if component.get(key)]
    return own + [text for child in children for text in texts(child)]


async def press_more(actor: simcord.MemberActor, message: discord.Message, label: str) -> simcord.InteractionResult:
    """Press a button behind an answer's *More*."""
    more = await actor.click(message, label="More")
    assert more.response is not None
    return await actor.click(more.response, label=label)


def said(result: simcord.InteractionResult) -> str:
    """What a person reads in the response to a command or a press."""
    assert result.response is not None
    return seen(result.response)


def whispered(result: simcord.InteractionResult) -> str:
    """The same, for a response that nobody else sees."""
    assert result.response is not None
    assert result.response.ephemeral
    return seen(result.response)


def seen(message: discord.Message | simcord.ResponseMessage | None) -> str:
    """What a person reads in a message: its content and its components' text."""
    assert message is not None
    raw = message.message.components if isinstance(message, simcord.ResponseMessage) else message.components
    lines = [text for component in raw for text in texts(cast("dict[str, Any]", component.to_dict()))]
    return "\n".join([message.content, *lines] if message.content else lines)
