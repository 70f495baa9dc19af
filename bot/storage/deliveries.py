"""What all ledgers of messages share: claims that stand before a message is sent, and what became of them.

Recording first alone loses messages, sending first alone doubles them. So a claim is kept before the message is
sent; a unique index, for all processes that share the database, is the lock. A claim that Discord definitely refused
is *released* and no longer counts.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from sqlalchemy import ColumnElement, Index, Select, Table, select, text, update
from sqlalchemy.ext.asyncio import AsyncEngine


class Status(StrEnum):
    """What is known of a claim.

    Open: it may or may not have been sent. Posted: the message is there. Released: there is none.
    Unknown: nobody can find out any more; it counts as posted, as two posts are worse than none.
    """

    OPEN = "open"
    POSTED = "posted"
    RELEASED = "released"
    UNKNOWN = "unknown"


class Claimed(Protocol):
    """A row of a ledger: ``tried_at`` is when sending was last begun."""

    @property
    def id(self) -> int:
        """The number that the message carries."""
        ...

    @property
    def tried_at(self) -> datetime:
        """Aware UTC."""
        ...


C = TypeVar("C", bound=Claimed)

_COUNTS = text("status <> 'released'")


def one_claim(table: str, *columns: str) -> Index:
    """The lock: at most one claim that counts has these values. Stands among the columns of the table of that name."""
    name = f"uq_{table}_{'_'.join(columns)}"
    return Index(name, *columns, unique=True, sqlite_where=_COUNTS, postgresql_where=_COUNTS)


class Claims(Generic[C]):
    """The statements that are the same for every ledger. Subclasses name their ``table`` and its ``row``."""

    table: ClassVar[Table]
    row: ClassVar[type[Any]]

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def take_over(self, claim: C, at: datetime) -> bool:
        """Begin to settle an open claim; ``False`` where another process was quicker."""
        seen = (self.table.c.id == claim.id) & (self.table.c.tried_at == claim.tried_at) & self._open()
        return await self._change(seen, tried_at=at)

    async def get(self, claim_id: int) -> C | None:
        """The claim with this id, whatever became of it."""
        found = await self._rows(select(self.table).where(self.table.c.id == claim_id))
        return found[0] if found else None

    def _open(self, claim_id: int | None = None) -> ColumnElement[bool]:
        """Of which nobody knows yet whether the message was sent: all such claims, or this one if it is one."""
        is_open = self.table.c.status == Status.OPEN
        return is_open if claim_id is None else (self.table.c.id == claim_id) & is_open

    async def _change(self, condition: ColumnElement[bool], **values: object) -> bool:
        async with self._engine.begin() as connection:
            done = await connection.execute(update(self.table).where(condition).values(**values))
        return done.rowcount > 0

    async def _rows(self, wanted: Select[Any]) -> list[C]:
        async with self._engine.connect() as connection:
            return [self.row(**row) for row in (await connection.execute(wanted)).mappings()]
