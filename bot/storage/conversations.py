"""Conversations that people ended: earlier messages are no context for their next question."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Table

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


class Conversations(
    Repository[FreshStart], table=fresh_starts, row=FreshStart, order=(fresh_starts.c.at,), dated=fresh_starts.c.at
):
    """``store.conversations``"""

    async def begin_afresh(self, start: FreshStart) -> None:
        """End the person's conversation in the channel; replaces an earlier end."""
        await self._replace(fresh_starts, asdict(start))

    async def begun(self, user_id: int, channel_id: int) -> datetime | None:
        """When the person's last conversation in the channel was ended."""
        last = await self._one(fresh_starts.c.user_id == user_id, fresh_starts.c.channel_id == channel_id)
        return last.at if last else None
