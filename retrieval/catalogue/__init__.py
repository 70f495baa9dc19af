"""Papers, the lists on which they stood and the history of their votes, in the database."""

from __future__ import annotations

from retrieval.catalogue.catalogue import Catalogue, ListSummary
from retrieval.catalogue.filters import Filters, folded
from retrieval.catalogue.source_log import Page, SourceLog, SourceState
from retrieval.catalogue.writing import Added

__all__ = ["Added", "Catalogue", "Filters", "ListSummary", "Page", "SourceLog", "SourceState", "folded"]
