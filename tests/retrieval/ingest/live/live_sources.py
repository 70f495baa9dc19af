"""Live sources on the loopback: a test decides how they respond, and they remember the requests.

Only time that a test moves passes: who waits moves it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from retrieval.ingest.live import RetryTiming
from retrieval.settings import LibrarySettings

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Time:
    """A clock that only moves while somebody sleeps by it, and the seconds that were slept."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.slept = list[float]()

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def move(self, **by: float) -> None:
        """Move the clock; takes the keywords of ``timedelta``."""
        self.now += timedelta(**by)

    @property
    def waiting(self) -> RetryTiming:
        """Waiting by this clock, without jitter."""
        return RetryTiming(self.sleep, lambda: 0.0)


@dataclass(frozen=True)
class Reply:
    """A response. ``cut``: the connection breaks after half of the body. ``slow``: it never comes."""

    body: bytes = b"[]"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cut: bool = False
    slow: bool = False


@dataclass(frozen=True)
class ReceivedRequest:
    """A request and when it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: datetime


Answers = Callable[[ReceivedRequest], Reply]
"""What a source answers to a request."""


class Server:
    """One source, or all of them. ``faults`` are the first responses, one for each request; then ``answers``."""

    def __init__(self, answers: Answers, clock: Callable[[], datetime]) -> None:
        self.answers = answers
        self.faults = list[Reply]()
        self.asked = list[ReceivedRequest]()
        self.on_request: Callable[[int], None] = lambda _count: None
        self.url = ""
        self._clock = clock
        self._stopping = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[Server]:
        """On a free port of 127.0.0.1."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        try:
            yield self
        finally:
            self._stopping.set()
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        asked = ReceivedRequest(request.path, dict(request.query), dict(request.headers), self._clock())
        self.asked.append(asked)
        self.on_request(len(self.asked))
        reply = self.faults.pop(0) if self.faults else self.answers(asked)
        if reply.slow:
            await self._stopping.wait()
        etag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
        if reply.status == 200 and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        headers = {"ETag": etag} | dict(reply.headers)
        if not reply.cut:
            return web.Response(body=reply.body, status=reply.status, headers=headers)
        response = web.StreamResponse(headers=headers | {"Content-Length": str(len(reply.body))})
        await response.prepare(request)
        await response.write(reply.body[: len(reply.body) // 2])
        if request.transport is not None:
            request.transport.close()
        return response


def settings_at(url: str, folder: Path, **sources: Any) -> LibrarySettings:
    """Settings in which all sources are at ``url``."""
    places = dict.fromkeys(("huggingface_url", "arxiv_url", "arxiv_feed_url"), url)
    return LibrarySettings.model_validate({"data_folder": folder, "sources": places | sources})


def item(id: str, *, votes: int = 1, **fields: Any) -> dict[str, Any]:
    """An item of the daily papers API."""
    paper = {"id": id, "title": f"Paper {id}", "summary": f"We study {id}. It works.", "upvotes": votes}
    return {"paper": paper | fields}


def daily(lists: Mapping[str, Sequence[Any]]) -> Answers:
    """Daily lists by their ISO day; the others are empty. At most a hundred papers in a response, as in the API."""

    def answer(asked: ReceivedRequest) -> Reply:
        page, limit = int(asked.query.get("p", 0)), int(asked.query["limit"])
        items = lists.get(asked.query["date"], [])
        more = {"Link": f'<{asked.path}?p={page + 1}>; rel="next"'} if len(items) > (page + 1) * limit else {}
        return Reply(json.dumps(items[page * limit : (page + 1) * limit]).encode(), headers=more)

    return answer


def entry(id: str, *, summary: str = "We study owls.", comment: str = "", kind: str = "") -> str:
    """An entry of an Atom feed of arXiv."""
    return (
        f"<entry><id>http://arxiv.org/abs/{id}</id><title>Paper {id}</title><summary>{summary}</summary>"
        "<published>2026-11-19T10:00:00Z</published><updated>2026-11-20T10:00:00Z</updated>"
        f'<author><name>Ada Lovelace</name></author><category term="cs.CL"/><arxiv:comment>{comment}</arxiv:comment>'
        + (f"<arxiv:announce_type>{kind}</arxiv:announce_type>" if kind else "")
        + "</entry>"
    )


def feed(*entries: str, total: int | None = None) -> bytes:
    """An Atom feed of these entries."""
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<opensearch:totalResults>{len(entries) if total is None else total}</opensearch:totalResults>"
        f"{''.join(entries)}</feed>"
    ).encode()
