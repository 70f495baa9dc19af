"""``python -m bot move``: everything that is stored goes from the files to a PostgreSQL database."""

from __future__ import annotations

import typer
from sqlalchemy import URL, MetaData
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.folder_lock import lock_folder
from bot.settings import Settings
from bot.storage import MIGRATIONS, SCHEMA
from bot.storage.columns import metadata
from retrieval import catalogue
from retrieval.database import location_text, open_database
from retrieval.database.transfer import begin_copy, compare_rows, copy_rows, finish_copies
from retrieval.english import counted


async def move(settings: Settings, target: URL) -> int:
    """Copy both files to ``target``, and compare each row. The exit status.

    The files stay as they are, and no bot may run meanwhile. A copy that was interrupted is continued.
    Raises ``DatabaseError`` and ``FolderInUse``.
    """
    with lock_folder(settings.data_folder):
        async with (
            open_database(settings.papers_database, catalogue.MIGRATIONS) as old_papers,
            open_database(settings.community_database, MIGRATIONS) as old_community,
            open_database(target, catalogue.MIGRATIONS, schema=catalogue.SCHEMA) as papers,
            open_database(target, MIGRATIONS, schema=SCHEMA) as community,
        ):
            await _copy(old_papers, papers, catalogue.metadata, catalogue.SCHEMA)
            await _copy(old_community, community, metadata, SCHEMA)
            await finish_copies(community, (catalogue.SCHEMA, SCHEMA))
    address = location_text(target)
    typer.echo(f'Done. Set [database] url = "{address}", and start the bot. Keep the files until you are content.')
    return 0


async def _copy(source: AsyncEngine, new: AsyncEngine, tables: MetaData, schema: str) -> None:
    ordered = tables.sorted_tables
    if await begin_copy(new, ordered):
        typer.echo(f"Continuing the copy of {schema} …")
    await copy_rows(source, new, ordered, lambda name, rows: typer.echo(f"  {schema}.{name}: {counted(rows, 'row')}"))
    compared = await compare_rows(source, new, ordered)
    typer.echo(f"{schema}: {counted(compared, 'row')} copied, each compared.")
