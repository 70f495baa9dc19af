"""What the catalogue's records say of an index's papers, in columns: filters are applied inside a search.

``columns`` has the records of one segment, ``files`` keeps them beside it, ``following`` holds them in step
with the catalogue, and ``selecting`` finds by them and by words all papers that fulfil a condition.
"""

from __future__ import annotations

from retrieval.facets.columns import OfColumns
from retrieval.facets.following import FacetsOf, IndexFacets
from retrieval.facets.selecting import Selector

__all__ = ["FacetsOf", "IndexFacets", "OfColumns", "Selector"]
