"""Test posts, which are deleted from their channel after a short time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Table, insert

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


class TestPosts(Repository[TestPost], table=sample_posts, row=TestPost, order=(sample_posts.c.delete_at,)):
    """``store.test_posts``. There are only a few at any time, so no index is needed."""

    async def keep(self, sample: TestPost) -> None:
        """Store a test post until it is deleted."""
        await self._run(insert(sample_posts).values(**asdict(sample)))

    async def due(self, now: datetime) -> Sequence[TestPost]:
        """The test posts to delete at ``now``, oldest first."""
        return await self._all(sample_posts.c.delete_at <= now)

    async def drop(self, message_id: int) -> int:
        """Delete the record of a test post; how many."""
        return await self._drop(sample_posts, sample_posts.c.message_id == message_id)
