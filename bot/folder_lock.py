"""One bot for each data folder: two would post and answer everything twice."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.database.files import make_folder
from retrieval.errors import DatabaseError, PaperBotError


class FolderInUse(PaperBotError):
    """Another process serves with this folder."""


@contextmanager
def lock_folder(folder: Path) -> Generator[None]:
    """Keep the folder for this process while the block runs, however it ends.

    Raises ``FolderInUse``, or ``DatabaseError`` if nothing can be written there.
    """
    lock = FileLock(folder / "bot.lock", timeout=0)
    try:
        make_folder(folder)
        lock.acquire()
    except Timeout:
        raise FolderInUse(
            f"Another bot is running with the data folder {folder}. Stop it first, or set data_folder to another one."
        ) from None
    except OSError as error:
        raise DatabaseError(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Make it writable, or choose another folder with the setting data_folder."
        ) from error
    try:
        yield
    finally:
        lock.release()
