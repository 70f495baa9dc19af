"""The folder of an index, which the processes of one machine share: all read it, and one at a time writes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from retrieval.index import Index
from retrieval.index.storage import MANIFEST, newest

_LOCK: Final = "writer.lock"


class IndexFolder:
    """A folder with an index. What is saved there is a generation: a manifest, and the segments that it lists."""

    def __init__(self, path: Path, analysis: str) -> None:
        self.path = path
        self._analysis = analysis
        self._lock = FileLock(path / _LOCK, timeout=0, thread_local=False)
        self._seen: tuple[int, ...] | None = ()  # of the manifest at the last look

    def lock(self) -> bool:
        """Become the process that writes, until ``unlock``; ``False`` while another one is.

        Each call needs an ``unlock``. The lock of a process that was killed is free at once.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            return False
        except OSError:
            return True  # the folder can't be written: saving says so
        return True

    def unlock(self) -> None:
        """Let another process write."""
        self._lock.release()

    def newer(self, index: Index, revision: int) -> tuple[Index, int] | None:
        """The generation that was saved since the last look, and its revision of the catalogue.

        What it shares with ``index`` isn't opened again. ``None`` if there is nothing new, or if it is older than
        ``revision``. Raises ``IndexDamaged``.
        """
        seen = self._manifest()
        if seen == self._seen:
            return None
        self._seen = seen
        saved, segments = newest(self.path, self._analysis, index.segments)
        return (index.with_segments(segments), saved) if saved >= revision else None

    def save(self, index: Index, revision: int) -> Index:
        """Save a generation: the same index over its files. Raises ``OSError`` if the disk is full."""
        saved = index.save(self.path, revision, self._analysis)
        self._seen = self._manifest()
        return saved

    def _manifest(self) -> tuple[int, ...] | None:
        """What changes whenever the manifest is replaced; ``None``: there is none."""
        try:
            status = (self.path / MANIFEST).stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns
