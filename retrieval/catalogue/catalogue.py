"""``Catalogue``: the only owner of the papers' database."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.catalogue.arrivals import Arrivals
from retrieval.catalogue.changes import changed_since
from retrieval.catalogue.import_checkpoints import ImportCheckpoint, read_checkpoint, write_checkpoint
from retrieval.catalogue.prefixes import PrefixLookup
from retrieval.catalogue.published_lists import PublishedLists
from retrieval.catalogue.records import Records
from retrieval.catalogue.rows import PAPER_AND_LISTING, paper_of, paper_of_values
from retrieval.catalogue.selection import category_names, names_containing
from retrieval.catalogue.source_log import SourceLog
from retrieval.catalogue.tables import authors, earlier_abstracts, listings, name_words, papers, revisions
from retrieval.catalogue.writer import WRITER, Added, write_batch
from retrieval.database import (
    Location,
    PreparedSelect,
    Reader,
    direct_engine,
    open_database,
    snapshot,
    write_transaction,
)
from retrieval.names import folded
from retrieval.papers import Paper, normalise

MIGRATIONS = Path(__file__).with_name("migrations")
SCHEMA = "papers"  # of the tables in PostgreSQL
_BATCH = 500  # papers in one statement: far below SQLite's limit for bound values
_PAGES = (10, 25)  # papers in a prepared statement: a page of a search
LARGEST_PAGE = max(_PAGES)
"""Papers that one prepared statement reads."""


def _page_of_papers(size: int) -> Select[*tuple[Any, ...]]:
    """The statement for the papers with as many ids, and their lists, the newest last."""
    columns = (papers.c[name] if name in papers.c else listings.c[name] for name in PAPER_AND_LISTING)
    wanted = select(*columns).outerjoin_from(papers, listings).where(_has_id_of(size))
    return wanted.order_by(listings.c.day.nulls_first())


def _has_id_of(size: int) -> ColumnElement[bool]:
    """Papers with as many ids: the parameters that ``_values_of`` fills."""
    return _one_of(papers.c.id, size)


def _texts_of(size: int) -> Select[*tuple[Any, ...]]:
    """The statement for titles and abstracts of papers with as many ids."""
    return select(papers.c.id, papers.c.title, papers.c.abstract).where(_has_id_of(size))


def _ids_by_titles(size: int) -> Select[*tuple[Any, ...]]:
    """The statement for the ids of papers with one of as many folded titles."""
    return select(papers.c.id).where(_one_of(papers.c.folded_title, size)).limit(bindparam("most", type_=Integer))


def _one_of(column: ColumnElement[str], size: int) -> ColumnElement[bool]:
    return column.in_([bindparam(f"value{place}", type_=column.type) for place in range(size)])


def _size_for(values: Sequence[str]) -> int:
    """For how many values the statement is that takes these."""
    return next(size for size in _PAGES if len(values) <= size)


def _values_of(values: Sequence[str], size: int) -> dict[str, str]:
    """The values of as many parameters; the last of fewer ones is repeated."""
    return {f"value{place}": values[min(place, len(values) - 1)] for place in range(size)}


LARGEST_BATCH = 16_000
"""Papers in one transaction of a bulk import. SQLite binds at most 32,766 values.

Names and titles are scattered over their indexes, so each transaction writes most pages of these indexes: with
batches of 4,000, a million papers wrote 36 GB.
"""

T = TypeVar("T")


class TitleAndAbstract(NamedTuple):
    """The text of a paper."""

    title: str
    abstract: str


class Catalogue(Reader):
    """Papers, lists and the history of votes. Open one with ``Catalogue.open`` or ``Catalogue.in_memory``."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self._pages = {size: PreparedSelect.of(engine, _page_of_papers(size)) for size in _PAGES}
        self._few_texts = PreparedSelect.of(engine, _texts_of(LARGEST_PAGE))
        self._titled = {size: PreparedSelect.of(engine, _ids_by_titles(size)) for size in _PAGES}
        self.sources = SourceLog(engine)
        self.prefixes = PrefixLookup(engine)
        self.arrivals = Arrivals(engine)
        self.records = Records(engine)
        self.lists = PublishedLists(engine)

    @classmethod
    @asynccontextmanager
    async def open(cls, location: Location) -> AsyncGenerator[Catalogue]:
        """The catalogue in this database, created or migrated as needed. Raises ``DatabaseError``."""
        recovery = "get the papers again (python -m retrieval import or fetch), or restore it from a backup"
        async with open_database(location, MIGRATIONS, schema=SCHEMA, recovery=recovery) as engine:
            yield cls(engine)

    @classmethod
    @asynccontextmanager
    async def in_memory(cls) -> AsyncGenerator[Catalogue]:
        """An empty catalogue that exists as long as the context."""
        async with open_database(None, MIGRATIONS) as engine:
            yield cls(engine)

    @contextmanager
    def direct(self) -> Generator[Catalogue | None]:
        """The catalogue for one thread that reads its file itself; ``None`` where that isn't possible."""
        with direct_engine(self._engine) as engine:
            yield None if engine is None else Catalogue(cast("AsyncEngine", engine))

    # --- in ------------------------------------------------------------------------------------

    async def add(self, added: Sequence[Paper], *, seen_at: datetime) -> Added:
        """Store papers, each batch in its own transaction. Storing the same papers again changes nothing.

        A later entry of a paper updates the fields that it has and keeps the others. If its votes, seen at the aware
        datetime ``seen_at``, are different, they are added to the history.
        """
        total = Added()
        for batch in _batches(added):
            async with write_transaction(self._engine, WRITER) as connection:
                total += (await write_batch(connection, batch, seen_at))[0]
        return total

    async def add_batch(
        self, batch: Sequence[Paper], *, seen_at: datetime, file: str, checkpoint: ImportCheckpoint | None
    ) -> tuple[Added, list[Paper]]:
        """Store a batch of a large file and how far the file was read: both or neither.

        ``batch`` must not be longer than ``LARGEST_BATCH``. Also returns the papers whose text is new or changed.
        """
        assert len(batch) <= LARGEST_BATCH
        async with write_transaction(self._engine, WRITER) as connection:
            written = await write_batch(connection, batch, seen_at)
            await write_checkpoint(connection, file, checkpoint)
        return written

    async def import_checkpoint(self, file: str) -> ImportCheckpoint | None:
        """How far a file was read if its import was interrupted; ``None`` for any other file."""
        async with self._engine.connect() as connection:
            return await read_checkpoint(connection, file)

    # --- papers --------------------------------------------------------------------------------

    async def get(self, ids: Collection[str]) -> dict[str, Paper]:
        """The papers with these ids that exist, by id, in the order of ``ids``; each on its newest list."""
        if len(ids) <= LARGEST_PAGE:
            return await self._page(list(ids))
        found = dict[str, Paper]()
        on_lists = select(papers, listings.c.name, listings.c.day, listings.c.position).outerjoin(listings)
        async with snapshot(self._engine) as connection:
            for batch in _batches(list(ids)):
                statement = on_lists.where(papers.c.id.in_(batch)).order_by(listings.c.day.nulls_first())
                for row in (await connection.execute(statement)).mappings():
                    found[row["id"]] = paper_of(row, row if row["name"] is not None else None)
        return {id: found[id] for id in ids if id in found}

    async def _page(self, ids: Sequence[str]) -> dict[str, Paper]:
        """``get`` for a few papers."""
        if not ids:
            return {}
        size = _size_for(ids)
        papers_of_page = map(paper_of_values, await self._pages[size].rows(**_values_of(ids, size)))
        found = {paper.id: paper for paper in papers_of_page}
        return {id: found[id] for id in ids if id in found}

    async def texts(self, ids: Collection[str]) -> dict[str, TitleAndAbstract]:
        """Titles and abstracts of these papers, by id: enough to check quotes."""
        found, wanted = dict[str, TitleAndAbstract](), list(ids)
        for batch in _batches(wanted):
            few = len(batch) <= LARGEST_PAGE
            texts = await (self._few_texts if few else self._texts).rows(
                **_values_of(batch, LARGEST_PAGE if few else _BATCH)
            )
            found.update((id, TitleAndAbstract(title, abstract)) for id, title, abstract in texts)
        return found

    @cached_property
    def _texts(self) -> PreparedSelect:
        """The statement for the texts of a batch; compiling it takes longer than reading them."""
        return PreparedSelect.of(self._engine, _texts_of(_BATCH))

    async def as_quoted(self, references: Collection[tuple[str, str | None]]) -> dict[tuple[str, str | None], Paper]:
        """Papers with the abstracts that references (paper id, ``Paper.digest``) mean, even replaced ones.

        Without a digest, the present abstract is meant. Unknown references are left out.
        """
        current = await self.get({id for id, _ in references})
        found = {each: current[each[0]] for each in references if each[0] in current}
        outdated = {each for each, paper in found.items() if each[1] not in {None, paper.digest}}
        earlier = await self._earlier({id for id, _ in outdated})
        for id, digest in outdated:
            paper = found.pop((id, digest))
            if (id, str(digest)) in earlier:
                found[id, digest] = paper.model_copy(update=earlier[id, str(digest)])
        return found

    async def _earlier(self, ids: Collection[str]) -> dict[tuple[str, str], dict[str, Any]]:
        """Replaced titles and abstracts of these papers, by id and digest."""
        table = earlier_abstracts
        columns, found = (table.c.title, table.c.abstract, table.c.version), dict[tuple[str, str], dict[str, Any]]()
        for batch in _batches(list(ids)):
            wanted = select(table.c.paper_id, table.c.digest, *columns).where(table.c.paper_id.in_(batch))
            for paper_id, digest, *text in await self._tuples(wanted):
                found[paper_id, digest] = dict(zip(("title", "abstract", "version"), text, strict=True))
        return found

    async def everything(self) -> AsyncIterator[Paper]:
        """All papers in the order of their ids, with only one batch in memory."""
        ordered, last = select(papers.c.id).order_by(papers.c.id).limit(_BATCH), ""
        while ids := await self._values(ordered.where(papers.c.id > last)):
            for paper in (await self.get(ids)).values():
                yield paper
            last = ids[-1]

    async def count(self) -> int:
        """The number of papers."""
        return await self._value(select(func.count()).select_from(papers)) or 0

    async def days(self) -> tuple[date, date] | None:
        """The first and the last day of publication; ``None`` if none is known."""
        ends = select(func.min(papers.c.published), func.max(papers.c.published))
        [(first, last)] = await self._tuples(ends)
        return (first.date(), last.date()) if first and last else None

    async def revision(self) -> int:
        """A number that increases whenever a paper is added or its title or abstract changes."""
        return await self._value(select(revisions.c.number)) or 0

    async def changed_since(self, revision: int) -> set[str] | None:
        """Ids of all papers whose text changed after ``revision``; ``None`` if that is too long ago."""
        async with snapshot(self._engine) as connection:
            return await changed_since(connection, revision)

    # --- search --------------------------------------------------------------------------------

    async def category_names(self) -> list[str]:
        """All categories of all papers."""
        return await self._values(category_names())

    async def words_in_names(self, words: Collection[str]) -> dict[str, int]:
        """Which of these folded words are in authors' names, and in how many different names."""
        found = dict[str, int]()
        for batch in _batches(list(words)):
            counts = select(name_words.c.word, func.count()).where(name_words.c.word.in_(batch))
            found.update(await self._tuples(counts.group_by(name_words.c.word)))
        return found

    async def all_words_in_names(self, most: int) -> dict[str, int]:
        """The folded words of authors' names, ``most`` at most, and in how many different names each is."""
        counts = select(name_words.c.word, func.count()).group_by(name_words.c.word).limit(most)
        return dict(await self._tuples(counts))

    async def all_names(self, most: int) -> list[str]:
        """Authors' folded names, ``most`` at most."""
        return await self._values(select(authors.c.folded_name).distinct().limit(most))

    async def words_beside(self, words: Collection[str], among: Collection[str]) -> set[str]:
        """Which of the words ``among`` are in an author's name together with all of ``words``; folded, or initials."""
        together = [name_words.c.folded_name.in_(names_containing(word)) for word in words]
        found = select(name_words.c.word).where(name_words.c.word.in_(list(among)), *together).distinct()
        return set(await self._values(found))

    async def ids_by_titles(self, titles: Sequence[str], limit: int) -> list[str]:
        """The ids of papers with exactly one of these titles, ignoring case and accents."""
        wanted = list(dict.fromkeys(folded(normalise(title)) for title in titles))
        if not 0 < len(wanted) <= LARGEST_PAGE:
            return await self._values(select(papers.c.id).where(papers.c.folded_title.in_(wanted)).limit(limit))
        size = _size_for(wanted)
        return [id for (id,) in await self._titled[size].rows(most=limit, **_values_of(wanted, size))]


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
