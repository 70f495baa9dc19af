"""The community database: what goes in comes out, and files of other programs or versions are refused."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from bot.storage import MIGRATIONS, SCHEMA, Store, columns
from bot.storage.alerts import FollowMatch, alert_claim
from bot.storage.answers import AnswerRecord, StoredQuote
from bot.storage.columns import metadata
from bot.storage.conversations import FreshStart
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.daily_posts import post_claim
from bot.storage.deliveries import Claim, DeliveryKind, PostContents, Status
from bot.storage.follows import Follow, Follower
from bot.storage.inboxes import Inbox
from bot.storage.reading_lists import ReadingList
from bot.storage.recent_papers import RecentPaper
from bot.storage.reports import Fault, Report
from bot.storage.repository import SomeShards
from bot.storage.saved_papers import SavedPaper
from bot.storage.schedule import EVERY_DAY, Frequency
from retrieval.answering.types import Quote, Turn
from retrieval.database import Location, location_text, open_database
from retrieval.english import Text
from retrieval.errors import DatabaseError, InvalidInput
from retrieval.papers import Paper
from tests.databases import Databases

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)

ANSWER = AnswerRecord(
    guild_id=1,
    channel_id=2,
    user_id=3,
    question="Which “benchmark”?",
    outcome="answered",
    kind="which",
    confidence=0.75,
    quotes=(StoredQuote("2407.06723", 3, 40, ((5, 9), (12, 20)), 0.9),),
    also=(StoredQuote("t-0123456789ab", 0, 7, (), 0.25),),
    papers=(("2407.06723", 0.9), ("t-0123456789ab", 0.5)),
    history=(Turn("What is GAIA?", ("2407.06723",)), Turn("And then?")),
    asked_at=NOW,
    reply=None,
)

FEED = DailyFeed(
    guild_id=1,
    channel_id=2,
    time=time(9, 30),
    zone="Europe/Berlin",
    papers=10,
    minimum_votes=3,
    weekdays=frozenset({0, 4}),
    when_empty=WhenEmpty.SAY,
    paused=False,
    changed_by=3,
    changed_at=NOW,
)

SAVE = SavedPaper(3, "2407.06723", "To read", "", (), NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database file in a folder that is still to be made."""
    return tmp_path / "data" / "community.sqlite3"


# --- the database ----------------------------------------------------------------------------------


async def test_a_reopened_store_has_everything(database: Location) -> None:
    """Records survive a restart."""
    async with Store.open(database) as store:
        answer_id = await store.answers.record(ANSWER)
        await store.daily_feeds.save(FEED)
    async with Store.open(database) as store:
        assert await store.answers.get(answer_id) == replace(ANSWER, id=answer_id)
        assert await store.daily_feeds.get(2) == FEED


async def test_migrations_lead_to_exactly_the_tables_that_the_modules_name(databases: Databases) -> None:
    """Alembic finds no difference between the migrated schema and the tables in code."""

    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    with databases.fresh(migrated=False) as new:
        async with open_database(new, MIGRATIONS, schema=SCHEMA) as engine, engine.connect() as connection:
            assert await connection.run_sync(differences) == []


async def test_every_statement_runs(store: Store) -> None:
    """Each database accepts what the store sends."""
    await _use_everything(store)


async def _use_everything(store: Store) -> None:
    answer = await store.answers.record(ANSWER)
    await store.answers.attach(answer, 77)
    await store.answers.get(answer)
    await store.answers.by_message(77)
    await store.answers.latest(2, 3, NOW)
    await store.answers.latest_in(2, 3, NOW)
    await store.answers.any_in(2)
    await store.answers.share(answer)
    await store.answers.unshare(answer)
    await store.searches.get(await store.searches.record("x", 3, NOW), 3, [2])
    await store.searches.forget(NOW)
    await store.feedback.set(answer, 3, True, NOW)
    await store.feedback.counts(answer)
    await store.feedback.all_counts()
    await store.answers.forget(NOW + timedelta(days=1))
    await store.daily_feeds.save(FEED)
    await store.daily_feeds.of_guild(1)
    await store.daily_feeds.active()
    await store.daily_feeds.stop(2, Text("gone"))
    await store.daily_feeds.pause(2, 8, NOW)
    await store.daily_feeds.resume(2, 8, NOW)
    await store.daily_feeds.draft(await store.daily_feeds.save_draft(FEED))
    await store.daily_feeds.remove(2)
    await _use_deliveries(store)
    await _use_what_is_of_talk(store)
    await _use_what_is_personal(store)


async def _use_deliveries(store: Store) -> None:
    claim = post_claim(2, 1, "2026-11-24", DAY, PostContents(("a",)))
    post = await store.deliveries.claim(claim, NOW)
    assert post is not None
    assert await store.deliveries.claim(claim, NOW) is None
    await store.deliveries.take_over(post, NOW)
    await store.deliveries.hand_over(post, NOW)
    await store.deliveries.settle(post, Status.RELEASED, Text("no"), NOW)
    await store.deliveries.confirm(post, 99, NOW)
    await store.deliveries.get(DeliveryKind.POST, post.number)
    await store.deliveries.named(DeliveryKind.POST, 2, "2026-11-24")
    await store.deliveries.name_of(DeliveryKind.POST, 2, 99)
    await store.deliveries.unfinished(DeliveryKind.POST, NOW, timedelta())
    await store.deliveries.recent(DeliveryKind.POST, 2, 1)
    await store.deliveries.names(DeliveryKind.POST, 2)
    await store.deliveries.days(DeliveryKind.POST, 2, DAY)
    await store.daily_posts.papers_posted(2)
    await store.deliveries.forget_kind(DeliveryKind.POST, NOW)
    await store.deliveries.claim(Claim(DeliveryKind.RECAP, 2, "week-2026-11-16", 1), NOW)


async def _use_what_is_of_talk(store: Store) -> None:
    answer = await store.answers.record(ANSWER)
    await store.conversations.begin_afresh(FreshStart(3, 2, 1, NOW))
    await store.conversations.begun(3, 2)
    await store.conversations.forget(NOW)
    await store.reports.keep(Report(answer, 3, Fault.OTHER, "", NOW))
    await store.reports.all()
    await store.reports.take_back(answer, 3)
    await store.link_cards.choose(1, 2, wanted=True)
    await store.link_cards.wanted(1, 2)
    await store.link_cards.claim(1, 2, "2407.06723", NOW, NOW)
    await store.link_cards.release(2, "2407.06723")
    await store.link_cards.forget(NOW)


async def _use_what_is_personal(store: Store) -> None:
    kept, _ = await store.saved_papers.keep(SAVE)
    assert kept.id is not None
    await store.saved_papers.keep(SAVE)
    await store.saved_papers.change(3, kept.id, note="x")
    await store.saved_papers.remove(3, kept.id, NOW)
    await store.saved_papers.restore(3, kept.id)
    await store.saved_papers.of_list(3, "To read")
    await store.saved_papers.lists(3)
    await store.saved_papers.purge(NOW)
    await store.saved_papers.lately(3, 5)
    await _use_private_links(store)
    await _use_reading(store)
    await store.recent_papers.note(RecentPaper(3, "2407.06723", NOW))
    await store.recent_papers.lately(3, 5)
    await store.recent_papers.forget(NOW)
    await store.question_counts.count(3, NOW, timedelta(seconds=20), 1)
    await store.question_counts.count(3, NOW, timedelta(seconds=20), 1)
    await store.question_counts.forget(NOW)
    await store.languages.save(3, "de")
    await store.languages.of(3)
    await store.answers.quoted_lately(3, 5)
    await store.searches.lately(3, 5)
    await _use_follows(store)
    await store.departures.note(1, NOW)
    await store.departures.noted(NOW)
    await _use_mail(store)
    for _, group in store.personal:
        await group.of_person(3)
        await group.forget_person(3)
    for group in store.of_guilds:
        await group.forget_guild(1)


async def _use_reading(store: Store) -> None:
    await store.reading_lists.save(ReadingList(1, 2, 0, time(9), "UTC", 72, 24, NOW))
    await store.reading_lists.get(1)
    await store.reading_lists.all()
    await store.reading_lists.add(1, "2407.06723", NOW)
    await store.reading_votes.give(1, "2407.06723", 3, NOW)
    await store.reading_votes.toggle(1, "2407.06723", 3, NOW)
    await store.reading_lists.candidates(1)
    await store.readers.join(1, 3, NOW)
    await store.readers.of_guild(1)
    await store.readers.leave(1, 3)
    await store.reading_lists.remove(1, "2407.06723")
    await store.reading_lists.stop(1)


async def _use_private_links(store: Store) -> None:
    await store.private_links.find(await store.private_links.create_for_posts(1, NOW))
    await store.private_links.find(await store.private_links.create_for_saved(3, "To read", NOW))
    await store.private_links.of_posts(1)
    await store.private_links.of_saved(3)
    await store.private_links.revoke_for_posts(1)
    await store.private_links.revoke_for_saved(3)
    await store.daily_posts.of_guild(1, 9)


async def _use_mail(store: Store) -> None:
    inbox = Inbox(3, "ada@example.org", Frequency.DAILY, 0, 8, "UTC", "", False, None, NOW, NOW)
    await store.inboxes.save(inbox)
    await store.inboxes.change(inbox)
    await store.inboxes.pause(inbox, Text("why"), NOW)
    await store.inboxes.active()
    await store.inboxes.remove_address("nobody@example.org")
    code = await store.inbox_codes.keep(3, inbox.address, "0" * 16, b"salt", b"digest", NOW)
    await store.inbox_codes.pending(3, NOW)
    await store.inbox_codes.attempt(3, NOW)
    await store.inbox_codes.use_up(code)
    await store.inbox_codes.cancel(3)
    await store.inbox_codes.take_back(code)
    await store.inbox_codes.forget(NOW)


async def _use_follows(store: Store) -> None:
    follow = await store.follows.add(Follow(3, "owls", 0, NOW), 9)
    assert follow.id is not None
    await store.follows.change(3, follow.id, "mice")
    await store.follows.pause(3, follow.id, paused=False)
    await store.follows.remove(3, follow.id, NOW)
    await store.follows.restore(3, follow.id, 9)
    await store.follows.live()
    await store.follows.rewind(5)
    await store.follows.purge(NOW)
    await store.follows.set_follower(Follower(3, Frequency.DAILY, 0, 9, "UTC", NOW))
    await store.follows.close(3, NOW)
    await store.follows.claim_notice(3)
    await store.follows.reopen(3)
    await store.alerts.record([FollowMatch(3, "2407.06723", follow.id, "owls", NOW)], await store.alerts.seen())
    await store.alerts.recipients()
    alert = await store.deliveries.claim(alert_claim(3, "2026-11-24"), NOW)
    assert alert is not None
    await store.deliveries.settle(alert, Status.RELEASED, Text("no"), NOW)
    await store.alerts.waiting(3)
    await store.alerts.papers_of(alert.id)
    await store.alerts.forget(NOW)
    await store.alerts.drop_removed()


_USE = """
import asyncio, datetime, pathlib, sys
from sqlalchemy import make_url
from bot.storage import Store

async def use():
    where = make_url(sys.argv[1]) if "://" in sys.argv[1] else pathlib.Path(sys.argv[1])
    async with Store.open(where) as store:
        print(await store.searches.record("quantum", 3, datetime.datetime.now(datetime.UTC)))

asyncio.run(use())
"""


def test_two_processes_can_open_a_new_database_at_once(databases: Databases) -> None:
    """Processes that start together both find a migrated database and both write."""
    with databases.fresh(migrated=False) as new:
        command = [sys.executable, "-c", _USE, location_text(new)]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        assert sorted(process.communicate(timeout=60)[0] for process in running) == ["1\n", "2\n"]


async def test_the_file_is_in_wal_mode(path: Path) -> None:
    """Readers do not stop the writer: the journal is a write-ahead log."""
    async with Store.open(path) as store:
        await store.searches.record("x", 1, NOW)
        with sqlite3.connect(path) as raw:
            assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_file_that_is_not_a_database_is_named(tmp_path: Path) -> None:
    """A text file in place of the database is refused."""
    wrong = tmp_path / "community.sqlite3"
    wrong.write_text("these are not the tables you are looking for " * 20)
    with pytest.raises(DatabaseError, match=r"community\.sqlite3"):
        async with Store.open(wrong):
            pass


async def test_a_database_of_a_newer_program_is_refused(path: Path) -> None:
    """An unknown revision is left alone, and the error says to update."""
    async with Store.open(path):
        pass
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="newer"):
        async with Store.open(path):
            pass


async def test_a_folder_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    """If a file has the folder's name, the error names it and the setting to change."""
    (tmp_path / "data").write_text("")
    with pytest.raises(DatabaseError, match="data_folder"):
        async with Store.open(tmp_path / "data" / "community.sqlite3"):
            pass


# --- answers and searches ----------------------------------------------------------------------


async def test_an_answer_is_stored(store: Store) -> None:
    """All fields survive, tuples as tuples, and the id is the one that was returned."""
    answer_id = await store.answers.record(ANSWER)
    assert await store.answers.get(answer_id) == replace(ANSWER, id=answer_id)
    assert await store.answers.get(answer_id + 1) is None


async def test_an_answer_is_found_by_its_message_once_attached(store: Store) -> None:
    """A reply to the answer's message leads to the answer."""
    answer_id = await store.answers.record(ANSWER)
    assert await store.answers.by_message(77) is None
    await store.answers.attach(answer_id, 77)
    assert await store.answers.by_message(77) == replace(ANSWER, id=answer_id, message_id=77)


async def test_the_latest_answer_is_recent_and_the_persons_own(store: Store) -> None:
    """Other people's, other channels' and old answers don't count."""
    await store.answers.record(ANSWER)
    newer = await store.answers.record(replace(ANSWER, asked_at=NOW + timedelta(minutes=5)))
    await store.answers.record(replace(ANSWER, user_id=4, asked_at=NOW + timedelta(minutes=6)))
    await store.answers.record(replace(ANSWER, channel_id=9, asked_at=NOW + timedelta(minutes=6)))
    found = await store.answers.latest(2, 3, NOW)
    assert found is not None
    assert found.id == newer
    assert await store.answers.latest(2, 3, NOW + timedelta(minutes=5)) == found
    assert await store.answers.latest(2, 3, NOW + timedelta(minutes=5, seconds=1)) is None


async def test_old_answers_are_deleted_with_their_feedback(store: Store) -> None:
    """Their ids are never used again."""
    old = await store.answers.record(replace(ANSWER, asked_at=NOW - timedelta(seconds=1)))
    await store.feedback.set(old, 3, useful=True, at=NOW)
    kept = await store.answers.record(ANSWER)
    assert await store.answers.forget(NOW) == 1
    assert await store.answers.get(old) is None
    assert await store.feedback.counts(old) == (0, 0)
    assert await store.answers.get(kept) is not None
    assert await store.answers.forget(NOW + timedelta(seconds=1)) == 1
    assert await store.answers.record(ANSWER) > kept


def test_a_stored_quote_refers_to_the_slice() -> None:
    """A quote is stored as offsets, without its text."""
    quote = Quote(Paper(id="p", title="T", abstract="It works well."), 0, 8, ((3, 8),), 0.5)
    assert StoredQuote.of(quote) == StoredQuote("p", 0, 8, ((3, 8),), 0.5, quote.paper.digest)


async def test_a_search_is_stored_as_it_was_typed(store: Store) -> None:
    """An unknown id has no text, and somebody else's search only in the channel that saw it."""
    kept = await store.searches.record('"deep learning" -vision', 3, NOW)
    assert await store.searches.get(kept, 3) == '"deep learning" -vision'
    assert await store.searches.get(kept + 1, 3) is None
    assert await store.searches.get(kept, 4, [2]) is None
    shown = await store.searches.record("owls", 3, NOW, guild_id=1, channel_id=2)
    assert await store.searches.get(shown, 4, [2]) == "owls"
    assert await store.searches.get(shown, 4, [5]) is None


async def test_old_searches_are_deleted(store: Store) -> None:
    """Their ids are never used again."""
    old = await store.searches.record("owls", 3, NOW - timedelta(seconds=1))
    assert await store.searches.forget(NOW) == 1
    assert await store.searches.get(old, 3) is None
    assert await store.searches.record("mice", 3, NOW) > old
    assert await store.searches.forget(NOW) == 0


# --- feedback ----------------------------------------------------------------------------------


async def test_the_same_verdict_again_removes_it(store: Store) -> None:
    """The other button changes it."""
    answer_id = await store.answers.record(ANSWER)
    assert await store.feedback.set(answer_id, 3, True, NOW) is True
    assert await store.feedback.set(answer_id, 4, False, NOW) is False
    assert await store.feedback.counts(answer_id) == (1, 1)
    assert await store.feedback.set(answer_id, 3, False, NOW) is False
    assert await store.feedback.counts(answer_id) == (0, 2)
    assert await store.feedback.set(answer_id, 3, False, NOW) is None
    assert await store.feedback.counts(answer_id) == (0, 1)


async def test_simultaneous_presses_count_once_per_person(store: Store) -> None:
    """Each person has one verdict."""
    answer_id = await store.answers.record(ANSWER)
    await asyncio.gather(*(store.feedback.set(answer_id, user, True, NOW) for user in range(20)))
    assert await store.feedback.counts(answer_id) == (20, 0)


async def test_a_verdict_on_a_deleted_answer_is_refused(store: Store) -> None:
    """The button says so."""
    with pytest.raises(InvalidInput, match="no longer"):
        await store.feedback.set(1, 3, True, NOW)


# --- feeds -------------------------------------------------------------------------------------


async def test_saving_a_channel_again_replaces_its_settings(store: Store) -> None:
    """A channel has one daily post."""
    await store.daily_feeds.save(FEED)
    await store.daily_feeds.save(replace(FEED, papers=3, when_empty=WhenEmpty.SILENT))
    assert await store.daily_feeds.of_guild(1) == [replace(FEED, papers=3, when_empty=WhenEmpty.SILENT)]


async def test_a_paused_channel_is_stored_but_not_active(store: Store) -> None:
    """With who paused or resumed it, and when. An unknown channel is reported."""
    await store.daily_feeds.save(FEED)
    later = NOW + timedelta(days=1)
    assert await store.daily_feeds.pause(2, 8, later)
    assert await store.daily_feeds.active() == []
    assert await store.daily_feeds.of_guild(1) == [replace(FEED, paused=True, changed_by=8, changed_at=later)]
    assert await store.daily_feeds.resume(2, 8, later)
    assert [feed.channel_id for feed in await store.daily_feeds.active()] == [2]
    assert not await store.daily_feeds.pause(5, 8, later)
    assert not await store.daily_feeds.resume(5, 8, later)


async def test_the_channels_of_some_shards(store: Store) -> None:
    """Divided as Discord divides servers."""
    guilds = [(number << 22) + 7 for number in range(1, 12)] + [2**62 - 1]
    for channel, guild in enumerate(guilds):
        await store.daily_feeds.save(replace(FEED, channel_id=channel, guild_id=guild))
    for ids in ([0], [1, 2], [0, 1, 2, 3]):
        found = [feed.guild_id for feed in await store.daily_feeds.active(SomeShards(ids, 4))]
        assert found == [guild for guild in guilds if (guild >> 22) % 4 in ids]


async def test_a_removed_channel_is_deleted(store: Store) -> None:
    """Removing returns whether there was one."""
    await store.daily_feeds.save(FEED)
    assert await store.daily_feeds.remove(2)
    assert await store.daily_feeds.get(2) is None
    assert not await store.daily_feeds.remove(2)


async def test_a_draft_is_kept_for_a_week(database: Location) -> None:
    """Save works after a restart. The ids of expired drafts are never used again."""
    async with Store.open(database) as store:
        first = await store.daily_feeds.save_draft(FEED)
    async with Store.open(database) as store:
        assert await store.daily_feeds.draft(first) == FEED
        second = await store.daily_feeds.save_draft(replace(FEED, changed_at=NOW + timedelta(days=8)))
        assert second != first
        assert await store.daily_feeds.draft(first) is None


# --- laws --------------------------------------------------------------------------------------

offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=offsets)  # noqa: DTZ001 - bounds


@settings(max_examples=25, deadline=None)  # each opens a file
@given(
    at=moments,
    zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/St_Johns"]),
    clock=st.times(),
    weekdays=st.frozensets(st.integers(0, 6)),
    when_empty=st.sampled_from(WhenEmpty),
)
async def test_any_feed_is_stored(
    databases: Databases,
    at: datetime,
    zone: str,
    clock: time,
    weekdays: frozenset[int],
    when_empty: WhenEmpty,
) -> None:
    """As settings and as a draft, with the same moments."""
    feed = replace(FEED, time=clock, zone=zone, weekdays=weekdays, when_empty=when_empty, changed_at=at)
    with databases.fresh() as database:
        async with Store.open(database) as store:
            await store.daily_feeds.save(feed)
            assert await store.daily_feeds.get(2) == feed
            assert await store.daily_feeds.draft(await store.daily_feeds.save_draft(feed)) == feed


def test_every_day_is_a_week() -> None:
    """Monday to Sunday."""
    assert sorted(EVERY_DAY) == list(range(7))


def test_a_column_of_checked_json_builds_one_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building one for each value took 47 times as long as reading the values."""
    built = list[object]()

    def counting(kind: Any) -> TypeAdapter[Any]:
        built.append(kind)
        return TypeAdapter(kind)

    monkeypatch.setattr(columns, "TypeAdapter", counting)
    column, dialect = columns.JsonColumn(tuple[int, ...]), sqlite.dialect()
    for number in range(3):
        stored = column.process_bind_param((number,), dialect)
        assert column.process_result_value(stored, dialect) == (number,)
    assert built == [tuple[int, ...]]
