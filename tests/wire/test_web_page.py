"""The web page of the real process under a flood: the bot goes on, and its log stays short."""

from __future__ import annotations

import asyncio
import socket

import aiohttp

from tests.wire.conftest import Scene

CONNECTIONS = 1_000
LONGEST_LOG = 20_000  # bytes


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
    return port


async def test_a_thousand_half_open_connections_stop_nothing(scene: Scene) -> None:
    """Each has sent half a header and keeps still; people are answered meanwhile, and visitors afterwards."""
    port = free_port()
    async with scene.bot(
        DAILY_PAPERS_WEB__PUBLIC_URL="https://papers.example.org", DAILY_PAPERS_WEB__LISTEN_PORT=str(port)
    ) as bot:
        half_open = list[asyncio.StreamWriter]()
        for _ in range(CONNECTIONS):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\nX: ")
            half_open.append(writer)
        asked = await scene.discord.slash(scene.ada, scene.channel_id, "search", words="owls")
        assert "Owls" in await scene.discord.answer(asked)
        for writer in half_open:
            writer.transport.abort()
        assert await _answers(port)
        assert bot.alive
        assert len(bot.log) < LONGEST_LOG


async def _answers(port: int) -> bool:
    """Whether the page answers a visitor who tries for a while."""
    async with aiohttp.ClientSession() as visitor, asyncio.timeout(20):
        while True:
            try:
                async with visitor.get(f"http://127.0.0.1:{port}/") as answer:
                    return answer.status < 500
            except aiohttp.ClientError:  # the bot hasn't seen yet that the others are gone
                await asyncio.sleep(0)
