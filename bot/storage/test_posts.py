"""Test posts that stand in a channel for a little while: which ones, and when they go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Table, insert, select

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class TestPost:
    """A test post. ``delete_at`` is aware UTC."""

    message_id: int
    channel_id: int
    guild_id: int
    delete_at: datetime


sample_posts = Table(
    "sample_posts",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("delete_at", UtcDateTime, nullable=False),
)


class TestPosts(Repository):
    """``store.test_posts``. There are a handful at any time, so that nothing is looked up by an index."""

    async def keep(self, sample: TestPost) -> None:
        """Remember a test post until it is gone."""
        await self._run(insert(sample_posts).values(**asdict(sample)))

    async def due(self, now: datetime) -> Sequence[TestPost]:
        """The test posts that have stood long enough, oldest first."""
        wanted = select(sample_posts).where(sample_posts.c.delete_at <= now).order_by(sample_posts.c.delete_at)
        return await self._rows(wanted, TestPost)

    async def drop(self, message_id: int) -> int:
        """A test post is gone; how many were remembered."""
        return await self._drop(sample_posts, sample_posts.c.message_id == message_id)

    async def forget_guild(self, guild_id: int) -> int:
        """Drop those of a server; how many."""
        return await self._drop(sample_posts, sample_posts.c.guild_id == guild_id)
