"""Opening a database: the migrations create the tables, and errors say how to fix what is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import sys
from asyncio.subprocess import PIPE
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
from sqlalchemy.dialects import sqlite

from retrieval.catalogue import Catalogue, tables
from retrieval.database import UtcDateTime, open_database, write_transaction
from retrieval.errors import DatabaseError
from retrieval.papers import Paper
from retrieval.settings import PROJECT

PAPERS = PROJECT / "retrieval" / "catalogue" / "migrations"
NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


async def opened(path: Path | None, migrations: Path = PAPERS) -> None:
    """Open a database and close it."""
    async with open_database(path, migrations):
        pass


async def refusal(path: Path, migrations: Path = PAPERS) -> str:
    """The text of the error when this file is opened."""
    with pytest.raises(DatabaseError) as caught:
        await opened(path, migrations)
    return str(caught.value)


def names(path: Path) -> set[str]:
    """The tables of a database, read without our code."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def test_migrations_create_exactly_the_tables() -> None:
    """A table that was changed without a migration is found here, and the other way round."""

    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), tables.metadata))

    async with open_database(None, PAPERS) as engine, engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_opening_twice_changes_nothing(tmp_path: Path) -> None:
    """A second start finds everything as the first one left it."""
    path = tmp_path / "data.sqlite3"
    await opened(path)
    before = names(path)
    await opened(path)
    assert names(path) == before == {*tables.metadata.tables, "alembic_version"}


async def test_folders_are_created_and_odd_names_are_accepted(tmp_path: Path) -> None:
    """Percent signs, question marks and spaces in a path have no special meaning."""
    path = tmp_path / "100% sure?" / "a b#c" / "papers.sqlite3"
    async with Catalogue.open(path) as catalogue:
        await catalogue.add([Paper(id="1", title="A")], seen_at=NOW)
    assert path.is_file()
    assert "papers" in names(path)


async def test_a_file_that_is_not_a_database(tmp_path: Path) -> None:
    """It is left unchanged; the error names it and says what to do with it."""
    path = tmp_path / "papers.sqlite3"
    path.write_text("Dear diary, " * 1_000, encoding="utf-8")
    said = await refusal(path)
    assert str(path) in said
    assert "not a database" in said
    assert "Move the file away" in said
    assert path.read_text(encoding="utf-8").startswith("Dear diary")


async def test_a_damaged_database(tmp_path: Path) -> None:
    """The beginning is intact, the rest isn't."""
    path = tmp_path / "papers.sqlite3"
    await opened(path)
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    assert str(path) in await refusal(path)


async def test_a_database_of_a_newer_program(tmp_path: Path) -> None:
    """It isn't changed: an old program can't know what it would damage."""
    path = tmp_path / "papers.sqlite3"
    await opened(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    said = await refusal(path)
    assert f"{path} was written by a newer version" in said
    assert "Update the program" in said


async def test_a_database_from_before_the_first_script_is_refused(tmp_path: Path) -> None:
    """The error says how to get the papers again, and the file stays as it is."""
    path = tmp_path / "papers.sqlite3"
    await opened(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
        connection.commit()
    with pytest.raises(DatabaseError) as caught:
        async with Catalogue.open(path):
            pass
    assert str(caught.value) == (
        f"{path} was written by an older version of this program (its revision is 0003; this version can read 0007 "
        "and later). Move the file away and get the papers again (python -m retrieval import or fetch), or restore it "
        "from a backup."
    )
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]


async def test_names_of_an_earlier_revision_are_folded_again(tmp_path: Path) -> None:
    """Until revision 0008, ø was a letter of its own."""
    path = tmp_path / "papers.sqlite3"
    paper = Paper(id="1", title="Øl", abstract="Beer.", authors=("Ann Lee", "Søren Øst"))
    async with Catalogue.open(path) as catalogue:
        await catalogue.add([paper], seen_at=datetime(2026, 7, 1, tzinfo=UTC))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0007'")
        connection.execute("UPDATE papers SET folded_title = 'øl'")
        connection.execute("UPDATE authors SET folded_name = 'søren øst' WHERE position = 1")
        connection.execute("DELETE FROM name_words WHERE folded_name = 'soren ost'")
        connection.commit()
    async with Catalogue.open(path) as catalogue:
        for word in ("soren", "soeren", "ost", "oest", "lee"):
            assert await catalogue.records.ids_by_author((word,)) == ["1"]
        assert await catalogue.ids_by_titles(["Ol"], 1) == [paper.id]


async def test_a_folder_that_cannot_be_created(tmp_path: Path) -> None:
    """The error names the folder and the setting that chooses another."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = await refusal(tmp_path / "file" / "data" / "papers.sqlite3")
    assert f"{tmp_path / 'file' / 'data' / 'papers.sqlite3'} cannot be written" in said
    assert "data_folder" in said


async def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    """The error is the same as for every other obstacle."""
    (tmp_path / "papers.sqlite3").mkdir()
    assert f"{tmp_path / 'papers.sqlite3'} cannot be written" in await refusal(tmp_path / "papers.sqlite3")


def scripts(folder: Path, *upgrades: str) -> Path:
    """The migrations of a database for a test, one after another."""
    (folder / "versions").mkdir(parents=True)
    env = """
        from alembic import context
        context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
        with context.begin_transaction():
            context.run_migrations()
    """
    (folder / "env.py").write_text(dedent(env), encoding="utf-8")
    for number, upgrade in enumerate(upgrades, start=1):
        lines = [
            "from alembic import op",
            f"revision, down_revision = '{number}', {str(number - 1) if number > 1 else None!r}",
            "def upgrade():",
            f"    op.execute({upgrade!r})",
        ]
        (folder / "versions" / f"{number}.py").write_text("\n".join(lines), encoding="utf-8")
    return folder


async def test_a_failing_migration_changes_nothing(tmp_path: Path) -> None:
    """Either all of them or none: data and revision stay consistent."""
    path = tmp_path / "data.sqlite3"
    good = "CREATE TABLE one (id INTEGER)"
    await opened(path, scripts(tmp_path / "first", good))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO one VALUES (7)")
        connection.commit()
    steps = ["CREATE TABLE two (id INTEGER)", "DELETE FROM one", "SELECT nonsense FROM nowhere"]
    said = await refusal(path, scripts(tmp_path / "second", good, *steps))
    assert "nowhere" in said
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM one").fetchall() == [(7,)]
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("1",)]
    assert names(path) == {"one", "alembic_version"}
    await opened(path, scripts(tmp_path / "third", good, *steps[:2]))
    assert "two" in names(path)


async def test_several_processes_may_start_at_once(tmp_path: Path) -> None:
    """Each waits for the others' migrations instead of failing."""
    path = tmp_path / "papers.sqlite3"
    code = """
import asyncio, sys
from pathlib import Path
from retrieval.catalogue import Catalogue

async def main():
    sys.stdin.readline()
    async with Catalogue.open(Path(sys.argv[1])) as catalogue:
        assert await catalogue.count() == 0

asyncio.run(main())
"""
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(path), cwd=PROJECT, stdin=PIPE)
        for _ in range(3)
    ]
    await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert names(path) == {*tables.metadata.tables, "alembic_version"}


async def test_a_writer_waits_for_a_writer(tmp_path: Path) -> None:
    """Transactions that read and then write run one after another: no count is lost."""
    async with open_database(tmp_path / "papers.sqlite3", PAPERS) as engine:

        async def step() -> None:
            async with write_transaction(engine, "test") as connection:
                number = (await connection.execute(select(tables.revisions.c.number))).scalar_one()
                await asyncio.sleep(0)
                await connection.execute(tables.revisions.update().values(number=number + 1))

        await asyncio.gather(*(step() for _ in range(5)))
        async with engine.connect() as connection:
            assert (await connection.execute(select(tables.revisions.c.number))).scalar_one() == 5


async def test_a_failed_transaction_is_undone() -> None:
    """An error before the end undoes everything."""
    async with open_database(None, PAPERS) as engine:

        async def fail() -> None:
            async with write_transaction(engine, "test") as connection:
                await connection.execute(tables.revisions.update().values(number=99))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        async with engine.connect() as connection:
            assert (await connection.execute(select(tables.revisions.c.number))).scalar_one() == 0
            assert (await connection.execute(text("PRAGMA foreign_keys"))).scalar_one() == 1


def test_times_are_stored_in_utc() -> None:
    """Times in any zone are accepted, UTC is returned, and a time without a zone is refused."""
    kind, dialect = UtcDateTime(), sqlite.dialect()
    moment = NOW.astimezone(timezone(timedelta(hours=5)))
    stored = kind.process_bind_param(moment, dialect)
    assert stored == NOW.replace(tzinfo=None)
    assert kind.process_result_value(stored, dialect) == NOW
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None
    with pytest.raises(ValueError, match="time zone"):
        kind.process_bind_param(NOW.replace(tzinfo=None), dialect)
