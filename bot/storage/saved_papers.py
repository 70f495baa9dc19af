"""Papers that people saved in private lists, each paper once, with a note and tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Index,
    Table,
    delete,
    func,
    insert,
    select,
)

from bot.storage.columns import JsonColumn, metadata
from bot.storage.repository import Repository, values_of
from retrieval.database import PortableText, RowId, UtcDateTime
from retrieval.english import Text, figure
from retrieval.errors import InvalidInput

MOST_SAVES = 5_000
"""Papers that one person can save: more than anybody reads, and a limit for the database."""
_MOST = figure(MOST_SAVES)


@dataclass(frozen=True, slots=True)
class SavedPaper:
    """A paper in a person's list. ``removed_at`` is set while a removal can still be undone.

    ``id`` is ``None`` until it is stored.
    """

    user_id: int
    paper_id: str
    list_name: str
    note: str
    tags: tuple[str, ...]
    saved_at: datetime
    removed_at: datetime | None = None
    id: int | None = None


saves = Table(
    "saves",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("paper_id", PortableText(64), nullable=False),
    Column("list_name", PortableText(64), nullable=False),
    Column("note", PortableText, nullable=False),
    Column("tags", JsonColumn(tuple[str, ...]), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    sqlite_autoincrement=True,  # ids are part of buttons, so they must not be used again
)
Index("uq_saves_user_id_paper_id", saves.c.user_id, saves.c.paper_id, unique=True)
Index("ix_saves_paper_id", saves.c.paper_id)

_KEPT = saves.c.removed_at.is_(None)


class SavedPapers(
    Repository[SavedPaper], table=saves, row=SavedPaper, order=(saves.c.saved_at.desc(), saves.c.id.desc())
):
    """``store.saved_papers``"""

    async def keep(self, save: SavedPaper) -> tuple[SavedPaper, bool]:
        """Save a paper; the record, and whether it is new. A paper saved before stays as it is, unless it was removed.

        Raises ``InvalidInput`` if the person has saved as many as allowed.
        """
        mine, same = saves.c.user_id == save.user_id, saves.c.paper_id == save.paper_id
        values = values_of(save, saves, without="id")
        async with self._writing(save.user_id) as connection:
            await connection.execute(delete(saves).where(mine, same, ~_KEPT))
            there = (await connection.execute(select(saves).where(mine, same))).mappings().first()
            if there is not None:
                return SavedPaper(**there), False
            full = Text(
                "You've saved {number} papers, which is the maximum. Use `/saved` to remove some.", number=_MOST
            )
            await self._leave_room(connection, MOST_SAVES, InvalidInput(full), mine)
            made = await connection.execute(insert(saves).values(**values).returning(saves))
            return SavedPaper(**made.mappings().one()), True

    async def change(
        self,
        user_id: int,
        save_id: int,
        *,
        list_name: str | None = None,
        note: str | None = None,
        tags: tuple[str, ...] | None = None,
    ) -> SavedPaper | None:
        """Change the given fields of a saved paper; the record as it is now, or ``None`` if it is gone."""
        given = {"list_name": list_name, "note": note, "tags": tags}
        values = {name: value for name, value in given.items() if value is not None}
        mine = _mine(user_id, save_id) & _KEPT
        return await self._update(mine, **values) if values else await self.get(user_id, save_id)

    async def remove(self, user_id: int, save_id: int, at: datetime) -> SavedPaper | None:
        """Remove a paper; it can be restored until ``purge``. ``None`` if it is gone already."""
        return await self._update(_mine(user_id, save_id) & _KEPT, removed_at=at)

    async def restore(self, user_id: int, save_id: int) -> SavedPaper | None:
        """Restore a removed paper; ``None`` if it was purged."""
        return await self._update(_mine(user_id, save_id), removed_at=None)

    async def get(self, user_id: int, save_id: int) -> SavedPaper | None:
        """A person's saved paper with this id."""
        return await self._one(_mine(user_id, save_id), _KEPT)

    async def of_list(self, user_id: int, list_name: str | None = None) -> list[SavedPaper]:
        """The papers in one of a person's lists, or in all of them; newest first."""
        mine = (saves.c.user_id == user_id) & _KEPT
        return await self._all(mine if list_name is None else mine & (saves.c.list_name == list_name))

    async def lists(self, user_id: int) -> dict[str, int]:
        """A person's lists and how many papers each has; the last used one first."""
        counted = select(saves.c.list_name, func.count()).where(saves.c.user_id == user_id, _KEPT)
        newest_first = counted.group_by(saves.c.list_name).order_by(func.max(saves.c.saved_at).desc())
        return dict(await self._tuples(newest_first.order_by(saves.c.list_name)))

    async def lately(self, user_id: int, limit: int) -> list[tuple[datetime, str]]:
        """The papers that a person saved last, and when; newest first."""
        mine = select(saves.c.saved_at, saves.c.paper_id).where(saves.c.user_id == user_id, _KEPT)
        newest = mine.order_by(saves.c.saved_at.desc(), saves.c.id.desc()).limit(limit)
        return [(saved_at, paper_id) for saved_at, paper_id in await self._tuples(newest)]

    async def purge(self, before: datetime) -> int:
        """Delete papers removed before ``before``; how many."""
        return await self._drop(saves, saves.c.removed_at < before)

    async def of_person(self, user_id: int) -> Sequence[SavedPaper]:
        """Everything that a person saved, oldest first, including removed papers that can be restored."""
        return (await self._all(saves.c.user_id == user_id))[::-1]

    async def _update(self, condition: ColumnElement[bool], **values: Any) -> SavedPaper | None:
        return await self._changed(saves, condition, SavedPaper, **values)


def _mine(user_id: int, save_id: int) -> ColumnElement[bool]:
    return (saves.c.user_id == user_id) & (saves.c.id == save_id)
