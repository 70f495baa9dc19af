"""``Client``: requests to live sources, one at a time each, at their pace, and never while they rest.

Why no library for retries or rates: those keep their state in memory. Here pace, back-off and rest are one
moment in the papers' database (``free_at``), which all tasks, processes and restarts share. While a source
is down the moment moves away, up to an hour; then one request at a time tries whether it is back.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Generic, TypeVar

import aiohttp

from retrieval.catalogue import Page, SourceLog
from retrieval.errors import SourceAway, SourceError, SourceRefused
from retrieval.ingest.live.politeness import Source, pace_asked_for, pause_after_failure, pause_asked_for
from retrieval.settings import SourceSettings

log = logging.getLogger(__name__)

T = TypeVar("T")

_LARGEST = 32 * 1024 * 1024  # bytes of an answer
_LOOK_AGAIN = timedelta(seconds=1)  # a place that another process holds may be free before its lease ends
_LEASE = timedelta(seconds=10)  # on top of the time limit of a request
_OK, _NOT_MODIFIED = 200, 304
_REFUSALS = frozenset({400, 404, 405, 406, 410, 414, 422})


@dataclass(frozen=True, slots=True)
class RetryTiming:
    """How to wait: ``sleep`` for so many seconds; ``jitter`` draws a number from 0 to 1."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What was read out of an answer. ``more``: its server says that another page follows."""

    value: T
    etag: str | None
    last_modified: str | None
    more: bool


class _FailedError(Exception):
    """A request was not answered as it should be; ``pause`` is what the answer asked for."""

    def __init__(self, said: str, pause: timedelta = timedelta(0)) -> None:
        super().__init__(said)
        self.said = said
        self.pause = pause


class Client:
    """Asks sources. Open one with ``Client.open``, which closes its connections."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        sources: SourceLog,
        seconds: float,
        clock: Callable[[], datetime],
        waiting: RetryTiming,
    ) -> None:
        self._session = session
        self._sources = sources
        self._seconds = seconds
        self._clock = clock
        self._waiting = waiting

    @classmethod
    @asynccontextmanager
    async def open(
        cls, sources: SourceLog, settings: SourceSettings, clock: Callable[[], datetime], waiting: RetryTiming
    ) -> AsyncGenerator[Client]:
        """A client with one User-Agent, that has the operator's contact in it."""
        timeout = aiohttp.ClientTimeout(total=settings.seconds)
        headers = {"User-Agent": user_agent(settings.contact)}
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            yield cls(session, sources, settings.seconds, clock, waiting)

    async def get(
        self,
        source: Source,
        url: str,
        params: Mapping[str, str],
        read: Callable[[bytes], T],
        *,
        patience: timedelta,
        known: Page | None = None,
    ) -> Answer[T] | None:
        """What ``read`` makes of the answer's body; ``None`` where it has not changed since ``known`` was read.

        A failure (no answer in time, a status that says so, a body that ``read`` refuses with ``SourceError``)
        is tried again, as long as ``patience`` lasts. Raises ``SourceAway`` when it does not, and
        ``SourceRefused`` where the source says that there is no such thing.
        """
        until = self._clock() + patience
        while True:
            await self._place(source, until)
            try:
                answer, headers = await self._ask(url, params, read, known)
            except _FailedError as failure:
                await self._failed(source, failure)
            except SourceRefused as refusal:
                await self._answered(source, {}, str(refusal))
                raise
            else:
                await self._answered(source, headers, "200 OK" if answer else "304 Not Modified")
                return answer

    async def _place(self, source: Source, until: datetime) -> None:
        """Wait for the one place; gives up at once while the source rests longer than until ``until``."""
        lease = timedelta(seconds=self._seconds) + _LEASE
        while wait := await self._sources.claim(source, self._clock(), lease):
            now, state = self._clock(), await self._sources.state(source)
            resting = state is not None and state.failures > 0 and now + wait > until
            if state is not None and (resting or now >= until):
                raise SourceAway(_away(source, state.said if resting else "", state.free_at))
            await self._waiting.sleep(min(wait, _LOOK_AGAIN, max(until - now, timedelta(0))).total_seconds())

    async def _ask(
        self, url: str, params: Mapping[str, str], read: Callable[[bytes], T], known: Page | None
    ) -> tuple[Answer[T] | None, Mapping[str, str]]:
        try:
            async with self._session.get(url, params=params, headers=_conditions(known)) as response:
                body = await _body(response)
        except TimeoutError as error:
            raise _FailedError(f"no whole answer within {self._seconds:g} seconds") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _FailedError(f"{type(error).__name__}: {error}"[:300]) from error
        status = f"{response.status} {response.reason or ''}".strip()
        if response.status == _NOT_MODIFIED and known is not None:
            return None, response.headers
        if response.status in _REFUSALS:
            await asyncio.to_thread(_refusal, read, body)
            raise SourceRefused(status)
        if response.status != _OK:
            asked = pause_asked_for(response.headers, self._clock()), pace_asked_for(response.headers)
            raise _FailedError(status, max(asked))
        try:
            value = await asyncio.to_thread(read, body)
        except SourceRefused:
            raise
        except SourceError as error:
            raise _FailedError(str(error)) from error
        etag, changed = response.headers.get("ETag"), response.headers.get("Last-Modified")
        return Answer(value, etag, changed, "next" in response.links), response.headers

    async def _answered(self, source: Source, headers: Mapping[str, str], said: str) -> None:
        now = self._clock()
        pause = max(source.interval, pace_asked_for(headers), pause_asked_for(headers, now))
        await self._sources.answered(source, now, now + pause, said)

    async def _failed(self, source: Source, failure: _FailedError) -> None:
        now, state = self._clock(), await self._sources.state(source)
        failures = (state.failures if state else 0) + 1
        pause = max(source.interval, failure.pause, pause_after_failure(failures, self._waiting.jitter()))
        log.warning("%s: %s; asked again in %.0f s", source.spoken, failure.said, pause.total_seconds())
        await self._sources.failed(source, now, now + pause, failure.said)


def user_agent(contact: str) -> str:
    """What every request says of itself."""
    try:
        name = f"daily-papers-bot/{version('daily-papers-bot')}"
    except PackageNotFoundError:
        name = "daily-papers-bot"
    return f"{name} ({contact.strip()})" if contact.strip() else name


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The whole body. Raises ``_FailedError`` for one that is larger than any honest answer."""
    parts, size = list[bytes](), 0
    async for part in response.content.iter_chunked(65_536):
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise _FailedError(f"an answer of more than {_LARGEST // 1024**2} MiB")
    return b"".join(parts)


def _conditions(known: Page | None) -> dict[str, str]:
    """Source: RFC 9110, sections 13.1.2 and 13.1.3."""
    if known is None:
        return {}
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


def _refusal(read: Callable[[bytes], object], body: bytes) -> None:
    """Raise the refusal in the source's own words, where the body holds them."""
    try:
        read(body)
    except SourceRefused:
        raise
    except SourceError as error:
        log.debug("A refusal without words: %s", error)


def _away(source: Source, said: str, free_at: datetime) -> str:
    if not said:
        return f"{source.spoken} is being asked by others just now. Please try again in a moment."
    return f"{source.spoken} does not answer as it should just now ({said}). I ask it again at {free_at:%H:%M} UTC."
