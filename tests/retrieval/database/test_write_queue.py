"""Many writers of one process: each gets its turn, nobody waits without end, and whoever leaves holds up nobody."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.database import write_transaction
from retrieval.database.driver import Connection
from retrieval.database.sqlite import file_engine
from retrieval.database.write_queue import WriteQueue

PATIENCE = 0.3  # seconds


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A database with an empty table of numbers."""
    made = file_engine(tmp_path / "numbers.sqlite3", secure_delete=False, patience=PATIENCE)
    async with write_transaction(made, None) as connection:
        await connection.execute(text("CREATE TABLE numbers (n INTEGER)"))
    yield made
    await made.dispose()


async def insert(engine: AsyncEngine, number: int) -> None:
    """Store a number."""
    async with write_transaction(engine, None) as connection:
        await connection.execute(text("INSERT INTO numbers VALUES (:n)"), {"n": number})


async def numbers(engine: AsyncEngine) -> list[int]:
    """All numbers in the order in which they were stored."""
    async with engine.connect() as connection:
        return list(await connection.scalars(text("SELECT n FROM numbers ORDER BY rowid")))


def make_commits_slow(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let each commit take so long in the connection's thread, with the lock of the file."""
    commit = Connection.commit

    async def slow(self: Any) -> None:
        await self._execute(Event().wait, seconds)
        await commit(self)

    monkeypatch.setattr(Connection, "commit", slow)


async def test_fifty_writers_wait_for_each_other(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order in which they came, and much longer in all than anybody waits for another program."""
    make_commits_slow(monkeypatch, PATIENCE / 20)
    await asyncio.gather(*(insert(engine, number) for number in range(50)))
    assert await numbers(engine) == list(range(50))


async def test_whoever_leaves_the_queue_holds_up_nobody(engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while writing, while waiting, and just when the turn has come."""
    make_commits_slow(monkeypatch, 0.01)
    writers = [asyncio.create_task(insert(engine, number)) for number in range(12)]
    await asyncio.sleep(0)
    for leaving in writers[:9:2]:
        leaving.cancel()
        await asyncio.wait({writers[1]} if leaving is writers[2] else {leaving})
    await asyncio.gather(*writers, return_exceptions=True)
    assert set(await numbers(engine)) >= {1, 3, 5, 7, 9, 10, 11}
    await insert(engine, 99)
    assert (await numbers(engine))[-1] == 99


async def test_another_program_is_waited_for_once(engine: AsyncEngine, tmp_path: Path) -> None:
    """Those who waited behind somebody who gave up don't wait for as long again, and afterwards all is as before."""
    with closing(sqlite3.connect(tmp_path / "numbers.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        tried = await asyncio.gather(*(insert(engine, number) for number in range(20)), return_exceptions=True)
        took = time.monotonic() - began
    assert all(isinstance(each, OperationalError) for each in tried)
    assert PATIENCE <= took < 15 * PATIENCE  # together; one after the other, they would take twenty times as long
    await insert(engine, 1)
    assert await numbers(engine) == [1]


async def test_nobody_waits_for_a_writer_that_is_stuck() -> None:
    """As for another program: nobody knows whether it ever ends."""
    queue = WriteQueue(PATIENCE)
    async with queue.turn():
        with pytest.raises(OperationalError, match="busy"):
            async with queue.turn():
                pytest.fail("two at once")
    async with queue.turn() as patience:
        assert patience == pytest.approx(PATIENCE, abs=0.1)
