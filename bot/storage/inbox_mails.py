"""The ledger of mails: what was claimed, what became of it, and what must not be sent again.

A claim is a row that stands before the mail is sent. Two unique indexes are the lock, for all processes
that share the database: a person gets a list once, and one mail for a local day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.columns import EnumText, metadata
from retrieval.database import UtcDateTime


class MailStatus(StrEnum):
    """What is known of a mail.

    Open: it is being sent. Waiting: it was not sent, and will be tried again. Sent: the server took it.
    Refused: it was not sent, and will not be. Unknown: it was handed over, and nobody knows more; it counts as
    sent, as two mails are worse than none.
    """

    OPEN = "open"
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mail:
    """A row of the ledger. Moments are aware UTC.

    ``for_day`` is the person's local day. ``tried_at`` is when sending was last begun, ``tries`` how often.
    ``handed_at`` is when the text of the mail began to leave: without it, it was certainly not sent.
    ``again_at`` is when a waiting mail is tried again.
    """

    id: int
    user_id: int
    list_name: str
    for_day: date
    tried_at: datetime
    tries: int
    status: MailStatus
    handed_at: datetime | None = None
    again_at: datetime | None = None
    reason: str | None = None
    settled_at: datetime | None = None


mails = Table(
    "mails",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("list_name", String(64), nullable=False),
    Column("for_day", Date, nullable=False),
    Column("tried_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("status", EnumText(MailStatus), nullable=False),
    Column("handed_at", UtcDateTime),
    Column("again_at", UtcDateTime),
    Column("reason", Text),
    Column("settled_at", UtcDateTime),
)
Index("ix_mails_status", mails.c.status)
Index("uq_mails_user_id_list_name", mails.c.user_id, mails.c.list_name, unique=True)
Index("uq_mails_user_id_for_day", mails.c.user_id, mails.c.for_day, unique=True)


class InboxMails:
    """``store.inbox_mails``"""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def claim(self, user_id: int, list_name: str, day: date, at: datetime) -> Mail | None:
        """Take a list and a local day for a person; ``None`` where either is taken."""
        claim = insert(mails).values(
            user_id=user_id, list_name=list_name, for_day=day, tried_at=at, tries=1, status=MailStatus.OPEN
        )
        try:
            async with self._engine.begin() as connection:
                return Mail(**(await connection.execute(claim.returning(mails))).mappings().one())
        except IntegrityError:
            return None

    async def try_again(self, mail: Mail, at: datetime) -> Mail | None:
        """Begin to send a waiting mail once more; ``None`` where another process was quicker."""
        waiting = (mails.c.id == mail.id) & (mails.c.status == MailStatus.WAITING) & (mails.c.tries == mail.tries)
        values = {"status": MailStatus.OPEN, "tried_at": at, "tries": mail.tries + 1, "again_at": None}
        async with self._engine.begin() as connection:
            begun = await connection.execute(update(mails).where(waiting).values(**values).returning(mails))
            row = begun.mappings().first()
        return None if row is None else Mail(**row)

    async def hand_over(self, mail: Mail, at: datetime) -> bool:
        """Note that the text begins to leave. ``False`` where the claim is no longer this sender's."""
        return await self._change(_still(mail), handed_at=at)

    async def sent(self, mail: Mail, at: datetime) -> None:
        """The server took it."""
        await self._change(_still(mail), status=MailStatus.SENT, reason=None, settled_at=at)

    async def refused(self, mail: Mail, reason: str, at: datetime) -> None:
        """It was not sent and will not be."""
        await self._change(_still(mail), status=MailStatus.REFUSED, reason=reason, settled_at=at)

    async def unknown(self, mail: Mail, reason: str, at: datetime) -> None:
        """It was handed over, and what became of it is not known."""
        await self._change(_still(mail), status=MailStatus.UNKNOWN, reason=reason, settled_at=at)

    async def wait(self, mail: Mail, reason: str, again_at: datetime) -> None:
        """It was not sent, and is tried again at ``again_at``."""
        await self._change(_still(mail), status=MailStatus.WAITING, reason=reason, again_at=again_at, handed_at=None)

    async def abandoned(self, before: datetime) -> list[Mail]:
        """Open mails whose sender began before a moment and has not been heard of since."""
        return await self._rows(select(mails).where(_OPEN & (mails.c.tried_at < before)))

    async def waiting(self, at: datetime) -> list[Mail]:
        """Mails that are to be tried again by now."""
        due = (mails.c.status == MailStatus.WAITING) & (mails.c.again_at <= at)
        return await self._rows(select(mails).where(due))

    async def days_run(self, since: date) -> dict[int, set[date]]:
        """For each person the local days from ``since`` on that had their mail, whatever became of it."""
        wanted = select(mails.c.user_id, mails.c.for_day).where(mails.c.for_day >= since)
        days = defaultdict[int, set[date]](set)
        async with self._engine.connect() as connection:
            for user_id, day in await connection.execute(wanted):
                days[user_id].add(day)
        return dict(days)

    async def lists_of(self, user_id: int) -> set[str]:
        """Names of the lists that the person had."""
        async with self._engine.connect() as connection:
            return set(await connection.scalars(select(mails.c.list_name).where(mails.c.user_id == user_id)))

    async def recent(self, user_id: int, limit: int) -> list[Mail]:
        """The person's last mails, newest first."""
        mine = select(mails).where(mails.c.user_id == user_id)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(mine.order_by(mails.c.id.desc()).limit(limit))).mappings()
            return [Mail(**row) for row in rows]

    async def forget(self, before: date) -> int:
        """Drop mails of days before this one; how many. Only where their lists are too old to be sent again."""
        return await self._remove(mails.c.for_day < before)

    async def of_person(self, user_id: int) -> Sequence[Mail]:
        """What is kept of a person."""
        return await self._rows(select(mails).where(mails.c.user_id == user_id))

    async def forget_person(self, user_id: int) -> int:
        """Forget what was sent to a person; how many there were."""
        return await self._remove(mails.c.user_id == user_id)

    async def _remove(self, condition: ColumnElement[bool]) -> int:
        async with self._engine.begin() as connection:
            return (await connection.execute(delete(mails).where(condition))).rowcount

    async def _change(self, condition: ColumnElement[bool], **values: object) -> bool:
        async with self._engine.begin() as connection:
            return (await connection.execute(update(mails).where(condition).values(**values))).rowcount > 0

    async def _rows(self, wanted: Select[Any]) -> list[Mail]:
        async with self._engine.connect() as connection:
            return [Mail(**row) for row in (await connection.execute(wanted.order_by(mails.c.id))).mappings()]


_OPEN = mails.c.status == MailStatus.OPEN


def _still(mail: Mail) -> ColumnElement[bool]:
    """Whether the mail is open, and in the hands of the sender that was given it."""
    return (mails.c.id == mail.id) & (mails.c.tries == mail.tries) & _OPEN
