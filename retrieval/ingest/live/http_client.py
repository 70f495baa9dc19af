"""``Client``: requests to live sources, one at a time for each, at the pace that they ask for.

Libraries for retries and rate limits keep their state in memory. Here, pace and back-off are one time in the papers'
database (``free_at``) that all tasks and processes share, also over restarts. While a source is down, that time is
moved further away, up to an hour; then a single request tries whether the source is back.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import aiohttp

from retrieval.catalogue import SourceLog, SourcePage
from retrieval.english import Text
from retrieval.errors import SourceError, SourceRefused, SourceUnavailable
from retrieval.ingest.live.politeness import Source, pause_after_failure, requested_interval, requested_pause
from retrieval.ingest.parsers.fetched_page import FetchedPage
from retrieval.settings import SourceSettings, program_version

log = logging.getLogger(__name__)

Read = Callable[[bytes], FetchedPage]
"""A parser of responses; raises ``SourceError`` if the body is not one, ``SourceRefused`` if it is an error."""

_LARGEST = 32 * 1024 * 1024  # bytes of an answer
_CHECK_INTERVAL = timedelta(seconds=1)  # a claim of another process may end before its lease does
_LEASE = timedelta(seconds=10)  # added to the timeout of a request
_OK, _NOT_MODIFIED = 200, 304
_REFUSALS = frozenset({400, 404, 405, 406, 410, 414, 422})


@dataclass(frozen=True, slots=True)
class RetryTiming:
    """How to wait: ``sleep`` waits for a number of seconds, ``jitter`` returns a random number from 0 to 1."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


class _FailedError(Exception):
    """A request failed; ``pause`` is how long the response asked us to wait."""

    def __init__(self, reason: str, pause: timedelta = timedelta(0)) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pause = pause


class Client:
    """Sends requests to sources. Open one with ``Client.open``, which closes its connections."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        sources: SourceLog,
        seconds: float,
        clock: Callable[[], datetime],
        timing: RetryTiming,
    ) -> None:
        self._session = session
        self._sources = sources
        self._seconds = seconds
        self._clock = clock
        self._timing = timing

    @classmethod
    @asynccontextmanager
    async def open(
        cls, sources: SourceLog, settings: SourceSettings, clock: Callable[[], datetime], timing: RetryTiming
    ) -> AsyncGenerator[Client]:
        """A client whose User-Agent contains the operator's contact."""
        timeout = aiohttp.ClientTimeout(total=settings.seconds)
        headers = {"User-Agent": user_agent(settings.contact)}
        async with aiohttp.ClientSession(timeout=timeout, headers=headers) as session:
            yield cls(session, sources, settings.seconds, clock, timing)

    async def get(
        self,
        source: Source,
        url: str,
        params: Mapping[str, str],
        read: Read,
        *,
        patience: timedelta,
        known: SourcePage | None = None,
    ) -> FetchedPage:
        """What ``read`` returns for the body of the response; ``unchanged`` if nothing changed since ``known``.

        A failed request (no response in time, an error status, a body for which ``read`` raises ``SourceError``) is
        retried for as long as ``patience``, and then raises ``SourceUnavailable``. Raises ``SourceRefused`` if the
        source says that there is no such thing.
        """
        until = self._clock() + patience
        while True:
            await self._wait_for_turn(source, until)
            try:
                page, headers = await self._request(url, params, read, known)
            except _FailedError as failure:
                await self._failed(source, failure)
            except SourceRefused as refusal:
                await self._succeeded(source, {}, str(refusal))
                raise
            else:
                await self._succeeded(source, headers, "304 Not Modified" if page.unchanged else "200 OK")
                return page

    async def _wait_for_turn(self, source: Source, until: datetime) -> None:
        """Wait for the right to send a request; gives up at once if the source is paused beyond ``until``."""
        lease = timedelta(seconds=self._seconds) + _LEASE
        while wait := await self._sources.claim(source, self._clock(), lease):
            now, state = self._clock(), await self._sources.state(source)
            paused = state is not None and state.failures > 0 and now + wait > until
            if state is not None and (paused or now >= until):
                raise SourceUnavailable(_unavailable(source, state.last_status if paused else "", state.free_at))
            await self._timing.sleep(min(wait, _CHECK_INTERVAL, max(until - now, timedelta(0))).total_seconds())

    async def _request(
        self, url: str, params: Mapping[str, str], read: Read, known: SourcePage | None
    ) -> tuple[FetchedPage, Mapping[str, str]]:
        try:
            async with self._session.get(url, params=params, headers=_conditions(known)) as response:
                body = await _body(response)
        except TimeoutError as error:
            raise _FailedError(f"no complete response within {self._seconds:g} seconds") from error
        except (aiohttp.ClientError, OSError) as error:
            raise _FailedError(f"{type(error).__name__}: {error}"[:300]) from error
        status = f"{response.status} {response.reason or ''}".strip()
        if response.status == _NOT_MODIFIED and known is not None:
            return FetchedPage(unchanged=True), response.headers
        if response.status in _REFUSALS:
            await asyncio.to_thread(_refusal, read, body)
            raise SourceRefused(status)
        if response.status != _OK:
            pauses = requested_pause(response.headers, self._clock()), requested_interval(response.headers)
            raise _FailedError(status, max(pauses))
        try:
            page = await asyncio.to_thread(read, body)
        except SourceRefused:
            raise
        except SourceError as error:
            raise _FailedError(str(error)) from error
        etag, changed = response.headers.get("ETag"), response.headers.get("Last-Modified")
        more = "next" in response.links
        return replace(page, etag=etag, last_modified=changed, more=more), response.headers

    async def _succeeded(self, source: Source, headers: Mapping[str, str], status: str) -> None:
        now = self._clock()
        pause = max(source.interval, requested_interval(headers), requested_pause(headers, now))
        await self._sources.succeeded(source, now, now + pause, status)

    async def _failed(self, source: Source, failure: _FailedError) -> None:
        now, state = self._clock(), await self._sources.state(source)
        failures = (state.failures if state else 0) + 1
        pause = max(source.interval, failure.pause, pause_after_failure(failures, self._timing.jitter()))
        log.warning("%s: %s. Trying again in %.0f s.", source.display_name, failure.reason, pause.total_seconds())
        await self._sources.failed(source, now, now + pause, failure.reason)


def user_agent(contact: str) -> str:
    """The User-Agent of every request."""
    name = f"daily-papers-bot/{program_version()}"
    return f"{name} ({contact.strip()})" if contact.strip() else name


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """The whole body. Raises ``_FailedError`` if it is larger than any real response."""
    parts, size = list[bytes](), 0
    async for part in response.content.iter_chunked(65_536):
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise _FailedError(f"a response of more than {_LARGEST // 1024**2} MiB")
    return b"".join(parts)


def _conditions(known: SourcePage | None) -> dict[str, str]:
    """Source: RFC 9110, sections 13.1.2 and 13.1.3."""
    if known is None:
        return {}
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}


def _refusal(read: Read, body: bytes) -> None:
    """Raise the refusal in the source's own words, if the body has them."""
    try:
        read(body)
    except SourceRefused:
        raise
    except SourceError as error:
        log.debug("A refusal without a reason: %s", error)


def _unavailable(source: Source, status: str, free_at: datetime) -> Text:
    if not status:
        return Text("{source} is busy with other requests. Please try again in a moment.", source=source.display_name)
    return Text(
        "{source} isn't responding properly ({status}). I'll try again at {time} UTC.",
        source=source.display_name,
        status=status,
        time=f"{free_at:%H:%M}",
    )
