"""One bot for each data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.folder_lock import FolderInUse, lock_folder
from retrieval.errors import DatabaseError


def test_a_folder_is_for_one_bot(tmp_path: Path) -> None:
    """The second says so; after the first has ended, the folder is free."""
    with lock_folder(tmp_path), pytest.raises(FolderInUse, match="Stop it first"), lock_folder(tmp_path):
        pass
    with lock_folder(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """One sentence, with a way out."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(DatabaseError, match=r"data cannot be written .* data_folder"),
        lock_folder(tmp_path / "file" / "data"),
    ):
        pass
