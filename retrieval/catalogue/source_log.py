"""``catalogue.sources``: the state of each live source, and the pages that were read.

It is in the papers' database, so that all processes share the pace of a source, and keep it over a restart.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.catalogue.tables import source_pages, source_states
from retrieval.database import Reader, upsert, write_transaction


@dataclass(frozen=True, slots=True)
class SourceState:
    """The state of a source.

    ``free_at``: no request before then. ``failures``: how many requests in a row failed. ``read_at`` and
    ``failed_at``: when a request last succeeded and last failed. ``last_status``: the outcome of the last request.
    """

    source: str
    free_at: datetime
    failures: int
    read_at: datetime | None
    failed_at: datetime | None
    last_status: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page of a source that was read completely; ``papers`` and ``defects`` are how many it had.

    ``etag`` and ``last_modified`` are for the next request, so that an unchanged page isn't sent again.
    """

    source: str
    page: str
    read_at: datetime
    papers: int
    defects: int
    etag: str | None = None
    last_modified: str | None = None


class SourceLog(Reader):
    """States and pages. Datetimes are aware; every change is one transaction."""

    async def claim(self, source: str, now: datetime, lease: timedelta) -> timedelta:
        """Claim the right to send a request to ``source``: zero if granted, otherwise how long to wait at least.

        The claim lasts until the request succeeds or fails, or for ``lease`` if the process dies: so there is never
        more than one request at a time, from any process.
        """
        async with write_transaction(self._engine, f"source {source}") as connection:
            state = await _state(connection, source)
            if state is not None and state.free_at > now:
                return state.free_at - now
            await _write(connection, source, free_at=now + lease)
        return timedelta(0)

    async def succeeded(self, source: str, now: datetime, free_at: datetime, status: str) -> None:
        """The request succeeded; the next one may be sent at ``free_at``."""
        async with write_transaction(self._engine, None) as connection:
            await _write(connection, source, free_at=free_at, failures=0, read_at=now, said=status)

    async def failed(self, source: str, now: datetime, free_at: datetime, status: str) -> None:
        """The request failed; nothing is sent before ``free_at``."""
        async with write_transaction(self._engine, f"source {source}") as connection:
            state = await _state(connection, source)
            failures = (state.failures if state else 0) + 1
            await _write(connection, source, free_at=free_at, failures=failures, failed_at=now, said=status)

    async def state(self, source: str) -> SourceState | None:
        """The state of a source; ``None`` if there was never a request."""
        return await self._first(_STATES.where(source_states.c.source == source), SourceState)

    async def states(self) -> list[SourceState]:
        """The states of all sources that ever got a request."""
        return await self._rows(_STATES.order_by(source_states.c.source), SourceState)

    async def page(self, source: str, page: str) -> SourcePage | None:
        """What is known about a page; ``None`` if it was never read completely."""
        wanted = select(source_pages).where(source_pages.c.source == source, source_pages.c.page == page)
        return await self._first(wanted, SourcePage)

    async def read_at(self, source: str, prefix: str, *, useless_before: datetime) -> dict[str, datetime]:
        """When each page whose name starts with ``prefix`` was last read, by name.

        Pages without a usable paper that were read before ``useless_before`` count as not read.
        """
        table = source_pages
        useful = or_(table.c.papers > 0, table.c.defects == 0, table.c.read_at >= useless_before)
        wanted = select(table.c.page, table.c.read_at).where(
            table.c.source == source, table.c.page.startswith(prefix, autoescape=True), useful
        )
        return dict(await self._tuples(wanted))

    async def record(self, page: SourcePage) -> None:
        """Record that a page was read, after its papers were stored."""
        async with write_transaction(self._engine, None) as connection:
            await upsert(connection, source_pages, [asdict(page)])

    async def defects(self) -> dict[str, int]:
        """How many defects the pages of each source had when they were last read."""
        table = source_pages
        wanted = select(table.c.source, func.sum(table.c.defects)).group_by(table.c.source)
        return {source: int(count) for source, count in await self._tuples(wanted)}


_STATES = select(*(each for each in source_states.c if each.name != "said"), source_states.c.said.label("last_status"))


async def _state(connection: AsyncConnection, source: str) -> SourceState | None:
    row = (await connection.execute(_STATES.where(source_states.c.source == source))).mappings().first()
    return None if row is None else SourceState(**row)


async def _write(connection: AsyncConnection, source: str, **values: object) -> None:
    first = {"source": source, "failures": 0, "said": ""}
    await upsert(connection, source_states, [first | values], kept=first.keys() - values)
