"""A file read by the thread that asks: a search makes one trip to a thread, instead of one for each statement.

Coroutines that read a ``DirectEngine`` wait for nothing, so a thread without an event loop can run them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, Executable, StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

_PATIENCE: Final = 10.0
"""Seconds."""
_CACHE: Final = 16_384
"""KiB of the file in memory, most of them pages of its indexes: each search reads these."""


@dataclass(frozen=True, slots=True)
class DirectConnection:
    """As much of ``AsyncConnection`` as reading needs."""

    connection: Connection

    async def execute(self, statement: Executable) -> Any:
        """See ``AsyncConnection``."""
        return self.connection.execute(statement)

    async def scalars(self, statement: Executable) -> Any:
        """See ``AsyncConnection``."""
        return self.connection.scalars(statement)

    async def scalar(self, statement: Executable) -> Any:
        """See ``AsyncConnection``."""
        return self.connection.scalar(statement)


@dataclass(frozen=True, eq=False, slots=True)
class DirectEngine:
    """As much of ``AsyncEngine`` as reading needs, for one thread at a time. ``raw`` is its only connection."""

    sync_engine: Engine
    raw: sqlite3.Connection

    @property
    def dialect(self) -> Any:
        """See ``AsyncEngine``."""
        return self.sync_engine.dialect

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[DirectConnection]:
        """A connection whose statements see the same state of the file."""
        with self.sync_engine.connect() as connection:
            yield DirectConnection(connection)

    def rows(self, sql: str, parameters: Sequence[Any]) -> list[Sequence[Any]]:
        """All rows of a statement."""
        return self.raw.execute(sql, parameters).fetchall()


@contextmanager
def direct_engine(engine: AsyncEngine) -> Generator[DirectEngine | None]:
    """What reads the file of an engine directly; ``None`` for PostgreSQL, and for a database in memory."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        yield None
        return
    raw = sqlite3.connect(name, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    raw.execute("PRAGMA query_only=ON")
    raw.execute(f"PRAGMA cache_size=-{_CACHE}")
    reading = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool, json_deserializer=from_json)
    event.listen(reading, "begin", _begin)
    try:
        yield DirectEngine(reading, raw)
    finally:
        reading.dispose()
        raw.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN DEFERRED")
