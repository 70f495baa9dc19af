"""An index of the papers that a search needs, with the statistics of all papers."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.index.bm25 import Index
from retrieval.index.builder import Document, build
from retrieval.index.milvus.term_counts import TermCounts, WholeStatistics
from retrieval.index.vocabulary import Vocabulary, VocabularyCache


class PartialIndex(Index):
    """Some papers of a collection. Scores are those of an index of all papers, computed as ``rank_bm25`` does.

    ``unseen`` is how many more papers match the search that these papers were fetched for.
    """

    is_whole = False

    def __init__(self, documents: Sequence[Document], counts: TermCounts, unseen: int = 0) -> None:
        super().__init__([build(documents)] if documents else [])
        self.statistics = WholeStatistics(self.segments, counts)
        self.counts = counts
        self.unseen = unseen


class WholeVocabularyCache(VocabularyCache):
    """The vocabulary of all papers, for partial indexes."""

    def read(self, index: Index) -> Vocabulary:
        """See ``VocabularyCache``."""
        return index.counts.vocabulary if isinstance(index, PartialIndex) else super().read(index)
