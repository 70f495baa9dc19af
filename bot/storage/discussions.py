"""Where servers want the threads in which papers are discussed. The threads themselves are deliveries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Table, select

from bot.storage.columns import metadata
from bot.storage.repository import Repository

discussion_places = Table(
    "discussion_places",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
)
_t = discussion_places.c


class Discussions(Repository[Any], table=discussion_places):
    """``store.discussions``"""

    async def place(self, guild_id: int) -> int | None:
        """The channel for a server's threads; ``None``: the channel where the button is pressed."""
        return await self._value(select(_t.channel_id).where(_t.guild_id == guild_id))

    async def set_place(self, guild_id: int, channel_id: int | None) -> None:
        """Choose the channel for a server's threads; ``None``: the channel where the button is pressed."""
        if channel_id is None:
            await self._drop(discussion_places, _t.guild_id == guild_id)
        else:
            await self._replace(discussion_places, {"guild_id": guild_id, "channel_id": channel_id})
