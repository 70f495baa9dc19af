"""What searches filter and sort by: days, votes, code and categories, without titles and abstracts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from retrieval.catalogue.selection import by_author
from retrieval.catalogue.tables import authors, listings, papers, revisions
from retrieval.names import without_initials

_BATCH: Final = 4_000
"""Records in memory at a time, as a database returns them."""


@dataclass(frozen=True, slots=True)
class Record:
    """A paper's record. ``listed`` is the newest day on whose list it is, read where ``published`` is unknown.

    ``votes`` is ``None`` where they are unknown.
    """

    paper_id: str
    published: datetime | None
    listed: date | None
    votes: int | None
    has_code: bool
    categories: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """The day of publication; where that is unknown, of the list."""
        return self.listed if self.published is None else self.published.date()


@dataclass(frozen=True, slots=True)
class CatalogueVersion:
    """Which catalogue this is, and the number of the last change of its papers' records."""

    identity: str
    changes: int


class Records:
    """``catalogue.records``"""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def stand(self) -> CatalogueVersion:
        """The catalogue's identity, and how far it is."""
        async with self._engine.connect() as connection:
            return CatalogueVersion(
                *(await connection.execute(select(revisions.c.identity, revisions.c.changes))).one()
            )

    async def of(self, ids: Sequence[str]) -> AsyncGenerator[list[Record]]:
        """The records of those of these papers that there are, in any order, some thousands at a time."""
        for start in range(0, len(ids), _BATCH):
            wanted = _COLUMNS.where(papers.c.id.in_(ids[start : start + _BATCH]))
            async with self._engine.connect() as connection:
                yield await read(connection, wanted)

    async def changed(self, after: int, until: int) -> AsyncGenerator[list[Record]]:
        """The records of papers that were there at the change ``after`` and changed since, up to ``until``.

        In any order, some thousands at a time.
        """
        since = and_(papers.c.touched > after, papers.c.touched <= until, papers.c.arrived <= after)
        ordered, last = _COLUMNS.order_by(papers.c.id).limit(_BATCH), ""
        while True:
            async with self._engine.connect() as connection:
                found = await read(connection, ordered.where(since, papers.c.id > last))
            if not found:
                return
            yield found
            last = found[-1].paper_id

    async def of_author(self, words: tuple[str, ...]) -> list[str]:
        """The ids of papers of an author whose name has all these folded words; a single letter is an initial.

        A paper of two such authors comes twice.
        """
        async with self._engine.connect() as connection:
            return list((await connection.execute(by_author(words))).scalars())

    async def of_whole_name(self, words: tuple[str, ...]) -> list[str]:
        """The ids of papers of authors called just this, initials aside: "Yann A. LeCun" too, but not "Zhu Wang".

        ``words`` are the folded words of a name. A paper of two such authors comes twice.
        """
        async with self._engine.connect() as connection:
            rows = (await connection.execute(by_author(words).add_columns(authors.c.folded_name))).all()
        return [row.paper_id for row in rows if without_initials(row.folded_name) == without_initials(" ".join(words))]


_COLUMNS: Select[Any, Any, Any, bool, Any] = select(
    papers.c.id,
    papers.c.published,
    papers.c.votes,
    and_(papers.c.code_url.is_not(None), papers.c.code_url != "").label("has_code"),
    papers.c.categories,
)


async def read(connection: AsyncConnection, wanted: Select[Any, Any, Any, bool, Any]) -> list[Record]:
    """The records of these rows, with the newest days of lists where they matter."""
    rows = (await connection.execute(wanted)).all()
    listed = await _listed(connection, [row.id for row in rows if row.published is None])
    return [
        Record(row.id, row.published, listed.get(row.id), row.votes, bool(row.has_code), tuple(row.categories))
        for row in rows
    ]


async def _listed(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, date]:
    """The newest list day of each of these papers that is on a list."""
    if not ids:
        return {}
    newest = select(listings.c.paper_id, func.max(listings.c.day)).where(listings.c.paper_id.in_(ids))
    dated = newest.where(listings.c.day.is_not(None)).group_by(listings.c.paper_id)
    return {row[0]: row[1] for row in await connection.execute(dated)}
