"""Channels that get a recap each week or month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Table

from bot.storage.columns import EnumText, metadata
from bot.storage.repository import Repository, SomeShards
from bot.storage.schedule import Frequency
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class RecapFeed:
    """A channel's recaps, weekly or monthly. ``changed_at`` is aware UTC: recaps due before it are not posted."""

    channel_id: int
    guild_id: int
    frequency: Frequency
    changed_at: datetime


recap_feeds = Table(
    "recap_feeds",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("frequency", EnumText(Frequency), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)


class Recaps(Repository[RecapFeed], table=recap_feeds, row=RecapFeed, order=(recap_feeds.c.channel_id,)):
    """``store.recaps``"""

    async def save(self, feed: RecapFeed) -> None:
        """Set up recaps for a channel; replaces an earlier setup."""
        await self._replace(recap_feeds, asdict(feed))

    async def remove(self, channel_id: int) -> bool:
        """Stop a channel's recaps. ``False`` if it has none."""
        return await self._drop(recap_feeds, recap_feeds.c.channel_id == channel_id) > 0

    async def feeds(self, shards: SomeShards | None = None) -> Sequence[RecapFeed]:
        """Every channel that has recaps, or those in servers of some shards."""
        return await (self._all() if shards is None else self._all(shards.have(recap_feeds.c.guild_id)))
