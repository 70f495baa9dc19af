"""Databases: how they are opened, migrated and read. Statements elsewhere are SQLAlchemy Core for all of them."""

from __future__ import annotations

from retrieval.database.columns import PortableText, RowId, UtcDateTime
from retrieval.database.connection import (
    Location,
    location_text,
    open_database,
    snapshot,
    storage_errors,
    write_transaction,
)
from retrieval.database.direct import direct_engine
from retrieval.database.prepared import PreparedSelect
from retrieval.database.sqlite import truncate_journal
from retrieval.database.statements import Reader, upsert

__all__ = [
    "Location",
    "PortableText",
    "PreparedSelect",
    "Reader",
    "RowId",
    "UtcDateTime",
    "direct_engine",
    "location_text",
    "open_database",
    "snapshot",
    "storage_errors",
    "truncate_journal",
    "upsert",
    "write_transaction",
]
