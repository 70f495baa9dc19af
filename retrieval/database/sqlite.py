"""SQLite files in WAL mode: the only module that knows SQLite's pragmas."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from retrieval.database.driver import connect
from retrieval.database.write_queue import WriteQueue


def file_engine(path: Path | None, *, secure_delete: bool, patience: float) -> AsyncEngine:
    """The engine of the file at ``path``; ``None``: of a database in memory.

    ``patience``: seconds that a writer waits for a transaction of another process.
    """
    # URL.create, because a question mark in the path would start the options of a URL given as text.
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path or ":memory:")),
        poolclass=AsyncAdaptedQueuePool,
        async_creator=partial(connect, path),
        pool_use_lifo=True,  # each connection has a thread: few of them work, and have the pages that are asked for
        execution_options={"write_queue": WriteQueue(patience)},
        # A database in memory belongs to one connection, so its users take turns.
        **({"pool_size": 1, "max_overflow": 0} if path is None else {}),
    )
    event.listen(engine.sync_engine, "connect", partial(_on_connect, secure_delete=secure_delete, patience=patience))
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _on_connect(connection: DBAPIConnection, _record: object, *, secure_delete: bool, patience: float) -> None:
    """Set the pragmas, and leave BEGIN to ``_begin``: the driver's own transactions would not cover DDL.

    A connection whose task is cancelled here is closed: the pool doesn't know it yet, so nobody else would.
    Sources: SQLAlchemy's SQLite dialect, "Serializable isolation / Savepoints / Transactional DDL", and
    https://sqlite.org/pragma.html#pragma_secure_delete
    """
    raw: Any = connection
    raw.isolation_level = None
    cursor = raw.cursor()
    try:
        # The timeout first: switching to WAL waits for other processes that are doing the same.
        for pragma in (
            f"busy_timeout={round(patience * 1_000)}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA secure_delete={secure_delete}")
        cursor.close()
    except BaseException:
        raw.close()
        raise


@asynccontextmanager
async def write_transaction(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """A transaction that has the write lock of the file from its first statement on; one runs at a time.

    If it took the lock only at its first write, SQLite would refuse it without waiting whenever another process had
    written in between. Source: https://sqlite.org/lang_transaction.html
    """
    async with _write_queue(engine).turn() as patience, engine.connect() as connection:
        await connection.execution_options(patience=patience)
        async with connection.begin():
            yield connection


def _write_queue(engine: AsyncEngine) -> WriteQueue:
    queue: WriteQueue = engine.sync_engine.get_execution_options()["write_queue"]
    return queue


async def truncate_journal(engine: AsyncEngine) -> None:
    """Move the write-ahead log into the database and truncate it, so that it keeps no earlier content of a page.

    If somebody is reading, the log stays as it is, and SQLite overwrites it later. PostgreSQL's log is its own.
    Source: https://sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    if engine.dialect.name != "sqlite":
        return
    async with _write_queue(engine).turn(), engine.connect() as connection:
        raw: Any = await connection.get_raw_connection()
        await raw.driver_connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


def _begin(connection: Connection) -> None:
    raw: Any = connection.connection.driver_connection
    raw.begin(connection.get_execution_options().get("patience"))
