"""Open a database: an SQLite file in WAL mode, migrated to the schema of this program.

The paper catalogue and the community database of ``bot`` both use it. Statements elsewhere are SQLAlchemy Core
and run on other databases too; only this module knows SQLite's pragmas.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, AsyncAdaptedQueuePool, Connection, DateTime, Dialect, Select, Table, TypeDecorator, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from retrieval.errors import DatabaseError

R = TypeVar("R")

_BUSY_MS = 10_000  # how long a writer waits for a transaction of another process


@asynccontextmanager
async def open_database(
    path: Path | None, migrations: Path, *, recovery: str = "restore it from a backup", secure_delete: bool = False
) -> AsyncGenerator[AsyncEngine]:
    """Open the file at ``path`` (``None``: a database in memory), create or migrate its tables, and yield the engine.

    ``migrations`` is the folder of Alembic scripts. Their revisions are numbered ("0007"), and the first script may
    stand for all earlier ones: it upgrades a database of a revision that it ``replaces``, and older ones are refused.
    ``recovery`` completes the sentence "Move the file away and …" in errors. With ``secure_delete``, deleted rows are
    overwritten with zeros.
    Raises ``DatabaseError`` if the folder isn't writable, the file isn't a database, or its revision is unknown.
    """
    if path is not None:
        _check_writable(path)
    # URL.create, because a question mark in the path would start the options of a URL given as text.
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path or ":memory:")),
        poolclass=AsyncAdaptedQueuePool,
        # A database in memory belongs to one connection, so its users take turns.
        **({"pool_size": 1, "max_overflow": 0} if path is None else {}),
    )
    event.listen(engine.sync_engine, "connect", partial(_on_connect, secure_delete=secure_delete))
    event.listen(engine.sync_engine, "begin", _begin)
    try:
        await _migrate(engine, path, migrations, recovery)
        yield engine
    finally:
        await engine.dispose()


def _check_writable(path: Path) -> None:
    """Create the folder, and check that the file can be written: aiosqlite would raise a vaguer error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            pass
    except OSError as error:
        raise DatabaseError(
            f"The database {path} cannot be written ({error.strerror}). "
            "Make its folder writable, or choose another folder with the setting data_folder."
        ) from error


def _on_connect(connection: DBAPIConnection, _record: object, *, secure_delete: bool) -> None:
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
        for pragma in (f"busy_timeout={_BUSY_MS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA secure_delete={secure_delete}")
        cursor.close()
    except BaseException:
        raw.close()
        raise


async def truncate_journal(engine: AsyncEngine) -> None:
    """Move the write-ahead log into the database and truncate it, so that it keeps no earlier content of a page.

    If somebody is reading, the log stays as it is, and SQLite overwrites it later.
    Source: https://sqlite.org/pragma.html#pragma_wal_checkpoint
    """
    async with engine.connect() as connection:
        raw: Any = await connection.get_raw_connection()
        await raw.driver_connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


@asynccontextmanager
async def write_transaction(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """A transaction that reads and then writes.

    It takes SQLite's write lock at the start. If it took the lock only at its first write, SQLite would refuse it
    without waiting whenever another process had written in between.
    Source: https://sqlite.org/lang_transaction.html
    """
    async with engine.connect() as connection:
        await connection.execution_options(begin="IMMEDIATE")
        async with connection.begin():
            yield connection


async def _migrate(engine: AsyncEngine, path: Path | None, migrations: Path, recovery: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    base = scripts.get_base() or ""
    replaced: tuple[str, ...] = getattr(scripts.get_revision(base).module, "replaces", ())
    oldest = min((base, *replaced))

    def upgrade(connection: Connection) -> None:
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is not None and revision < oldest:
            raise DatabaseError(
                f"{path} was written by an older version of this program (its revision is {revision}; "
                f"this version can read {oldest} and later). Move the file away and {recovery}."
            )
        config.attributes["connection"] = connection
        if revision in replaced:
            command.stamp(config, "base", purge=True)
        command.upgrade(config, "head")

    try:
        async with write_transaction(engine) as connection:
            await connection.run_sync(upgrade)
    except CommandError as error:
        raise DatabaseError(
            f"{path} was written by a newer version of this program ({error}). "
            "Update the program, or choose another data_folder."
        ) from error
    except DriverError as error:
        raise DatabaseError(
            f"{path} cannot be opened as a database: {error.orig}. Move the file away and {recovery}. "
            "Make sure that the folder is writable."
        ) from error


class Reader:
    """Runs the statements that read a database, each in a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def _rows(self, wanted: Select[*tuple[Any, ...]], row: Callable[..., R]) -> list[R]:
        """All rows, each made by ``row`` from its columns."""
        async with self._engine.connect() as connection:
            return [row(**each) for each in (await connection.execute(wanted)).mappings()]

    async def _first(self, wanted: Select[*tuple[Any, ...]], row: Callable[..., R]) -> R | None:
        """The first row, if there is one."""
        found = await self._rows(wanted.limit(1), row)
        return found[0] if found else None

    async def _tuples(self, wanted: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """All rows as plain tuples."""
        async with self._engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(wanted)]

    async def _values(self, wanted: Select[R]) -> list[R]:
        """The first column of all rows."""
        async with self._engine.connect() as connection:
            return list(await connection.scalars(wanted))

    async def _value(self, wanted: Select[R]) -> R | None:
        """The first column of the first row."""
        async with self._engine.connect() as connection:
            return await connection.scalar(wanted)


async def upsert(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], *, kept: Collection[str] = ()
) -> None:
    """Insert rows, or update those with the same primary key, except for the columns in ``kept``."""
    if not rows:
        return
    statement = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in {*keys, *kept}}
    if rest:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    await connection.execute(statement, rows)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware ``datetime``, stored as naive UTC, because SQLite stores no time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert an aware datetime to naive UTC. Raises ``ValueError`` for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored UTC time as an aware datetime."""
        return None if value is None else value.replace(tzinfo=UTC)
