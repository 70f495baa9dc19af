"""Papers, the lists on which they stood and the history of their votes, in the database."""

from __future__ import annotations

from retrieval.catalogue.catalogue import Catalogue, ListSummary
from retrieval.catalogue.writing import Added

__all__ = ["Added", "Catalogue", "ListSummary"]
