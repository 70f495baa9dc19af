"""What the community said and chose: small, precious, one database with one owner."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.answers import Answers
from bot.store.feedback import Feedback
from bot.store.feeds import Feeds
from bot.store.ledger import Ledger
from bot.store.searches import Searches
from retrieval.database import open_database

MIGRATIONS = Path(__file__).with_name("migrations")


class Store:
    """The community's database, a group of statements for each concern. Make one with ``Store.open``."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.answers = Answers(engine)
        self.searches = Searches(engine)
        self.feedback = Feedback(engine)
        self.feeds = Feeds(engine)
        self.ledger = Ledger(engine)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncGenerator[Store]:
        """The store in the file at ``path``, made where it is missing and migrated where it is older.

        Raises ``DatabaseError`` for a folder that cannot be written, a file that is no database, and
        a database of a newer program.
        """
        async with open_database(path, MIGRATIONS) as engine:
            yield cls(engine)
