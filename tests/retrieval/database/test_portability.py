"""What must be the same in SQLite and PostgreSQL: the order of text, its length, NUL, times, long lists, isolation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, cast, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from retrieval.catalogue import Catalogue, SourcePage, tables
from retrieval.catalogue.prefixes import PrefixLookup
from retrieval.database import Location, open_database, snapshot, write_transaction
from retrieval.papers import Listing, Paper
from retrieval.settings import PROJECT
from tests.databases import Databases

MIGRATIONS = PROJECT / "retrieval" / "catalogue" / "migrations"
NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
_AS_TEXT = cast(tables.papers.c.published, Text)


@pytest.fixture
async def engine(database: Location) -> AsyncIterator[AsyncEngine]:
    """An empty catalogue's database."""
    async with open_database(database, MIGRATIONS, schema="papers") as made:
        yield made


async def number(engine: AsyncEngine) -> int:
    """The revision's number, read in a transaction of its own."""
    async with engine.connect() as connection:
        return (await connection.execute(select(tables.revisions.c.number))).scalar_one()


words = st.text(st.sampled_from("aAbBzZ äÄéß_-.%'01\U0001f989"), min_size=1, max_size=5)


@settings(max_examples=15, deadline=None)  # each with a database of its own
@given(st.lists(words, min_size=1, max_size=12, unique=True), words)
async def test_prefixes_and_order_are_those_of_code_points(
    databases: Databases, names: list[str], beginning: str
) -> None:
    """Not those of a language, in which A comes after a, and a hyphen is nothing."""
    with databases.fresh() as location:
        async with open_database(location, MIGRATIONS, schema="papers") as engine:
            async with engine.begin() as connection:
                rows = [{"word": "x", "folded_name": name} for name in names]
                await connection.execute(insert(tables.name_words), rows)
                await connection.execute(
                    insert(tables.name_words), [{"word": name, "folded_name": "y"} for name in names]
                )
            lookup = PrefixLookup(engine)
            assert await lookup.name_words(beginning) == sorted(
                name for name in [*names, "x"] if name.startswith(beginning)
            )
            async with engine.connect() as connection:
                ordered = select(tables.name_words.c.folded_name).where(tables.name_words.c.word == "x")
                stored = list(await connection.scalars(ordered.order_by(tables.name_words.c.folded_name)))
    assert stored == sorted(names)


async def test_text_may_be_longer_than_its_column_says(engine: AsyncEngine) -> None:
    """The program checks lengths where text comes in; a database that cut or refused it would be a second border."""
    catalogue, long = Catalogue(engine), "x" * 5_000
    await catalogue.add([Paper(id="1", title=long, abstract=long, categories=(long,))], seen_at=NOW)
    await catalogue.sources.record(SourcePage(long[:1_000], long, NOW, 1, 0))
    assert (await catalogue.get(["1"]))["1"].categories == (long,)
    assert await catalogue.sources.page(long[:1_000], long) is not None


async def test_nul_characters_are_replaced_and_offsets_stay(engine: AsyncEngine) -> None:
    """PostgreSQL can't store them. Looking for one finds nothing, and is no error."""
    catalogue, paper = Catalogue(engine), Paper(id="1", title="A\0B", abstract="a\0 b", authors=("Ada\0 Byron",))
    await catalogue.add([paper], seen_at=NOW)
    found = (await catalogue.get(["1"]))["1"]
    assert (found.title, found.abstract, found.authors) == ("A\ufffdB", "a\ufffd b", ("Ada\ufffd Byron",))
    assert found.digest == paper.digest
    assert await catalogue.prefixes.ids("1\0", 5) == {}
    assert await catalogue.prefixes.titles("\0", 5) == {}
    assert await catalogue.get(["\0"]) == {}


async def test_a_statement_takes_32_766_values(engine: AsyncEngine) -> None:
    """That is SQLite's limit, and one less than that of asyncpg: no statement of ours has more."""
    ids = [str(each) for each in range(32_766)]
    async with engine.begin() as connection:
        await connection.execute(insert(tables.text_changes), [{"revision": 1, "paper_id": id} for id in ids[:3]])
        count = select(func.count()).where(tables.text_changes.c.paper_id.in_(ids))
        assert (await connection.execute(count)).scalar_one() == 3


async def test_times_are_utc_whatever_the_zone_of_the_server(engine: AsyncEngine) -> None:
    """The tests' server is in Kathmandu; the text of what is stored is that of UTC."""
    there = NOW.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    await Catalogue(engine).add([Paper(id="1", title="A", published=there, votes=1)], seen_at=there)
    async with engine.connect() as connection:
        [(stored, text)] = await connection.execute(select(tables.papers.c.published, _AS_TEXT))
    assert (stored, text[:16]) == (NOW, "2026-03-10 14:00")


async def test_a_paper_without_a_day_comes_before_those_with_one(engine: AsyncEngine) -> None:
    """Databases differ in where they sort NULL."""
    catalogue = Catalogue(engine)
    dated = Paper(id="1", title="A", listing=Listing(name="d", day=NOW.date(), position=1))
    undated = Paper(id="1", title="A", listing=Listing(name="page", day=None, position=0))
    await catalogue.add([dated, undated], seen_at=NOW)
    assert (await catalogue.get(["1"]))["1"].listing == dated.listing


async def test_a_snapshot_does_not_change(engine: AsyncEngine) -> None:
    """Its second statement sees the same state as the first, whatever was committed in between."""
    statement = select(tables.revisions.c.number)
    async with snapshot(engine) as connection:
        before = (await connection.execute(statement)).scalar_one()
        async with engine.begin() as writer:
            await writer.execute(update(tables.revisions).values(number=before + 1))
        assert (await connection.execute(statement)).scalar_one() == before
    assert await number(engine) == before + 1


async def test_transactions_with_the_same_lock_run_one_after_another(database: Location, engine: AsyncEngine) -> None:
    """Also those of another process: each sees what the others committed, and no count is lost."""

    async def step(mine: AsyncEngine) -> None:
        async with write_transaction(mine, "counts") as connection:
            seen = (await connection.execute(select(tables.revisions.c.number))).scalar_one()
            await asyncio.sleep(0)
            await connection.execute(update(tables.revisions).values(number=seen + 1))

    async with open_database(database, MIGRATIONS, schema="papers") as other:
        await asyncio.gather(*(step(each) for each in (engine, other) * 5))
    assert await number(engine) == 10
