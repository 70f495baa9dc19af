"""The lines of a file, plain or gzipped, or of standard input. What can be read of a damaged file is read."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from retrieval.errors import SourceError

OnDefect = Callable[[SourceError], None]
"""Called for each line, item or field that was left out."""

OnProgress = Callable[[int], None]
"""Called with the number of bytes of the file (as it is on disk) that were read since the last call."""

STANDARD_INPUT: Final = Path("-")
LARGEST_WHOLE: Final = 64 * 1024 * 1024
"""Bytes in memory at once: a line, or a file that can only be read as a whole (an array, a page)."""

_GZIP: Final = b"\x1f\x8b"
_CHUNK: Final = 256 * 1024
_PIECE: Final = 16 * 1024
_LARGEST_CHUNK: Final = 4 * 1024 * 1024  # unzipped; a few bytes can become many
_WITH_GZIP_HEADER: Final = 31  # zlib's window size, and 16 for gzip


@dataclass(frozen=True, slots=True)
class FilePosition:
    """A position between two lines: after ``line`` lines, and ``offset`` bytes of the unzipped file."""

    line: int = 0
    offset: int = 0


@dataclass(slots=True)
class LineReader:
    """Reads the lines of a file, starting at ``position``, which is then the position after the last line."""

    path: Path
    position: FilePosition
    on_defect: OnDefect
    on_progress: OnProgress
    first_defect: str = ""
    """What was reported first, for a file in which nothing can be used."""

    def lines(self) -> Iterator[tuple[int, str]]:
        """Numbered lines (from 1) without a byte order mark; one that isn't UTF-8 is left out and reported.

        Raises ``SourceError`` for a line that is too long, and if the file can't be opened.
        """
        for number, line in self._byte_lines():
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                self.report("skipped: isn't UTF-8 text", number)
                continue
            yield number, text

    def report(self, message: str, line: int | None = None) -> None:
        """Report a defect of the file."""
        self.first_defect = self.first_defect or (f"line {line}: {message}" if line else message)
        self.on_defect(SourceError(message, path=self.path, line=line))

    def _byte_lines(self) -> Iterator[tuple[int, bytes]]:
        rest = b""
        for chunk in self._content():
            *whole, rest = (rest + chunk).split(b"\n")
            for line in whole:
                yield self._numbered(line + b"\n")
            if len(rest) > LARGEST_WHOLE:
                raise SourceError("is too long.", path=self.path, line=self.position.line + 1)
        if rest:
            yield self._numbered(rest)

    def _numbered(self, line: bytes) -> tuple[int, bytes]:
        self.position = FilePosition(self.position.line + 1, self.position.offset + len(line))
        return self.position.line, line

    def _content(self) -> Iterator[bytes]:
        """The unzipped bytes from the position on, in chunks."""
        with _opened(self.path) as stream:
            first = stream.read(_CHUNK)
            if not first.startswith(_GZIP):
                yield from _after(self.position.offset, self._chunks(stream, first))
                return
            yield from _after(self.position.offset, self._unzipped(self._chunks(stream, first)))

    def _chunks(self, stream: IO[bytes], first: bytes) -> Iterator[bytes]:
        chunk = first
        while chunk:
            yield chunk
            self.on_progress(len(chunk))
            chunk = stream.read(_CHUNK)

    def _unzipped(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The content of one or more gzip members; a cut or damaged one is reported after what it still has."""
        member, begun = zlib.decompressobj(_WITH_GZIP_HEADER), False
        for piece in (chunk[at : at + _PIECE] for chunk in chunks for at in range(0, len(chunk), _PIECE)):
            data = piece
            while data and (begun or data.strip(b"\0")):  # zeros may fill up the end
                if not begun and not data.startswith(_GZIP[: len(data)]):
                    self.report(f"has bytes that aren't gzip after line {self.position.line:,}")
                    return
                before = member.copy().decompress
                try:
                    yield member.decompress(data, _LARGEST_CHUNK)
                except zlib.error:
                    yield from _before_damage(before, data)
                    self._report_damage("is damaged")
                    return
                begun = not member.eof
                data = member.unconsumed_tail if begun else member.unused_data
                if not begun:
                    member = zlib.decompressobj(_WITH_GZIP_HEADER)
        if begun:
            self._report_damage("is cut off")

    def _report_damage(self, what: str) -> None:
        self.report(f"{what} after line {self.position.line:,}; what comes before was read")


@contextmanager
def _opened(path: Path) -> Generator[IO[bytes]]:
    if path == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror or error}.", path=path) from error


def _before_damage(decompress: Callable[[bytes], bytes], data: bytes) -> Iterator[bytes]:
    """What a member has before the byte that is wrong."""
    for at in range(len(data)):
        try:
            yield decompress(data[at : at + 1])
        except zlib.error:
            return


def _after(offset: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks without the first ``offset`` bytes."""
    for chunk in chunks:
        if offset < len(chunk):
            yield chunk[offset:] if offset else chunk
        offset = max(0, offset - len(chunk))
