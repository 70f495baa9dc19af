"""What the posts of the ledger show, so that their messages can follow: votes of here and there, what became of papers.

A post that no longer shows what is true is *outdated*: ``wanted`` is ahead of ``shown``. Both are kept, so that
a change that comes while the message is being edited is not lost, nor one that nobody showed before a stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Update,
    delete,
    insert,
    select,
    update,
)

from bot.storage.columns import JsonColumn, metadata
from bot.storage.daily_posts import daily_posts
from bot.storage.deliveries import Status
from bot.storage.repository import Repository
from retrieval.database import UtcDateTime

Numbers = tuple[int | None, ...]
"""The source's votes of a post's papers, in the order of the post."""


@dataclass(frozen=True, slots=True)
class ShownPost:
    """A post and what it shows: ``papers`` (ids) in their order, out of ``total`` on the list of ``day``.

    ``id`` is the claim's in the ledger. ``numbers`` are the source's votes that it shows. ``message_id`` is
    ``None`` until the message is sent; ``wanted`` counts what it should have shown, ``shown`` what it has.
    """

    id: int
    guild_id: int
    channel_id: int
    day: date | None
    total: int
    papers: tuple[str, ...]
    numbers: Numbers
    posted_at: datetime
    message_id: int | None = None
    wanted: int = 0
    shown: int = 0


posts = Table(
    "posts",
    metadata,
    Column("id", Integer, ForeignKey("daily_posts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("day", Date),
    Column("total", Integer, nullable=False),
    Column("papers", JsonColumn(tuple[str, ...]), nullable=False),
    Column("numbers", JsonColumn(Numbers), nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("free_at", UtcDateTime, nullable=False),  # from when on its message may be edited again
    Column("looked_at", UtcDateTime, nullable=False),  # when the source's votes were last compared
)
_OUTDATED = posts.c.wanted != posts.c.shown
Index("ix_posts_outdated", posts.c.free_at, sqlite_where=_OUTDATED, postgresql_where=_OUTDATED)
Index("ix_posts_posted_at", posts.c.posted_at)
Index("ix_posts_guild_id", posts.c.guild_id)

post_papers = Table(
    "post_papers",
    metadata,
    Column("post_id", Integer, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
)
Index("ix_post_papers_paper_id", post_papers.c.paper_id)

_SENT = daily_posts.c.status == Status.POSTED


def outdate(guild_id: int | None, paper_ids: Sequence[str]) -> Update:
    """The statement that says of all posts with one of these papers, in a server or in all, that they are outdated."""
    having = select(post_papers.c.post_id).where(post_papers.c.paper_id.in_(paper_ids))
    theirs = posts.c.id.in_(having) if guild_id is None else posts.c.id.in_(having) & (posts.c.guild_id == guild_id)
    return update(posts).where(theirs).values(wanted=posts.c.wanted + 1)


class ShownPosts(Repository):
    """``store.shown_posts``"""

    async def record(self, post: ShownPost) -> None:
        """Keep what a post is going to show, in the place of what was kept under its claim. Before it is sent."""
        values = {name: getattr(post, name) for name in _FIELDS}
        papers = [{"post_id": post.id, "paper_id": paper_id} for paper_id in post.papers]
        async with self._writing() as connection:
            await connection.execute(delete(posts).where(posts.c.id == post.id))
            await connection.execute(insert(posts).values(**values, free_at=post.posted_at, looked_at=post.posted_at))
            if papers:
                await connection.execute(insert(post_papers), papers)

    async def get(self, post_id: int) -> ShownPost | None:
        """The post with this number."""
        found = await self._sent(posts.c.id == post_id, limit=1)
        return found[0] if found else None

    async def outdated(self, now: datetime, limit: int) -> list[ShownPost]:
        """Sent posts whose message is to be edited and may be at ``now``, those that wait longest first."""
        return await self._sent(_OUTDATED & (posts.c.free_at <= now), limit=limit)

    async def to_compare(self, posted_since: datetime, looked_before: datetime, limit: int) -> list[ShownPost]:
        """Sent posts whose source votes are followed still and were not compared lately."""
        due = (posts.c.posted_at >= posted_since) & (posts.c.looked_at < looked_before)
        return await self._sent(due, limit=limit)

    async def compared(self, post_id: int, at: datetime, *, changed: bool) -> None:
        """The source's votes of a post were compared with what it shows."""
        ahead = posts.c.wanted + (1 if changed else 0)
        await self._change(posts, posts.c.id == post_id, looked_at=at, wanted=ahead)

    async def edited(self, post: ShownPost, numbers: Numbers, free_at: datetime) -> None:
        """The message shows what was wanted when ``post`` was read; it may be edited again from ``free_at`` on."""
        await self._change(posts, posts.c.id == post.id, shown=post.wanted, numbers=numbers, free_at=free_at)

    async def delay(self, post_id: int, until: datetime) -> None:
        """The message could not be edited: not again before ``until``."""
        await self._change(posts, posts.c.id == post_id, free_at=until)

    async def drop(self, post_id: int) -> None:
        """The message is gone: nothing is to be followed any more."""
        await self._drop(posts, posts.c.id == post_id)

    async def forget(self, before: datetime) -> int:
        """Drop what posts of before a moment show; how many posts. Their messages stay as they are."""
        return await self._drop(posts, posts.c.posted_at < before)

    async def forget_guild(self, guild_id: int) -> int:
        """Drop what a server's posts show; how many posts."""
        return await self._drop(posts, posts.c.guild_id == guild_id)

    async def _sent(self, condition: ColumnElement[bool], limit: int) -> list[ShownPost]:
        wanted = select(*(posts.c[name] for name in _FIELDS), daily_posts.c.message_id)
        joined = wanted.join(daily_posts, daily_posts.c.id == posts.c.id).where(condition & _SENT)
        return await self._rows(joined.order_by(posts.c.free_at, posts.c.id).limit(limit), ShownPost)


_FIELDS = ("id", "guild_id", "channel_id", "day", "total", "papers", "numbers", "posted_at", "wanted", "shown")
