"""Cards for pasted links: where a server wants them, and which were shown recently."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, ColumnElement, Index, Table, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, UtcDateTime

WHOLE_SERVER = 0
"""Instead of a channel's id: all channels of a server."""

link_cards = Table(
    "link_cards",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("wanted", Boolean, nullable=False),
)
shown_links = Table(
    "shown_links",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_shown_links_guild_id", shown_links.c.guild_id)
Index("ix_shown_links_at", shown_links.c.at)


class LinkCards(Repository[Any], table=shown_links, dated=shown_links.c.at):
    """``store.link_cards``"""

    async def choose(self, guild_id: int, channel_id: int, *, wanted: bool) -> None:
        """Turn cards on or off in a channel, or with ``WHOLE_SERVER`` in all channels without a choice of their own."""
        await self._replace(link_cards, {"guild_id": guild_id, "channel_id": channel_id, "wanted": wanted})

    async def choices(self, guild_id: int) -> Mapping[int, bool]:
        """A server's choices, by channel."""
        chosen = select(link_cards.c.channel_id, link_cards.c.wanted).where(link_cards.c.guild_id == guild_id)
        return dict(await self._tuples(chosen))

    async def wanted(self, guild_id: int, *channel_ids: int) -> bool:
        """Whether cards are on, given a thread's id and then its channel's: the nearest choice counts."""
        chosen = await self.choices(guild_id)
        return next((chosen[each] for each in (*channel_ids, WHOLE_SERVER) if each in chosen), False)

    async def claim(self, guild_id: int, channel_id: int, paper_id: str, at: datetime, since: datetime) -> bool:
        """Record that a paper's card is shown in a channel now; ``False`` if it was shown after ``since``."""
        shown = insert(shown_links).values(guild_id=guild_id, channel_id=channel_id, paper_id=paper_id, at=at)
        old = _shown(channel_id, paper_id) & (shown_links.c.at <= since)
        try:
            async with self._writing() as connection:
                await connection.execute(delete(shown_links).where(old))
                await connection.execute(shown)
        except IntegrityError:
            return False
        return True

    async def release(self, channel_id: int, paper_id: str) -> None:
        """Undo a claim: nothing was shown."""
        await self._drop(shown_links, _shown(channel_id, paper_id))

    async def forget_guild(self, guild_id: int) -> int:
        """Delete a server's records; how many."""
        return await self._drop(link_cards, link_cards.c.guild_id == guild_id) + await super().forget_guild(guild_id)


def _shown(channel_id: int, paper_id: str) -> ColumnElement[bool]:
    return (shown_links.c.channel_id == channel_id) & (shown_links.c.paper_id == paper_id)
