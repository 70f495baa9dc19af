"""Papers that were found for people who follow something, and which message contains each of them.

A paper waits here from when it is found. The claim of an alert takes all papers that wait for a person: so a paper is
in one message to them, whatever is interrupted. The papers of a released alert wait again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import metadata
from bot.storage.deliveries import RELEASED, Claim, Delivery, DeliveryKind, NotClaimedError, Status, deliveries
from bot.storage.follows import LIVE, Follower, followers, follows
from bot.storage.repository import Repository
from retrieval.database import PortableText, RowId, UtcDateTime

_INSERTED = 5_000  # rows in one statement: six values each, and SQLite binds 32,766 at most
_SELECTED = 20_000  # papers in one statement


@dataclass(frozen=True, slots=True)
class FollowMatch:
    """A paper that matches what a person follows. ``text`` is what they followed when it was found.

    ``alert_id`` is the delivery that contains it; ``None`` while it waits for one.
    """

    user_id: int
    paper_id: str
    follow_id: int
    text: str
    found_at: datetime
    alert_id: int | None = None


alert_papers = Table(
    "alert_papers",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("paper_id", PortableText(64), primary_key=True),
    Column("follow_id", RowId, primary_key=True, autoincrement=False),
    Column("text", PortableText, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("alert_id", RowId, ForeignKey("deliveries.id", ondelete="SET NULL")),
)
_t = alert_papers.c
Index("ix_alert_papers_alert_id", _t.alert_id)

# One row: up to which change of the catalogue everything was compared with what people follow.
looks = Table("looks", metadata, Column("id", RowId, primary_key=True), Column("seen", Integer, nullable=False))

_WAITS = _t.alert_id.is_(None) | _t.alert_id.in_(RELEASED)
_LIVE_ONES = _t.follow_id.in_(select(follows.c.id).where(LIVE))


def alert_claim(user_id: int, period: str) -> Claim:
    """The claim of all papers that wait for a person; it fails if none does, or if the period had its message."""
    return Claim(DeliveryKind.ALERT, user_id, period, step=_claim_papers)


async def _claim_papers(connection: AsyncConnection, alert: Delivery) -> None:
    mine = _t.user_id == alert.target_id
    live = list(await connection.scalars(select(_t.paper_id).where(mine, _WAITS, _LIVE_ONES)))
    if not live:
        raise NotClaimedError
    # Under paused follows too: a paper that is sent now must not come again when they are resumed.
    for ids in _batches(live):
        these = mine & _WAITS & _t.paper_id.in_(ids)
        await connection.execute(update(alert_papers).where(these).values(alert_id=alert.id))


class Alerts(
    Repository[FollowMatch], table=alert_papers, row=FollowMatch, order=(_t.follow_id, _t.found_at, _t.paper_id)
):
    """``store.alerts``"""

    async def seen(self) -> int:
        """Up to which change of the catalogue papers were compared; 0 before the first time."""
        return await self._value(select(looks.c.seen)) or 0

    async def record(self, found: Sequence[FollowMatch], seen: int) -> int:
        """Store what was found among the changes up to ``seen``; how many papers are new.

        A paper that a person was sent, for whatever follow, doesn't wait again.
        """
        async with self._writing("found") as connection:
            there = await _known(connection, {each.paper_id for each in found})
            sent = {(user_id, paper_id) for user_id, paper_id, _, waits in there if not waits}
            known = {tuple(key) for *key, _ in there}
            rows = {
                (each.user_id, each.paper_id, each.follow_id): asdict(each)
                for each in found
                if (each.user_id, each.paper_id) not in sent
            }
            fresh = [row for key, row in rows.items() if key not in known]
            for start in range(0, len(fresh), _INSERTED):
                await connection.execute(insert(alert_papers), fresh[start : start + _INSERTED])
            await connection.execute(delete(looks))
            await connection.execute(insert(looks).values(id=1, seen=seen))
        return len(fresh)

    async def waiting(self, user_id: int) -> list[FollowMatch]:
        """The papers that wait for a person, in the order in which they were followed and found."""
        return await self._all(_t.user_id == user_id, _WAITS, _LIVE_ONES)

    async def recipients(self) -> list[tuple[Follower, datetime]]:
        """Everybody for whom papers wait and who accepts messages, and since when the first paper waits."""
        since = func.min(_t.found_at).label("since")
        waiting = select(_t.user_id, since).where(_WAITS, _LIVE_ONES).group_by(_t.user_id).subquery()
        wanted = select(followers, waiting.c.since).join(waiting, waiting.c.user_id == followers.c.user_id)
        rows = await self._tuples(wanted.where(followers.c.closed_at.is_(None)))
        names = followers.c.keys()
        return [(Follower(**dict(zip(names, values, strict=True))), since) for *values, since in rows]

    async def papers_of(self, alert_id: int) -> list[FollowMatch]:
        """The papers of an alert, in the order in which they were followed and found."""
        return await self._all(_t.alert_id == alert_id)

    async def forget(self, before: datetime) -> int:
        """Delete the papers of alerts from before ``before``, and papers that wait since then; how many."""
        finished = (deliveries.c.kind == DeliveryKind.ALERT) & (deliveries.c.status != Status.OPEN)
        old = select(deliveries.c.id).where(finished, deliveries.c.claimed_at < before)
        return await self._drop(alert_papers, _t.alert_id.in_(old) | (_WAITS & (_t.found_at < before)))

    async def drop_removed(self) -> int:
        """Delete what waits for follows that no longer exist; how many papers."""
        return await self._drop(alert_papers, _WAITS & _t.follow_id.not_in(select(follows.c.id)))


async def _known(connection: AsyncConnection, paper_ids: Collection[str]) -> list[tuple[int, str, int, bool]]:
    """For whom these papers were found before: person, paper, follow, and whether the paper still waits."""
    rows = list[tuple[int, str, int, bool]]()
    for ids in _batches(list(paper_ids)):
        wanted = select(_t.user_id, _t.paper_id, _t.follow_id, _WAITS).where(_t.paper_id.in_(ids))
        found = await connection.execute(wanted)
        rows += [(user_id, paper_id, follow_id, waits) for user_id, paper_id, follow_id, waits in found]
    return rows


def _batches(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _SELECTED] for start in range(0, len(ids), _SELECTED)]
