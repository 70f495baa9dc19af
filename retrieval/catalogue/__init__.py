"""Papers, the lists on which they stood and the history of their votes, in the database."""

from __future__ import annotations

from retrieval.catalogue.catalogue import LARGEST_LOT, Catalogue, ListSummary, Text
from retrieval.catalogue.marks import Mark
from retrieval.catalogue.records import Record, Stand
from retrieval.catalogue.source_log import Page, SourceLog, SourceState
from retrieval.catalogue.writing import Added

__all__ = [
    "LARGEST_LOT",
    "Added",
    "Catalogue",
    "ListSummary",
    "Mark",
    "Page",
    "Record",
    "SourceLog",
    "SourceState",
    "Stand",
    "Text",
]
