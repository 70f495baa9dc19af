"""Serves an aiohttp application from a thread, with limits on connections, time and size.

A bounded number of connections is served; further ones are closed at once, before they cost anything. Each connection
ends after a few seconds, whatever it has sent by then: a header, half a body, or nothing.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from aiohttp import web

from bot.texts import LANGUAGES, use_language
from retrieval.english import Text
from retrieval.errors import Busy, SettingsError

T = TypeVar("T")

LARGEST_BODY: Final = 16_384
"""Bytes of a request's body; larger ones are answered with status 413."""

_SECONDS_TO_START: Final = 10.0
_LONGEST_HEADER: Final = 200
_ACCEPTED: Final = re.compile(r"(?:^|,)\s*([a-z]{2}(?:-\w+)*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?(?=\s*(?:,|$))")
_TRADITIONAL: Final = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")
"""Chinese in other characters than the catalogue's."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class SiteLimits:
    """``connections`` at the same time, ``seconds`` for each of them, ``seconds`` to wait for the bot."""

    connections: int = 100
    seconds: float = 10.0
    bot_seconds: float = 5.0


class BotLoop:
    """Runs what a page asks of the bot on the bot's own loop. Make one there."""

    def __init__(self, seconds: float = SiteLimits().bot_seconds) -> None:
        self._loop, self._seconds = asyncio.get_running_loop(), seconds

    async def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """What ``work`` returns. Raises ``Busy`` if the bot doesn't respond in time, and what ``work`` raises."""

        async def bounded() -> T:
            async with asyncio.timeout(self._seconds):
                return await work()

        future = asyncio.run_coroutine_threadsafe(bounded(), self._loop)
        try:
            async with asyncio.timeout(self._seconds + 1):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            future.cancel()
            raise Busy(Text("The bot isn't responding right now.")) from None


class _Connections:
    """The connections that are open now; used by the site's thread only."""

    def __init__(self, limits: SiteLimits) -> None:
        self.limits = limits
        self.open = set[asyncio.BaseTransport]()


class _LimitedConnection(asyncio.Protocol):
    """Passes everything on to aiohttp's own protocol, and ends a connection that comes too much or takes too long."""

    def __init__(self, inner: asyncio.Protocol, connections: _Connections) -> None:
        self._inner, self._connections = inner, connections
        self._end: asyncio.TimerHandle | None = None
        self._served = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve it, or close it at once."""
        assert isinstance(transport, asyncio.Transport)
        limits = self._connections.limits
        if len(self._connections.open) >= limits.connections:
            transport.abort()
            return
        self._served, self._transport = True, transport
        self._connections.open.add(transport)
        self._end = asyncio.get_running_loop().call_later(limits.seconds, transport.abort)
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Make room for another one."""
        if self._served:
            self._connections.open.discard(self._transport)
            self._inner.connection_lost(exc)
        if self._end is not None:
            self._end.cancel()

    def data_received(self, data: bytes) -> None:
        """Part of a request."""
        if self._served:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """The other side sends no more."""
        return self._inner.eof_received() if self._served else None

    def pause_writing(self) -> None:
        """The other side reads slowly."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """It has read."""
        self._inner.resume_writing()


@dataclass(slots=True)
class _Serving:
    """What the thread reports when it has begun to serve, and how it is told to stop."""

    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event
    port: int


@web.middleware
async def in_browsers_language(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write the response in the language that the browser asks for."""
    use_language(accepted_language(request.headers.get("Accept-Language", "")))
    return await handler(request)


def accepted_language(header: str) -> str:
    """The catalogue's language that an Accept-Language header likes best; empty for English (RFC 9110, 12.5.4)."""
    known, wanted = {*LANGUAGES.values(), "en"}, list[tuple[float, str]]()
    for tag, quality in _ACCEPTED.findall(header[:_LONGEST_HEADER].lower()):
        if tag[:2] in known and not tag.startswith(_TRADITIONAL):
            wanted.append((float(quality or 1), tag[:2]))
    best = max(wanted, key=lambda each: each[0], default=(0.0, ""))  # the first of several alike
    return best[1] if best[0] > 0 and best[1] != "en" else ""


@asynccontextmanager
async def serve_site(
    application: Callable[[], web.Application], host: str, port: int, limits: SiteLimits | None = None
) -> AsyncGenerator[int]:
    """Serve the application while the block runs; yields the port. Raises ``OSError`` if the port can't be used.

    ``application`` is made in the thread. Requests aren't logged.
    """
    started = asyncio.get_running_loop().create_future()
    here = asyncio.get_running_loop()

    def report(serving: _Serving | BaseException) -> None:
        def settle() -> None:
            if isinstance(serving, BaseException):
                started.set_exception(serving)
            else:
                started.set_result(serving)

        here.call_soon_threadsafe(settle)

    def run() -> None:
        try:
            asyncio.run(_serve(application(), host, port, limits or SiteLimits(), report))
        except OSError as error:
            report(error)

    thread = threading.Thread(target=run, name=f"web site on port {port}", daemon=True)
    thread.start()
    async with asyncio.timeout(_SECONDS_TO_START):
        serving: _Serving = await started
    try:
        yield serving.port
    finally:
        serving.loop.call_soon_threadsafe(serving.stop.set)
        await asyncio.to_thread(thread.join, _SECONDS_TO_START)


async def _serve(
    application: web.Application, host: str, port: int, limits: SiteLimits, report: Callable[[_Serving], None]
) -> None:
    runner = web.AppRunner(application, access_log=None, keepalive_timeout=limits.seconds, shutdown_timeout=1.0)
    await runner.setup()
    connections, make = _Connections(limits), runner.server
    assert make is not None
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    try:
        server = await loop.create_server(lambda: _LimitedConnection(make(), connections), host, port)
        async with server:
            report(_Serving(loop, stop, int(server.sockets[0].getsockname()[1])))
            await stop.wait()
            for transport in list(connections.open):
                transport.close()
    finally:
        await runner.cleanup()


def port_taken(what: str, host: str, port: int, error: OSError, fix: str) -> SettingsError:
    """The error of a site whose port can't be used."""
    return SettingsError(f"Can't serve {what} at {host}:{port} ({error.strerror}). {fix}")
