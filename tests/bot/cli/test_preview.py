"""The preview in the browser: the real bot, in a simulated server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.cli.preview import Preview, offline, serve_preview, simulated
from bot.client import PaperBot, StopRequest
from bot.settings import PreviewSettings
from bot.storage import Store
from bot.ui.discord_limits import MESSAGE
from retrieval.catalogue import Catalogue
from retrieval.errors import SettingsError
from retrieval.ingest.live import Source
from retrieval.library import Library
from tests.bot.conftest import FakeClock, seen, settings_for, whispered


@asynccontextmanager
async def preview(folder: Path, clock: FakeClock) -> AsyncGenerator[Preview]:
    """The preview over the seed page."""
    settings = offline(settings_for(folder))
    async with Library.open(settings, clock) as library, Store.open(settings.preview_database) as store:
        await library.add_seeds()
        async with simulated(PaperBot(settings, library, store, clock)) as made:
            yield made


@pytest.mark.parametrize("length", [1_975, 1_980, MESSAGE])
async def test_a_message_of_any_length_is_answered(tmp_path: Path, clock: FakeClock, length: int) -> None:
    """The mention that is put in front of a message doesn't make it too long."""
    question = "how many problems does COFFE have? ".ljust(length, "?")
    async with preview(tmp_path, clock) as page:
        await page.visitor.send(page.channel, question)
        await page.env.settle()
        assert "398 and 358 problems" in seen(page.channel.last_message)


async def test_nothing_is_said_about_sources_that_the_preview_does_not_ask(tmp_path: Path, clock: FakeClock) -> None:
    """Even if one failed when somebody fetched its lists in a terminal."""
    async with Catalogue.open(settings_for(tmp_path).papers_location) as catalogue:
        await catalogue.sources.failed(Source.HUGGING_FACE, clock(), clock(), "503 Service Unavailable")
    async with preview(tmp_path, clock) as page:
        await page.visitor.send(page.channel, "what is COFFE?")
        await page.env.settle()
        shown = [whispered(await page.visitor.slash(page.channel, command)) for command in ("about", "status")]
        assert "Hugging Face" not in "\n".join([seen(page.channel.last_message), *shown])


async def test_the_clock_runs(tmp_path: Path, clock: FakeClock) -> None:
    """A message carries the time at which it was sent."""
    async with preview(tmp_path, clock) as page:
        clock.move(minutes=42)
        message = await page.visitor.send(page.channel, "what is COFFE?")
        assert message.created_at.replace(microsecond=0) == clock().replace(microsecond=0)


async def test_what_was_saved_is_there_at_the_next_start(tmp_path: Path, clock: FakeClock) -> None:
    """The visitor is the same person at every start."""
    async with preview(tmp_path, clock) as page:
        await page.visitor.slash(page.channel, "save", paper="COFFE")
    clock.move(hours=3)
    async with preview(tmp_path, clock) as page:
        assert "COFFE" in whispered(await page.visitor.slash(page.channel, "saved"))


async def test_the_channel_has_a_post_with_votes_at_every_start(tmp_path: Path, clock: FakeClock) -> None:
    """The messages of an earlier start are gone, and the example member's votes are counted once."""
    posts = list[str]()
    for _ in range(2):
        async with preview(tmp_path, clock) as page:
            posts.append(seen(page.channel.last_message))
        clock.move(hours=3)
    assert posts[0].count("1 vote here") == 3
    assert posts[1] == posts[0]


async def test_a_port_that_is_taken_is_named(tmp_path: Path, clock: FakeClock) -> None:
    """The operator reads one sentence, with a way out."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = settings_for(tmp_path).model_copy(update={"preview": PreviewSettings(port=port)})
        async with Library.open(settings, clock) as library, Store.open(settings.preview_database) as store:
            background = asyncio.sleep(0)
            with pytest.raises(SettingsError, match=f"on port {port} .*in use.* Set another one"):
                await serve_preview(PaperBot(settings, library, store, clock), background, StopRequest())
            background.close()
