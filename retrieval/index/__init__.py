"""The search index: BM25 over postings on disk, defined by what ``rank_bm25.BM25Okapi`` computes.

``documents`` turns a paper into terms, ``building`` terms into a ``segment`` of postings, ``search``
(in NumPy) and ``compiled`` (in numba) find the best papers in segments, ``bm25`` is the index that joins
them, ``merging`` keeps them few, ``storage`` keeps them on disk.
"""

from __future__ import annotations

from retrieval.index.bm25 import Allowed, Hit, Index, Query, Selection
from retrieval.index.builder import Document, build
from retrieval.index.documents import analysis_name, document_terms
from retrieval.index.segment import SEGMENT_SIZE, Postings, Segment
from retrieval.index.storage import DamagedSegment, attach, write_segment
from retrieval.index.strings import keys

__all__ = [
    "SEGMENT_SIZE",
    "Allowed",
    "DamagedSegment",
    "Document",
    "Hit",
    "Index",
    "Postings",
    "Query",
    "Segment",
    "Selection",
    "analysis_name",
    "attach",
    "build",
    "document_terms",
    "keys",
    "write_segment",
]
