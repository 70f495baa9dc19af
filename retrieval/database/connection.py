"""Open a database: an SQLite file or a schema of a PostgreSQL server, migrated to the schema of this program.

The paper catalogue and the community database of ``bot`` both use it.
"""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, inspect
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from retrieval.database import postgresql, sqlite
from retrieval.database.files import damage, made, prepare_file
from retrieval.errors import DatabaseError

Location = Path | URL
"""An SQLite file, or a PostgreSQL database."""


def location_text(location: Location | None) -> str:
    """Where a database is, for people; without a password."""
    return postgresql.shown(location) if isinstance(location, URL) else str(location)


_FULL: Final = "The disk of the data folder is full. Make room, or choose another data_folder, and start again."


@asynccontextmanager
async def open_database(
    location: Location | None,
    migrations: Path,
    *,
    schema: str = "public",
    recovery: str = "restore it (python -m bot restore)",
    secure_delete: bool = False,
    patience: float = 10.0,
    verify: bool = False,
) -> AsyncGenerator[AsyncEngine]:
    """Open a database (``None``: one in memory), create or migrate its tables, and yield the engine.

    ``migrations`` is the folder of Alembic scripts. Their revisions are numbered ("0007"), and the first script may
    stand for all earlier ones: it upgrades a database of a revision that it ``replaces``, and older ones are refused.
    ``schema`` is that of the tables in PostgreSQL. ``recovery`` completes the sentence "Move the file away and …" in
    errors. Of a file: with ``secure_delete``, deleted rows are overwritten with zeros; a writer waits at most
    ``patience`` seconds for another process; ``verify`` looks for damaged pages first (a second for 200 MB).
    Raises ``DatabaseError`` if the folder isn't writable, the file isn't a whole database, the server can't be
    reached, or the revision is unknown.
    """
    is_new = True
    if isinstance(location, URL):
        with postgresql.errors_explained(location):
            engine = await postgresql.server_engine(location, schema)
    else:
        is_new = location is None or prepare_file(location)
        if location is not None and verify and not is_new:
            await asyncio.to_thread(_check_pages, location, recovery)
        engine = sqlite.file_engine(location, secure_delete=secure_delete, patience=patience)
    try:
        await _migrate(engine, location, migrations, recovery, is_new=is_new)
        if isinstance(location, Path):
            made(location)
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def write_transaction(engine: AsyncEngine, lock: str | None) -> AsyncGenerator[AsyncConnection]:
    """A transaction that reads and then writes. Those with the same ``lock``, which is a name, run one after another.

    Without a lock (``None``), a statement must say itself what holds when others write at the same time: a condition
    of an update, or a unique index. Each statement sees what was committed before it.

    In SQLite, one such transaction runs at a time, and those of this process take turns.
    """
    if engine.dialect.name == postgresql.DIALECT:
        async with engine.begin() as connection:
            if lock is not None:
                await connection.run_sync(postgresql.lock, lock)
            yield connection
    else:
        async with sqlite.write_transaction(engine) as connection:
            yield connection


@asynccontextmanager
async def snapshot(engine: AsyncEngine) -> AsyncGenerator[AsyncConnection]:
    """A connection whose statements all see the same state of the database. It only reads."""
    async with engine.connect() as connection:
        if engine.dialect.name == postgresql.DIALECT:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


def _check_pages(path: Path, recovery: str) -> None:
    """Raise ``DatabaseError`` if pages are damaged."""
    try:
        found = damage(path, thorough=False)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            return  # another program has it; what is damaged is found when it's read
        found = [str(error)]
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found:
        raise DatabaseError(f"{path} is damaged: {found[0]}. Move the file away and {recovery}.")


async def _migrate(
    engine: AsyncEngine, location: Location | None, migrations: Path, recovery: str, *, is_new: bool
) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    base = scripts.get_base() or ""
    replaced: tuple[str, ...] = getattr(scripts.get_revision(base).module, "replaces", ())
    named, way_out = location_text(location), _way_out(location, recovery)

    def upgrade(connection: Connection) -> None:
        revision, oldest = _revision(connection), min((base, *replaced))
        if revision is None and not is_new and not inspect(connection).get_table_names():
            raise DatabaseError(f"{named} has no tables: something has emptied it. {way_out}.")
        if revision is not None and revision < oldest:
            raise DatabaseError(
                f"{named} was written by an older version of this program (its revision is {revision}; "
                f"this version can read {oldest} and later). {way_out}."
            )
        config.attributes["connection"] = connection
        if revision in replaced:
            command.stamp(config, "base", purge=True)
        command.upgrade(config, "head")

    with _migration_errors(location, recovery):
        async with engine.connect() as connection:
            if await connection.run_sync(_revision) == scripts.get_current_head():
                return  # without a lock: another program may have it
        async with write_transaction(engine, "migrations") as connection:
            await connection.run_sync(upgrade)


def _way_out(location: Location | None, recovery: str) -> str:
    """What the operator does about a database that can't be used."""
    away = "Name another database in [database] url" if isinstance(location, URL) else "Move the file away"
    return f"{away} and {recovery}"


@contextmanager
def _migration_errors(location: Location | None, recovery: str) -> Generator[None]:
    """Turn errors of a migration into ``DatabaseError``, with a sentence for the operator."""
    named, file = location_text(location), not isinstance(location, URL)
    try:
        yield
    except CommandError as error:
        raise DatabaseError(
            f"{named} was written by a newer version of this program ({error}). "
            f"Update the program, or choose another {'data_folder' if file else 'database'}."
        ) from error
    except DriverError as error:
        if "locked" in str(error.orig):
            raise DatabaseError(
                f"{named} is locked by another program. Wait for it, or stop it, and start again."
            ) from error
        if "full" in str(error.orig):
            raise DatabaseError(f"The disk of {named} is full. Make room, and start again.") from error
        raise DatabaseError(
            f"{named} cannot be opened as a database: {error.orig}. {_way_out(location, recovery)}. "
            f"Make sure that {'the folder is writable' if file else 'its user may create tables there'}."
        ) from error


@contextmanager
def storage_errors() -> Generator[None]:
    """Turn a full disk, or one that can't be written any more, into ``DatabaseError``, for programs in a terminal.

    The words are SQLite's own. Source: https://sqlite.org/rescode.html
    """
    try:
        yield
    except DriverError as error:
        said = str(error.orig)
        if "full" in said or "disk I/O" in said:
            raise DatabaseError(_FULL) from error
        if "readonly" in said:
            raise DatabaseError(
                "The data folder can't be written any more. Make it writable, or choose another data_folder."
            ) from error
        raise
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise DatabaseError(_FULL) from error


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
