"""What every group of statements shares: the engine, its table, and the few ways in which statements are run."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Executable, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from retrieval.database import Reader, upsert, write_transaction
from retrieval.errors import InvalidInput

R = TypeVar("R")
V = TypeVar("V")


class Repository(Reader, Generic[V]):
    """Runs statements, each in a transaction of its own unless they share one that ``_writing`` began.

    A subclass names its ``table`` and the dataclass of a ``row``, ``order`` of rows, and the column by which they are
    ``dated``, as far as it has them.
    """

    _table: ClassVar[Table]
    _row: ClassVar[Callable[..., Any]]
    _order: ClassVar[Sequence[ColumnElement[Any]]]
    _dated: ClassVar[Column[Any]]

    def __init_subclass__(
        cls,
        *,
        table: Table,
        row: Callable[..., Any] = dict,
        order: Sequence[ColumnElement[Any]] = (),
        dated: Column[Any] | None = None,
    ) -> None:
        super().__init_subclass__()
        cls._table, cls._row, cls._order = table, staticmethod(row), order
        if dated is not None:
            cls._dated = dated

    # --- the table -----------------------------------------------------------------------------

    async def of_person(self, user_id: int) -> Sequence[Any]:
        """Everything about a person, as dataclasses, oldest first."""
        return await self._all(self._table.c.user_id == user_id)

    async def forget_person(self, user_id: int) -> int:
        """Delete everything about a person; how many records."""
        return await self._drop(self._table, self._table.c.user_id == user_id)

    async def forget_guild(self, guild_id: int) -> int:
        """Delete everything about a server; how many records."""
        return await self._drop(self._table, self._table.c.guild_id == guild_id)

    async def forget(self, before: datetime) -> int:
        """Delete records older than ``before``; how many."""
        return await self._drop(self._table, self._dated < before)

    async def _all(self, *conditions: ColumnElement[bool]) -> list[V]:
        """The rows that meet the conditions, in order."""
        return await self._rows(select(self._table).where(*conditions).order_by(*self._order), self._row)

    async def _one(self, *conditions: ColumnElement[bool]) -> V | None:
        """The first of them."""
        return await self._first(select(self._table).where(*conditions).order_by(*self._order), self._row)

    # --- statements ----------------------------------------------------------------------------

    @asynccontextmanager
    async def _writing(self, *lock: object) -> AsyncGenerator[AsyncConnection]:
        """A transaction that writes: those of other tasks and processes with this lock wait for its end.

        ``lock`` names rows of this table, a person's for example. Without it, rows and unique indexes are the locks.
        """
        name = " ".join(str(part) for part in (self._table.name, *lock)) if lock else None
        async with write_transaction(self._engine, name) as connection:
            yield connection

    async def _run(self, *statements: Executable) -> int:
        """Run statements in one transaction; how many rows they changed."""
        async with self._writing() as connection:
            return sum([(await connection.execute(statement)).rowcount for statement in statements])

    async def _toggle(self, connection: AsyncConnection, mine: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
        """Delete the row that meets a condition, or insert it if there is none; whether it is there now."""
        if (await connection.execute(delete(self._table).where(mine))).rowcount > 0:
            return False
        await connection.execute(insert(self._table).values(**values))
        return True

    @staticmethod
    async def _leave_room(
        connection: AsyncConnection, most: int, refusal: InvalidInput, *conditions: ColumnElement[bool]
    ) -> None:
        """Raise the ``refusal`` if as many rows as allowed meet the conditions."""
        if (await connection.scalar(select(func.count()).where(*conditions)) or 0) >= most:
            raise refusal

    async def _insert(self, table: Table, values: Mapping[str, Any]) -> int:
        """Insert a row; the id that the database gave it."""
        async with self._writing() as connection:
            return (await connection.execute(_insertion(table), dict(values))).scalar_one()

    async def _change(self, table: Table, condition: ColumnElement[bool], **values: Any) -> bool:
        """Change rows; whether there were any."""
        return await self._run(update(table).where(condition).values(**values)) > 0

    async def _changed(
        self, table: Table, condition: ColumnElement[bool], row: Callable[..., R], **values: Any
    ) -> R | None:
        """Change a row, and read it as it is then; ``None`` where there was none."""
        statement = update(table).where(condition).values(**values).returning(table)
        async with self._writing() as connection:
            found = (await connection.execute(statement)).mappings().first()
        return None if found is None else row(**found)

    async def _drop(self, table: Table, condition: ColumnElement[bool]) -> int:
        """Delete rows; how many."""
        return await self._run(delete(table).where(condition))

    async def _replace(self, table: Table, values: Mapping[str, Any]) -> None:
        """Insert a row, or update the one with the same primary key."""
        async with self._writing() as connection:
            await upsert(connection, table, [values])


@cache
def _insertion(table: Table) -> ReturningInsert[Any]:
    """Made once: for each new statement, SQLAlchemy finds out what it is."""
    return insert(table).returning(table.c.id)


@dataclass(frozen=True, slots=True)
class SomeShards:
    """The shards ``ids`` of ``count``; server ``id`` belongs to shard ``(id >> 22) % count``."""

    ids: Sequence[int]
    count: int

    def have(self, guild_id: Column[int]) -> ColumnElement[bool]:
        """Whether a row's server belongs to one of them."""
        return (guild_id // 2**22 % self.count).in_(self.ids)


def values_of(record: Any, table: Table, *, without: str = "") -> dict[str, Any]:
    """The values of a record's fields, by the columns of its table; ``without`` one of them."""
    return {column.name: getattr(record, column.name) for column in table.c if column.name != without}
