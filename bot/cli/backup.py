"""``python -m bot backup`` and ``restore``: checked copies of the community database, made while the bot runs.

A backup is a folder named by its time (UTC), with a copy of the database and ``backup.json``: the size and SHA-256 of
the copy, and the revision of its tables. It is made under another name and renamed when it is complete, so what has
the name of a backup is one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from retrieval.database.files import damage, make_folder
from retrieval.errors import PaperBotError

FORMAT: Final = 1
"""Of ``backup.json``. A program refuses formats that it doesn't know."""

_COPY, _MANIFEST, _PARTIAL = "community.sqlite3", "backup.json", ".partial-"
_NAME: Final = "%Y-%m-%dT%H-%M-%SZ"
_SIDES: Final = ("-wal", "-shm")  # files that SQLite keeps beside a database


class BackupError(PaperBotError):
    """A backup can't be made, or can't be used; the text says why."""


class Manifest(BaseModel):
    """``backup.json``. ``revision`` is that of the tables."""

    model_config = ConfigDict(frozen=True)

    format: int
    made_at: AwareDatetime
    revision: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A complete backup."""

    folder: Path
    manifest: Manifest


def make_backup(database: Path, folder: Path, now: datetime, keep: int) -> Backup:
    """Copy the database into a new backup below ``folder``, check the copy, and delete all but the last ``keep``.

    The bot may go on writing: the copy is of one moment. Raises ``BackupError``; earlier backups are then untouched.
    """
    if not database.is_file():
        raise BackupError(f"There's no database at {database} yet.")
    make_folder(folder)
    for left in folder.glob(f"{_PARTIAL}*"):  # of a backup that was interrupted
        shutil.rmtree(left, ignore_errors=True)
    name = now.strftime(_NAME)
    partial, complete = folder / f"{_PARTIAL}{name}", folder / name
    if complete.exists():
        raise BackupError(f"{complete} exists already.")
    partial.mkdir(0o700)
    try:
        manifest = _copy(database, partial / _COPY, now)
        _write(partial / _MANIFEST, manifest.model_dump_json(indent=2).encode())
        _sync(partial)
        partial.rename(complete)
        _sync(folder)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise BackupError(
            f"{database} can't be copied to {folder}: {error}. Run: python -m bot check --deep"
        ) from error
    for old in sorted(_named(folder))[:-keep]:
        shutil.rmtree(old)
    return Backup(complete, manifest)


def backups(folder: Path) -> list[Backup]:
    """The complete backups below a folder, oldest first; unreadable ones are left out."""
    found = list[Backup]()
    for each in sorted(_named(folder)):
        with contextlib.suppress(BackupError):
            found.append(Backup(each, _manifest(each)))
    return found


def verify(folder: Path, newest_revision: str) -> Backup:
    """The backup in this folder, compared with its checksum and checked for damage. Raises ``BackupError``."""
    manifest, copy = _manifest(folder), folder / _COPY
    try:
        size, sha256 = _checksum(copy)
        found = damage(copy) if (size, sha256) == (manifest.size, manifest.sha256) else ["its checksum is another one"]
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{copy} can't be read: {error}. Choose another backup.") from error
    if found:
        raise BackupError(f"{copy} is damaged: {found[0]}. Choose another backup.")
    if manifest.revision > newest_revision:
        raise BackupError(f"{folder} was made by a newer version of this program. Update the program first.")
    return Backup(folder, manifest)


def restore(backup: Backup, database: Path) -> Path | None:
    """Put a verified backup in the place of the database; where the old one is kept, if there was one.

    The bot must not run. It can be interrupted at any step and run again: until the end, the bot doesn't start,
    because of the file ``…restoring``. Raises ``BackupError``.
    """
    make_folder(database.parent)
    aside = database.with_name(f"{database.name}.before-{backup.folder.name}")
    fresh, marker = database.with_name(f"{database.name}.restored"), restoring(database)
    try:
        _write(marker, str(backup.folder).encode())
        fresh.unlink(missing_ok=True)
        shutil.copyfile(backup.folder / _COPY, fresh)
        fresh.chmod(0o600)
        if _checksum(fresh) != (backup.manifest.size, backup.manifest.sha256):
            raise BackupError(f"The copy at {fresh} isn't what was written: check the disk.")
        _sync(fresh)
        for side in ("", *_SIDES):  # the log belongs to the old database: it must never meet the new one
            old = database.with_name(database.name + side)
            if old.exists():
                old.replace(aside.with_name(aside.name + side))
        fresh.replace(database)
        _sync(database.parent)
        marker.unlink()
    except OSError as error:
        raise BackupError(f"{database} can't be restored: {error}. Run the command again.") from error
    return aside if aside.exists() else None


def restoring(database: Path) -> Path:
    """A file that is there while a restore hasn't ended."""
    return database.with_name(f"{database.name}.restoring")


def _copy(database: Path, copy: Path, now: datetime) -> Manifest:
    copy.touch(0o600)
    with (
        contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        [revision] = target.execute("SELECT version_num FROM alembic_version").fetchone()
    found = damage(copy)
    if found:
        raise sqlite3.DatabaseError(f"it is damaged ({found[0]})")
    _sync(copy)
    size, sha256 = _checksum(copy)
    return Manifest(format=FORMAT, made_at=now, revision=str(revision), size=size, sha256=sha256)


def _named(folder: Path) -> Iterator[Path]:
    """The folders that have the name of a backup."""
    for each in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(ValueError):
            datetime.strptime(each.name, _NAME)  # noqa: DTZ007 - only its form
            yield each


def _manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json((folder / _MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise BackupError(f"{folder} isn't a backup: it has no readable {_MANIFEST}.") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{folder} was made by a newer version of this program. Update the program first.")
    return manifest


def _checksum(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _write(path: Path, content: bytes) -> None:
    path.touch(0o600)
    path.write_bytes(content)
    _sync(path)


def _sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows can't
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
