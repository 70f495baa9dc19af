"""Open a database, migrated to the schema of this program.

The paper catalogue and the community database of ``bot`` both use it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from retrieval.database.sqlite import file_engine
from retrieval.errors import DatabaseError


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
    engine = file_engine(path, secure_delete=secure_delete)
    try:
        await _migrate(engine, path, migrations, recovery)
        yield engine
    finally:
        await engine.dispose()


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
