"""Databases of earlier versions: those of revisions 0014 and 0015 are upgraded, older ones are refused."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import discord
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from bot.daily_post.post_card import post_card
from bot.daily_post.poster import daily_poster
from bot.storage import MIGRATIONS, Store
from bot.storage.alerts import alert_claim
from bot.storage.columns import metadata
from bot.storage.daily_posts import post_claim
from bot.storage.deliveries import Claim, Delivery, DeliveryKind, PostContents, Status
from retrieval.database import open_database
from retrieval.errors import DatabaseError
from retrieval.trending.score import rank
from tests.bot.daily_post.daily_world import FEED, TODAY, daily_world, list_of

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
AT = "2026-11-24 08:00:00.000000"
DAY = date(2026, 11, 24)
GUILD, CHANNEL, OTHER_CHANNEL, ADA = 1, 2, 3, 4
SCHEMA = Path(__file__).with_name("revision_0014.sql")

ROWS = (
    "INSERT INTO daily_posts VALUES (5, 2, '2026-11-23', '2026-11-23', :at, :at, 'posted', 77, NULL, :at, NULL, '#cs')",
    "INSERT INTO daily_posts VALUES (6, 2, '2026-11-24', '2026-11-24', :at, :at, 'open', NULL, NULL, NULL, :day, '')",
    "INSERT INTO daily_posts VALUES (8, 3, '2026-11-24', :day, :at, :at, 'released', NULL, 'no', :at, NULL, '')",
    "INSERT INTO claimed_papers VALUES (5, 0, 2, 'b'), (5, 1, 2, 'a'), (6, 0, 2, 'c')",
    "INSERT INTO posts VALUES (5, 1, 2, :day, 9, '[\"b\", \"a\"]', '[3, null]', :at, 1, 0, :at, :at)",
    "INSERT INTO post_papers VALUES (5, 'a'), (5, 'b')",
    "INSERT INTO follows VALUES (1, 4, 'owls', 0, :at, 0, NULL)",
    "INSERT INTO followers VALUES (4, 'daily', 0, 9, 'UTC', :at, NULL, 0)",
    "INSERT INTO alerts VALUES (5, 4, '2026-11-23', :at, :at, 'posted', 78, NULL, :at)",
    "INSERT INTO alerts VALUES (6, 4, '2026-11-24', :at, :at, 'unknown', NULL, 'lost', :at)",
    "INSERT INTO alerts VALUES (7, 4, '2026-11-25', :at, :at, 'released', NULL, 'no', :at)",
    "INSERT INTO alert_papers VALUES (4, 'a', 1, 'owls', :at, 5), (4, 'b', 1, 'owls', :at, NULL)",
    "INSERT INTO recap_posts VALUES (5, 1, 2, 'week-2026-11-16', :at, :at, 'posted', 79, NULL)",
    "INSERT INTO mails VALUES (5, 4, '2026-11-23', '2026-11-23', :at, 1, 'sent', :at, NULL, NULL, :at)",
    "INSERT INTO mails VALUES (6, 4, '2026-11-22', '2026-11-22', :at, 2, 'refused', :at, NULL, '550', :at)",
    "INSERT INTO mails VALUES (7, 4, '2026-11-24', '2026-11-24', :at, 3, 'waiting', NULL, :at, '450', NULL)",
    "INSERT INTO mails VALUES (9, 4, '2026-11-21', '2026-11-21', :at, 1, 'open', :at, NULL, NULL, NULL)",
    "INSERT INTO discussions VALUES (1, 'a', 80, :at), (1, 'b', NULL, :at)",
    "UPDATE sqlite_sequence SET seq = 40 WHERE name = 'alerts'",  # alerts up to 40 were sent and forgotten
)


def make_old(path: Path, statements: Sequence[str] = (), **values: object) -> None:
    """A database of revision 0014, made by that version's own statements, with these rows."""
    with closing(sqlite3.connect(path)) as old, old:
        old.executescript(SCHEMA.read_text(encoding="utf-8"))
        for statement in statements:
            old.execute(statement, {"at": AT, "day": DAY.isoformat(), **values})


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """The store of an upgraded database with rows in every table of messages."""
    make_old(tmp_path / "c.sqlite3", ROWS)
    async with Store.open(tmp_path / "c.sqlite3") as opened:
        yield opened


def differences(connection: Connection) -> list[object]:
    """How a database differs from the tables in code."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def of_kind(store: Store, kind: DeliveryKind, target_id: int) -> list[Delivery]:
    """All deliveries of a kind to a target, oldest first."""
    return (await store.deliveries.recent(kind, target_id, 99))[::-1]


async def test_an_upgraded_database_has_exactly_the_tables_of_a_new_one(tmp_path: Path) -> None:
    """Nothing is left of the old tables."""
    make_old(tmp_path / "c.sqlite3", ROWS)
    async with open_database(tmp_path / "c.sqlite3", MIGRATIONS) as engine, engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_message_is_kept(store: Store) -> None:
    """Posts with their contents, alerts with their papers, mails that wait, a thread that was being opened."""
    posted, unfinished = await of_kind(store, DeliveryKind.POST, CHANNEL)
    [released] = await of_kind(store, DeliveryKind.POST, OTHER_CHANNEL)
    assert posted == Delivery(
        id=5,
        kind=DeliveryKind.POST,
        number=5,
        target_id=CHANNEL,
        guild_id=GUILD,
        name="2026-11-23",
        for_day=date(2026, 11, 23),
        status=Status.SENT,
        claimed_at=NOW,
        tried_at=NOW,
        settled_at=NOW,
        message_id=77,
        payload=PostContents(("b", "a"), rules="#cs"),
    )
    assert (unfinished.status, unfinished.payload) == (Status.OPEN, PostContents(("c",), first_day=DAY))
    assert released.status is Status.RELEASED
    shown = await store.daily_posts.get(5)
    assert shown is not None
    assert (shown.message_id, shown.papers, shown.numbers) == (77, ("b", "a"), (3, None))
    assert await store.daily_posts.papers_posted(CHANNEL) == {"a", "b", "c"}
    alerts = await of_kind(store, DeliveryKind.ALERT, ADA)
    assert [each.status for each in alerts] == [Status.SENT, Status.UNKNOWN, Status.RELEASED]
    assert [each.paper_id for each in await store.alerts.papers_of(alerts[0].id)] == ["a"]
    assert [each.paper_id for each in await store.alerts.waiting(ADA)] == ["b"]
    mails = await of_kind(store, DeliveryKind.MAIL, ADA)
    assert [(each.status, each.tries) for each in mails] == [
        (Status.SENT, 1),
        (Status.DROPPED, 2),
        (Status.WAITING, 3),
        (Status.OPEN, 1),
    ]
    assert (mails[2].retry_at, mails[3].handed_at) == (NOW, NOW)
    threads = await of_kind(store, DeliveryKind.THREAD, GUILD)
    assert [(each.name, each.status, each.message_id) for each in threads] == [
        ("a", Status.SENT, 80),
        ("b", Status.OPEN, None),
    ]


async def test_buttons_of_old_messages_still_find_them_and_numbers_do_not_return(store: Store) -> None:
    """The numbers of several kinds were the same; new ones come after all that were ever given out."""
    for kind, message_id in ((DeliveryKind.POST, 77), (DeliveryKind.ALERT, 78), (DeliveryKind.RECAP, 79)):
        delivery = await store.deliveries.get(kind, 5)
        assert delivery is not None
        assert delivery.message_id == message_id
    new = await store.deliveries.claim(Claim(DeliveryKind.RECAP, CHANNEL, "week-2026-11-23", GUILD), NOW)
    assert new is not None
    assert new.number > 40


async def test_nothing_can_be_claimed_a_second_time(store: Store) -> None:
    """Neither what was sent, nor what is being sent, nor what was given up. A refused post can."""
    taken = [
        post_claim(CHANNEL, GUILD, "2026-11-23", date(2026, 12, 1), PostContents()),
        post_claim(CHANNEL, GUILD, "2026-11-24", date(2026, 12, 1), PostContents()),
        post_claim(CHANNEL, GUILD, "2026-12-01", DAY, PostContents()),
        post_claim(CHANNEL, GUILD, "2026-12-01", date(2026, 12, 1), PostContents(("c",))),
        alert_claim(ADA, "2026-11-24"),
        Claim(DeliveryKind.RECAP, CHANNEL, "week-2026-11-16", GUILD),
        *(Claim(DeliveryKind.MAIL, ADA, f"2026-11-{day}", for_day=date(2026, 12, day)) for day in (21, 22, 23, 24)),
        *(Claim(DeliveryKind.MAIL, ADA, f"2026-12-{day}", for_day=date(2026, 11, day)) for day in (21, 22, 23, 24)),
        *(Claim(DeliveryKind.THREAD, GUILD, paper, GUILD) for paper in ("a", "b")),
    ]
    for claim in taken:
        assert await store.deliveries.claim(claim, NOW) is None, claim
    assert await store.deliveries.claim(post_claim(OTHER_CHANNEL, GUILD, "2026-11-24", DAY, PostContents()), NOW)
    assert await store.deliveries.claim(alert_claim(ADA, "2026-11-25"), NOW)


async def test_after_the_upgrade_the_bot_posts_nothing_twice(tmp_path: Path) -> None:
    """One post was confirmed, another was sent right before the stop: its button, with its old number, finds it."""
    async with daily_world(tmp_path, list_of(TODAY, 5, 9, 1)) as world:
        other = world.guild.create_text_channel("other")
        await world.env.settle()
        channel = world.bot.get_channel(other.id)
        assert isinstance(channel, discord.TextChannel)
        await channel.send(view=post_card(TODAY, rank(list_of(TODAY, 5), NOW), 6, 3))
        statements = (
            "INSERT INTO daily_posts VALUES (5, :one, :day, :day, :at, :at, 'posted', 77, NULL, :at, NULL, '')",
            "INSERT INTO daily_posts VALUES (6, :two, :day, :day, :at, :at, 'open', NULL, NULL, NULL, NULL, '')",
        )
        make_old(tmp_path / "old.sqlite3", statements, one=world.channel.id, two=other.id)
        await world.pass_time(minutes=5)
        async with Store.open(tmp_path / "old.sqlite3") as store:
            for id in (world.channel.id, other.id):
                await store.daily_feeds.save(replace(FEED, guild_id=world.guild.id, channel_id=id))
            world.bot.store = store
            for _ in range(3):
                await daily_poster(world.bot).tick(world.clock())
                await world.pass_time(minutes=5)
            found = await store.deliveries.get(DeliveryKind.POST, 6)
        assert found is not None
        assert (found.status, found.message_id) == (Status.SENT, other.history()[0].id)
        assert (len(world.channel.history()), len(other.history())) == (0, 1)


async def test_a_database_of_revision_0015_keeps_what_its_channels_have_had(tmp_path: Path) -> None:
    """It had the papers of a post in two tables."""
    path = tmp_path / "c.sqlite3"
    async with Store.open(path) as store:
        await store.deliveries.claim(post_claim(CHANNEL, GUILD, "2026-11-23", DAY, PostContents(("a", "b"))), NOW)
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("CREATE TABLE post_papers (post_id INTEGER, paper_id VARCHAR(64), PRIMARY KEY (post_id, paper_id))")
        old.execute("DROP INDEX ix_claimed_papers_paper_id")
        old.execute("DROP INDEX ix_searches_guild_id")
        for column in ("guild_id", "channel_id"):
            old.execute(f"ALTER TABLE searches DROP COLUMN {column}")
        old.execute("DROP TABLE leases")
        for table in (
            "private_links",
            "question_counts",
            "reading_lists",
            "reading_candidates",
            "reading_votes",
            "readers",
            "languages",
        ):
            old.execute(f"DROP TABLE {table}")
        old.execute("UPDATE alembic_version SET version_num = '0015'")
    async with open_database(path, MIGRATIONS) as engine, engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    async with Store.open(path) as store:
        assert await store.daily_posts.papers_posted(CHANNEL) == {"a", "b"}


@pytest.mark.parametrize("revision", ["0001", "0013"])
async def test_an_older_database_is_refused_with_what_to_do(tmp_path: Path, revision: str) -> None:
    """The file stays unchanged."""
    path = tmp_path / "c.sqlite3"
    make_old(path, ["UPDATE alembic_version SET version_num = :revision"], revision=revision)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"c\.sqlite3 was written by an older version .* Move the file away and"):
        async with Store.open(path):
            pass
    with closing(sqlite3.connect(path)) as left:
        assert left.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
    assert len(path.read_bytes()) == len(before)
