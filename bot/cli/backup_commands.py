"""What ``python -m bot backup`` and ``restore`` print and return."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from alembic.script import ScriptDirectory

from bot.cli.backup import Backup, BackupError, backups, make_backup, restore, verify
from bot.folder_lock import lock_folder
from bot.settings import Settings
from bot.storage import MIGRATIONS

_MB = 2**20


async def backup(settings: Settings, folder: Path | None, keep: int, now: datetime) -> int:
    """Make a backup; by default in ``backups`` in the data folder."""
    _check_file(settings)
    made = make_backup(settings.community_database, folder or settings.backups, now, keep)
    typer.echo(f"Backed up: {_described(made)}. It was checked and can be restored.")
    return 0


async def restore_backup(settings: Settings, chosen: Path | None) -> int:
    """Restore a backup, by default the newest one; without any, say where they would be."""
    _check_file(settings)
    if chosen is None:
        found = backups(settings.backups)
        if not found:
            raise BackupError(f"There's no backup in {settings.backups}. Name one: python -m bot restore FOLDER")
        chosen = found[-1].folder
    backup = verify(chosen, ScriptDirectory(str(MIGRATIONS)).get_current_head() or "")
    with lock_folder(settings.data_folder):
        old = restore(backup, settings.community_database)
    typer.echo(f"Restored: {_described(backup)}." + (f" The database before it: {old}" if old else ""))
    return 0


def _described(backup: Backup) -> str:
    return f"{backup.folder} ({backup.manifest.made_at:%Y-%m-%d %H:%M} UTC, {backup.manifest.size / _MB:.1f} MB)"


def _check_file(settings: Settings) -> None:
    if settings.community_location != settings.community_database:
        raise BackupError("The community database is on a PostgreSQL server: back it up there, with pg_dump.")
