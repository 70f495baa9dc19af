"""Connections of aiosqlite that cost less: a statement takes one trip to the connection's thread instead of five.

A trip costs 0.1 ms of CPU, more than most of the statements. So a cursor makes no trip until it executes, brings all
rows back at once, and needs no other to close. ``BEGIN`` travels with the transaction's first statement, and nobody
waits for the end of a transaction that only read.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from math import ceil
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, Self

import aiosqlite

_BEGIN: Final = "BEGIN DEFERRED"  # locks nothing until the first write
_BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
_READING: Final = "SELECT"  # what begins with WITH or PRAGMA may write
_CHUNK: Final = 64  # aiosqlite's own

Brought = tuple[Any, int, int | None]
"""A cursor's description, number of rows that changed, and id of the last row."""


_without_threads = False


def use_no_threads() -> None:
    """Run all statements of new connections at once, in the thread that asks: for processes that do nothing else."""
    global _without_threads  # noqa: PLW0603
    _without_threads = True


class _AtOnce(SimpleQueue[Any]):
    """A queue whose calls are run when they are put."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Run a call."""
        future, call = item
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 - as in a thread, it is whoever waits that gets it
            if future:
                future.set_exception(error)
        else:
            if future:
                future.set_result(result)


class _NoThread(Thread):
    """A thread that isn't needed."""

    def start(self) -> None:
        """Nothing."""


class Cursor:
    """A cursor as SQLAlchemy's adapter uses it: executed once, then read as a whole."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> Self:
        """Run a statement and fetch its rows."""
        await self._connection.run(self, sql, partial(_executed, sql=sql, parameters=parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Self:
        """Run a statement many times."""
        await self._connection.run(self, sql, partial(_executed_many, sql=sql, parameters=parameters))
        return self

    def take(self, brought: Brought, rows: Sequence[Any]) -> None:
        """Keep what a statement brought."""
        self._rows = rows
        self.description, self.rowcount, self.lastrowid = brought

    async def fetchall(self) -> Sequence[Any]:
        """All rows."""
        return self._rows

    async def close(self) -> None:
        """Forget the rows."""
        self._rows = ()


class Connection(aiosqlite.Connection):
    """A connection with these cursors."""

    def __init__(self, open_it: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(open_it, _CHUNK)
        self._thread.daemon = True  # as SQLAlchemy does it: a connection that nobody closed ends with the process
        if _without_threads:
            self._thread, self._tx = _NoThread(), _AtOnce()

    _begin = ""
    """The statement that waits for the transaction's first one."""
    _begun = False
    """Whether a transaction has begun."""
    _reading = False
    """Whether it has only read so far."""
    _patience: float | None = None
    _wanted_patience: float | None = None
    """Seconds that a statement waits for other programs."""

    def begin(self, patience: float | None) -> None:
        """Begin a transaction with its first statement; with ``patience``, one that writes.

        That one takes the lock of the file, and waits for it for so many seconds.
        """
        self._reading = patience is None
        self._begin = _BEGIN if patience is None else _BEGIN_WRITING
        self._wanted_patience = self._patience if patience is None else ceil(patience * 10) / 10

    def cursor(self) -> Any:
        """A cursor; without a trip."""
        return Cursor(self)

    async def run(self, cursor: Cursor, sql: str, execute: Callable[[sqlite3.Cursor], Sequence[Any]]) -> None:
        """Run what a cursor was given, after the ``BEGIN`` that waits for it."""
        self._reading = self._reading and sql.startswith(_READING)
        before = list(self._before())
        self._begun = self._begun or bool(before)
        trip = partial(_in_one_trip, self._conn, before=before, execute=execute)
        brought, rows = await self._execute(trip)  # pyright: ignore[reportUnknownMemberType] - aiosqlite has few types
        cursor.take(brought, rows)

    async def fetch(self, sql: str, parameters: Sequence[Any]) -> Sequence[Any]:
        """All rows of a statement that reads, outside of a transaction: SQLite's own one ends with the last row."""
        cursor = Cursor(self)
        await self.run(cursor, sql, partial(_executed, sql=sql, parameters=parameters))
        return await cursor.fetchall()

    def _before(self) -> Iterable[str]:
        """The statements that travel with the transaction's first one."""
        begin, self._begin = self._begin, ""
        if begin and self._wanted_patience != self._patience:
            self._patience = self._wanted_patience
            yield f"PRAGMA busy_timeout={round((self._patience or 0) * 1_000)}"
        if begin:
            yield begin

    async def commit(self) -> None:
        """End the transaction; nothing where none has begun."""
        if not self._dropped():
            await super().commit()

    async def rollback(self) -> None:
        """Undo the transaction; nothing where none has begun."""
        if not self._dropped():
            await super().rollback()

    def _dropped(self) -> bool:
        """Whether the transaction needs no trip that is waited for: it has not begun, or has only read."""
        begun, reading = self._begun, self._reading
        self._begin, self._begun, self._reading = "", False, False
        if not begun:
            return True
        if reading:
            self._tx.put_nowait((None, self._conn.rollback))  # pyright: ignore[reportUnknownMemberType]
        return reading


def _in_one_trip(
    connection: sqlite3.Connection, *, before: Iterable[str], execute: Callable[[sqlite3.Cursor], Sequence[Any]]
) -> tuple[Brought, Sequence[Any]]:
    """Run a statement, and close its cursor here: whoever frees an open one waits for the connection's statements.

    That would be the event loop, as soon as it collects the garbage of a statement that failed.
    """
    with closing(connection.cursor()) as cursor:
        for statement in before:
            cursor.execute(statement)
        rows = execute(cursor)
        return (cursor.description, cursor.rowcount, cursor.lastrowid), rows


def _executed(cursor: sqlite3.Cursor, sql: str, parameters: Any) -> Sequence[Any]:
    cursor.execute(sql, parameters)
    return cursor.fetchall() if cursor.description else ()


def _executed_many(cursor: sqlite3.Cursor, sql: str, parameters: Iterable[Any]) -> Sequence[Any]:
    cursor.executemany(sql, parameters)
    return ()


async def connect(path: Path | None) -> Connection:
    """A new connection to a file, or to a database in memory."""
    open_it = partial(sqlite3.connect, str(path or ":memory:"), check_same_thread=False)
    connection = Connection(open_it)
    await connection
    return connection
