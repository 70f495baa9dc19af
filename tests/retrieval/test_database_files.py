"""The files of databases: private, never silently empty or damaged, and usable while another program locks them."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.database import open_database, storage_errors
from retrieval.database.files import damage
from retrieval.database.sqlite import file_engine
from retrieval.errors import DatabaseError
from tests.retrieval.test_database import PAPERS


async def opened(path: Path) -> None:
    """Open a database as the community's is opened."""
    async with open_database(path, PAPERS, verify=True, patience=0.05) as engine, engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM papers"))).scalar_one() == 0


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
async def test_files_and_folders_are_private(tmp_path: Path) -> None:
    """New ones are made so, and a file that others can read is made private."""
    path = tmp_path / "made" / "data" / "c.sqlite3"
    before = os.umask(0o022)
    try:
        async with open_database(path, PAPERS) as engine:
            async with engine.begin() as connection:
                await connection.execute(text("UPDATE revisions SET number = 1"))
            assert {mode(each) for each in path.parent.iterdir()} == {0o600}  # the write-ahead log too
        assert mode(path.parent) == mode(path.parent.parent) == 0o700
        path.chmod(0o644)
        await opened(path)
        assert mode(path) == 0o600
    finally:
        os.umask(before)


def emptied(path: Path) -> None:
    """Nothing is left."""
    path.write_bytes(b"")


def without_tables(path: Path) -> None:
    """A database, but an empty one."""
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA user_version = 7")
        connection.commit()


def a_page_of_zeros(path: Path) -> None:
    """In the middle."""
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(bytes(4096))


def half(path: Path) -> None:
    """The end is missing."""
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("harm", [emptied, without_tables, a_page_of_zeros, half])
async def test_a_harmed_database_is_never_silently_accepted(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    """The error names the file and what to do; the file stays as it is for whoever repairs it."""
    path = tmp_path / "c.sqlite3"
    await opened(path)
    harm(path)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"c\.sqlite3 (is|has|cannot).*(restore|Restore)"):
        await opened(path)
    assert path.read_bytes() == before


async def test_an_interrupted_creation_is_finished(tmp_path: Path) -> None:
    """The process was killed after it had made the file and before the tables were in it."""
    path = tmp_path / "c.sqlite3"
    path.touch()
    (tmp_path / "c.sqlite3.new").touch()
    await opened(path)
    assert not (tmp_path / "c.sqlite3.new").exists()


async def test_a_locked_database_can_be_opened_and_read(tmp_path: Path) -> None:
    """Another program writes for long: reading goes on, and a writer gives up after its patience."""
    path = tmp_path / "c.sqlite3"
    await opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await opened(path)


async def test_one_that_is_locked_before_its_migration_says_so(tmp_path: Path) -> None:
    """Moving it away, the advice for a damaged one, would be wrong."""
    path = tmp_path / "c.sqlite3"
    await opened(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("UPDATE alembic_version SET version_num = '0007'")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="is locked by another program"):
            await opened(path)


async def test_a_full_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moving the file away wouldn't help."""

    def of_few_pages(*args: Any, **options: Any) -> AsyncEngine:
        engine = file_engine(*args, **options)
        event.listen(engine.sync_engine, "connect", limit)
        return engine

    def limit(connection: DBAPIConnection, _: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count = 4")

    monkeypatch.setattr("retrieval.database.sqlite.file_engine", of_few_pages)
    with pytest.raises(DatabaseError, match=r"The disk of .* is full"):
        await opened(tmp_path / "c.sqlite3")


async def test_damage_in_an_index_is_found_by_a_thorough_check(tmp_path: Path) -> None:
    """The quick one doesn't compare indexes with their tables."""
    path = tmp_path / "c.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
        connection.execute("CREATE INDEX i ON t (a)")
        connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in range(50)])
        connection.commit()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_master SET sql = 'CREATE INDEX i ON t (a DESC)' WHERE name = 'i'")
        connection.commit()
    assert damage(path, thorough=False) == []
    assert damage(path)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full")), "disk .* is full"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk .* is full"),
        (
            OperationalError("INSERT", {}, sqlite3.OperationalError("attempt to write a readonly database")),
            "can't be written",
        ),
    ],
)
def test_a_disk_that_fills_later_is_a_sentence(error: Exception, said: str) -> None:
    """In the terminal; other errors stay what they are."""
    with pytest.raises(DatabaseError, match=said), storage_errors():
        raise error
    with pytest.raises(FileNotFoundError), storage_errors():
        raise FileNotFoundError(errno.ENOENT, "No such file")
