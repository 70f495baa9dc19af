"""What people follow, and when they want to be notified."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from bot.storage.columns import EnumText, metadata
from bot.storage.repository import Repository, values_of
from bot.storage.schedule import Frequency, Schedule
from retrieval.database import PortableText, RowId, UtcDateTime
from retrieval.english import Text
from retrieval.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Follow:
    """A search that a person follows, as it was typed. Only papers that arrived after change ``since`` are new.

    ``removed_at`` is set while a removal can still be undone. ``id`` is ``None`` until it is stored.
    """

    user_id: int
    text: str
    since: int
    created_at: dt.datetime
    paused: bool = False
    removed_at: dt.datetime | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """When a person is notified: at ``hour`` (0 to 23) in the IANA zone, if weekly on ``weekday`` (Monday 0).

    ``closed_at`` is when Discord refused a direct message to them, until they resume; ``notified`` is whether
    they were told so. Moments are aware UTC.
    """

    user_id: int
    frequency: Frequency
    weekday: int
    hour: int
    zone: str
    changed_at: dt.datetime
    closed_at: dt.datetime | None = None
    notified: bool = False

    @property
    def schedule(self) -> Schedule:
        """When the messages are sent."""
        return Schedule.from_columns(self.frequency, self.weekday, self.hour, self.zone)

    @property
    def paused(self) -> bool:
        """Whether nothing is sent for now."""
        return self.closed_at is not None


follows = Table(
    "follows",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("text", PortableText, nullable=False),
    Column("since", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("removed_at", UtcDateTime),
    sqlite_autoincrement=True,  # ids are part of buttons, so they must not be used again
)
_KEPT = follows.c.removed_at.is_(None)
Index(
    "uq_follows_user_id_text",
    follows.c.user_id,
    follows.c.text,
    unique=True,
    sqlite_where=_KEPT,
    postgresql_where=_KEPT,
)

followers = Table(
    "followers",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("frequency", EnumText(Frequency), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("zone", PortableText(64), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("notified", Boolean, nullable=False),
)

LIVE = _KEPT & follows.c.paused.is_(False)
"""Follows that are neither removed nor paused."""


class Follows(Repository[Follow], table=follows, row=Follow, order=(follows.c.id,)):
    """``store.follows``"""

    _unnotified: set[int] | None = None
    """Who couldn't be messaged and doesn't know yet; ``None``: to be read."""

    # --- follows -------------------------------------------------------------------------------

    async def add(self, follow: Follow, most: int) -> Follow:
        """Add a follow. Raises ``InvalidInput`` if the person has it already, or has ``most`` follows."""
        mine = follows.c.user_id == follow.user_id
        values = values_of(follow, follows, without="id")
        async with self._writing(follow.user_id) as connection:
            if await connection.scalar(select(follows.c.id).where(mine, _KEPT, follows.c.text == follow.text)):
                raise InvalidInput("You already follow this. `/following` shows what you follow.")
            await self._leave_room(connection, most, _too_many(most), mine, _KEPT)
            made = await connection.execute(insert(follows).values(**values).returning(follows))
            return Follow(**made.mappings().one())

    async def change(self, user_id: int, follow_id: int, text: str) -> Follow | None:
        """Change a follow's search; ``None`` if it is gone.

        Raises ``InvalidInput`` if the person follows that already.
        """
        try:
            return await self._update(_mine(user_id, follow_id) & _KEPT, text=text)
        except IntegrityError:  # the unique index: the only one that this can break
            raise InvalidInput("You already follow this. `/following` shows what you follow.") from None

    async def pause(self, user_id: int, follow_id: int, *, paused: bool) -> Follow | None:
        """Pause or resume a follow; ``None`` if it is gone."""
        return await self._update(_mine(user_id, follow_id) & _KEPT, paused=paused)

    async def remove(self, user_id: int, follow_id: int, at: dt.datetime) -> Follow | None:
        """Remove a follow; it can be restored until ``purge``. ``None`` if it is gone already."""
        return await self._update(_mine(user_id, follow_id) & _KEPT, removed_at=at)

    async def restore(self, user_id: int, follow_id: int, most: int) -> Follow | None:
        """Restore a removed follow; ``None`` if it was purged.

        Raises ``InvalidInput`` if the person follows the same again, or has ``most`` follows.
        """
        restored = update(follows).where(_mine(user_id, follow_id)).values(removed_at=None).returning(follows)
        try:
            async with self._writing(user_id) as connection:
                await self._leave_room(connection, most, _too_many(most), follows.c.user_id == user_id, _KEPT)
                found = (await connection.execute(restored)).mappings().first()
                return None if found is None else Follow(**found)
        except IntegrityError:
            raise InvalidInput("You already follow this again. `/following` shows what you follow.") from None

    async def get(self, user_id: int, follow_id: int) -> Follow | None:
        """A person's follow with this id."""
        return await self._one(_mine(user_id, follow_id), _KEPT)

    async def of(self, user_id: int) -> list[Follow]:
        """What a person follows, oldest first, including paused follows."""
        return await self._all((follows.c.user_id == user_id) & _KEPT)

    async def live(self) -> list[Follow]:
        """All follows that are neither removed nor paused."""
        return await self._all(LIVE)

    async def rewind(self, latest: int) -> None:
        """The catalogue was recreated and counts its changes from the start: papers that arrive now are new."""
        await self._change(follows, follows.c.since > latest, since=latest)

    async def purge(self, before: dt.datetime) -> int:
        """Delete follows removed before ``before``; how many."""
        return await self._drop(follows, follows.c.removed_at < before)

    # --- followers -----------------------------------------------------------------------------

    async def follower(self, user_id: int) -> Follower | None:
        """When a person is notified; ``None`` if they never followed anything."""
        return await self._first(select(followers).where(followers.c.user_id == user_id), Follower)

    async def set_follower(self, follower: Follower) -> None:
        """Store when a person is notified; replaces what was stored."""
        await self._replace(followers, asdict(follower))
        self._unnotified = None

    async def close(self, user_id: int, at: dt.datetime) -> None:
        """Discord refused a direct message to this person: send nothing until they resume."""
        mine = (followers.c.user_id == user_id) & followers.c.closed_at.is_(None)
        await self._change(followers, mine, closed_at=at, notified=False)
        self._unnotified = None

    async def reopen(self, user_id: int) -> bool:
        """Resume messages; ``False`` if they weren't stopped."""
        mine = (followers.c.user_id == user_id) & followers.c.closed_at.is_not(None)
        return await self._change(followers, mine, closed_at=None, notified=False)

    async def claim_notice(self, user_id: int) -> bool:
        """Whether to tell this person now that they couldn't be messaged: ``True`` once."""
        if self._unnotified is None:
            waiting = select(followers.c.user_id).where(followers.c.closed_at.is_not(None), ~followers.c.notified)
            self._unnotified = set(await self._values(waiting))
        if user_id not in self._unnotified:
            return False  # asked after every command: no write for those whom this isn't about
        self._unnotified.discard(user_id)
        mine = (followers.c.user_id == user_id) & followers.c.closed_at.is_not(None) & followers.c.notified.is_(False)
        return await self._change(followers, mine, notified=True)

    async def release_notice(self, user_id: int) -> None:
        """Telling them failed: the next command tries again."""
        await self._change(followers, followers.c.user_id == user_id, notified=False)
        self._unnotified = None

    # --- personal data -------------------------------------------------------------------------

    async def of_person(self, user_id: int) -> Sequence[Follow | Follower]:
        """When a person is notified, and what they follow, oldest first, including removed follows."""
        settings = await self.follower(user_id)
        return [*([settings] if settings else []), *await self._all(follows.c.user_id == user_id)]

    async def forget_person(self, user_id: int) -> int:
        """Delete all of it; how many records."""
        return await self._run(*(delete(table).where(table.c.user_id == user_id) for table in (follows, followers)))

    async def _update(self, condition: ColumnElement[bool], **values: Any) -> Follow | None:
        return await self._changed(follows, condition, Follow, **values)


def _mine(user_id: int, follow_id: int) -> ColumnElement[bool]:
    return (follows.c.user_id == user_id) & (follows.c.id == follow_id)


def _too_many(most: int) -> InvalidInput:
    full = Text(
        "You already follow {number} things, which is the maximum. Use `/following` to remove some.", number=most
    )
    return InvalidInput(full)
