"""The ledger of daily posts: what was claimed, what became of it, and what must not be posted again.

A claim is a row that stands before the message is sent. Two unique indexes are the lock, for all
processes that share the database: a channel gets a list once, and one post for a local day. A third one
locks each paper: a channel gets it once, however many lists it stands on. A claim that Discord definitely
refused is *released* and no longer counts.
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
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import EnumText, metadata
from bot.storage.daily_feeds import daily_feeds
from bot.storage.deliveries import Claims, Status, one_claim
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class PostClaim:
    """A row of the ledger. Moments are aware UTC.

    ``for_day`` is the channel's local day. ``tried_at`` is when sending was last begun: who settles an
    open claim takes it over by moving this on. ``reason`` says why a claim was released or is unknown.
    ``first_day`` is the first day of the lists that the post is made of, where they are several, ``rules`` what
    its papers had to fit; which papers they are, ``DailyPosts.papers`` tells.
    """

    id: int
    channel_id: int
    list_name: str
    for_day: date
    claimed_at: datetime
    tried_at: datetime
    status: Status
    message_id: int | None = None
    reason: str | None = None
    settled_at: datetime | None = None
    first_day: date | None = None
    rules: str = ""


daily_posts = Table(
    "daily_posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("list_name", String(64), nullable=False),
    Column("for_day", Date, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("status", EnumText(Status), nullable=False),
    Column("message_id", BigInteger),
    Column("reason", Text),
    Column("settled_at", UtcDateTime),
    Column("first_day", Date),
    Column("rules", Text, nullable=False, server_default=""),
    one_claim("daily_posts", "channel_id", "list_name"),
    one_claim("daily_posts", "channel_id", "for_day"),
    sqlite_autoincrement=True,  # an id stands in a message for ever: it must not come again
)
Index("ix_daily_posts_status", daily_posts.c.status)
claimed_papers = Table(
    "claimed_papers",
    metadata,
    Column("post_id", Integer, ForeignKey("daily_posts.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("paper_id", String(64), nullable=False),
)
Index("uq_claimed_papers_channel_id_paper_id", claimed_papers.c.channel_id, claimed_papers.c.paper_id, unique=True)


@dataclass(frozen=True, slots=True)
class PostContents:
    """What a post is made of: ``papers`` (ids) in their order; ``first_day`` and ``rules`` as in ``PostClaim``."""

    papers: tuple[str, ...] = ()
    first_day: date | None = None
    rules: str = ""


NOTHING = PostContents()


class DailyPosts(Claims[PostClaim]):
    """``store.daily_posts``"""

    table = daily_posts
    row = PostClaim

    async def claim(
        self, channel_id: int, list_name: str, for_day: date, at: datetime, contents: PostContents = NOTHING
    ) -> PostClaim | None:
        """Claim a list and its papers for a channel and its local day; ``None`` where any of them is taken.

        A released claim of the same list gives way: the ledger keeps one row for a channel and list.
        """
        released = _of(channel_id, daily_posts.c.list_name == list_name) & ~_HOLDS
        row = {"channel_id": channel_id, "list_name": list_name, "for_day": for_day, "status": Status.OPEN}
        row |= {"first_day": contents.first_day, "rules": contents.rules, "claimed_at": at, "tried_at": at}
        try:
            async with self._engine.begin() as connection:
                # The deletion comes first: it takes the write lock, so that claims wait for each other.
                await connection.execute(delete(daily_posts).where(released))
                taken = await connection.execute(insert(daily_posts).values(**row).returning(daily_posts))
                claim = PostClaim(**taken.mappings().one())
                if contents.papers:
                    await connection.execute(insert(claimed_papers), _papers(claim, contents.papers))
                return claim
        except IntegrityError:  # one of the unique indexes: every database raises this for them
            return None

    async def confirm(self, claim_id: int, message_id: int, at: datetime) -> None:
        """The message is in the channel."""
        await self._change(daily_posts.c.id == claim_id, status=Status.POSTED, message_id=message_id, settled_at=at)

    async def release(self, claim_id: int, reason: str, at: datetime) -> None:
        """There is no message and will be none under this claim. Only after a definite refusal."""
        released = (
            update(daily_posts).where(self._open(claim_id)).values(status=Status.RELEASED, reason=reason, settled_at=at)
        )
        async with self._engine.begin() as connection:
            if (await connection.execute(released)).rowcount:
                await connection.execute(delete(claimed_papers).where(claimed_papers.c.post_id == claim_id))

    async def give_up(self, claim_id: int, reason: str, at: datetime) -> None:
        """Nobody can find out whether the message was sent. The list and the day stay taken."""
        await self._change(self._open(claim_id), status=Status.UNKNOWN, reason=reason, settled_at=at)

    async def open_claims(self) -> list[PostClaim]:
        """Claims of which nobody knows yet whether the message was sent, oldest first."""
        return await self._rows(select(daily_posts).where(self._open()).order_by(daily_posts.c.id))

    async def recent(self, channel_id: int, limit: int) -> list[PostClaim]:
        """The channel's last claims, newest first."""
        mine = select(daily_posts).where(daily_posts.c.channel_id == channel_id)
        return await self._rows(mine.order_by(daily_posts.c.id.desc()).limit(limit))

    async def posted(self, channel_id: int) -> set[str]:
        """Names of the lists that the channel had, open claims included."""
        names = select(daily_posts.c.list_name).where(_of(channel_id, _HOLDS))
        async with self._engine.connect() as connection:
            return set(await connection.scalars(names))

    async def papers(self, claim_id: int) -> list[str]:
        """The ids of a claim's papers in their order; none once it is released."""
        mine = select(claimed_papers.c.paper_id).where(claimed_papers.c.post_id == claim_id)
        async with self._engine.connect() as connection:
            return list(await connection.scalars(mine.order_by(claimed_papers.c.place)))

    async def papers_posted(self, channel_id: int) -> set[str]:
        """The ids of all papers that the channel had, open claims included."""
        had = select(claimed_papers.c.paper_id).where(claimed_papers.c.channel_id == channel_id)
        async with self._engine.connect() as connection:
            return set(await connection.scalars(had))

    async def days_run(self, channel_id: int, since: date) -> set[date]:
        """The local days from ``since`` on that had their post or their line, open claims included."""
        days = select(daily_posts.c.for_day).where(_of(channel_id, _HOLDS & (daily_posts.c.for_day >= since)))
        async with self._engine.connect() as connection:
            return set(await connection.scalars(days))

    async def released_at(self, channel_id: int, day: date) -> datetime | None:
        """When this local day's post was last refused."""
        refused = _of(channel_id, (daily_posts.c.for_day == day) & ~_HOLDS)
        last = select(daily_posts.c.settled_at).where(refused).order_by(daily_posts.c.settled_at.desc())
        async with self._engine.connect() as connection:
            return await connection.scalar(last.limit(1))

    async def forget_guild(self, guild_id: int) -> int:
        """Drop the posts of the channels that a server has set up; how many. Before ``Feeds`` forgets them."""
        channels = select(daily_feeds.c.channel_id).where(daily_feeds.c.guild_id == guild_id)
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(daily_posts).where(daily_posts.c.channel_id.in_(channels)))
        return gone.rowcount


_HOLDS = daily_posts.c.status != Status.RELEASED


def _papers(claim: PostClaim, ids: Sequence[str]) -> list[dict[str, object]]:
    of_claim = {"post_id": claim.id, "channel_id": claim.channel_id}
    return [{**of_claim, "place": place, "paper_id": id} for place, id in enumerate(ids)]


def _of(channel_id: int, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (daily_posts.c.channel_id == channel_id) & condition
