"""PostgreSQL: what an operator reads where a server can't be used, and what the bot makes there."""

from __future__ import annotations

import sys

import pytest
from sqlalchemy import URL, text

from retrieval.catalogue import Catalogue
from retrieval.database import Location, location_text, open_database
from retrieval.database.postgresql import server_engine
from retrieval.errors import DatabaseError, install_command
from retrieval.settings import PROJECT
from tests.databases import Server

MIGRATIONS = PROJECT / "retrieval" / "catalogue" / "migrations"


async def refusal(location: Location) -> str:
    """The text of the error when this database is opened."""
    with pytest.raises(DatabaseError) as caught:
        async with Catalogue.open(location):
            pass
    return str(caught.value)


async def test_a_server_that_cannot_be_reached_is_named_without_its_password() -> None:
    """With the reason and the setting."""
    said = await refusal(URL.create("postgresql", "bot", "secret", "127.0.0.1", 1, "papers"))
    assert "postgresql://bot:***@127.0.0.1:1/papers can't be used" in said
    assert "[database] url" in said
    assert "secret" not in said


async def test_a_database_or_a_user_that_does_not_exist_is_named(postgresql: Server) -> None:
    """In the server's own words."""
    assert 'database "nope" does not exist' in await refusal(postgresql.url("nope"))
    assert 'role "eve" does not exist' in await refusal(postgresql.url("postgres").set(username="eve"))


async def test_a_missing_driver_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most people never need it."""
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    assert install_command("postgres") in await refusal(URL.create("postgresql", database="x"))


async def test_an_encoding_without_all_letters_is_refused(postgresql: Server) -> None:
    """With the statement that makes a right one."""
    postgresql.execute("CREATE DATABASE latin ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    said = await refusal(postgresql.url("latin"))
    assert "SQL_ASCII" in said
    assert "ENCODING 'UTF8'" in said


async def test_a_database_of_a_newer_program_is_refused(postgresql: Server) -> None:
    """It isn't changed."""
    with postgresql.fresh() as location:
        assert isinstance(location, URL)
        engine = await server_engine(location, "papers")
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        await engine.dispose()
        assert f"{location_text(location)} was written by a newer version" in await refusal(location)


async def test_tables_are_in_the_schema_and_nowhere_else(postgresql: Server) -> None:
    """So that papers and community can share a database, and other programs can use it too."""
    with postgresql.fresh(migrated=False) as location:
        async with open_database(location, MIGRATIONS, schema="papers") as engine, engine.connect() as connection:
            schemas = text("SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname !~ '^(pg_|information)'")
            assert list(await connection.scalars(schemas)) == ["papers"]


async def test_a_lost_connection_is_replaced(postgresql: Server) -> None:
    """The server was restarted, or closed idle connections: the next statement finds a new one."""
    with postgresql.fresh() as location:
        async with Catalogue.open(location) as catalogue:
            assert await catalogue.count() == 0
            postgresql.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            assert await catalogue.count() == 0
