"""Statements that are compiled once: for what every search and question reads.

Compiling, a transaction and SQLAlchemy's rows cost ten times as much as SQLite needs to find ten papers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.database.direct import DirectEngine


@dataclass(frozen=True, eq=False, slots=True)
class PreparedSelect:
    """A statement that reads, for one engine. ``names`` are its parameters (``bindparam``) in the order in ``sql``.

    Each with what makes the driver's value, if it's another one.
    """

    engine: AsyncEngine | DirectEngine
    statement: Select[*tuple[Any, ...]]
    sql: str
    names: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    processors: tuple[tuple[int, Callable[[Any], Any]], ...]
    """How values of some columns are made of what the driver returns."""
    constants: Mapping[str, Any]
    """The values of the other parameters: of what the statement says itself, such as a limit."""

    @classmethod
    def of(cls, engine: AsyncEngine | DirectEngine, statement: Select[*tuple[Any, ...]]) -> Self:
        """The statement, compiled for this engine."""
        dialect = engine.sync_engine.dialect
        if dialect.name != "sqlite":  # asyncpg prepares statements itself
            return cls(engine, statement, "", (), (), {})
        compiled: Any = statement.compile(dialect=dialect)
        types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        made = [type.result_processor(dialect, None) for type in types]
        processors = tuple((place, process) for place, process in enumerate(made) if process is not None)
        names = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
        ]
        constants = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        return cls(engine, statement, str(compiled), tuple(names), processors, constants)

    async def rows(self, **values: Any) -> list[Sequence[Any]]:
        """All rows, for these values of the parameters."""
        if isinstance(self.engine, DirectEngine):
            return self._processed(self.engine.rows(self.sql, self._bound(values)))
        async with self.engine.connect() as connection:
            if self.engine.dialect.name != "sqlite":
                return [tuple(row) for row in await connection.execute(self.statement, values)]
            raw: Any = await connection.get_raw_connection()
            found = await raw.driver_connection.fetch(self.sql, self._bound(values))
        return self._processed(found)

    def _bound(self, values: Mapping[str, Any]) -> list[Any]:
        given = {**self.constants, **values}
        return [given[name] if process is None else process(given[name]) for name, process in self.names]

    def _processed(self, found: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        if not self.processors:
            return list(found)
        rows = [list(row) for row in found]
        for row in rows:
            for place, process in self.processors:
                row[place] = process(row[place])
        return [*rows]
