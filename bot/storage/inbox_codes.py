"""Codes mailed to confirm addresses: a hash of each, how often it was tried, how many were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, RowId, UtcDateTime
from retrieval.english import Text
from retrieval.errors import InvalidInput

LIFE: Final = timedelta(minutes=15)
"""How long a code can be used."""

TRIES: Final = 5
"""How often a code can be tried."""

TO_MAILBOX: Final = 3
"""Codes sent to a mailbox within a day, whoever asks for them."""

BY_PERSON: Final = 5
"""Codes that a person can request within a day, for any address."""

BY_ALL: Final = 200
"""Codes that the bot sends within a day, so that many accounts together can't cause a flood of mail."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code that can still be entered. Only its ``salt`` and ``digest`` are stored."""

    id: int
    user_id: int
    address: str
    salt: bytes
    digest: bytes
    sent_at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class CodeNote:
    """What a person sees of a code: where and when it was sent. The address of a used code is deleted."""

    address: str
    sent_at: datetime
    tries: int


mail_codes = Table(
    "mail_codes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("address", PortableText, nullable=False),
    Column("mailbox", PortableText(16), nullable=False, index=True),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
)


class InboxCodes(Repository[CodeNote], table=mail_codes):
    """``store.inbox_codes``. Rows are kept for a day, in which they count against the limits."""

    async def keep(self, user_id: int, address: str, mailbox: str, salt: bytes, digest: bytes, at: datetime) -> int:
        """Store the hash of a code that is about to be sent; it replaces the person's last code. Its id.

        ``mailbox`` is a digest, the same for every spelling of the address. Raises ``InvalidInput`` if that would
        exceed a limit.
        """
        code = insert(mail_codes).values(
            user_id=user_id, address=address, mailbox=mailbox, salt=salt, digest=digest, sent_at=at, tries=0
        )
        async with self._writing("limits") as connection:
            await connection.execute(delete(mail_codes).where(mail_codes.c.sent_at <= at - _DAY))
            await _check_limits(connection, user_id, mailbox)
            await connection.execute(update(mail_codes).where(mail_codes.c.user_id == user_id).values(_SPENT))
            return (await connection.execute(code.returning(mail_codes.c.id))).scalar_one()

    async def take_back(self, code_id: int) -> None:
        """Delete a code whose mail was certainly not sent: it doesn't count against the limits."""
        await self._drop(mail_codes, mail_codes.c.id == code_id)

    async def pending(self, user_id: int, at: datetime) -> SentCode | None:
        """The code that the person can still enter."""
        wanted = select(*_COLUMNS).where(_usable(user_id, at))
        return await self._first(wanted, SentCode)

    async def attempt(self, user_id: int, at: datetime) -> SentCode | None:
        """Count an attempt before it is checked; the code to compare with, or ``None`` if no attempt is left."""
        tried = update(mail_codes).where(_usable(user_id, at)).values(tries=mail_codes.c.tries + 1)
        async with self._writing() as connection:
            row = (await connection.execute(tried.returning(*_COLUMNS))).mappings().first()
        return None if row is None else SentCode(**row)

    async def use_up(self, code_id: int) -> bool:
        """Mark a code as used; ``False`` if it was used before."""
        unused = (mail_codes.c.id == code_id) & mail_codes.c.digest.is_not(None)
        return await self._run(update(mail_codes).where(unused).values(_SPENT)) > 0

    async def cancel(self, user_id: int) -> None:
        """Cancel the person's last code, and delete its address."""
        await self._run(update(mail_codes).where(mail_codes.c.user_id == user_id).values(_SPENT))

    async def forget(self, before: datetime) -> int:
        """Delete codes older than a day at ``before``; how many."""
        return await self._drop(mail_codes, mail_codes.c.sent_at <= before - _DAY)

    async def of_person(self, user_id: int) -> Sequence[CodeNote]:
        """A person's codes, oldest first."""
        notes = select(mail_codes.c.address, mail_codes.c.sent_at, mail_codes.c.tries)
        return await self._rows(notes.where(mail_codes.c.user_id == user_id).order_by(mail_codes.c.id), CodeNote)

    async def forget_person(self, user_id: int) -> int:
        """Delete for whom codes were sent and where; how many.

        The mailbox keeps counting for the day: otherwise deleting data would be a way to flood it.
        """
        nobodys = update(mail_codes).where(mail_codes.c.user_id == user_id).values(_SPENT | {"user_id": _NOBODY})
        return await self._run(nobodys)


_NOBODY: Final = 0
_SPENT: Final[dict[str, object]] = {"digest": None, "address": ""}
_COLUMNS = [column for column in mail_codes.c if column.name != "mailbox"]


def _usable(user_id: int, at: datetime) -> ColumnElement[bool]:
    return (
        (mail_codes.c.user_id == user_id)
        & mail_codes.c.digest.is_not(None)
        & (mail_codes.c.sent_at > at - LIFE)
        & (mail_codes.c.tries < TRIES)
    )


async def _check_limits(connection: AsyncConnection, user_id: int, mailbox: str) -> None:
    counts = select(
        func.count().filter(mail_codes.c.mailbox == mailbox),
        func.count().filter(mail_codes.c.user_id == user_id),
        func.count(),
    ).select_from(mail_codes)
    to_mailbox, by_person, by_all = (await connection.execute(counts)).one()
    if to_mailbox >= TO_MAILBOX:
        sent = Text(
            "I've sent {number} codes to that address in one day. Please try again tomorrow.", number=TO_MAILBOX
        )
        raise InvalidInput(sent)
    if by_person >= BY_PERSON:
        asked = Text("You've asked for {number} codes in one day. Please try again tomorrow.", number=BY_PERSON)
        raise InvalidInput(asked)
    if by_all >= BY_ALL:
        raise InvalidInput("I've reached today's limit for codes. Please try again tomorrow.")
