"""One bot for each data folder: two would post and answer everything twice."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import PaperBotError


class FolderInUse(PaperBotError):
    """Another process serves with this folder."""


@contextmanager
def lock_folder(folder: Path) -> Generator[None]:
    """Keep the folder for this process while the block runs, however it ends. Raises ``FolderInUse``."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "bot.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise FolderInUse(
            f"Another bot is running with the data folder {folder}. Stop it first, or set data_folder to another one."
        ) from None
    try:
        yield
    finally:
        lock.release()
