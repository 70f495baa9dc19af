"""Statements that are compiled once: for what every search reads.

Compiling, a transaction and SQLAlchemy's rows cost ten times as much as SQLite needs to find ten papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, eq=False, slots=True)
class PreparedSelect:
    """A statement that reads, for one engine. ``names`` are its parameters (``bindparam``) in the order in ``sql``."""

    engine: AsyncEngine
    statement: Select[*tuple[Any, ...]]
    sql: str
    names: tuple[str, ...]
    processors: tuple[tuple[int, Callable[[Any], Any]], ...]
    """How values of some columns are made of what the driver returns."""

    @classmethod
    def of(cls, engine: AsyncEngine, statement: Select[*tuple[Any, ...]]) -> Self:
        """The statement, compiled for this engine."""
        dialect = engine.sync_engine.dialect
        compiled: Any = statement.compile(dialect=dialect)
        types = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
        made = [type.result_processor(dialect, None) for type in types]
        processors = tuple((place, process) for place, process in enumerate(made) if process is not None)
        return cls(engine, statement, str(compiled), tuple(compiled.positiontup or ()), processors)

    async def rows(self, **values: Any) -> list[Sequence[Any]]:
        """All rows, for these values of the parameters."""
        async with self.engine.connect() as connection:
            if self.engine.dialect.name != "sqlite":
                return [tuple(row) for row in await connection.execute(self.statement, values)]
            raw: Any = await connection.get_raw_connection()
            found = await raw.driver_connection.fetch(self.sql, [values[name] for name in self.names])
        return [self._processed(row) for row in found]

    def _processed(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, process in self.processors:
            values[place] = process(values[place])
        return values
