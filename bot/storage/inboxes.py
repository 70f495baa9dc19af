"""Inboxes: people who get papers by mail, at an address that they have confirmed."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    Table,
    func,
)

from bot.storage.columns import EnumText, TextColumn, metadata
from bot.storage.repository import Repository
from bot.storage.schedule import Frequency, Schedule
from retrieval.database import PortableText, UtcDateTime
from retrieval.english import Text


@dataclass(frozen=True, slots=True)
class Inbox:
    """A person's mail: daily, or weekly on ``weekday`` (Monday 0), at ``hour`` (0 to 23) in ``zone``.

    ``zone`` is an IANA name. ``rules`` is a search (empty: every paper) that a paper must match. ``reason``
    says why the bot itself paused it. Moments are aware UTC.
    """

    user_id: int
    address: str
    frequency: Frequency
    weekday: int
    hour: int
    zone: str
    rules: str
    paused: bool
    reason: Text | None
    confirmed_at: dt.datetime
    changed_at: dt.datetime

    @property
    def schedule(self) -> Schedule:
        """When the mail is sent."""
        return Schedule.from_columns(self.frequency, self.weekday, self.hour, self.zone)


inboxes = Table(
    "inboxes",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("address", PortableText, nullable=False),
    Column("frequency", EnumText(Frequency), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("zone", PortableText(64), nullable=False),
    Column("rules", PortableText, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("reason", TextColumn),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)


class Inboxes(Repository[Inbox], table=inboxes, row=Inbox, order=(inboxes.c.user_id,)):
    """``store.inboxes``"""

    async def save(self, inbox: Inbox) -> None:
        """Save a person's inbox; replaces an earlier one."""
        await self._replace(inboxes, asdict(inbox))

    async def change(self, inbox: Inbox) -> bool:
        """Change a person's inbox; ``False`` if it was deleted or its address has changed."""
        values = {name: value for name, value in asdict(inbox).items() if name not in {"user_id", "address"}}
        same = (inboxes.c.user_id == inbox.user_id) & (inboxes.c.address == inbox.address)
        return await self._change(inboxes, same, **values)

    async def pause(self, inbox: Inbox, reason: Text | None, at: dt.datetime) -> bool:
        """Send nothing for now. ``reason`` says why, if it wasn't the person's choice."""
        same = (inboxes.c.user_id == inbox.user_id) & (inboxes.c.address == inbox.address)
        return await self._change(inboxes, same, paused=True, reason=reason, changed_at=at)

    async def get(self, user_id: int) -> Inbox | None:
        """The person's inbox, paused or not."""
        return await self._one(inboxes.c.user_id == user_id)

    async def active(self) -> list[Inbox]:
        """Every inbox that is not paused."""
        return await self._all(inboxes.c.paused.is_(False))

    async def remove_address(self, address: str) -> int:
        """Delete every inbox with an address, ignoring case; how many."""
        return await self._drop(inboxes, func.lower(inboxes.c.address) == address.lower())
