"""Files that are mapped into memory: a process gives back what it holds beyond a bound."""

from __future__ import annotations

import io
import mmap
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.index import columns, mapped_files
from retrieval.index.mapped_files import MappedFiles, bytes_held

SIZE = 4 * 2**20
PART = SIZE // 2

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux says how much of a file a process holds.")


def mapped(files: MappedFiles, path: Path) -> mmap.mmap:
    """A file of two large parts, each byte of which was read."""
    path.write_bytes(bytes(SIZE))
    content = files.map(path, SIZE, [(0, PART), (PART, PART)])
    assert not any(content[:])
    return content


def held(path: Path) -> int:
    """Bytes of one file that this process holds."""
    smaps = Path("/proc/self/smaps").read_text(encoding="utf-8")
    found = re.search(rf"{re.escape(str(path))}\nSize:.*?\nRss: +(\d+) kB", smaps, re.DOTALL)
    assert found, "the file isn't mapped"
    return int(found[1]) * 1024


def look(monkeypatch: pytest.MonkeyPatch, values: Iterator[int]) -> None:
    """Look each time, and see these numbers of bytes."""
    monkeypatch.setattr(mapped_files, "_INTERVAL", 0.0)
    monkeypatch.setattr(mapped_files, "bytes_held", values.__next__)


@on_linux
def test_what_is_beyond_the_bound_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of the file aren't the process's any more, and its content is the same."""
    files = MappedFiles()
    content, before = mapped(files, tmp_path / "file"), bytes_held()
    monkeypatch.setattr(mapped_files, "_INTERVAL", 0.0)
    files.release()
    assert held(tmp_path / "file") == SIZE
    monkeypatch.setattr(mapped_files, "_MOST", 0)
    files.release()
    assert held(tmp_path / "file") == 0
    assert bytes_held() <= before - SIZE // 2
    assert content[:] == bytes(SIZE)


@on_linux
def test_no_more_is_given_back_than_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file after the other, and next time those that weren't the last time."""
    files, much = MappedFiles(), 2**50
    one, other = mapped(files, tmp_path / "one"), mapped(files, tmp_path / "other")
    look(monkeypatch, iter([much, 0, much, 0]))
    files.release()
    assert (held(tmp_path / "one"), held(tmp_path / "other")) == (0, SIZE)
    assert not any(one[:])
    files.release()
    assert (held(tmp_path / "one"), held(tmp_path / "other")) == (SIZE, 0)
    assert not any(other[:])


def test_small_parts_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search uses them; and of a part only whole pages are given back."""
    advised = list[tuple[int, int]]()
    files, path = MappedFiles(), tmp_path / "file"
    path.write_bytes(bytes(SIZE))
    first = files.map(path, SIZE, [(0, 100), (100, PART), (PART + 100, 2**20 - 1)])
    monkeypatch.setattr(mapped_files, "_LARGE", 0)
    content = files.map(path, SIZE, [(1, 2), (0, SIZE)])
    advised += [span for spans in files._parts.values() for span in spans]  # pyright: ignore[reportPrivateUsage]
    assert advised == [(mmap.PAGESIZE, PART - mmap.PAGESIZE), (mmap.PAGESIZE, 0), (0, SIZE)]
    assert len(first) == len(content) == SIZE


def test_it_is_looked_at_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for each of many searches in a row."""
    looks, files = iter(range(9)), MappedFiles()
    content = mapped(files, tmp_path / "file")
    look(monkeypatch, looks)
    monkeypatch.setattr(mapped_files, "_INTERVAL", 1_000.0)
    files.release()
    assert next(looks) == 0
    monkeypatch.setattr(mapped_files, "_INTERVAL", 0.0)
    files.release()
    assert next(looks) == 2
    assert len(content) == SIZE


def test_a_file_of_another_size_is_refused(tmp_path: Path) -> None:
    """It isn't the one that was written."""
    (tmp_path / "file").write_bytes(b"1234")
    with pytest.raises(OSError, match="size"):
        MappedFiles().map(tmp_path / "file", 3, [])


def test_what_is_mapped_is_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the system would map all of what was written at once for a single byte of it."""
    pieces, content = list[int](), bytes(range(256)) * 1_000

    class PieceFile(io.FileIO):
        def write(self, b: ReadableBuffer, /) -> int:
            pieces.append(len(memoryview(b)))
            return super().write(b)

    def open_file(path: Path, mode: str) -> io.FileIO:
        return PieceFile(path, mode)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", open_file)
        columns.replace(tmp_path / "file", content, content)
    assert max(pieces) <= 2**16
    assert (tmp_path / "file").read_bytes() == content * 2
