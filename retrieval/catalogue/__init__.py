"""Papers, the lists on which they stood and the history of their votes, in the database."""

from __future__ import annotations

from retrieval.catalogue.catalogue import LARGEST_LOT, Catalogue, ListSummary, Text
from retrieval.catalogue.import_checkpoints import ImportCheckpoint
from retrieval.catalogue.records import CatalogueVersion, Record
from retrieval.catalogue.source_log import Page, SourceLog, SourceState
from retrieval.catalogue.writer import Added

__all__ = [
    "LARGEST_LOT",
    "Added",
    "Catalogue",
    "CatalogueVersion",
    "ImportCheckpoint",
    "ListSummary",
    "Page",
    "Record",
    "SourceLog",
    "SourceState",
    "Text",
]
