"""The catalogue's records of the papers in an index, as columns, so that filters are applied inside a search.

``columns`` has the records of one segment, ``files`` stores them beside it, ``sync`` keeps them up to date with the
catalogue, and ``selection`` uses them and the postings to find all papers that fulfil a condition.
"""

from __future__ import annotations

from retrieval.search.facets.columns import ColumnCondition
from retrieval.search.facets.selection import Selector
from retrieval.search.facets.sync import FacetCache, IndexFacets

__all__ = ["ColumnCondition", "FacetCache", "IndexFacets", "Selector"]
