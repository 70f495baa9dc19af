"""Deliveries: what the bot posts, sends or opens by itself, each of them once.

A row is claimed before its message is sent, and settled afterwards. Recording first alone would lose messages, and
sending first alone would send them twice. Two unique indexes are the lock for every process that shares the
database: a target gets each name (a list, a period, a paper) once, and one delivery for each local day.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import EnumText, JsonColumn, TextColumn, metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, RowId, UtcDateTime
from retrieval.english import Text


class DeliveryKind(StrEnum):
    """What is delivered. ``target_id`` and ``name`` depend on it.

    A post goes to a channel and is named after its list, a recap to a channel after its period, an alert to a user
    after its period, a mail to a user after its list, a thread to a server after its paper. The paper of a week goes to
    a server, named after the paper, and its reminder, named after the number of that delivery.
    """

    POST = "post"
    ALERT = "alert"
    RECAP = "recap"
    MAIL = "mail"
    THREAD = "thread"
    READING = "reading"
    REMINDER = "reminder"


class Status(StrEnum):
    """What is known about a delivery.

    Open: it is being sent, or the bot stopped while sending it. Waiting: not sent, will be retried. Sent: it has
    arrived. Released: not sent, and its name and day can be claimed again. Dropped: not sent, and won't be. Unknown:
    nobody can find out any more; it counts as sent, because two messages are worse than none.
    """

    OPEN = "open"
    WAITING = "waiting"
    SENT = "sent"
    RELEASED = "released"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PostContents:
    """What a daily post contains: ``papers`` (ids) in their order.

    ``first_day`` is the first day of its lists if there are several, and ``rules`` is the query that its papers match.
    ``empty`` names the reason why there are no papers.
    """

    papers: tuple[str, ...] = ()
    first_day: date | None = None
    rules: str = ""
    empty: str | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery. Datetimes are aware UTC.

    ``number`` is what buttons and nonces carry: unique for a kind, never used again. ``for_day`` is the target's
    local day. ``tried_at`` is when the latest of ``tries`` attempts began. ``handed_at`` is when a mail's text began
    to leave: without it, the mail was certainly not sent. ``message_id`` is a thread's id for a thread.
    """

    id: int
    kind: DeliveryKind
    number: int
    target_id: int
    guild_id: int | None
    name: str
    for_day: date | None
    status: Status
    claimed_at: datetime
    tried_at: datetime
    tries: int = 1
    handed_at: datetime | None = None
    retry_at: datetime | None = None
    settled_at: datetime | None = None
    message_id: int | None = None
    reason: Text | None = None
    payload: PostContents | None = None

    @property
    def day(self) -> date:
        """The local day, or for kinds without one the UTC day of the claim."""
        return self.for_day or self.claimed_at.date()


ClaimStep = Callable[[AsyncConnection, Delivery], Awaitable[None]]
"""What belongs into the transaction of a claim; may raise ``NotClaimedError`` to undo it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be claimed; the fields are those of ``Delivery``."""

    kind: DeliveryKind
    target_id: int
    name: str
    guild_id: int | None = None
    for_day: date | None = None
    payload: PostContents | None = None
    step: ClaimStep | None = None


deliveries = Table(
    "deliveries",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("kind", EnumText(DeliveryKind), nullable=False),
    Column("number", RowId),
    Column("target_id", BigInteger, nullable=False),
    Column("guild_id", BigInteger),
    Column("name", PortableText(64), nullable=False),
    Column("for_day", Date),
    Column("status", EnumText(Status), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("handed_at", UtcDateTime),
    Column("retry_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("message_id", BigInteger),
    Column("reason", TextColumn),
    Column("payload", JsonColumn(PostContents | None), nullable=False),
    sqlite_autoincrement=True,  # a number stays in a message's buttons forever: it must not be used again
)
_t = deliveries.c
_COUNTS = text("status <> 'released'")
Index("uq_deliveries_kind_number", _t.kind, _t.number, unique=True)
for _key in (_t.name, _t.for_day):
    Index(
        f"uq_deliveries_kind_target_id_{_key.name}",
        *(_t.kind, _t.target_id, _key),
        unique=True,
        sqlite_where=_COUNTS,
        postgresql_where=_COUNTS,
    )
Index("ix_deliveries_kind_status", _t.kind, _t.status)
Index("ix_deliveries_guild_id", _t.guild_id)

RELEASED = select(_t.id).where(_t.status == Status.RELEASED)
"""The ids of deliveries that don't count any more."""

_TO_PERSONS = (DeliveryKind.ALERT, DeliveryKind.MAIL)


class NotClaimedError(Exception):
    """A claim is undone by its own step."""


class Deliveries(Repository[Delivery], table=deliveries, row=Delivery, order=(_t.id,)):
    """``store.deliveries``"""

    async def claim(self, claim: Claim, at: datetime) -> Delivery | None:
        """Claim a name, and a local day if there is one, for a target.

        ``None`` if either of them is taken, or was released to be retried later than ``at``.
        """
        released = _of(claim.kind, claim.target_id) & (_t.status == Status.RELEASED)
        same = _t.name == claim.name
        too_soon = released & (same if claim.for_day is None else same | (_t.for_day == claim.for_day))
        try:
            async with self._writing(claim.kind, claim.target_id) as connection:
                if await connection.scalar(select(_t.id).where(too_soon, _t.retry_at > at).limit(1)) is not None:
                    return None
                await connection.execute(delete(deliveries).where(released, same))
                taken = await _insert(connection, claim, at)
                if claim.step is not None:
                    await claim.step(connection, taken)
                return taken
        except (IntegrityError, NotClaimedError):  # every database raises IntegrityError for a unique index
            return None

    async def take_over(self, delivery: Delivery, at: datetime) -> Delivery | None:
        """Begin another attempt at an unfinished delivery; ``None`` if another process was faster."""
        unfinished = _t.status.in_((Status.OPEN, Status.WAITING))
        seen = (_t.id == delivery.id) & (_t.tries == delivery.tries) & unfinished
        begun = {"status": Status.OPEN, "tried_at": at, "tries": delivery.tries + 1, "retry_at": None}
        return await self._changed(deliveries, seen, Delivery, **begun)

    async def hand_over(self, delivery: Delivery, at: datetime) -> bool:
        """Record that the text of a mail begins to leave. ``False`` if another process has taken over."""
        return await self._change(deliveries, _held(delivery), handed_at=at)

    async def confirm(self, delivery: Delivery, message_id: int | None, at: datetime) -> Delivery:
        """It has arrived, which is a fact, whatever was recorded before; the delivery as it is now."""
        arrived = {"status": Status.SENT, "message_id": message_id, "reason": None, "settled_at": at}
        return await self._changed(deliveries, _t.id == delivery.id, Delivery, **arrived) or delivery

    async def settle(
        self, delivery: Delivery, status: Status, reason: Text, at: datetime, retry_at: datetime | None = None
    ) -> Delivery:
        """Record that it was not sent, or that nobody knows; the delivery as it is now.

        Nothing changes if another process has taken over.
        """
        values = {"status": status, "reason": reason, "settled_at": at, "retry_at": retry_at}
        if status is Status.WAITING:
            values |= {"settled_at": None, "handed_at": None}
        return await self._changed(deliveries, _held(delivery), Delivery, **values) or delivery

    async def unfinished(self, kind: DeliveryKind, now: datetime, lease: timedelta) -> list[Delivery]:
        """Open deliveries whose attempt began longer than ``lease`` ago, and waiting ones whose time has come."""
        left = (_t.status == Status.OPEN) & (_t.tried_at <= now - lease)
        due = (_t.status == Status.WAITING) & (_t.retry_at <= now)
        return await self._all(_t.kind == kind, left | due)

    async def counts(self) -> Mapping[tuple[str, str], int]:
        """How many deliveries there are of each kind in each state."""
        counted = select(_t.kind, _t.status, func.count()).group_by(_t.kind, _t.status)
        return {(kind, status): count for kind, status, count in await self._tuples(counted)}

    async def get(self, kind: DeliveryKind, number: int) -> Delivery | None:
        """The delivery with this number."""
        return await self._one(_t.kind == kind, _t.number == number)

    async def named(self, kind: DeliveryKind, target_id: int, name: str) -> Delivery | None:
        """The delivery of this name that counts."""
        return await self._one(_counting(kind, target_id), _t.name == name)

    async def name_of(self, kind: DeliveryKind, target_id: int, message_id: int) -> str | None:
        """The name of the delivery that made this message."""
        mine = _of(kind, target_id) & (_t.message_id == message_id)
        return await self._value(select(_t.name).where(mine))

    async def names(self, kind: DeliveryKind, target_id: int) -> set[str]:
        """The names that a target has had, unfinished ones included."""
        return set(await self._values(select(_t.name).where(_counting(kind, target_id))))

    async def days(self, kind: DeliveryKind, target_id: int, since: date) -> set[date]:
        """The local days from ``since`` on for which a target has had a delivery, unfinished ones included."""
        days = select(_t.for_day).where(_counting(kind, target_id), _t.for_day >= since)
        return {day for day in await self._values(days) if day is not None}

    async def recent(self, kind: DeliveryKind, target_id: int, limit: int) -> list[Delivery]:
        """The last deliveries to a target, newest first, whatever their outcome."""
        mine = select(deliveries).where(_of(kind, target_id))
        return await self._rows(mine.order_by(_t.id.desc()).limit(limit), Delivery)

    async def remove(self, delivery: Delivery) -> None:
        """Delete a delivery whose message is gone: it can be claimed again."""
        await self._drop(deliveries, _t.id == delivery.id)

    async def forget_kind(self, kind: DeliveryKind, before: datetime) -> int:
        """Delete deliveries claimed before ``before``, except unfinished ones; how many."""
        finished = _t.status.not_in((Status.OPEN, Status.WAITING))
        return await self._drop(deliveries, (_t.kind == kind) & (_t.claimed_at < before) & finished)

    async def of_person(self, user_id: int) -> Sequence[Delivery]:
        """What was sent to a person, oldest first."""
        return await self._all(_of_person(user_id))

    async def forget_person(self, user_id: int) -> int:
        """Delete what was sent to a person; how many."""
        return await self._drop(deliveries, _of_person(user_id))


async def _insert(connection: AsyncConnection, claim: Claim, at: datetime) -> Delivery:
    """Insert an open delivery. Its number is its id: the ids begin after all numbers of earlier versions."""
    values = {name: getattr(claim, name) for name in ("kind", "target_id", "name", "guild_id", "for_day", "payload")}
    values |= {"status": Status.OPEN, "claimed_at": at, "tried_at": at, "tries": 1}
    id = (await connection.execute(insert(deliveries).values(**values).returning(_t.id))).scalar_one()
    numbered = update(deliveries).where(_t.id == id).values(number=id).returning(deliveries)
    return Delivery(**(await connection.execute(numbered)).mappings().one())


def _of(kind: DeliveryKind, target_id: int) -> ColumnElement[bool]:
    return (_t.kind == kind) & (_t.target_id == target_id)


def _counting(kind: DeliveryKind, target_id: int) -> ColumnElement[bool]:
    return _of(kind, target_id) & (_t.status != Status.RELEASED)


def _held(delivery: Delivery) -> ColumnElement[bool]:
    """Whether it is still open and in the hands of the sender of this attempt."""
    return (_t.id == delivery.id) & (_t.tries == delivery.tries) & (_t.status == Status.OPEN)


def _of_person(user_id: int) -> ColumnElement[bool]:
    return _t.kind.in_(_TO_PERSONS) & (_t.target_id == user_id)
