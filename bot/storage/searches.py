"""Searches: what "next page" under a list of hits continues."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Table, func, select

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, RowId, UtcDateTime


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search as it was typed. Everybody in the channel sees it; without one, only who typed it does."""

    id: int
    text: str
    user_id: int
    at: datetime
    guild_id: int | None = None
    channel_id: int | None = None


searches = Table(
    "searches",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("text", PortableText, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("guild_id", BigInteger),
    Column("channel_id", BigInteger),
    sqlite_autoincrement=True,  # ids are part of buttons, so they must not be used again
)
Index("ix_searches_user_id", searches.c.user_id)
Index("ix_searches_guild_id", searches.c.guild_id)


class Searches(Repository[KeptSearch], table=searches, row=KeptSearch, order=(searches.c.id,), dated=searches.c.at):
    """``store.searches``"""

    async def record(
        self, text: str, user_id: int, at: datetime, *, guild_id: int | None = None, channel_id: int | None = None
    ) -> int:
        """Store a search's text; the id for its buttons. Without a channel, only the person can use them."""
        place = {"guild_id": guild_id, "channel_id": channel_id}
        return await self._insert(searches, {"text": text, "user_id": user_id, "at": at, **place})

    async def get(self, search_id: int, user_id: int, channel_ids: Collection[int] = ()) -> str | None:
        """The text of a stored search that this person typed, or that was shown in one of these channels."""
        seen = (searches.c.user_id == user_id) | searches.c.channel_id.in_(channel_ids)
        return await self._value(select(searches.c.text).where(searches.c.id == search_id, seen))

    async def lately(self, user_id: int, limit: int) -> list[str]:
        """The texts of a person's latest searches, newest first, each once."""
        last = func.max(searches.c.id).label("last")
        mine = select(searches.c.text, last).where(searches.c.user_id == user_id).group_by(searches.c.text)
        return [text for text, _ in await self._tuples(mine.order_by(last.desc()).limit(limit))]
