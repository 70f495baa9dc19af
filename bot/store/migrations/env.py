"""Alembic's entry: migrates over the connection that ``retrieval.database`` hands in."""

from __future__ import annotations

from alembic import context

import bot.store  # noqa: F401 - its modules register the tables
from bot.store.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
