"""``Fetcher``: reads pages that are due, has their papers stored, and records that they were read.

A page is recorded after its papers are stored, so that an interrupted run continues with the first page that isn't
recorded. Storing a page twice changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from retrieval.catalogue import Added, SourceLog, SourcePage
from retrieval.errors import SourceRefused
from retrieval.ingest.live.arxiv import read_announcements, read_paper, read_submissions
from retrieval.ingest.live.due import ONCE, announcement, lists_due, newest_list_day, submissions_due
from retrieval.ingest.live.http_client import Client, RetryTiming
from retrieval.ingest.live.huggingface import read_list
from retrieval.ingest.live.politeness import Source
from retrieval.ingest.parsers.fetched_page import FetchedPage
from retrieval.papers import Paper
from retrieval.settings import SourceSettings

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=6)
"""How long a run waits for a source that fails or asks for a pause: longer than Hugging Face's rate limit window."""

INTERACTIVE_PATIENCE = timedelta(seconds=8)
"""How long somebody who asks for one paper waits for arXiv."""

_ARXIV_DAYS = timedelta(days=11)  # a week of days whose papers are all announced

Store = Callable[[Sequence[Paper]], Awaitable[Added]]
"""Stores papers and returns what that changed."""

Read = Callable[[SourcePage | None], Awaitable[FetchedPage]]
"""Reads a page, given its last state."""


@dataclass(frozen=True, slots=True)
class FetchTask:
    """A page that is due."""

    source: Source
    page: str
    read: Read


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync did: pages read, what their papers changed, and defects that were skipped."""

    pages: int = 0
    added: Added = field(default_factory=Added)
    defects: int = 0

    def __add__(self, other: SyncResult) -> SyncResult:
        return SyncResult(self.pages + other.pages, self.added + other.added, self.defects + other.defects)


class Fetcher:
    """Reads live sources. Open one with ``Fetcher.open``."""

    def __init__(
        self, client: Client, sources: SourceLog, settings: SourceSettings, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._sources = sources
        self._settings = settings
        self._clock = clock

    @classmethod
    @asynccontextmanager
    async def open(
        cls, sources: SourceLog, settings: SourceSettings, clock: Callable[[], datetime], timing: RetryTiming
    ) -> AsyncGenerator[Fetcher]:
        """A fetcher with its own connections, which are closed at the end."""
        async with Client.open(sources, settings, clock, timing) as client:
            yield cls(client, sources, settings, clock)

    async def due(self, source: Source, first: date | None = None, last: date | None = None) -> list[FetchTask]:
        """The pages that are due, oldest first: those that the settings ask for, or all of the given days."""
        if source is Source.HUGGING_FACE:
            return await self._lists_due(first, last)
        if not self._settings.arxiv_categories:
            return []
        submissions = await self._submissions_due(first, last)
        return submissions if first or last else [*submissions, *await self._announcements_due()]

    async def run(self, task: FetchTask, store: Store) -> SyncResult:
        """Read a page and store its papers. Raises ``SourceUnavailable`` if the source can't be read now."""
        known = await self._sources.page(task.source, task.page)
        try:
            page = await task.read(known)
        except SourceRefused as refusal:
            log.warning("%s, %s: refused: %s", task.source.display_name, task.page, refusal)
            await self._sources.record(SourcePage(task.source, task.page, self._clock(), papers=0, defects=1))
            return SyncResult(1, Added(), 1)
        if page.unchanged and known is not None:
            await self._sources.record(replace(known, read_at=self._clock()))
            return SyncResult(1)
        return await self._store(task, page, store)

    async def paper(self, id: str) -> Paper | None:
        """The paper with this arXiv id; ``None`` if arXiv doesn't have it. Raises ``SourceUnavailable``.

        An id that arXiv didn't know isn't requested again within a day.
        """
        page = f"id {id}"
        known, now = await self._sources.page(Source.ARXIV, page), self._clock()
        if known is not None and not known.papers and now - known.read_at < ONCE:
            return None
        try:
            reading = await read_paper(self._client, self._settings.arxiv_url, id, INTERACTIVE_PATIENCE)
        except SourceRefused as refusal:
            log.info("arXiv, %s: refused: %s", page, refusal)
            reading = FetchedPage()
        found = next((paper for paper in reading.papers if paper.id == id), None)
        mark = SourcePage(
            Source.ARXIV, page, self._clock(), papers=int(found is not None), defects=len(reading.defects)
        )
        await self._sources.record(mark)
        return found

    async def _store(self, task: FetchTask, page: FetchedPage, store: Store) -> SyncResult:
        for defect in page.defects:
            log.warning("%s, %s: %s", task.source.display_name, task.page, defect)
        added = await store(page.papers) if page.papers else Added()
        count, defects = len(page.papers), len(page.defects)
        read = SourcePage(task.source, task.page, self._clock(), count, defects, page.etag, page.last_modified)
        await self._sources.record(read)
        return SyncResult(1, added, defects)

    async def _lists_due(self, first: date | None, last: date | None) -> list[FetchTask]:
        now = self._clock()
        newest = newest_list_day(now)
        start = first or (last or newest) - timedelta(days=self._settings.huggingface_days)
        read = await self._days_read(Source.HUGGING_FACE, "list {day}")
        return [self._list_task(day) for day in lists_due(read, now, start, min(last or newest, newest))]

    def _list_task(self, day: date) -> FetchTask:
        read = partial(read_list, self._client, self._settings.huggingface_url, day, PATIENCE)
        return FetchTask(Source.HUGGING_FACE, f"list {day.isoformat()}", read)

    async def _submissions_due(self, first: date | None, last: date | None) -> list[FetchTask]:
        now, today = self._clock(), self._clock().astimezone(UTC).date()
        end = min(last or today, today)
        days = submissions_due(
            await self._days_read(Source.ARXIV, f"submitted {{day}} {self._categories}"),
            now,
            first or end - _ARXIV_DAYS,
            end,
            complete=first is None and last is None,
        )
        return [self._submissions_task(day) for day in days]

    def _submissions_task(self, day: date) -> FetchTask:
        chosen = self._settings.arxiv_categories
        read = partial(read_submissions, self._client, self._settings.arxiv_url, chosen, day, PATIENCE)
        return FetchTask(Source.ARXIV, f"submitted {day.isoformat()} {self._categories}", read)

    async def _announcements_due(self) -> list[FetchTask]:
        """The feed, once for each day of announcements."""
        now, page = self._clock(), f"feed {self._categories}"
        day, known = announcement(now), await self._sources.page(Source.ARXIV, page)
        if day is None or (known is not None and announcement(known.read_at) == day and now - known.read_at < ONCE):
            return []
        base, chosen = self._settings.arxiv_feed_url, self._settings.arxiv_categories
        return [FetchTask(Source.ARXIV, page, partial(read_announcements, self._client, base, chosen, PATIENCE))]

    @property
    def _categories(self) -> str:
        return "+".join(self._settings.arxiv_categories)

    async def _days_read(self, source: Source, name: str) -> dict[date, datetime]:
        """When the pages of days were last read; ``name`` is the name of a page, with ``{day}`` instead of the date."""
        before, _, after = name.partition("{day}")
        # A page without anything usable is tried again after a day.
        pages = await self._sources.read_at(source, before, useless_before=self._clock() - ONCE)
        days = {page.removeprefix(before).removesuffix(after): at for page, at in pages.items() if page.endswith(after)}
        return {date.fromisoformat(day): at for day, at in days.items()}
