"""A world for the bot's tests: the real bot, a real library of the seed page, a simulated Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord

from bot.client import PaperBot
from bot.settings import Settings
from bot.store import Store
from retrieval.library import Library

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until it is moved."""

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


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Default settings with a data folder of the test's own, and a generous cooldown."""
    return Settings(data_folder=folder, **({"chat": {"questions": 1_000}} | changes))


@asynccontextmanager
async def world_of(folder: Path, clock: FakeClock, **changes: Any) -> AsyncIterator[World]:
    """The real bot in a simulated Discord, over the seed page; refusals do not fail the test by themselves."""
    settings = settings_for(folder, **changes)
    async with Library.open(settings, clock) as library, Store.open(settings.community_database) as store:
        await library.add_seeds()
        bot = PaperBot(settings, library, store, clock)
        async with simcord.run(bot, shard_count=1, check_errors=False) as env:
            guild = env.create_guild("Reading room")
            channel = guild.create_text_channel("papers")
            member = guild.add_member(env.create_user("ada"))
            manager = guild.create_role("Manager", permissions=discord.Permissions(manage_guild=True))
            admin = guild.add_member(env.create_user("grace"), roles=[manager])
            yield World(env, bot, clock, guild, channel, member, admin)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands at 24 November 2026, 08:00 UTC."""
    return FakeClock()


@pytest.fixture
async def world(tmp_path: Path, clock: FakeClock) -> AsyncIterator[World]:
    """A fresh world."""
    async with world_of(tmp_path, clock) as made:
        yield made


def texts(components: Any) -> str:
    """All text of a message's components, in reading order: what the person sees."""
    if isinstance(components, list):
        return "\n".join(filter(None, (texts(each) for each in components)))
    parts = [components.get("content", ""), components.get("label", "")]
    parts += [texts(components[key]) for key in ("components", "accessory") if components.get(key)]
    return "\n".join(filter(None, parts))


def seen(message: Any) -> str:
    """What a person reads in a message: its content and its components' text."""
    raw = [each.to_dict() if hasattr(each, "to_dict") else each for each in message.components]
    return "\n".join(filter(None, (message.content, texts(raw))))
