"""The community database: what people asked, chose and saved. Small, precious, and with one owner."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.alerts import Alerts
from bot.storage.answers import Answers, StoredQuote, answers
from bot.storage.columns import metadata
from bot.storage.conversations import Conversations
from bot.storage.daily_feeds import DailyFeeds
from bot.storage.daily_posts import DailyPosts
from bot.storage.deliveries import Deliveries
from bot.storage.departures import Departures
from bot.storage.discussions import Discussions
from bot.storage.feedback import Feedback
from bot.storage.follows import Follows
from bot.storage.inbox_codes import InboxCodes
from bot.storage.inboxes import Inboxes
from bot.storage.languages import Languages
from bot.storage.leases import Leases
from bot.storage.link_cards import LinkCards
from bot.storage.paper_changes import PaperChanges
from bot.storage.private_links import PrivateLinks
from bot.storage.question_counts import QuestionCounts
from bot.storage.reading_lists import Readers, ReadingLists, ReadingVotes
from bot.storage.recaps import Recaps
from bot.storage.recent_papers import RecentPapers
from bot.storage.reports import Reports
from bot.storage.repository import Repository
from bot.storage.saved_papers import SavedPapers
from bot.storage.searches import Searches
from bot.storage.test_posts import TestPosts
from bot.storage.votes import Votes
from bot.texts import mark
from retrieval.database import Location, open_database, truncate_journal

PATIENCE: Final = 2.0
"""Seconds that a writer waits for another program: Discord wants an answer within three."""

MIGRATIONS = Path(__file__).with_name("migrations")
SCHEMA = "community"
"""Of the tables in PostgreSQL."""


class Store:
    """The community database, with a repository for each subject. Make one with ``Store.open``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.answers = Answers(engine)
        self.conversations = Conversations(engine)
        self.searches = Searches(engine)
        self.feedback = Feedback(engine)
        self.reports = Reports(engine)
        self.link_cards = LinkCards(engine)
        self.deliveries = Deliveries(engine)
        self.daily_feeds = DailyFeeds(engine)
        self.daily_posts = DailyPosts(engine)
        self.saved_papers = SavedPapers(engine)
        self.recent_papers = RecentPapers(engine)
        self.test_posts = TestPosts(engine)
        self.departures = Departures(engine)
        self.votes = Votes(engine)
        self.discussions = Discussions(engine)
        self.paper_changes = PaperChanges(engine)
        self.recaps = Recaps(engine)
        self.inboxes = Inboxes(engine)
        self.inbox_codes = InboxCodes(engine)
        self.follows = Follows(engine)
        self.alerts = Alerts(engine)
        self.leases = Leases(engine)
        self.languages = Languages(engine)
        self.private_links = PrivateLinks(engine)
        self.question_counts = QuestionCounts(engine)
        self.reading_lists = ReadingLists(engine)
        self.reading_votes = ReadingVotes(engine)
        self.readers = Readers(engine)

    @property
    def personal(self) -> tuple[tuple[str, Repository[Any]], ...]:
        """Every repository with data about people, under the heading that they read."""
        return (
            (mark("questions and answers"), self.answers),
            (mark("conversations that you ended"), self.conversations),
            (mark("verdicts on answers"), self.feedback),
            (mark("reports of answers"), self.reports),
            (mark("searches"), self.searches),
            (mark("saved papers"), self.saved_papers),
            (mark("links to your saved papers"), self.private_links),
            (mark("papers that you opened"), self.recent_papers),
            (mark("votes for papers"), self.votes),
            (mark("votes for papers to read together"), self.reading_votes),
            (mark("reading lists that you joined"), self.readers),
            (mark("news of papers that you saved"), self.paper_changes),
            (mark("what you follow, and when I write to you"), self.follows),
            (mark("messages and mails sent to you"), self.deliveries),
            (mark("papers found for you"), self.alerts),
            (mark("daily posts that you set up, and drafts of them"), self.daily_feeds),
            (mark("your inbox"), self.inboxes),
            (mark("codes mailed to you"), self.inbox_codes),
            (mark("questions counted for a moment"), self.question_counts),
            (mark("your language"), self.languages),
        )

    @property
    def of_guilds(self) -> tuple[Repository[Any], ...]:
        """Every repository with data about servers, in the order in which it is deleted."""
        return (
            self.answers,
            self.conversations,
            self.searches,
            self.link_cards,
            self.votes,
            self.daily_posts,
            self.deliveries,
            self.discussions,
            self.recaps,
            self.private_links,
            self.reading_votes,
            self.readers,
            self.reading_lists,
            self.daily_feeds,
            self.test_posts,
            self.departures,
        )

    async def guilds(self) -> set[int]:
        """Every server with data in any table."""
        naming = [table.c.guild_id for table in metadata.sorted_tables if "guild_id" in table.c]
        named = union(*(select(column).where(column.is_not(None)) for column in naming))
        async with self._engine.connect() as connection:
            return set(await connection.scalars(named))

    async def unreadable_tables(self) -> list[str]:
        """The tables with a row that has a value of another type than it should."""
        found = list[str]()
        for table in metadata.sorted_tables:
            async with self._engine.connect() as connection:
                try:
                    (await connection.execute(select(table))).all()
                except (ValueError, TypeError, LookupError):
                    found.append(table.name)
        return found

    async def quotes(self, batch: int = 500) -> AsyncIterator[list[tuple[int, StoredQuote]]]:
        """The quotes of all answers, each with its answer's id, some answers at a time."""
        last = 0
        columns = select(answers.c.id, answers.c.quotes, answers.c.also).order_by(answers.c.id).limit(batch)
        while True:
            async with self._engine.connect() as connection:
                rows = (await connection.execute(columns.where(answers.c.id > last))).all()
            if not rows:
                return
            yield [(id, quote) for id, quotes, also in rows for quote in (*quotes, *also)]
            last = rows[-1][0]

    async def forget_person(self, user_id: int) -> int:
        """Delete everything about a person, also from the file; how many records. Repeat it if it was interrupted."""
        # In reverse: a record that refers to another one is deleted before it.
        dropped = sum([await group.forget_person(user_id) for _, group in reversed(self.personal)])
        await truncate_journal(self._engine)
        return dropped

    async def forget_guild(self, guild_id: int) -> int:
        """Delete everything about a server; how many records. Its departure goes last: until then, it is retried."""
        dropped = sum([await group.forget_guild(guild_id) for group in self.of_guilds])
        await truncate_journal(self._engine)
        return dropped

    @classmethod
    @asynccontextmanager
    async def open(cls, location: Location) -> AsyncGenerator[Store]:
        """The store in this database, which is created or migrated if necessary.

        Raises ``DatabaseError`` if the folder isn't writable, the file isn't a database, the server can't be reached,
        or the database is of a newer version, or of one from before revision 0014.
        """
        async with open_database(
            location, MIGRATIONS, schema=SCHEMA, secure_delete=True, patience=PATIENCE, verify=True
        ) as engine:
            yield cls(engine)
