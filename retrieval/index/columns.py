"""Arrays in a file, one after another, which is mapped into memory to read them.

A file is written once, under a name derived from its content, and never changed. Each array has a CRC-32, which
detects every burst error of up to 32 bits, and all but one in four thousand million others.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from retrieval.index.mapped_files import MAPPED

SUFFIX: Final = ".segment"

Array = NDArray[Any]

_ALIGNMENT: Final = 64  # bytes: a cache line
_PIECE: Final = 1 << 16  # bytes that are written in one step
_AT_A_TIME: Final = 1 << 20  # bytes read in one step, so that other threads can run in between


class Column(BaseModel):
    """An array in a file: its NumPy type, first byte, number of elements and CRC-32."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    start: Annotated[int, Field(ge=0)]
    count: Annotated[int, Field(ge=0)]
    checksum: Annotated[int, Field(ge=0, lt=1 << 32)]

    @property
    def size(self) -> int:
        """Bytes including the padding, which the checksum covers too."""
        size = self.count * np.dtype(self.type).itemsize
        return size + -size % _ALIGNMENT


class ColumnFile(BaseModel):
    """The arrays of a file. ``name`` has no folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[0-9a-f]{32}\.segment$")]
    size: int
    columns: dict[str, Column]


@dataclass(frozen=True, slots=True)
class Source:
    """A file in a folder, and what it should contain."""

    folder: Path
    file: ColumnFile

    @property
    def path(self) -> Path:
        """The path of the file."""
        return self.folder / self.file.name

    def damaged(self, names: Collection[str] | None = None) -> str | None:
        """The name of the first damaged array, among these (``None``: among all); ``None`` if all are intact.

        The file is read, not mapped, so that it doesn't stay in memory. Raises ``OSError``.
        """
        with self.path.open("rb") as content:
            if os.fstat(content.fileno()).st_size != self.file.size:
                return "size"
            for name, column in self.file.columns.items():
                if names is None or name in names:
                    content.seek(column.start)
                    checksum, left = 0, column.size
                    while left and (piece := content.read(min(left, _AT_A_TIME))):
                        checksum, left = zlib.crc32(piece, checksum), left - len(piece)
                    if left or checksum != column.checksum:
                        return name
        return None

    def arrays(self) -> dict[str, Array]:
        """The arrays, mapped read-only: each page is read when it is first used. Raises ``OSError``."""
        parts = [(column.start, column.size) for column in self.file.columns.values()]
        mapped = MAPPED.map(self.path, self.file.size, parts)
        return {
            name: np.frombuffer(mapped, column.type, column.count, column.start)
            if column.count
            else np.empty(0, column.type)
            for name, column in self.file.columns.items()
        }


def write(folder: Path, arrays: Mapping[str, Array]) -> Source:
    """Write arrays, at least one of them not empty, into a file in the folder: completely or not at all.

    An intact file with the same content is left as it is.
    """
    columns, contents, size = dict[str, Column](), list[bytes](), 0
    for name, array in arrays.items():
        little = array.dtype.newbyteorder("<")
        content = np.ascontiguousarray(array, little).tobytes()
        contents.append(content + bytes(-len(content) % _ALIGNMENT))
        column = Column(type=little.str, start=size, count=len(array), checksum=zlib.crc32(contents[-1]))
        columns[name] = column
        size += len(contents[-1])
    described = "\n".join(f"{name} {column.model_dump_json()}" for name, column in columns.items())
    name = blake2b(described.encode(), digest_size=16).hexdigest() + SUFFIX
    source = Source(folder, ColumnFile(name=name, size=size, columns=columns))
    if not _is_intact(source):
        replace(source.path, *contents)
    return source


def _is_intact(source: Source) -> bool:
    try:
        return source.damaged() is None
    except FileNotFoundError:
        return False


def write_pieces(file: BinaryIO, *contents: bytes) -> None:
    """Write to a file that will be mapped.

    Linux keeps what is written at once together, and then maps all of it for one byte: up to 2 MB.
    """
    for content in contents:
        file.writelines(memoryview(content)[start : start + _PIECE] for start in range(0, len(content), _PIECE))


def replace(path: Path, *contents: bytes) -> None:
    """Write a file completely or not at all, even if the power fails."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    with unfinished.open("wb") as file:
        write_pieces(file, *contents)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    if os.name == "posix":  # elsewhere folders can't be opened
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
