"""Daily posts: which papers a channel has had, and what each post shows, so that its message can be kept up to date.

A post whose message no longer shows the present state is outdated: ``wanted`` is ahead of ``shown``. Both are stored,
so that a change during an edit isn't lost, nor one that was not shown before a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Update,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import JsonColumn, metadata
from bot.storage.deliveries import RELEASED, Claim, Delivery, DeliveryKind, PostContents, Status, deliveries
from bot.storage.repository import Repository
from retrieval.database import PortableText, RowId, UtcDateTime

SourceVotes = tuple[int | None, ...]
"""The source's votes of a post's papers, in the order of the post."""


@dataclass(frozen=True, slots=True)
class ShownPost:
    """What a post shows: ``papers`` (ids) in their order, out of ``total`` on the list of ``day``.

    ``id`` is that of the delivery. ``numbers`` are the source's votes that it shows. ``message_id`` is ``None``
    until the message is sent; ``wanted`` counts the changes that it should show, ``shown`` those that it does.
    """

    id: int
    guild_id: int
    channel_id: int
    day: date | None
    total: int
    papers: tuple[str, ...]
    numbers: SourceVotes
    posted_at: datetime
    message_id: int | None = None
    wanted: int = 0
    shown: int = 0


posts = Table(
    "posts",
    metadata,
    Column("id", RowId, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("day", Date),
    Column("total", Integer, nullable=False),
    Column("papers", JsonColumn(tuple[str, ...]), nullable=False),
    Column("numbers", JsonColumn(SourceVotes), nullable=False),
    Column("posted_at", UtcDateTime, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("free_at", UtcDateTime, nullable=False),  # when its message may be edited again
    Column("looked_at", UtcDateTime, nullable=False),  # when the source's votes were last compared
)
_OUTDATED = posts.c.wanted != posts.c.shown
Index("ix_posts_outdated", posts.c.free_at, sqlite_where=_OUTDATED, postgresql_where=_OUTDATED)
Index("ix_posts_posted_at", posts.c.posted_at)
Index("ix_posts_guild_id", posts.c.guild_id)

claimed_papers = Table(
    "claimed_papers",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    Column("delivery_id", RowId, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
)
Index("ix_claimed_papers_delivery_id", claimed_papers.c.delivery_id)
Index("ix_claimed_papers_paper_id", claimed_papers.c.paper_id)

_SHOWN = ("id", "guild_id", "channel_id", "day", "total", "papers", "numbers", "posted_at", "wanted", "shown")


def outdate(guild_id: int | None, paper_ids: Sequence[str]) -> Update:
    """The statement that marks all posts with one of these papers, in a server or in all, as outdated."""
    having = select(claimed_papers.c.delivery_id).where(claimed_papers.c.paper_id.in_(paper_ids))
    theirs = posts.c.id.in_(having) if guild_id is None else posts.c.id.in_(having) & (posts.c.guild_id == guild_id)
    # The rows are locked in one order, so that two such statements never wait for each other.
    locked = select(posts.c.id).where(theirs).order_by(posts.c.id).with_for_update()
    return update(posts).where(posts.c.id.in_(locked)).values(wanted=posts.c.wanted + 1)


def post_claim(channel_id: int, guild_id: int | None, name: str, day: date, contents: PostContents) -> Claim:
    """The claim of a list, a local day and papers for a channel: it gets each of them once."""
    return Claim(DeliveryKind.POST, channel_id, name, guild_id, day, contents, step=_claim_papers)


async def _claim_papers(connection: AsyncConnection, post: Delivery) -> None:
    free = (claimed_papers.c.channel_id == post.target_id) & claimed_papers.c.delivery_id.in_(RELEASED)
    await connection.execute(delete(claimed_papers).where(free))
    papers = post.payload.papers if post.payload else ()
    if papers:
        common = {"channel_id": post.target_id, "delivery_id": post.id}
        await connection.execute(insert(claimed_papers), [{**common, "paper_id": id} for id in papers])


class DailyPosts(Repository[ShownPost], table=posts, row=ShownPost, dated=posts.c.posted_at):
    """``store.daily_posts``. Posts that are forgotten are no longer kept up to date; their messages stay."""

    async def papers_posted(self, channel_id: int) -> set[str]:
        """The ids of all papers that the channel has had, unfinished posts included."""
        had = (claimed_papers.c.channel_id == channel_id) & claimed_papers.c.delivery_id.not_in(RELEASED)
        return set(await self._values(select(claimed_papers.c.paper_id).where(had)))

    async def record(self, post: ShownPost) -> None:
        """Store what a post is going to show, before it is sent; replaces what was stored for its delivery."""
        values = {name: getattr(post, name) for name in _SHOWN}
        await self._replace(posts, values | {"free_at": post.posted_at, "looked_at": post.posted_at})

    async def get(self, post_id: int) -> ShownPost | None:
        """The sent post with this id."""
        found = await self._sent(posts.c.id == post_id, limit=1)
        return found[0] if found else None

    async def of_guild(self, guild_id: int, limit: int) -> list[ShownPost]:
        """The last sent posts of all of a server's channels, newest first."""
        return await self._sent(posts.c.guild_id == guild_id, limit=limit, order=posts.c.posted_at.desc())

    async def outdated(self, now: datetime, limit: int) -> list[ShownPost]:
        """Sent posts whose message is outdated and may be edited at ``now``; those that wait longest first."""
        return await self._sent(_OUTDATED & (posts.c.free_at <= now), limit=limit)

    async def to_compare(self, posted_since: datetime, compared_before: datetime, limit: int) -> list[ShownPost]:
        """Sent posts that still follow the source's votes and were last compared before ``compared_before``."""
        due = (posts.c.posted_at >= posted_since) & (posts.c.looked_at < compared_before)
        return await self._sent(due, limit=limit)

    async def compared(self, post_id: int, at: datetime, *, changed: bool) -> None:
        """The source's votes of a post were compared with what it shows."""
        ahead = posts.c.wanted + (1 if changed else 0)
        await self._change(posts, posts.c.id == post_id, looked_at=at, wanted=ahead)

    async def edited(self, post: ShownPost, numbers: SourceVotes, free_at: datetime) -> None:
        """The message shows what was wanted when ``post`` was read; it may be edited again from ``free_at`` on."""
        await self._change(posts, posts.c.id == post.id, shown=post.wanted, numbers=numbers, free_at=free_at)

    async def delay(self, post_id: int, until: datetime) -> None:
        """The message could not be edited: don't try again before ``until``."""
        await self._change(posts, posts.c.id == post_id, free_at=until)

    async def drop(self, post_id: int) -> None:
        """The message is gone, and no longer kept up to date."""
        await self._drop(posts, posts.c.id == post_id)

    async def _sent(
        self, condition: ColumnElement[bool], limit: int, order: ColumnElement[Any] = posts.c.free_at
    ) -> list[ShownPost]:
        wanted = select(*(posts.c[name] for name in _SHOWN), deliveries.c.message_id)
        joined = wanted.join(deliveries, deliveries.c.id == posts.c.id)
        sent = joined.where(condition, deliveries.c.status == Status.SENT)
        return await self._rows(sent.order_by(order, posts.c.id).limit(limit), ShownPost)
