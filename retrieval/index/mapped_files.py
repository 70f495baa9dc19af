"""Files mapped into memory, and how much of them the process holds.

The pages of a mapped file are in the system's cache, but those that a process has used count as its memory, and the
system maps 64 KB around each of them: after some hundred searches that is most of a large index. So once it is much,
the process gives some back. They stay in the cache, from where what is used again is mapped again.
"""

from __future__ import annotations

import mmap
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

_MOST: Final = 448 * 2**20
"""Bytes of files that a process may hold, its programs and libraries (a hundred megabytes) included."""
_LARGE: Final = 2**20
"""Bytes of a part of a file that is given back: every search uses the smaller ones."""
_INTERVAL: Final = 0.01
"""Seconds between two looks at how much it is. A search of a million papers maps some ten megabytes."""

_ADVICE: Final[int | None] = getattr(mmap, "MADV_DONTNEED", None)
"""To unmap pages; ``None`` on Windows, where the system takes back what isn't used."""
_STATM: Final = Path("/proc/self/statm")  # Linux; the third number is how many pages of files a process holds


class MappedFiles:
    """The files that a process has mapped. Safe to use from several threads."""

    def __init__(self) -> None:
        self._parts = WeakKeyDictionary[mmap.mmap, list[tuple[int, int]]]()
        self._looked = time.monotonic()
        self._lock = threading.Lock()

    def map(self, path: Path, size: int, parts: Iterable[tuple[int, int]]) -> mmap.mmap:
        """The content of a file, mapped read-only. ``parts`` are first bytes and sizes of what can be given back.

        Raises ``OSError``, also if the file has another size.
        """
        with path.open("rb") as content:
            if os.fstat(content.fileno()).st_size != size:
                raise OSError(f"The size of {path} has changed.")
            mapped = mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ)
        with self._lock:
            self._parts[mapped] = [_whole_pages(start, length) for start, length in parts if length >= _LARGE]
        return mapped

    def release(self) -> None:
        """Give back the large parts of one file after the other, until the process holds no more than it may.

        Does nothing if it was called a moment ago. Other threads may read the files meanwhile, which never change.
        """
        now = time.monotonic()
        if _ADVICE is None or now - self._looked < _INTERVAL:
            return
        with self._lock:
            self._looked = now
            for mapped, parts in list(self._parts.items()):
                if bytes_held() <= _MOST:
                    return
                for start, length in parts:
                    mapped.madvise(_ADVICE, start, length)
                del self._parts[mapped]  # and then it's the last one
                self._parts[mapped] = parts


MAPPED: Final = MappedFiles()
"""Those of this process."""


def bytes_held() -> int:
    """Bytes of files that are in this process's memory; 0 where the system doesn't say."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[2]) * mmap.PAGESIZE
    except (OSError, ValueError, IndexError):
        return 0


def _whole_pages(start: int, length: int) -> tuple[int, int]:
    """The pages that are in a part and in no other."""
    first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
    return first, max(start + length - first, 0) // mmap.PAGESIZE * mmap.PAGESIZE
