"""Copy all rows of a database into an empty one of another kind, and compare the two row by row.

Rows are copied in the order of their primary keys, which is the same in both databases, so that an interrupted copy
continues after the last row that arrived.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import JSON, Column, MetaData, String, Table, func, insert, literal, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.types import TypeDecorator, TypeEngine

from retrieval.database.columns import PortableText
from retrieval.database.connection import snapshot, write_transaction
from retrieval.errors import DatabaseError

_ROWS: Final = 2_000
"""Rows in one transaction, and in memory."""

_MARK: Final = Table("unfinished_copy", MetaData(), Column("id", String(1), primary_key=True))
"""Exists from the first row to the end of the comparison: these rows come from a copy, and more are missing."""

Progress = Callable[[str, int], None]
"""Told the name of a table that is complete, and the number of its rows."""


async def begin_copy(target: AsyncEngine, tables: Iterable[Table]) -> bool:
    """Prepare a database for a copy: empty its ``tables`` if they are as migrated. Whether one is being continued.

    Raises ``DatabaseError`` if it has rows that no unfinished copy has brought.
    """
    async with write_transaction(target, "copy") as connection:
        if await connection.run_sync(lambda sync: target.dialect.has_table(sync, _MARK.name)):
            return True
        for table in reversed(list(tables)):
            rows = await connection.scalar(select(func.count()).select_from(table)) or 0
            if rows > (table.name in _MIGRATED):
                raise DatabaseError(f"The new database isn't empty: {table.name} has {rows:,} rows. Create a new one.")
            await connection.execute(table.delete())
        await connection.run_sync(_MARK.create)
    return False


_MIGRATED: Final = frozenset({"revisions"})
"""Tables that have a row from the start."""


async def copy_rows(source: AsyncEngine, target: AsyncEngine, tables: Iterable[Table], progress: Progress) -> None:
    """Copy the rows that are missing in ``target``, in the order of ``tables``: those that are referred to come first.

    Numbers that the target gives to new rows begin after all that the source has ever given.
    """
    async with snapshot(source) as reading:
        for table in map(_plain, tables):
            count = await _count(target, table)
            async for rows in _batches(reading, table, await _last_key(target, table)):
                async with target.begin() as writing:
                    await writing.execute(insert(table), rows)
                count += len(rows)
            await _continue_numbers(reading, target, table)
            progress(table.name, count)


async def compare_rows(source: AsyncEngine, target: AsyncEngine, tables: Iterable[Table]) -> int:
    """Compare all rows; how many there are. Raises ``DatabaseError`` at the first difference."""
    compared, none = 0, list[dict[str, Any]]()
    async with snapshot(source) as old, snapshot(target) as new:
        for table in map(_plain, tables):
            theirs = _batches(new, table, None)
            async for rows in _batches(old, table, None):
                arrived = await anext(theirs, none)
                if arrived != rows:
                    raise _difference(table, rows, arrived)
                compared += len(rows)
            if surplus := await anext(theirs, none):
                raise _difference(table, none, surplus)
    return compared


async def finish_copies(target: AsyncEngine, schemas: Iterable[str]) -> None:
    """All copies to these schemas of a PostgreSQL database are complete: no other one continues them."""
    marks = ", ".join(f'"{schema}".{_MARK.name}' for schema in schemas)
    async with target.begin() as connection:
        await connection.execute(text(f"DROP TABLE {marks}"))


def _plain(table: Table) -> Table:
    """The same table, whose values are read and written as they are stored: nothing is checked or completed."""
    columns = (Column(each.name, _plain_type(each.type), primary_key=each.primary_key) for each in table.c)
    return Table(table.name, MetaData(), *columns)


def _plain_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    impl = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    if isinstance(impl, JSON):
        return JSON()
    return PortableText() if isinstance(impl, String) else kind


async def _batches(
    connection: AsyncConnection, table: Table, after: Sequence[Any] | None
) -> AsyncIterator[list[dict[str, Any]]]:
    """The rows behind a key, in the order of keys, as they are stored in any database."""
    keys = list(table.primary_key.columns)
    ordered = select(table).order_by(*keys).limit(_ROWS)
    while True:
        rest = ordered if after is None else ordered.where(_behind(keys, after))
        rows = [_stored(row) for row in (await connection.execute(rest)).mappings()]
        if not rows:
            return
        yield rows
        after = [rows[-1][key.name] for key in keys]


def _behind(keys: Sequence[Column[Any]], after: Sequence[Any]) -> Any:
    return tuple_(*keys) > tuple_(*(literal(value, key.type) for key, value in zip(keys, after, strict=True)))


def _stored(row: Any) -> dict[str, Any]:
    """A row without NUL characters, which ``PortableText`` replaces."""
    return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in row.items()}


async def _last_key(engine: AsyncEngine, table: Table) -> Sequence[Any] | None:
    keys = list(table.primary_key.columns)
    async with engine.connect() as connection:
        last = (await connection.execute(select(*keys).order_by(*(key.desc() for key in keys)).limit(1))).first()
    return None if last is None else tuple(last)


async def _count(engine: AsyncEngine, table: Table) -> int:
    async with engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0


async def _continue_numbers(source: AsyncConnection, target: AsyncEngine, table: Table) -> None:
    """Let the target's sequence go on after the highest number, and after those of deleted rows in SQLite's memory."""
    if [key.name for key in table.primary_key.columns] != ["id"] or target.dialect.name != "postgresql":
        return
    highest = await source.scalar(select(func.max(table.c.id))) or 0
    if await source.run_sync(lambda sync: sync.dialect.has_table(sync, "sqlite_sequence")):
        remembered = text("SELECT seq FROM sqlite_sequence WHERE name = :name").bindparams(name=table.name)
        highest = max(highest, await source.scalar(remembered) or 0)
    async with target.begin() as connection:
        sequence = await connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
        if sequence is not None:
            await connection.execute(select(func.setval(sequence, max(highest, 1), highest > 0)))


def _difference(table: Table, rows: Sequence[dict[str, Any]], arrived: Sequence[dict[str, Any]]) -> DatabaseError:
    pairs = zip([*rows, {}], [*arrived, {}], strict=False)
    expected, found = next((old, new) for old, new in pairs if old != new)
    keys = [key.name for key in table.primary_key.columns]
    named = ", ".join(f"{key} {(expected or found)[key]!r}" for key in keys)
    return DatabaseError(
        f"The copy of {table.name} isn't the same at the row {named}. Nothing was changed in the files. "
        "Create a new database, and repeat the command."
    )
