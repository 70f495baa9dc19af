"""How far the import of a large file has come, kept beside the papers that it stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.catalogue.tables import imports


@dataclass(frozen=True, slots=True)
class ImportCheckpoint:
    """Everything in the first ``line`` lines of ``file``, which end at byte ``offset``, is stored.

    ``state`` tells whether the file is still the one that was read. Bytes are those of the unzipped file.
    """

    file: str
    state: str
    line: int
    offset: int


async def mark_of(connection: AsyncConnection, file: str) -> ImportCheckpoint | None:
    """The mark of a file whose import was stopped."""
    row = (await connection.execute(select(imports).where(imports.c.file == file))).mappings().first()
    return None if row is None else ImportCheckpoint(**row)


async def write_mark(connection: AsyncConnection, file: str, mark: ImportCheckpoint | None) -> None:
    """Put a mark in the place of the file's last one; ``None`` when the file was read to its end."""
    await connection.execute(delete(imports).where(imports.c.file == file))
    if mark is not None:
        await connection.execute(insert(imports).values(asdict(mark)))
