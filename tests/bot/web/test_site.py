"""A page in a thread of its own: slow, half-open, huge and many requests harm nobody else."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from bot.web.site import LARGEST_BODY, BotLoop, SiteLimits, accepted_language, serve_site
from retrieval.errors import Busy

QUICK = SiteLimits(connections=5, seconds=0.5)


async def echo(request: web.Request) -> web.Response:
    """The name of the thread, and the size of the body."""
    return web.Response(text=f"{threading.current_thread().name} {len(await request.read())}")


def application() -> web.Application:
    """One page."""
    made = web.Application(client_max_size=LARGEST_BODY)
    made.router.add_route("*", "/", echo)
    return made


@asynccontextmanager
async def site(limits: SiteLimits = QUICK) -> AsyncGenerator[int]:
    """The page, served; yields the port."""
    async with serve_site(application, "127.0.0.1", 0, limits) as port:
        yield port


async def get(port: int, **options: bytes) -> tuple[int, str]:
    """The status and text of an answer."""
    async with (
        aiohttp.ClientSession() as browser,
        browser.post(f"http://127.0.0.1:{port}/", **options) as answer,  # pyright: ignore[reportArgumentType]
    ):
        return answer.status, await answer.text()


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What a connection brings until the site ends it."""
    try:
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", ""),
        ("fi, ja;q=0.2, fr;q=0.1", "ja"),
        ("zh-TW, zh-CN;q=0.5", "zh"),
        ("zh-Hant", ""),
        ("fr;q=0", ""),
        ("*", ""),
        ("de;q=9,,;=\x00", ""),
        ("", ""),
    ],
)
def test_a_page_is_written_in_the_language_that_the_browser_likes_best(header: str, language: str) -> None:
    """Of those that have a catalogue; English is one of them."""
    assert accepted_language(header) == language


async def test_it_has_a_thread_of_its_own() -> None:
    """A visitor's request never runs on the bot's loop."""
    async with site() as port:
        status, text = await get(port)
        assert (status, text) == (200, "web site on port 0 0")


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HT", b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf"],
    ids=["nothing", "half a line", "half a header", "half a body"],
)
async def test_a_half_open_connection_is_ended(sent: bytes) -> None:
    """Whatever has arrived until then."""
    async with site() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        await ended(reader)
        writer.close()
        assert (await get(port))[0] == 200


async def test_many_half_open_connections_are_closed_at_once(caplog: pytest.LogCaptureFixture) -> None:
    """Only a few are kept, and after their time the page works again. The log stays short."""
    async with site() as port:
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        closed = await asyncio.gather(*(ended(reader) for reader, _ in opened))
        assert len(closed) == 200
        assert (await get(port))[0] == 200
        for _, writer in opened:
            writer.close()
    assert sum(record.levelno >= logging.WARNING for record in caplog.records) == 0


async def test_a_large_body_is_refused() -> None:
    """Status 413, with a length and without."""
    async with site() as port:
        assert (await get(port, data=b"x" * LARGEST_BODY))[0] == 200
        assert (await get(port, data=b"x" * (LARGEST_BODY + 1)))[0] == 413


async def test_the_bot_is_asked_on_its_own_loop_and_not_for_long() -> None:
    """A page must not wait for a bot that hangs."""
    bot, name = BotLoop(seconds=0.05), threading.current_thread().name

    async def who() -> str:
        return threading.current_thread().name

    assert await asyncio.to_thread(lambda: asyncio.run(bot.run(who))) == name
    with pytest.raises(Busy):
        await asyncio.to_thread(lambda: asyncio.run(bot.run(asyncio.Event().wait)))


async def test_a_port_in_use_is_an_error_of_the_caller() -> None:
    """Not of the thread."""
    async with site() as port:
        with pytest.raises(OSError, match="in use"):
            async with serve_site(application, "127.0.0.1", port):
                pass
