"""Channels that get a recap each week or month, and the ledger of those recaps: one for a channel and a period.

As with daily posts, a claim stands before the message is sent; one that Discord refused gives way to a later try.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import EnumText, metadata
from bot.storage.deliveries import Claims, Status, one_claim
from bot.storage.schedule import Frequency
from retrieval.database import UtcDateTime


@dataclass(frozen=True, slots=True)
class RecapFeed:
    """A channel's recaps, weekly or monthly. ``changed_at`` is aware UTC: recaps due before it are not posted."""

    channel_id: int
    guild_id: int
    frequency: Frequency
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class RecapClaim:
    """A row of the ledger. ``name`` is the period's; ``tried_at`` is when sending was last begun."""

    id: int
    guild_id: int
    channel_id: int
    name: str
    claimed_at: datetime
    tried_at: datetime
    status: Status
    message_id: int | None = None
    reason: str | None = None


recap_feeds = Table(
    "recap_feeds",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("guild_id", BigInteger, nullable=False),
    Column("frequency", EnumText(Frequency), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

recap_posts = Table(
    "recap_posts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("name", String(32), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("status", EnumText(Status), nullable=False),
    Column("message_id", BigInteger),
    Column("reason", Text),
    one_claim("recap_posts", "channel_id", "name"),
    sqlite_autoincrement=True,  # an id stands in a message for ever: it must not come again
)


class Recaps(Claims[RecapClaim]):
    """``store.recaps``"""

    table = recap_posts
    row = RecapClaim

    async def save(self, feed: RecapFeed) -> None:
        """Let a channel have recaps, in the place of what it had."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(recap_feeds).where(recap_feeds.c.channel_id == feed.channel_id))
            await connection.execute(insert(recap_feeds).values(**asdict(feed)))

    async def remove(self, channel_id: int) -> bool:
        """No more recaps. False where the channel has none."""
        async with self._engine.begin() as connection:
            gone = await connection.execute(delete(recap_feeds).where(recap_feeds.c.channel_id == channel_id))
        return gone.rowcount > 0

    async def feeds(self) -> Sequence[RecapFeed]:
        """Every channel that has recaps."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(select(recap_feeds).order_by(recap_feeds.c.channel_id))
            return [RecapFeed(**row) for row in rows.mappings()]

    async def claim(self, feed: RecapFeed, name: str, at: datetime, *, refused_before: datetime) -> RecapClaim | None:
        """Claim a period for a channel; ``None`` where it is taken, or was refused at ``refused_before`` or later."""
        same = (recap_posts.c.channel_id == feed.channel_id) & (recap_posts.c.name == name)
        refused = same & (recap_posts.c.status == Status.RELEASED)
        row = {"guild_id": feed.guild_id, "channel_id": feed.channel_id, "name": name, "status": Status.OPEN}
        taking = insert(recap_posts).values(**row, claimed_at=at, tried_at=at).returning(recap_posts)
        try:
            async with self._engine.begin() as connection:
                # The deletion comes first: it takes the write lock, so that claims wait for each other.
                await connection.execute(delete(recap_posts).where(refused & (recap_posts.c.tried_at < refused_before)))
                if await connection.scalar(select(recap_posts.c.id).where(same)) is not None:
                    return None
                return RecapClaim(**(await connection.execute(taking)).mappings().one())
        except IntegrityError:  # where databases let two claims meet
            return None

    async def open_claims(self, before: datetime) -> Sequence[RecapClaim]:
        """Claims tried before a moment of which nobody knows yet whether the message was sent."""
        wanted = select(recap_posts).where(self._open(), recap_posts.c.tried_at < before)
        return await self._rows(wanted.order_by(recap_posts.c.id))

    async def confirm(self, claim_id: int, message_id: int) -> None:
        """The message is in the channel."""
        await self._change(recap_posts.c.id == claim_id, status=Status.POSTED, message_id=message_id)

    async def release(self, claim_id: int, reason: str) -> None:
        """There is no message: Discord refused it clearly."""
        await self._change(self._open(claim_id), status=Status.RELEASED, reason=reason)

    async def give_up(self, claim_id: int, reason: str) -> None:
        """Nobody can find out whether there is a message: rather none than two."""
        await self._change(self._open(claim_id), status=Status.UNKNOWN, reason=reason)

    async def forget_guild(self, guild_id: int) -> int:
        """Drop a server's recaps; how many records."""
        async with self._engine.begin() as connection:
            gone = [
                await connection.execute(delete(table).where(table.c.guild_id == guild_id))
                for table in (recap_feeds, recap_posts)
            ]
        return sum(each.rowcount for each in gone)
