"""Conversations that people ended: earlier messages are no context for their next question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Table, select

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class FreshStart:
    """What was said in a channel before ``at`` is no longer context for this person's questions.

    ``guild_id`` is ``None`` in a direct message.
    """

    user_id: int
    channel_id: int
    guild_id: int | None
    at: datetime


fresh_starts = Table(
    "fresh_starts",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_fresh_starts_guild_id", fresh_starts.c.guild_id)


class Conversations(Repository):
    """``store.conversations``"""

    async def begin_afresh(self, start: FreshStart) -> None:
        """End the person's conversation in the channel; replaces an earlier end."""
        await self._replace(fresh_starts, asdict(start))

    async def begun(self, user_id: int, channel_id: int) -> datetime | None:
        """When the person's last conversation in the channel was ended."""
        return await self._value(select(fresh_starts.c.at).where(_of(user_id, channel_id)))

    async def forget(self, before: datetime) -> int:
        """Delete records older than ``before``; how many. The answers before it have been deleted by then."""
        return await self._drop(fresh_starts, fresh_starts.c.at < before)

    async def of_person(self, user_id: int) -> Sequence[FreshStart]:
        """The conversations that a person ended, oldest first."""
        mine = select(fresh_starts).where(fresh_starts.c.user_id == user_id).order_by(fresh_starts.c.at)
        return await self._rows(mine, FreshStart)

    async def forget_person(self, user_id: int) -> int:
        """Delete a person's records; how many."""
        return await self._drop(fresh_starts, fresh_starts.c.user_id == user_id)

    async def forget_guild(self, guild_id: int) -> int:
        """Delete a server's records; how many."""
        return await self._drop(fresh_starts, fresh_starts.c.guild_id == guild_id)


def _of(user_id: int, channel_id: int) -> ColumnElement[bool]:
    return (fresh_starts.c.user_id == user_id) & (fresh_starts.c.channel_id == channel_id)
