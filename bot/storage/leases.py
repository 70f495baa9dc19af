"""Leases: what one of several processes does alone, until it stops or dies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, UtcDateTime

leases = Table(
    "leases",
    metadata,
    Column("name", PortableText(64), primary_key=True),
    Column("holder", PortableText(64), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
_t = leases.c


class Leases(Repository[Any], table=leases):
    """``store.leases``"""

    async def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take a lease, or prolong one's own; ``False`` while another process holds it at ``now``."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        taken = dialect.insert(leases).values(name=name, holder=holder, until=until)
        free = (_t.until <= now) | (_t.holder == holder)
        again = taken.on_conflict_do_update(
            index_elements=[_t.name], set_={"holder": holder, "until": until}, where=free
        )
        return await self._run(again) > 0

    async def ends(self, names: Collection[str]) -> dict[str, datetime]:
        """When each of these leases ends, if it isn't prolonged."""
        return dict(await self._tuples(select(_t.name, _t.until).where(_t.name.in_(list(names)))))

    async def release(self, holder: str) -> None:
        """Give back all leases of a process that stops."""
        await self._run(delete(leases).where(_t.holder == holder))
