"""``python -m bot move``: everything arrives in PostgreSQL, after interruptions too, and each row is compared."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL, Insert, insert, text
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.move import move
from bot.folder_lock import lock_folder
from bot.settings import Settings
from bot.storage import MIGRATIONS, SCHEMA, Store
from bot.storage.columns import metadata
from retrieval import catalogue
from retrieval.catalogue import Catalogue
from retrieval.database import open_database, transfer
from retrieval.errors import DatabaseError, PaperBotError
from retrieval.library import Library
from tests.bot.conftest import START, FakeClock, settings_for
from tests.bot.storage.test_personal_data import counts, fill
from tests.databases import Server

ADA, BOB, HERE, THERE = 101, 102, 201, 202


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """An installation with rows in every table, and numbers that were given to rows deleted since."""
    made = settings_for(tmp_path)
    async with (
        Library.open(made, FakeClock()) as library,
        open_database(made.community_database, MIGRATIONS) as engine,
    ):
        await library.add_seeds()
        await fill(engine, ADA, HERE)
        await fill(engine, BOB, THERE)
        store = Store(engine)
        for _ in range(5):
            await store.searches.record("owls\0", ADA, START)
        await store.searches.forget_person(ADA)
        await store.searches.record("mice\0", ADA, START)
    return made


def ignore(_table: str, _rows: int) -> None:
    """Nobody wants to know."""


async def everything(settings: Settings, location: URL | None = None) -> list[object]:
    """All papers, and how many rows of every table are about each person and server."""
    papers, community = location or settings.papers_database, location or settings.community_database
    async with Catalogue.open(papers) as opened:
        found: list[object] = [await opened.records.version(), *[each async for each in opened.everything()]]
    async with open_database(community, MIGRATIONS, schema=SCHEMA) as engine:
        people = [await counts(engine, {"user_id", "changed_by", "target_id"}, number) for number in (ADA, BOB)]
        servers = [await counts(engine, {"guild_id"}, number) for number in (HERE, THERE)]
    return [*found, *people, *servers]


async def test_everything_arrives_and_numbers_go_on(
    settings: Settings, postgresql: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files stay as they are; the index needs no rebuild; no number of a button is given a second time."""
    before = await everything(settings)
    with postgresql.fresh(migrated=False) as location:
        assert isinstance(location, URL)
        assert await move(settings, location) == 0
        assert await everything(settings) == before == await everything(settings, location)
        async with Store.open(location) as store, Store.open(settings.community_database) as old:
            assert await store.searches.lately(ADA, 9) == ["mice\ufffd"]
            assert await store.searches.record("x", ADA, START) == await old.searches.record("x", ADA, START)
        said = capsys.readouterr().out
        assert "papers.papers: 15 rows" in said
        assert "each compared" in said
        assert f'Set [database] url = "{location.render_as_string()}"' in said
        with pytest.raises(DatabaseError, match=r"isn't empty: \w+ has"):
            await move(settings, location)


@pytest.mark.parametrize("stop", [1, 4, 9, 23])
async def test_a_copy_continues_where_it_was_interrupted(
    settings: Settings, postgresql: Server, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """In the middle of whatever table."""
    monkeypatch.setattr(transfer, "_ROWS", 7)
    left = stop

    def failing(table: object) -> Insert:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        return insert(table)  # pyright: ignore[reportArgumentType]

    with postgresql.fresh(migrated=False) as location:
        assert isinstance(location, URL)
        monkeypatch.setattr(transfer, "insert", failing)
        with pytest.raises(KeyboardInterrupt):
            await move(settings, location)
        assert await move(settings, location) == 0
        assert await everything(settings, location) == await everything(settings)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE saves SET note = 'other' WHERE user_id = 101", "saves isn't the same at the row id 1"),
        ("DELETE FROM saves WHERE user_id = 102", "saves isn't the same at the row id 2"),
        ("INSERT INTO departures VALUES (999, '2026-01-01')", "departures isn't the same at the row guild_id 999"),
    ],
)
async def test_a_difference_is_found_and_named(settings: Settings, postgresql: Server, change: str, named: str) -> None:
    """A value, a row that is missing, and one that nobody sent."""
    with postgresql.fresh() as location:
        async with (
            open_database(settings.community_database, MIGRATIONS) as old,
            open_database(location, MIGRATIONS, schema=SCHEMA) as new,
        ):
            tables = metadata.sorted_tables
            await transfer.begin_copy(new, tables)
            await transfer.copy_rows(old, new, tables, ignore)
            assert await transfer.compare_rows(old, new, tables) > len(tables)
            async with new.begin() as connection:
                await connection.execute(text(change))
            with pytest.raises(DatabaseError, match=named):
                await transfer.compare_rows(old, new, tables)


async def test_a_running_bot_must_be_stopped_first(settings: Settings) -> None:
    """What it stored meanwhile would be missing."""
    with lock_folder(settings.data_folder), pytest.raises(PaperBotError, match="running"):
        await move(settings, URL.create("postgresql", database="x"))


def test_the_command_takes_an_address_like_that_of_the_settings(tmp_path: Path) -> None:
    """Without a password, and no other kind of database."""
    for url in ("sqlite:///x", "postgresql://bot:secret@db/papers"):
        result = CliRunner().invoke(app, ["move", "--to", url])
        assert result.exit_code == 2
        assert "postgresql://bot@" in result.output or "PGPASSWORD" in result.output


def test_every_table_has_a_key_by_which_it_is_copied() -> None:
    """Rows without one couldn't be found again."""
    for tables in (metadata, catalogue.metadata):
        assert all(len(table.primary_key) for table in tables.sorted_tables)
