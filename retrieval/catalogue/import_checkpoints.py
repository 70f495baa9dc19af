"""How far large files were imported, stored together with their papers."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.catalogue.tables import imports


@dataclass(frozen=True, slots=True)
class ImportCheckpoint:
    """The first ``line`` lines of ``file``, up to byte ``offset`` of the unzipped file, are stored.

    ``state`` tells whether the file is still the one that was read.
    """

    file: str
    state: str
    line: int = 0
    offset: int = 0


async def read_checkpoint(connection: AsyncConnection, file: str) -> ImportCheckpoint | None:
    """The checkpoint of a file whose import was interrupted."""
    row = (await connection.execute(select(imports).where(imports.c.file == file))).mappings().first()
    return None if row is None else ImportCheckpoint(**row)


async def write_checkpoint(connection: AsyncConnection, file: str, checkpoint: ImportCheckpoint | None) -> None:
    """Replace the checkpoint of a file; ``None`` if it was read to the end."""
    await connection.execute(delete(imports).where(imports.c.file == file))
    if checkpoint is not None:
        await connection.execute(insert(imports).values(asdict(checkpoint)))
