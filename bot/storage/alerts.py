"""What was found for people who follow something, and the ledger of the messages that tell them.

A paper waits in ``alert_papers`` from when it is found. A claim takes all that waits for a person into one
message, in one transaction, before it is sent: so a paper is in one message of theirs, ever, and a person
gets one message for a period, whatever is interrupted. A message that Discord definitely refused is
*released*, and what it told waits again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import EnumText, metadata
from bot.storage.deliveries import Claims, Status, one_claim
from bot.storage.follows import LIVE, Follower, followers, follows
from retrieval.database import UtcDateTime, write_transaction

_AT_ONCE = 5_000  # rows in one statement: six values each, and SQLite binds 32,766 at most
_ASKED = 20_000  # papers asked for in one statement


@dataclass(frozen=True, slots=True)
class FollowMatch:
    """A paper that fits what a person follows. ``text`` is what they followed when it was found.

    ``alert_id`` is the message that tells them; ``None`` while it waits for one.
    """

    user_id: int
    paper_id: str
    follow_id: int
    text: str
    found_at: datetime
    alert_id: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A message to a person: a row of the ledger. ``period`` names its day, or its quarter of an hour.

    The other fields mean what they mean in ``bot.storage.daily_posts.Claim``.
    """

    id: int
    user_id: int
    period: str
    claimed_at: datetime
    tried_at: datetime
    status: Status
    message_id: int | None = None
    reason: str | None = None
    settled_at: datetime | None = None


alerts = Table(
    "alerts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("period", String(32), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("status", EnumText(Status), nullable=False),
    Column("message_id", BigInteger),
    Column("reason", Text),
    Column("settled_at", UtcDateTime),
    one_claim("alerts", "user_id", "period"),
    sqlite_autoincrement=True,  # an id stands in a message for ever: it must not come again
)
Index("ix_alerts_status", alerts.c.status)

alert_papers = Table(
    "alert_papers",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", String(64), primary_key=True),
    Column("follow_id", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("alert_id", Integer, ForeignKey("alerts.id")),
)
Index("ix_alert_papers_alert_id", alert_papers.c.alert_id)

# One row: up to which change of the catalogue everything was held against what people follow.
looks = Table("looks", metadata, Column("id", Integer, primary_key=True), Column("seen", Integer, nullable=False))

_WAITS = alert_papers.c.alert_id.is_(None)
_LIVE_ONES = alert_papers.c.follow_id.in_(select(follows.c.id).where(LIVE))


class Alerts(Claims[Alert]):
    """``store.alerts``"""

    table = alerts
    row = Alert

    # --- what is found -------------------------------------------------------------------------

    async def seen(self) -> int:
        """Up to which change of the catalogue a look has come; 0 before the first."""
        async with self._engine.connect() as connection:
            return int(await connection.scalar(select(looks.c.seen)) or 0)

    async def look_ended(self, found: Sequence[FollowMatch], seen: int) -> int:
        """Keep what a look has found, and up to where it looked; how many papers wait newly.

        What a person was told of, under whatever follow, does not come again.
        """
        async with write_transaction(self._engine) as connection:
            there = await _known(connection, {each.paper_id for each in found})
            told = {(user_id, paper_id) for user_id, paper_id, _, alert_id in there if alert_id is not None}
            known = {tuple(key) for *key, _ in there}
            rows = {
                (each.user_id, each.paper_id, each.follow_id): asdict(each)
                for each in found
                if (each.user_id, each.paper_id) not in told
            }
            fresh = [row for key, row in rows.items() if key not in known]
            for start in range(0, len(fresh), _AT_ONCE):
                await connection.execute(insert(alert_papers), fresh[start : start + _AT_ONCE])
            await connection.execute(delete(looks))
            await connection.execute(insert(looks).values(id=1, seen=seen))
        return len(fresh)

    async def waiting(self, user_id: int) -> list[FollowMatch]:
        """What waits to be told to a person, in the order in which it was followed and found."""
        return await self._found((alert_papers.c.user_id == user_id) & _WAITS & _LIVE_ONES)

    async def those_who_wait(self) -> list[tuple[Follower, datetime]]:
        """Everybody for whom something waits and to whom messages can be sent, and since when it waits."""
        since = func.min(alert_papers.c.found_at).label("since")
        waiting = select(alert_papers.c.user_id, since).where(_WAITS, _LIVE_ONES).group_by(alert_papers.c.user_id)
        each = waiting.subquery()
        open_ones = select(followers, each.c.since).join(each, each.c.user_id == followers.c.user_id)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(open_ones.where(followers.c.closed_at.is_(None)))).mappings().all()
        names = followers.c.keys()
        return [(Follower(**{name: row[name] for name in names}), row["since"]) for row in rows]

    # --- messages ------------------------------------------------------------------------------

    async def claim(self, user_id: int, period: str, at: datetime) -> tuple[Alert, list[FollowMatch]] | None:
        """Take all that waits for a person into one message; ``None`` where nothing does, or the period had one."""
        mine = alert_papers.c.user_id == user_id
        row = {"user_id": user_id, "period": period, "status": Status.OPEN}
        taking = insert(alerts).values(**row, claimed_at=at, tried_at=at).returning(alerts)
        try:
            async with write_transaction(self._engine) as connection:
                live = list(await connection.scalars(select(alert_papers.c.paper_id).where(mine, _WAITS, _LIVE_ONES)))
                if not live:
                    return None
                alert = Alert(**(await connection.execute(taking)).mappings().one())
                # Under paused follows too: what is told now must not come again when they go on.
                for papers in _lots(live):
                    these = mine & _WAITS & alert_papers.c.paper_id.in_(papers)
                    await connection.execute(update(alert_papers).where(these).values(alert_id=alert.id))
        except IntegrityError:  # the unique index of person and period
            return None
        return alert, await self.papers_of(alert.id)

    async def papers_of(self, alert_id: int) -> list[FollowMatch]:
        """What a message tells, in the order in which it was followed and found."""
        return await self._found(alert_papers.c.alert_id == alert_id)

    async def confirm(self, alert_id: int, message_id: int, at: datetime) -> None:
        """The message is there."""
        await self._change(alerts.c.id == alert_id, status=Status.POSTED, message_id=message_id, settled_at=at)

    async def release(self, alert_id: int, reason: str, at: datetime) -> None:
        """There is no message and will be none under this claim: what it told waits again."""
        refused = update(alerts).where(self._open(alert_id))
        free = update(alert_papers).where(alert_papers.c.alert_id == alert_id).values(alert_id=None)
        async with write_transaction(self._engine) as connection:
            done = await connection.execute(refused.values(status=Status.RELEASED, reason=reason, settled_at=at))
            if done.rowcount:
                await connection.execute(free)

    async def give_up(self, alert_id: int, reason: str, at: datetime) -> None:
        """Nobody can find out whether it was sent, or nothing is left to send: what it told does not come again."""
        await self._change(self._open(alert_id), status=Status.UNKNOWN, reason=reason, settled_at=at)

    async def open_claims(self) -> list[Alert]:
        """Claims of which nobody knows yet whether the message was sent, oldest first."""
        return await self._rows(select(alerts).where(self._open()).order_by(alerts.c.id))

    async def last(self, user_id: int, period: str) -> Alert | None:
        """A person's last claim for a period, whatever became of it."""
        mine = select(alerts).where(alerts.c.user_id == user_id, alerts.c.period == period)
        found = await self._rows(mine.order_by(alerts.c.id.desc()).limit(1))
        return found[0] if found else None

    async def forget(self, before: datetime) -> int:
        """Drop messages of before a moment with what they told, and what waited since; how many records."""
        old = select(alerts.c.id).where(alerts.c.claimed_at < before, ~self._open())
        told = alert_papers.c.alert_id.in_(old) | (_WAITS & (alert_papers.c.found_at < before))
        return await self._drop(told, alerts.c.id.in_(old))

    async def drop_removed(self) -> int:
        """Drop what waits under follows that are gone for good; how many."""
        async with self._engine.begin() as connection:
            gone = delete(alert_papers).where(_WAITS, alert_papers.c.follow_id.not_in(select(follows.c.id)))
            return (await connection.execute(gone)).rowcount

    # --- what is kept of a person --------------------------------------------------------------

    async def of_person(self, user_id: int) -> Sequence[Alert | FollowMatch]:
        """The messages to a person, and what was found for them, oldest first."""
        sent = await self._rows(select(alerts).where(alerts.c.user_id == user_id).order_by(alerts.c.id))
        return [*sent, *await self._found(alert_papers.c.user_id == user_id)]

    async def forget_person(self, user_id: int) -> int:
        """Drop all of it; how many records."""
        return await self._drop(alert_papers.c.user_id == user_id, alerts.c.user_id == user_id)

    async def _drop(self, papers: ColumnElement[bool], messages: ColumnElement[bool]) -> int:
        async with write_transaction(self._engine) as connection:
            first = await connection.execute(delete(alert_papers).where(papers))
            return first.rowcount + (await connection.execute(delete(alerts).where(messages))).rowcount

    async def _found(self, condition: ColumnElement[bool]) -> list[FollowMatch]:
        table = alert_papers.c
        wanted = select(alert_papers).where(condition).order_by(table.follow_id, table.found_at, table.paper_id)
        async with self._engine.connect() as connection:
            return [FollowMatch(**row) for row in (await connection.execute(wanted)).mappings()]


async def _known(connection: AsyncConnection, paper_ids: Collection[str]) -> list[tuple[int, str, int, int | None]]:
    """Whom these papers were found for already: person, paper, follow, and the message that told it."""
    table, rows = alert_papers.c, list[tuple[int, str, int, int | None]]()
    for ids in _lots(list(paper_ids)):
        wanted = select(table.user_id, table.paper_id, table.follow_id, table.alert_id)
        rows += [tuple(row) for row in await connection.execute(wanted.where(table.paper_id.in_(ids)))]
    return rows


def _lots(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _ASKED] for start in range(0, len(ids), _ASKED)]
