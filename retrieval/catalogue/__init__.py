"""Papers, the lists on which they stood and the history of their votes, in the database."""

from __future__ import annotations

from retrieval.catalogue.catalogue import LARGEST_BATCH, Catalogue, ListSummary, Text
from retrieval.catalogue.import_checkpoints import ImportCheckpoint
from retrieval.catalogue.records import CatalogueVersion, Record
from retrieval.catalogue.source_log import SourceLog, SourcePage, SourceState
from retrieval.catalogue.writer import Added

__all__ = [
    "LARGEST_BATCH",
    "Added",
    "Catalogue",
    "CatalogueVersion",
    "ImportCheckpoint",
    "ListSummary",
    "Record",
    "SourceLog",
    "SourcePage",
    "SourceState",
    "Text",
]
