"""Backups: made while the bot writes, checked, and never half made or half restored, whenever the process is killed."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli.backup import BackupError, backups, make_backup, restore, restoring, verify
from bot.folder_lock import lock_folder

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
NEWEST = "9999"


def a_database(path: Path, rows: int = 500, text: str = "quaternion") -> Path:
    """A database with a revision and some rows, whose write-ahead log isn't empty."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0017')")
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)")
        connection.executemany("INSERT INTO notes (text) VALUES (?)", [(text,)] * rows)
        connection.commit()
    return path


def notes(path: Path) -> list[tuple[str, int]]:
    """The texts in a database, and how often each is there."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT text, count(*) FROM notes GROUP BY text ORDER BY text").fetchall()


def test_a_backup_is_of_one_moment_and_private(tmp_path: Path) -> None:
    """A writer in the middle of a transaction neither stops it nor gets into it."""
    database = a_database(tmp_path / "c.sqlite3")
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO notes (text) VALUES ('unfinished')")
        made = make_backup(database, tmp_path / "backups", NOW, keep=3)
    copy = made.folder / "community.sqlite3"
    assert verify(made.folder, NEWEST) == made
    assert notes(copy) == [("quaternion", 500)]
    assert made.folder.name == "2026-11-24T08-00-00Z"
    if sys.platform != "win32":
        assert {each.stat().st_mode & 0o077 for each in (made.folder, copy)} == {0}


def test_only_the_last_ones_are_kept(tmp_path: Path) -> None:
    """Other folders beside them stay."""
    database, folder = a_database(tmp_path / "c.sqlite3"), tmp_path / "backups"
    (folder / "mine").mkdir(parents=True)
    for day in range(5):
        make_backup(database, folder, NOW + timedelta(days=day), keep=2)
    assert [each.folder.name[:10] for each in backups(folder)] == ["2026-11-27", "2026-11-28"]
    assert (folder / "mine").is_dir()


def flipped(folder: Path) -> None:
    """One bit of a text, which no check of pages would notice."""
    copy = folder / "community.sqlite3"
    content = copy.read_bytes().replace(b"quaternion", b"quaternioo", 1)
    copy.write_bytes(content)


def shortened(folder: Path) -> None:
    """The disk was full."""
    os.truncate(folder / "community.sqlite3", 4096)


def without_manifest(folder: Path) -> None:
    """Somebody copied only the database."""
    (folder / "backup.json").unlink()


def of_a_newer_format(folder: Path) -> None:
    """Made by a later program."""
    _changed(folder, format=2)


def of_a_newer_revision(folder: Path) -> None:
    """With tables that this program doesn't know."""
    _changed(folder, revision="99999")


def _changed(folder: Path, **changes: Any) -> None:
    file = folder / "backup.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize("harm", [flipped, shortened, without_manifest, of_a_newer_format, of_a_newer_revision])
def test_a_backup_that_isnt_whole_is_refused(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    """The database that is there stays."""
    made = make_backup(a_database(tmp_path / "c.sqlite3"), tmp_path / "backups", NOW, keep=3)
    harm(made.folder)
    with pytest.raises(BackupError, match=r"damaged|isn't a backup|newer version"):
        verify(made.folder, NEWEST)


def test_a_damaged_database_isnt_backed_up_over_good_ones(tmp_path: Path) -> None:
    """It would push them out."""
    database = a_database(tmp_path / "c.sqlite3")
    good = make_backup(database, tmp_path / "backups", NOW, keep=1)
    with database.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096)
    with pytest.raises(BackupError, match="check --deep"):
        make_backup(database, tmp_path / "backups", NOW + timedelta(days=1), keep=1)
    assert backups(tmp_path / "backups") == [good]


def test_a_restored_database_never_meets_the_old_log(tmp_path: Path) -> None:
    """A log left beside it would be played into it."""
    database = a_database(tmp_path / "c.sqlite3")
    made = make_backup(database, tmp_path / "backups", NOW, keep=3)
    killed = sqlite3.connect(database)
    killed.execute("INSERT INTO notes (text) VALUES ('later')")
    killed.commit()  # in the log; the process was killed before it closed the database
    old = restore(made, database)
    assert notes(database) == [("quaternion", 500)]
    assert old is not None
    assert notes(old) == [("later", 1), ("quaternion", 500)]
    killed.close()


STEPS = ("fsync", "replace", "rename", "unlink", "open", "mkdir")


def _killed_at(step: int, work: str, tmp_path: Path) -> None:
    """In a process of its own: do the work, and be killed right before this step."""
    count = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    if work == "backup":
        make_backup(tmp_path / "c.sqlite3", tmp_path / "backups", NOW + timedelta(hours=1), keep=5)
    else:
        restore(backups(tmp_path / "backups")[0], tmp_path / "c.sqlite3")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("work", ["backup", "restore"])
def test_a_kill_between_any_two_steps(tmp_path: Path, work: str) -> None:
    """Every backup that is there is whole; a restore is not begun, or the bot doesn't start until it is run again."""
    process, step, database = None, 0, tmp_path
    while process is None or process.exitcode != 0:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        database = a_database(folder / "c.sqlite3")
        first = make_backup(database, folder / "backups", NOW, keep=5)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("UPDATE notes SET text = 'changed'")
            connection.commit()
        process = multiprocessing.get_context("fork").Process(target=_killed_at, args=(step, work, folder))
        process.start()
        process.join(30)
        assert process.exitcode in (0, -signal.SIGKILL)
        for each in backups(folder / "backups"):
            verify(each.folder, NEWEST)
        if work == "backup":
            make_backup(database, folder / "backups", NOW + timedelta(hours=2), keep=5)
            assert not list((folder / "backups").glob(".partial*"))
        elif restoring(database).exists():
            restore(first, database)
        assert notes(database) in ([("quaternion", 500)], [("changed", 500)])
    assert step > 4
    assert notes(database) == ([("changed", 500)] if work == "backup" else [("quaternion", 500)])


async def run(*arguments: str) -> Result:
    """The program's output and exit status; it has an event loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the program, with a database."""
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", str(tmp_path))
    a_database(tmp_path / "community.sqlite3")
    return tmp_path


async def test_the_commands_back_up_and_restore(data: Path) -> None:
    """Without arguments: into the data folder, and from there the newest."""
    assert "There's no backup" in (await run("restore")).output
    made = await run("backup")
    assert (made.exit_code, "can be restored" in made.output) == (0, True)
    with closing(sqlite3.connect(data / "community.sqlite3")) as connection:
        connection.execute("DELETE FROM notes")
        connection.commit()
    restored = await run("restore")
    assert (restored.exit_code, "The database before it" in restored.output) == (0, True)
    assert notes(data / "community.sqlite3") == [("quaternion", 500)]


async def test_a_running_bot_keeps_its_database(data: Path) -> None:
    """It would go on writing into the old one."""
    await run("backup")
    with lock_folder(data):
        refused = await run("restore")
    assert refused.exit_code == 1
    assert "Another bot is running" in refused.output


async def test_the_bot_doesnt_open_a_database_that_is_half_restored(data: Path) -> None:
    """It says what to do."""
    restoring(data / "community.sqlite3").touch()
    refused = await run("unsubscribe", "ada@example.org")
    assert refused.exit_code == 1
    assert "python -m bot restore" in refused.output
