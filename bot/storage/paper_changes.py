"""Changes of papers that were posted or saved: known states, changes, and whom to notify.

Each change of a paper is stored once, however often a source goes back and forth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    delete,
    insert,
    literal,
    select,
    union,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import EnumText, metadata
from bot.storage.daily_posts import claimed_papers, outdate, posts
from bot.storage.repository import Repository
from bot.storage.saved_papers import saves
from retrieval.database import PortableText, RowId, UtcDateTime, upsert


class ChangeKind(StrEnum):
    """How a paper can change."""

    WITHDRAWN = "withdrawn"
    VERSION = "version"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper's known state. ``version`` is the arXiv version (``None``: unknown)."""

    paper_id: str
    version: int | None
    withdrawn: bool
    has_code: bool


@dataclass(frozen=True, slots=True)
class PaperChange:
    """A change of a paper. ``version`` is the new version's number, or 0 for other kinds of changes."""

    paper_id: str
    what: ChangeKind
    version: int
    seen_at: datetime
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A change that a person will be notified of, or was (``notified_at``)."""

    user_id: int
    change_id: int
    notified_at: datetime | None = None


watched_papers = Table(
    "watched_papers",
    metadata,
    Column("paper_id", PortableText(64), primary_key=True),
    Column("version", Integer),
    Column("withdrawn", Boolean, nullable=False),
    Column("has_code", Boolean, nullable=False),
    Column("looked_at", UtcDateTime, nullable=False),
)
Index("ix_watched_papers_looked_at", watched_papers.c.looked_at)

paper_changes = Table(
    "paper_changes",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("paper_id", PortableText(64), nullable=False),
    Column("what", EnumText(ChangeKind), nullable=False),
    Column("version", Integer, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
Index(
    "uq_paper_changes_paper_id_what_version",
    paper_changes.c.paper_id,
    paper_changes.c.what,
    paper_changes.c.version,
    unique=True,
)

change_notices = Table(
    "change_notices",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("change_id", RowId, ForeignKey("paper_changes.id", ondelete="CASCADE"), primary_key=True),
    Column("notified_at", UtcDateTime),
)
_PENDING = change_notices.c.notified_at.is_(None)
Index("ix_change_notices_pending", change_notices.c.user_id, sqlite_where=_PENDING, postgresql_where=_PENDING)

_POSTED = select(claimed_papers.c.paper_id).join(posts, posts.c.id == claimed_papers.c.delivery_id)
_STATE = ("paper_id", "version", "withdrawn", "has_code")


class PaperChanges(Repository[Notice], table=change_notices, row=Notice, order=(change_notices.c.change_id,)):
    """``store.paper_changes``"""

    async def untracked(self, posted_since: datetime, limit: int) -> list[str]:
        """Ids of papers that were posted since ``posted_since`` or saved, and that aren't tracked yet."""
        lately = _POSTED.where(posts.c.posted_at >= posted_since)
        wanted = union(lately, select(saves.c.paper_id)).subquery()
        known = select(watched_papers.c.paper_id).where(watched_papers.c.paper_id == wanted.c.paper_id)
        new = select(wanted.c.paper_id).where(~known.exists()).order_by(wanted.c.paper_id).limit(limit)
        return await self._values(new)

    async def track(self, states: Sequence[PaperState], at: datetime) -> None:
        """Track papers from now on; those tracked already stay as they are."""
        rows = [_row(state, at) for state in sorted(states, key=lambda state: state.paper_id)]
        async with self._writing() as connection:
            await upsert(connection, watched_papers, rows, kept=(*_STATE, "looked_at"))

    async def to_compare(self, before: datetime, limit: int) -> list[PaperState]:
        """Tracked papers that were last compared before ``before``; those that wait longest first."""
        due = select(*(watched_papers.c[name] for name in _STATE)).where(watched_papers.c.looked_at < before)
        oldest_first = due.order_by(watched_papers.c.looked_at, watched_papers.c.paper_id).limit(limit)
        return await self._rows(oldest_first, PaperState)

    async def unchanged(self, paper_ids: Sequence[str], at: datetime) -> None:
        """These papers haven't changed."""
        await self._change(watched_papers, watched_papers.c.paper_id.in_(paper_ids), looked_at=at)

    async def record(self, state: PaperState, changes: Sequence[PaperChange], at: datetime) -> int:
        """Store a paper's new state and its changes, for those who saved it and the posts that show it.

        Returns how many of the changes are new: nobody is notified of the others again.
        """
        async with self._writing(state.paper_id) as connection:
            same = watched_papers.c.paper_id == state.paper_id
            await connection.execute(update(watched_papers).where(same).values(**_row(state, at)))
            new = [id for id in [await _kept(connection, change) for change in changes] if id is not None]
            for change_id in new:
                people = select(saves.c.user_id, literal(change_id)).where(
                    saves.c.paper_id == state.paper_id, saves.c.removed_at.is_(None)
                )
                await connection.execute(insert(change_notices).from_select(["user_id", "change_id"], people))
            if new:
                await connection.execute(outdate(None, [state.paper_id]))
        return len(new)

    async def since(self, paper_ids: Sequence[str], moment: datetime) -> list[PaperChange]:
        """Changes of these papers after ``moment``, oldest first."""
        wanted = select(paper_changes).where(paper_changes.c.paper_id.in_(paper_ids), paper_changes.c.seen_at > moment)
        return await self._rows(wanted.order_by(paper_changes.c.id), PaperChange)

    async def pending_notices(self, people: int) -> Mapping[int, Sequence[PaperChange]]:
        """Up to ``people`` people and the changes they have to be notified of, oldest first."""
        some = select(change_notices.c.user_id).where(_PENDING).distinct().order_by(change_notices.c.user_id)
        wanted = (
            select(change_notices.c.user_id.label("person"), *paper_changes.c)
            .join(paper_changes, paper_changes.c.id == change_notices.c.change_id)
            .where(_PENDING, change_notices.c.user_id.in_(some.limit(people)))
            .order_by(paper_changes.c.id)
        )
        changes = dict[int, list[PaperChange]]()
        for person, id, paper_id, what, version, seen_at in await self._tuples(wanted):
            changes.setdefault(person, []).append(PaperChange(paper_id, what, version, seen_at, id))
        return changes

    async def claim_notices(self, user_id: int, change_ids: Sequence[int], at: datetime) -> bool:
        """Claim the notification of a person: of all these changes, or ``False`` if another process has claimed any."""
        mine = (change_notices.c.user_id == user_id) & change_notices.c.change_id.in_(change_ids) & _PENDING
        async with self._writing("of", user_id) as connection:
            claimed = await connection.execute(update(change_notices).where(mine).values(notified_at=at))
            if claimed.rowcount == len(change_ids):
                return True
            await connection.rollback()
        return False

    async def forget(self, before: datetime) -> int:
        """Delete changes older than ``before``, and the state of papers that are neither saved nor in a tracked post.

        Returns how many changes.
        """
        used = union(_POSTED, select(saves.c.paper_id))
        async with self._writing() as connection:
            gone = await connection.execute(delete(paper_changes).where(paper_changes.c.seen_at < before))
            await connection.execute(delete(watched_papers).where(watched_papers.c.paper_id.not_in(used)))
        return gone.rowcount


async def _kept(connection: AsyncConnection, change: PaperChange) -> int | None:
    """The id of a new change; ``None`` for a known one."""
    same = (
        (paper_changes.c.paper_id == change.paper_id)
        & (paper_changes.c.what == change.what)
        & (paper_changes.c.version == change.version)
    )
    if await connection.scalar(select(paper_changes.c.id).where(same)) is not None:
        return None
    values = {"paper_id": change.paper_id, "what": change.what, "version": change.version, "seen_at": change.seen_at}
    return (await connection.execute(insert(paper_changes).values(**values).returning(paper_changes.c.id))).scalar_one()


def _row(state: PaperState, at: datetime) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _STATE} | {"looked_at": at}
