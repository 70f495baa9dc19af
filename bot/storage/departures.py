"""Servers that removed the bot, and when: their data is deleted after a set time."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import UtcDateTime

departures = Table(
    "departures",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("left_at", UtcDateTime, nullable=False),
)


class Departures(Repository[Any], table=departures):
    """``store.departures``"""

    async def note(self, guild_id: int, at: datetime) -> None:
        """Record that a server removed the bot; the first time counts."""
        with suppress(IntegrityError):
            await self._run(insert(departures).values(guild_id=guild_id, left_at=at))

    async def cancel(self, guild_ids: Collection[int]) -> int:
        """The bot is in these servers again; how many of them were recorded as gone."""
        noted = set(guild_ids) & set(await self.noted())
        return await self._run(*(delete(departures).where(departures.c.guild_id == guild_id) for guild_id in noted))

    async def noted(self, before: datetime | None = None) -> list[int]:
        """The servers recorded as gone, if given before ``before``."""
        wanted = select(departures.c.guild_id).order_by(departures.c.left_at)
        if before is not None:
            wanted = wanted.where(departures.c.left_at < before)
        return await self._values(wanted)
