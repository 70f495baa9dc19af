"""What the community said and chose: small, precious, one database with one owner."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.alerts import Alerts
from bot.store.answers import Answers
from bot.store.changes import Changes
from bot.store.columns import metadata
from bot.store.conversations import Conversations
from bot.store.departures import Departures
from bot.store.discussions import Discussions
from bot.store.feedback import Feedback
from bot.store.feeds import Feeds
from bot.store.follows import Follows
from bot.store.inboxes import Inboxes
from bot.store.ledger import Ledger
from bot.store.links import Links
from bot.store.mail_codes import MailCodes
from bot.store.mails import Mails
from bot.store.openings import Openings
from bot.store.personal import OfGuilds, OfPersons
from bot.store.posts import Posts
from bot.store.recaps import Recaps
from bot.store.reports import Reports
from bot.store.samples import Samples
from bot.store.saves import Saves
from bot.store.searches import Searches
from bot.store.votes import Votes
from retrieval.database import empty_journal, open_database

MIGRATIONS = Path(__file__).with_name("migrations")


class Store:
    """The community's database, a group of statements for each concern. Make one with ``Store.open``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.answers = Answers(engine)
        self.conversations = Conversations(engine)
        self.searches = Searches(engine)
        self.feedback = Feedback(engine)
        self.reports = Reports(engine)
        self.links = Links(engine)
        self.feeds = Feeds(engine)
        self.ledger = Ledger(engine)
        self.saves = Saves(engine)
        self.openings = Openings(engine)
        self.samples = Samples(engine)
        self.departures = Departures(engine)
        self.votes = Votes(engine)
        self.posts = Posts(engine)
        self.discussions = Discussions(engine)
        self.changes = Changes(engine)
        self.recaps = Recaps(engine)
        self.inboxes = Inboxes(engine)
        self.mail_codes = MailCodes(engine)
        self.mails = Mails(engine)
        self.follows = Follows(engine)
        self.alerts = Alerts(engine)

    @property
    def personal(self) -> tuple[tuple[str, OfPersons], ...]:
        """Every group that keeps something of a person, under the heading that the person reads."""
        return (
            ("questions and answers", self.answers),
            ("conversations that you ended", self.conversations),
            ("verdicts on answers", self.feedback),
            ("reports of answers", self.reports),
            ("searches", self.searches),
            ("saved papers", self.saves),
            ("papers that you opened", self.openings),
            ("votes for papers", self.votes),
            ("news of papers that you saved", self.changes),
            ("what you follow", self.follows),
            ("papers found for you", self.alerts),
            ("daily posts that you set up", self.feeds),
            ("your inbox", self.inboxes),
            ("codes mailed to you", self.mail_codes),
            ("papers mailed to you", self.mails),
        )

    @property
    def of_guilds(self) -> tuple[OfGuilds, ...]:
        """Every group that keeps something of a server, in the order in which it is forgotten."""
        return (
            self.answers,
            self.conversations,
            self.links,
            self.votes,
            self.posts,
            self.discussions,
            self.recaps,
            self.ledger,
            self.feeds,
            self.samples,
            self.departures,
        )

    async def guilds(self) -> set[int]:
        """Every server that something is kept of: all that any table names."""
        naming = [table.c.guild_id for table in metadata.sorted_tables if "guild_id" in table.c]
        named = union(*(select(column).where(column.is_not(None)) for column in naming))
        async with self._engine.connect() as connection:
            return set(await connection.scalars(named))

    async def forget_person(self, user_id: int) -> int:
        """Drop everything of a person, from the file too; how many records. Where it breaks off, do it again."""
        # The last group first: what refers to something of another group goes before it.
        dropped = sum([await group.forget_person(user_id) for _, group in reversed(self.personal)])
        await empty_journal(self._engine)
        return dropped

    async def forget_guild(self, guild_id: int) -> int:
        """Drop everything of a server; how many records. Its departure goes last: until then it is tried again."""
        dropped = sum([await group.forget_guild(guild_id) for group in self.of_guilds])
        await empty_journal(self._engine)
        return dropped

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Store]:
        """The store in the file at ``path``, made where it is missing and migrated where it is older.

        Raises ``DatabaseError`` for a folder that cannot be written, a file that is no database, and
        a database of a newer program.
        """
        async with open_database(path, MIGRATIONS, erasing=True) as engine:
            yield cls(engine)
