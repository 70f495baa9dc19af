"""The driver: few trips to the connection's thread, and transactions that begin and end as SQLAlchemy says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.database import write_transaction
from retrieval.database.sqlite import file_engine


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A database with a table of numbers, which has the 1."""
    made = file_engine(tmp_path / "numbers.sqlite3", secure_delete=False, patience=10)
    async with made.begin() as connection:
        await connection.execute(text("CREATE TABLE numbers (n INTEGER)"))
        await connection.execute(text("INSERT INTO numbers VALUES (1)"))
    yield made
    await made.dispose()


async def numbers(engine: AsyncEngine) -> list[int]:
    """All numbers, in a transaction of their own."""
    async with engine.connect() as connection:
        return list(await connection.scalars(text("SELECT n FROM numbers ORDER BY n")))


async def test_a_read_takes_one_trip(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beginning, executing and fetching go together, and nobody waits for the end."""
    from retrieval.database.driver import Connection

    trips = list[object]()
    execute: Any = Connection._execute  # pyright: ignore[reportPrivateUsage, reportUnknownMemberType, reportUnknownVariableType]

    async def counted(self: Connection, *args: Any) -> Any:
        trips.append(args)
        return await execute(self, *args)

    await numbers(engine)  # connects
    monkeypatch.setattr(Connection, "_execute", counted)
    assert await numbers(engine) == [1]
    assert len(trips) == 1


async def test_a_reader_sees_one_state_until_its_end(engine: AsyncEngine) -> None:
    """Two statements of a transaction see the same rows, and the next transaction sees the new ones."""
    async with engine.connect() as connection:
        first = list(await connection.scalars(text("SELECT n FROM numbers")))
        async with engine.begin() as other:
            await other.execute(text("INSERT INTO numbers VALUES (2)"))
        assert list(await connection.scalars(text("SELECT n FROM numbers"))) == first == [1]
    assert await numbers(engine) == [1, 2]


@pytest.mark.parametrize("begin", ["DEFERRED", "IMMEDIATE"])
async def test_what_fails_is_undone_and_what_succeeds_is_kept(engine: AsyncEngine, begin: str) -> None:
    """In transactions that begin with reading too."""

    async def insert(number: int, *, fails: bool) -> None:
        transaction = write_transaction(engine, None) if begin == "IMMEDIATE" else engine.begin()
        async with transaction as connection:
            await connection.scalars(text("SELECT n FROM numbers"))
            await connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})
            assert not fails

    await insert(2, fails=False)
    with pytest.raises(AssertionError):
        await insert(3, fails=True)
    assert await numbers(engine) == [1, 2]


async def test_a_write_may_begin_with_what_it_reads(engine: AsyncEngine) -> None:
    """A statement that begins with WITH can write, and is then kept."""
    async with engine.begin() as connection:
        await connection.execute(text("WITH more AS (SELECT 2 AS n) INSERT INTO numbers SELECT n FROM more"))
    assert await numbers(engine) == [1, 2]


async def test_an_empty_transaction_ends(engine: AsyncEngine) -> None:
    """Nothing is left open by a transaction without statements, and a writer needn't wait."""
    async with engine.begin():
        pass
    async with write_transaction(engine, None) as connection:
        await connection.execute(text("INSERT INTO numbers VALUES (2)"))
    assert await numbers(engine) == [1, 2]
