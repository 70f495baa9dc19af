"""The file of a database: private to its owner, never silently replaced by an empty one, and checked for damage."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from retrieval.errors import DatabaseError

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700


def prepare_file(path: Path) -> bool:
    """Create the folder and the file if they are missing; whether the database has yet to be made.

    Both are readable by their owner only; a file that others could read is made private. Raises ``DatabaseError`` if
    the file cannot be written, and if it is empty: a full disk or a copy that failed leaves such a file, and an empty
    database in its place would look like a new one.
    """
    if path.with_name(f"{path.name}.restoring").exists():
        raise DatabaseError(f"A restore of {path} was interrupted. Run it again: python -m bot restore")
    try:
        make_folder(path.parent)
        if not path.exists():
            _marker(path).touch(PRIVATE_FILE)
        elif _is_emptied(path):
            raise DatabaseError(
                f"{path} is empty (0 bytes): something has truncated it. Restore it (python -m bot restore), "
                "or delete it to begin with nothing."
            )
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
        if path.stat().st_mode & 0o077:
            path.chmod(PRIVATE_FILE)
    except OSError as error:
        raise DatabaseError(
            f"The database {path} cannot be written ({error.strerror}). "
            "Make its folder writable, or choose another folder with the setting data_folder."
        ) from error
    return _marker(path).exists()


def made(path: Path) -> None:
    """The database has its tables: from now on, an empty file is a damaged one."""
    _marker(path).unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Create a folder, and those above it, for the owner only. One that exists stays as it is."""
    for each in [*reversed(folder.parents), folder]:
        if not each.exists():
            each.mkdir(PRIVATE_FOLDER, exist_ok=True)
    folder.mkdir(exist_ok=True)  # raises if it's a file


def damage(path: Path, *, thorough: bool = True) -> list[str]:
    """What SQLite finds wrong in a file, at most ten lines; empty if it is whole.

    ``thorough``: also indexes against tables, and references. Raises ``sqlite3.Error`` if it can't be read at all.
    """
    with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        check = "integrity_check" if thorough else "quick_check"
        found = [str(line) for (line,) in connection.execute(f"PRAGMA {check}(10)")]
        if thorough:
            found += [
                f"{table} refers to a missing row" for table, *_ in connection.execute("PRAGMA foreign_key_check")
            ]
    return [line for line in found if line != "ok"][:10]


def _marker(path: Path) -> Path:
    """A file that is there from before a database is made until it has its tables."""
    return path.with_name(f"{path.name}.new")


def _is_emptied(path: Path) -> bool:
    """Whether the file is empty, and no process is making the database now. Looks twice: one may just have begun."""
    return all(not _marker(path).exists() and path.stat().st_size == 0 for _ in range(2))
