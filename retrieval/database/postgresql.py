"""PostgreSQL, for several processes or machines that share their state: the only module that knows its driver.

The driver is asyncpg: it runs on every event loop (psycopg's refuses the one that Windows uses by default), its licence
is Apache's like those of our other packages (psycopg's is the LGPL), it sends lists of rows in one round trip, and
SQLAlchemy's asyncio dialect for it has all we use.
"""

from __future__ import annotations

import importlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from retrieval.errors import DatabaseError, install_command

DIALECT: Final = "postgresql"

_CONNECT_SECONDS: Final = 10
_POOL: Final[Mapping[str, Any]] = {
    "pool_size": 5,
    "max_overflow": 5,  # a process opens two databases, so 20 connections of the server's usual 100 at most
    "pool_pre_ping": True,  # a connection that the server closed is replaced before it is used
    "pool_recycle": 3_600,
}


async def server_engine(url: URL, schema: str) -> AsyncEngine:
    """The engine of one schema of the database at ``url``, which is created if it is missing.

    Raises ``DatabaseError`` if the driver isn't installed, or if the database's encoding isn't UTF-8.
    """
    try:
        importlib.import_module("asyncpg")
    except ImportError as error:
        raise DatabaseError(
            f"[database] names a PostgreSQL server, which needs a driver: {install_command('postgres')}."
        ) from error
    first = _engine(url, {})
    try:
        # In a transaction of its own: SQLAlchemy asks for the present schema when it first connects.
        async with first.begin() as connection:
            await _prepare(connection, url, schema)
    finally:
        await first.dispose()
    return _engine(url, {"search_path": schema})


def _engine(url: URL, server_settings: Mapping[str, str]) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        # Statements say themselves which rows and names they lock; see ``write_transaction`` and ``snapshot``.
        isolation_level="READ COMMITTED",
        connect_args={
            "timeout": _CONNECT_SECONDS,
            "server_settings": {"application_name": "daily-papers-bot", "timezone": "UTC", "jit": "off"}
            | dict(server_settings),
        },
        **_POOL,
    )


async def _prepare(connection: AsyncConnection, url: URL, schema: str) -> None:
    encoding = await connection.scalar(text("SELECT current_setting('server_encoding')"))
    if encoding != "UTF8":
        raise DatabaseError(
            f"The database {shown(url)} has the encoding {encoding}, which can't store all text. "
            "Create one with UTF8: CREATE DATABASE papers ENCODING 'UTF8' TEMPLATE template0."
        )
    await connection.run_sync(lock, f"schema {schema}")
    if await connection.scalar(text("SELECT to_regnamespace(:schema)").bindparams(schema=schema)) is None:
        await connection.execute(text(f'CREATE SCHEMA "{schema}"'))


@contextmanager
def errors_explained(url: URL) -> Generator[None]:
    """Raise ``DatabaseError`` if the server can't be reached or refuses the connection."""
    try:
        yield
    except (OSError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise DatabaseError(
            f"The database {shown(url)} can't be used: {reason}. Check that the server runs, the setting "
            "[database] url, and the password (environment variable PGPASSWORD)."
        ) from error


def lock(connection: Connection, name: str) -> None:
    """Wait until no other transaction of this database has locked this name; the lock ends with the transaction.

    Source: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))").bindparams(name=name))


def shown(url: URL) -> str:
    """The address of a database without a password."""
    return url.set(drivername=DIALECT).render_as_string(hide_password=True)
