"""Opening a database of ours: an SQLite file in WAL mode, migrated to this program's schema.

Both owners use it: the catalogue here, the community's store in ``bot``. The statements are
SQLAlchemy Core's and run on other databases too; this file alone knows SQLite's pragmas.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, DateTime, Dialect, TypeDecorator, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from retrieval.errors import DatabaseError

_BUSY_MS = 10_000  # how long a writer waits for another process's transaction


@asynccontextmanager
async def open_database(
    path: Path | None, migrations: Path, *, mend: str = "restore it from a backup", erasing: bool = False
) -> AsyncGenerator[AsyncEngine]:
    """An engine over the file at ``path`` (made where it is missing), migrated; ``None``: in memory.

    ``migrations`` is the folder of the owner's Alembic scripts; ``mend`` says how the owner's data come
    back where the file is damaged. ``erasing``: what is deleted is overwritten with zeros, not only let go.
    Raises ``DatabaseError`` for a folder that cannot be written, a file that is no database, and a
    schema newer than the program.
    """
    if path is not None:
        _make_room(path)
    # Not a URL of text: a question mark in the path would begin its options.
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path or ":memory:")),
        poolclass=AsyncAdaptedQueuePool,
        # A database in memory is one connection's own: its users take turns.
        **({"pool_size": 1, "max_overflow": 0} if path is None else {}),
    )
    event.listen(engine.sync_engine, "connect", _on_connect)
    if erasing:
        event.listen(engine.sync_engine, "connect", _erase_what_is_deleted)
    event.listen(engine.sync_engine, "begin", _begin)
    try:
        await _migrate(engine, path, migrations, mend)
        yield engine
    finally:
        await engine.dispose()


def _make_room(path: Path) -> None:
    """Make the folder and see that the file can be written, before a connection's thread stumbles over it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise DatabaseError(
            f"The database {path} cannot be written ({error.strerror}). "
            "See that its folder is writable, or choose another one with the setting data_folder."
        ) from error


def _on_connect(connection: DBAPIConnection, _record: object) -> None:
    """Pragmas, and transactions begun by us: the driver would leave DDL outside of them.

    Source: SQLAlchemy's SQLite dialect, "Serializable isolation / Savepoints / Transactional DDL".
    """
    raw: Any = connection
    raw.isolation_level = None
    cursor = raw.cursor()
    try:
        # The time-out first: switching to WAL already waits for a process that does the same.
        for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
    except BaseException:
        raw.close()  # nobody else would: the pool does not know it yet
        raise
    cursor.close()


def _erase_what_is_deleted(connection: DBAPIConnection, _record: object) -> None:
    """Source: https://sqlite.org/pragma.html#pragma_secure_delete"""
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


async def empty_journal(engine: AsyncEngine) -> None:
    """Move the journal into the file and cut it to nothing, so that no older state of a page is left in it.

    Where somebody reads at the moment it is left to SQLite, which writes over it sooner or later.
    Source: https://sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    async with engine.connect() as connection:
        raw: Any = await connection.get_raw_connection()
        await raw.driver_connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """A transaction that reads and then writes.

    It takes SQLite's write lock at its beginning: one that took it half-way would be refused at once,
    without waiting, where another process has written in between.
    Source: https://sqlite.org/lang_transaction.html
    """
    async with engine.connect() as connection:
        await connection.execution_options(begin="IMMEDIATE")
        async with connection.begin():
            yield connection


async def _migrate(engine: AsyncEngine, path: Path | None, migrations: Path, mend: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    try:
        async with writing(engine) as connection:
            await connection.run_sync(upgrade)
    except CommandError as error:
        raise DatabaseError(
            f"{path} was written by a newer version of this program ({error}). "
            "Update the program, or choose another data_folder."
        ) from error
    except DriverError as error:
        raise DatabaseError(
            f"{path} cannot be opened as a database: {error.orig}. Move the file away and {mend}. "
            "See that the folder is writable."
        ) from error


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored as naive UTC (SQLite keeps no zone), read back as aware UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, naive UTC stored. A naive moment is a mistake of the caller's."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Stored UTC as an aware moment."""
        return None if value is None else value.replace(tzinfo=UTC)
