"""``catalogue.records``: what searches filter and sort by (days, votes, code, categories), without texts."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from retrieval.catalogue.selection import by_author
from retrieval.catalogue.tables import authors, listings, papers, revisions
from retrieval.database import PreparedSelect, Reader, snapshot
from retrieval.names import is_same_name, without_initials

_WORDS_OF_A_NAME: Final = 4
_MOST_WORDS: Final = 8
"""Words of a name for which a statement is prepared, without initials."""
_BATCH: Final = 4_000
"""Records in memory at the same time."""


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a paper. ``listed`` is the day of its newest list, which is only read if ``published`` is unknown.

    ``votes`` is ``None`` if they are unknown.
    """

    paper_id: str
    published: datetime | None
    listed: date | None
    votes: int | None
    has_code: bool
    categories: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """The day of publication; if that is unknown, the day of the list."""
        return self.listed if self.published is None else self.published.date()


@dataclass(frozen=True, slots=True)
class CatalogueVersion:
    """The identity of a catalogue, and the number of the last change of its records."""

    identity: str
    changes: int


class Records(Reader):
    """``catalogue.records``"""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        names = ([f"word{place}" for place in range(count)] for count in range(1, _WORDS_OF_A_NAME + 1))
        self._by_author = [PreparedSelect.of(engine, by_author(list(map(bindparam, each)))) for each in names]

    async def version(self) -> CatalogueVersion:
        """The present version of the catalogue."""
        [version] = await self._rows(select(revisions.c.identity, revisions.c.changes), CatalogueVersion)
        return version

    async def get(self, ids: Sequence[str]) -> AsyncGenerator[list[Record]]:
        """The records of these papers, in any order, in batches of thousands."""
        for start in range(0, len(ids), _BATCH):
            wanted = _COLUMNS.where(papers.c.id.in_(ids[start : start + _BATCH]))
            async with snapshot(self._engine) as connection:
                yield await read(connection, wanted)

    async def changed(self, after: int, until: int) -> AsyncGenerator[list[Record]]:
        """The records of papers that existed at the change ``after`` and changed since, up to ``until``.

        In any order, in batches of thousands.
        """
        since = and_(papers.c.touched > after, papers.c.touched <= until, papers.c.arrived <= after)
        ordered, last = _COLUMNS.order_by(papers.c.id).limit(_BATCH), ""
        while True:
            async with snapshot(self._engine) as connection:
                found = await read(connection, ordered.where(since, papers.c.id > last))
            if not found:
                return
            yield found
            last = found[-1].paper_id

    async def ids_by_author(self, words: tuple[str, ...]) -> list[str]:
        """The ids of papers by authors whose name has all these folded words; a single letter is an initial.

        A paper by two such authors is returned twice.
        """
        words = _telling_words(words)
        spelt_out = tuple(word for word in words if len(word) > 1)
        if 0 < len(spelt_out) < len(words) and not await self.ids_by_author(spelt_out):
            return []  # the names with an initial are many
        if not 0 < len(words) <= _WORDS_OF_A_NAME or any(len(word) == 1 for word in words):
            return await self._values(by_author(words))
        values = {f"word{place}": word for place, word in enumerate(words)}
        return [id for (id,) in await self._by_author[len(words) - 1].rows(**values)]

    async def ids_by_whole_name(self, words: tuple[str, ...]) -> list[str]:
        """The ids of papers by authors with exactly this name: "Yann LeCun" finds "Yann A. LeCun", and the reverse.

        ``words`` are the folded words of a name. A paper by two such authors is returned twice.
        """
        name = " ".join(words)
        named = by_author(without_initials(name)).add_columns(authors.c.folded_name)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(named)).all()
        return [row.paper_id for row in rows if is_same_name(name, row.folded_name)]


def _telling_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """Each word once, and of very many only the longest: each one is a join, and somebody may type hundreds."""
    once = tuple(dict.fromkeys(words))
    return once if len(once) <= _MOST_WORDS else tuple(sorted(once, key=len)[-_MOST_WORDS:])


_COLUMNS: Select[Any, Any, Any, bool, Any] = select(
    papers.c.id,
    papers.c.published,
    papers.c.votes,
    and_(papers.c.code_url.is_not(None), papers.c.code_url != "").label("has_code"),
    papers.c.categories,
)


async def read(connection: AsyncConnection, wanted: Select[Any, Any, Any, bool, Any]) -> list[Record]:
    """The records of these rows, with days of lists where they are needed."""
    rows = (await connection.execute(wanted)).all()
    listed = await _listed(connection, [row.id for row in rows if row.published is None])
    return [
        Record(row.id, row.published, listed.get(row.id), row.votes, bool(row.has_code), tuple(row.categories))
        for row in rows
    ]


async def _listed(connection: AsyncConnection, ids: Collection[str]) -> Mapping[str, date]:
    """The day of the newest list of each of these papers that is on a list."""
    if not ids:
        return {}
    newest = select(listings.c.paper_id, func.max(listings.c.day)).where(listings.c.paper_id.in_(ids))
    dated = newest.where(listings.c.day.is_not(None)).group_by(listings.c.paper_id)
    return {row[0]: row[1] for row in await connection.execute(dated)}
