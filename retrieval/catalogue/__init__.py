"""The database of papers, their lists, and the history of their votes."""

from __future__ import annotations

from retrieval.catalogue.catalogue import LARGEST_BATCH, LARGEST_PAGE, MIGRATIONS, SCHEMA, Catalogue, TitleAndAbstract
from retrieval.catalogue.import_checkpoints import ImportCheckpoint
from retrieval.catalogue.published_lists import ListSummary
from retrieval.catalogue.records import CatalogueVersion, Record
from retrieval.catalogue.source_log import SourceLog, SourcePage, SourceState
from retrieval.catalogue.tables import metadata
from retrieval.catalogue.writer import Added

__all__ = [
    "LARGEST_BATCH",
    "LARGEST_PAGE",
    "MIGRATIONS",
    "SCHEMA",
    "Added",
    "Catalogue",
    "CatalogueVersion",
    "ImportCheckpoint",
    "ListSummary",
    "Record",
    "SourceLog",
    "SourcePage",
    "SourceState",
    "TitleAndAbstract",
    "metadata",
]
