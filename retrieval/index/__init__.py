"""The search index: BM25 over postings on disk, defined by what ``rank_bm25.BM25Okapi`` computes.

``documents`` turns a paper into terms and ``builder`` turns terms into a ``segment`` of postings. ``bm25.Index``
searches segments, with ``document_rows`` and ``statistics`` of all of them and one of the ``engines``. ``updates``
adds and removes documents, ``merger`` keeps segments few, ``storage`` keeps them on disk.
"""

from __future__ import annotations

from retrieval.index.bm25 import Hit, Index
from retrieval.index.builder import Document, build
from retrieval.index.document_rows import Allowed, Selection
from retrieval.index.documents import analysis_name, document_terms, ordered_line, ordered_terms
from retrieval.index.segment import SEGMENT_SIZE, Postings, Segment
from retrieval.index.statistics import Query
from retrieval.index.storage import DamagedSegment, open_segment, write_segment
from retrieval.index.strings import keys
from retrieval.index.updates import add_documents, add_segments, remove_documents

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
    "add_documents",
    "add_segments",
    "analysis_name",
    "build",
    "document_terms",
    "keys",
    "open_segment",
    "ordered_line",
    "ordered_terms",
    "remove_documents",
    "write_segment",
]
