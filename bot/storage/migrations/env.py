"""Alembic's entry: migrates over the connection that ``retrieval.database`` hands in."""

from __future__ import annotations

from alembic import context

from bot.storage.columns import metadata  # the package's own import has registered all tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
