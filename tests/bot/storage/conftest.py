"""The community database of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import MIGRATIONS, SCHEMA, Store
from retrieval.database import Location, open_database


@pytest.fixture
async def engine(database: Location) -> AsyncIterator[AsyncEngine]:
    """A fresh database."""
    async with open_database(database, MIGRATIONS, schema=SCHEMA, secure_delete=True) as opened:
        yield opened


@pytest.fixture
async def store(engine: AsyncEngine) -> Store:
    """A fresh store."""
    return Store(engine)
