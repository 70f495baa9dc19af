"""How the bot starts and stops."""

from __future__ import annotations

import asyncio
from pathlib import Path

import discord
import pytest

from bot.client import PaperBot, StopRequest
from bot.storage import Store
from retrieval.errors import SettingsError
from retrieval.library import Library
from tests.bot.conftest import FakeClock, settings_for


async def forever() -> None:
    """Background jobs that have nothing to do."""
    await asyncio.Event().wait()


class Waiting(PaperBot):
    """A bot whose connection lasts until it is closed."""

    closed_properly = False

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        """Stay until ``close``."""
        self.ended = asyncio.Event()
        await self.ended.wait()

    async def close(self) -> None:
        """Say goodbye."""
        self.closed_properly = True
        self.ended.set()


async def test_a_stop_closes_the_connection_and_the_background_jobs(tmp_path: Path) -> None:
    """The connection is closed properly, the jobs are cancelled, and the process can end."""
    settings, clock, stop, jobs_ended = settings_for(tmp_path), FakeClock(), StopRequest(), asyncio.Event()

    async def jobs() -> None:
        stop.set()
        try:
            await forever()
        finally:
            jobs_ended.set()

    async with Library.open(settings, clock) as library, Store.open(tmp_path / "c.sqlite3") as store:
        bot = Waiting(settings, library, store, clock)
        async with asyncio.timeout(60):
            await bot.run_until_stopped("token", jobs(), stop)
    assert bot.closed_properly
    assert jobs_ended.is_set()


async def test_a_failed_connection_ends_the_run_with_its_error(tmp_path: Path) -> None:
    """The operator reads that a token was refused."""
    settings, clock = settings_for(tmp_path), FakeClock()

    class Refused(Waiting):
        async def start(self, token: str, *, reconnect: bool = True) -> None:
            self.ended = asyncio.Event()
            raise ConnectionRefusedError("no")

    async with Library.open(settings, clock) as library, Store.open(tmp_path / "c.sqlite3") as store:
        bot = Refused(settings, library, store, clock)
        with pytest.raises(ConnectionRefusedError):
            await bot.run_until_stopped("token", forever(), StopRequest())


async def test_a_refused_intent_is_explained_with_its_fix(tmp_path: Path) -> None:
    """The operator reads where to turn it on, and how to do without."""
    settings, clock = settings_for(tmp_path, discord={"message_content": True}), FakeClock()

    class Refused(Waiting):
        async def start(self, token: str, *, reconnect: bool = True) -> None:
            self.ended = asyncio.Event()
            raise discord.PrivilegedIntentsRequired(0)

    async with Library.open(settings, clock) as library, Store.open(tmp_path / "c.sqlite3") as store:
        bot = Refused(settings, library, store, clock)
        assert bot.intents.message_content
        with pytest.raises(SettingsError, match=r"Message Content Intent.*message_content = false"):
            await bot.run_until_stopped("token", forever(), StopRequest())


@pytest.mark.parametrize("how", ["returns", "raises", "is cancelled"])
async def test_a_supervisor_that_ends_ends_the_process(tmp_path: Path, how: str) -> None:
    """A bot without its background jobs stops, so that it can be restarted."""
    settings, clock = settings_for(tmp_path), FakeClock()

    async def ending() -> None:
        if how == "raises":
            raise ZeroDivisionError
        if how == "is cancelled":
            raise asyncio.CancelledError

    async with Library.open(settings, clock) as library, Store.open(tmp_path / "c.sqlite3") as store:
        bot = Waiting(settings, library, store, clock)
        with pytest.raises(RuntimeError, match="background jobs have ended") as caught:
            await bot.run_until_stopped("token", ending(), StopRequest())
    assert bot.closed_properly
    assert isinstance(caught.value.__cause__, ZeroDivisionError) is (how == "raises")
