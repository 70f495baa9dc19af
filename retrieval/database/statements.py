"""How statements are run: reading, each in a transaction of its own, and inserting or updating rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

R = TypeVar("R")


class Reader:
    """Runs the statements that read a database, each in a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def _rows(self, wanted: Select[*tuple[Any, ...]], row: Callable[..., R]) -> list[R]:
        """All rows, each made by ``row`` from its columns."""
        async with self._engine.connect() as connection:
            return [row(**each) for each in (await connection.execute(wanted)).mappings()]

    async def _first(self, wanted: Select[*tuple[Any, ...]], row: Callable[..., R]) -> R | None:
        """The first row, if there is one."""
        found = await self._rows(wanted.limit(1), row)
        return found[0] if found else None

    async def _tuples(self, wanted: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """All rows as plain tuples."""
        async with self._engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(wanted)]

    async def _values(self, wanted: Select[R]) -> list[R]:
        """The first column of all rows."""
        async with self._engine.connect() as connection:
            return list(await connection.scalars(wanted))

    async def _value(self, wanted: Select[R]) -> R | None:
        """The first column of the first row."""
        async with self._engine.connect() as connection:
            return await connection.scalar(wanted)


async def upsert(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], *, kept: Collection[str] = ()
) -> None:
    """Insert rows, or update those with the same primary key, except for the columns in ``kept``."""
    if not rows:
        return
    statement = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {name: statement.excluded[name] for name in rows[0] if name not in {*keys, *kept}}
    if rest:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    await connection.execute(statement, rows)
