"""What every group of statements shares: the engine, and the few ways in which statements are run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Executable, Table, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from retrieval.database import Reader, write_transaction

R = TypeVar("R")


class Repository(Reader):
    """Runs statements, each in a transaction of its own unless they share one that ``_writing`` began."""

    @asynccontextmanager
    async def _writing(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that reads and then writes: those of other tasks and processes wait for its end."""
        async with write_transaction(self._engine) as connection:
            yield connection

    async def _run(self, *statements: Executable) -> int:
        """Run statements in one transaction; how many rows they changed."""
        async with self._engine.begin() as connection:
            return sum([(await connection.execute(statement)).rowcount for statement in statements])

    async def _insert(self, table: Table, values: Mapping[str, Any]) -> int:
        """Insert a row; the id that the database gave it."""
        async with self._engine.begin() as connection:
            return (await connection.execute(insert(table).values(**values).returning(table.c.id))).scalar_one()

    async def _change(self, table: Table, condition: ColumnElement[bool], **values: Any) -> bool:
        """Change rows; whether there were any."""
        return await self._run(update(table).where(condition).values(**values)) > 0

    async def _changed(
        self, table: Table, condition: ColumnElement[bool], row: Callable[..., R], **values: Any
    ) -> R | None:
        """Change a row, and read it as it is then; ``None`` where there was none."""
        statement = update(table).where(condition).values(**values).returning(table)
        async with self._engine.begin() as connection:
            found = (await connection.execute(statement)).mappings().first()
        return None if found is None else row(**found)

    async def _drop(self, table: Table, condition: ColumnElement[bool]) -> int:
        """Delete rows; how many."""
        return await self._run(delete(table).where(condition))

    async def _replace(self, table: Table, values: Mapping[str, Any]) -> None:
        """Insert a row in the place of the one with the same primary key."""
        same = [column == values[column.name] for column in table.primary_key.columns]
        async with self._writing() as connection:
            await connection.execute(delete(table).where(*same))
            await connection.execute(insert(table).values(**values))


def values_of(record: Any, table: Table, *, without: str = "") -> dict[str, Any]:
    """The values of a record's fields, by the columns of its table; ``without`` one of them."""
    return {column.name: getattr(record, column.name) for column in table.c if column.name != without}
