"""Everything about chat. Knows nothing of BM25."""
