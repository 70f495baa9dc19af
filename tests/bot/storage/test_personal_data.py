"""What is kept of a person or a server: all of it is shown, and all of it can be forgotten, whatever table it is in.

The rows are made from the tables' own columns, so that a table that is added later is not missed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import Store
from bot.storage.columns import EnumText, JsonColumn, metadata
from bot.storage.daily_feeds import NOBODY, DailyFeed, WhenEmpty
from bot.storage.deliveries import DeliveryKind, deliveries
from bot.storage.saved_papers import SavedPaper
from bot.storage.schedule import EVERY_DAY
from bot.texts import tr, use_locale
from retrieval.database import RowId, UtcDateTime

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PERSON, STRANGER = 11, 12
GUILD, OTHER_GUILD = 21, 22

WHO = {"user_id", "changed_by", "target_id"}
"""Columns of persons."""
WHERE = {"guild_id", "channel_id", "target_id"}
"""Columns of a server. A channel's number here is its server's times a thousand."""
NEITHER = {"message_id", "thread_id"}


def test_every_column_of_discord_ids_is_classified() -> None:
    """It is a person's, a server's or neither; a new one is added here."""
    columns = [column for table in metadata.sorted_tables for column in table.c if column.type is not RowId]
    numbers = {column.name for column in columns if isinstance(column.type, sa.BigInteger)}
    assert numbers - WHO - WHERE - NEITHER == set()


async def test_kinds_of_records_are_said_in_the_readers_language(store: Store) -> None:
    """``/privacy`` lists them, in German for example."""
    use_locale("de")
    assert [heading for heading, _ in store.personal if tr(heading) == heading] == []
    use_locale(None)


async def test_a_person_is_shown_and_forgotten_in_every_table(engine: AsyncEngine) -> None:
    """Every table with personal data is in ``/privacy``, and nothing is left afterwards. Others lose nothing."""
    for person, guild in ((PERSON, GUILD), (STRANGER, OTHER_GUILD)):
        await fill(engine, person, guild)
    store, tables = Store(engine), of_persons()
    shown = [record for _, group in store.personal for record in await group.of_person(PERSON)]
    assert len(shown) == len(tables), f"there is a row in each of {tables}"
    before = await counts(engine, WHO, STRANGER)
    assert await store.forget_person(PERSON) == len(shown)
    assert not any((await counts(engine, WHO, PERSON)).values())
    assert [await group.of_person(PERSON) for _, group in store.personal] == [[] for _ in store.personal]
    assert await counts(engine, WHO, STRANGER) == before
    assert all(before.values())


async def test_a_server_is_forgotten_in_every_table(engine: AsyncEngine) -> None:
    """Nothing about the server or its channels is left. Other servers lose nothing."""
    for person, guild in ((PERSON, GUILD), (STRANGER, OTHER_GUILD)):
        await fill(engine, person, guild)
    store = Store(engine)
    before = await counts(engine, WHERE, OTHER_GUILD)
    assert await store.forget_guild(GUILD) >= len(tables_with(WHERE))
    assert not any((await counts(engine, WHERE, GUILD)).values())
    assert await counts(engine, WHERE, OTHER_GUILD) == before
    assert all(before.values())


async def test_a_daily_post_stays_without_the_name_of_who_set_it_up(engine: AsyncEngine) -> None:
    """It belongs to the server, not to one person."""
    store = Store(engine)
    await store.daily_feeds.save(feed_of(PERSON, GUILD))
    await store.forget_person(PERSON)
    assert await store.daily_feeds.of_guild(GUILD) == [replace(feed_of(PERSON, GUILD), changed_by=NOBODY)]


async def test_deleted_text_is_in_no_file(tmp_path: Path) -> None:
    """It is overwritten in the database and its journal while the program runs."""
    words = "a note that nobody else may read"

    def found() -> list[str]:
        return [path.name for path in tmp_path.iterdir() if words.encode() in path.read_bytes()]

    async with Store.open(tmp_path / "community.sqlite3") as store:
        for number in range(30):
            await store.saved_papers.keep(SavedPaper(PERSON, str(number), "Mine", f"{words} {number}", (), NOW))
        assert found()
        await store.forget_person(PERSON)
        assert found() == []


# --- rows of any table -------------------------------------------------------------------------


def tables_with(columns: set[str]) -> list[sa.Table]:
    """Tables that have one of these columns."""
    return [table for table in metadata.sorted_tables if columns & set(table.columns.keys())]


def of_persons() -> list[str]:
    """Tables with data about a person: in a column, or inside a draft."""
    return [*(table.name for table in tables_with(WHO)), "daily_drafts", "deliveries, of another kind"]


def feed_of(person: int, guild: int) -> DailyFeed:
    """A daily post that this person set up in this server."""
    shape = (time(9, 0), "UTC", 10, 0, EVERY_DAY, WhenEmpty.SILENT, False)
    return DailyFeed(guild, guild * 1000, *shape, person, NOW)


async def fill(engine: AsyncEngine, person: int, guild: int) -> None:
    """A row in every table, of this person in this server; rows that belong to one another do so."""
    async with engine.begin() as connection:
        ids = dict[str, Any]()
        for table in metadata.sorted_tables:
            values = {c.name: sample(c, person, guild, ids) for c in table.c if not counts_by_itself(c)}
            if table is deliveries:
                for to_whom in targets_of(person, guild):
                    await insert_row(connection, table, values | to_whom, ids)
            else:
                await insert_row(connection, table, values, ids)


def targets_of(person: int, guild: int) -> list[dict[str, Any]]:
    """A delivery of each kind; the last one is the post, to which rows of other tables refer."""
    channel = {"target_id": guild * 1000, "guild_id": guild}
    to_person = {"target_id": person, "guild_id": None}
    to_whom = {
        DeliveryKind.MAIL: to_person,
        DeliveryKind.ALERT: to_person,
        DeliveryKind.THREAD: {"target_id": guild, "guild_id": guild},
        DeliveryKind.READING: {"target_id": guild, "guild_id": guild},
        DeliveryKind.REMINDER: {"target_id": guild, "guild_id": guild},
        DeliveryKind.RECAP: channel,
        DeliveryKind.POST: channel,
    }
    assert set(to_whom) == set(DeliveryKind)
    return [{"kind": kind, **where} for kind, where in to_whom.items()]


async def insert_row(connection: AsyncConnection, table: sa.Table, values: dict[str, Any], ids: dict[str, Any]) -> None:
    """Put the row in, and note the values that other tables may refer to."""
    row = (await connection.execute(table.insert().values(**values).returning(*table.c))).mappings().one()
    ids |= {f"{table.name}.{name}": value for name, value in row.items()}


def counts_by_itself(column: sa.Column[Any]) -> bool:
    """Whether the database numbers the rows."""
    return column.primary_key and column is column.table.autoincrement_column


def sample(column: sa.Column[Any], person: int, guild: int, ids: dict[str, Any]) -> Any:
    """A value for a column: by its meaning, by what it refers to, or else by its type."""
    for reference in column.foreign_keys:
        return ids[reference.target_fullname]
    by_name = {"guild_id": guild, "channel_id": guild * 1000} | dict.fromkeys(WHO, person)
    return by_name[column.name] if column.name in by_name else sample_of_type(column, person, guild)


def sample_of_type(column: sa.Column[Any], person: int, guild: int) -> Any:  # noqa: PLR0911 - one line a type
    """Any value of a column's type."""
    match column.type:
        case JsonColumn(kind=kind):
            return fitting(kind, person, guild)
        case EnumText(kind=kind):
            return next(iter(kind))
        case UtcDateTime():
            return NOW - timedelta(minutes=1)
        case sa.Boolean():
            return False
        case sa.Date():
            return date(2026, 11, 24)
        case sa.Time():
            return time(9, 0)
        case sa.Integer() | sa.Float():
            return person
        case sa.LargeBinary():
            return bytes([person])
        case _:
            return f"{column.name}-{person}"[: getattr(column.type, "length", None) or 64]


def fitting(kind: Any, person: int, guild: int) -> Any:
    """A value that a column of checked JSON takes."""
    samples: tuple[Any, ...] = (feed_of(person, guild), (), {}, "")
    for value in samples:
        try:
            return TypeAdapter[Any](kind).validate_python(value)
        except ValidationError:
            continue
    pytest.fail(f"Give `fitting` a value for a column of {kind}.")


async def counts(engine: AsyncEngine, columns: set[str], number: int) -> dict[str, int]:
    """How many rows of each table name this person or server in one of the columns."""
    found = dict[str, int]()
    async with engine.connect() as connection:
        for table in tables_with(columns):
            named = [table.c[name] for name in columns & set(table.columns.keys())]
            same = sa.or_(*(c.in_([number, number * 1000] if c.name in WHERE else [number]) for c in named))
            found[table.name] = await connection.scalar(sa.select(sa.func.count()).select_from(table).where(same)) or 0
    return found
