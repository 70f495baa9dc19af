"""What rank_bm25 takes from all terms together: the mean idf."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.index.segment import Segment


def average_idf(segments: Sequence[Segment], count: int) -> float:
    """Mean of ``log(N - n + 0.5) - log(n + 0.5)`` over the terms that any of ``count`` documents holds; 0 for none.

    Every segment's terms are read (a third of a second at a million documents): it is only asked for where
    a query has a term of more than half of the documents.
    """
    if not count:
        return 0.0
    keys = np.concatenate([segment.postings.term_keys for segment in segments])
    order = np.argsort(keys)
    first = np.flatnonzero(np.diff(keys[order], prepend=np.uint64(0)) != 0)
    if len(keys) and keys[order[0]] == 0:  # a key of 0 differs from nothing before it
        first = np.insert(first, 0, 0)
    if not len(first):
        return 0.0
    frequencies = np.concatenate([segment.document_frequencies() for segment in segments])[order]
    terms_holding = np.bincount(np.add.reduceat(frequencies, first))
    holding = np.flatnonzero(terms_holding)
    holding = holding[holding > 0]  # those of dead documents alone are no terms
    if not len(holding):
        return 0.0
    idfs = np.log(count - holding + 0.5) - np.log(holding + 0.5)
    return float(np.average(idfs, weights=terms_holding[holding]))
