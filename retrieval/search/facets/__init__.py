"""What the catalogue's records say of an index's papers, in columns: filters are applied inside a search.

``columns`` has the records of one segment, ``files`` keeps them beside it, ``following`` holds them in step
with the catalogue, and ``selecting`` finds by them and by words all papers that fulfil a condition.
"""

from __future__ import annotations

from retrieval.search.facets.columns import ColumnCondition
from retrieval.search.facets.selection import Selector
from retrieval.search.facets.sync import FacetsOf, IndexFacets

__all__ = ["ColumnCondition", "FacetsOf", "IndexFacets", "Selector"]
