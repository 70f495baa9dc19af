"""The search index: BM25 over postings in NumPy, defined by what ``rank_bm25.BM25Okapi`` computes.

``documents`` turns a paper into terms, ``segment`` terms into postings, ``bm25`` postings into
scores, ``storage`` keeps them on disk.
"""

from __future__ import annotations

from retrieval.index.bm25 import Hit, Index
from retrieval.index.documents import analysis_name, document_terms
from retrieval.index.segment import Segment

__all__ = ["Hit", "Index", "Segment", "analysis_name", "document_terms"]
