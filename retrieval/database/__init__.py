"""Databases: how they are opened, migrated and read."""

from __future__ import annotations

from retrieval.database.columns import UtcDateTime
from retrieval.database.connection import open_database, write_transaction
from retrieval.database.sqlite import truncate_journal
from retrieval.database.statements import Reader, upsert

__all__ = ["Reader", "UtcDateTime", "open_database", "truncate_journal", "upsert", "write_transaction"]
