"""What rank_bm25 takes from all terms together: the mean idf.

Every segment's terms must be read for it, a third of a second at a million documents, so it is only
reckoned where a query has a term of more than half of the documents. An index that was made from
another one goes on from its statistics with the segments that changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index.segment import Segment
from retrieval.index.strings import Keys


@dataclass(frozen=True, eq=False, slots=True)
class Statistics:
    """In how many living documents of ``segments`` each term stands; ``keys`` ascend, terms of none may be there."""

    segments: tuple[Segment, ...]
    keys: Keys
    frequencies: NDArray[np.int64]

    @classmethod
    def of(cls, segments: Sequence[Segment], before: Statistics | None = None) -> Statistics:
        """The statistics of these segments, from those of some of them where there are any."""
        known = set[Segment]() if before is None else set(before.segments)
        parts = [(segment, 1) for segment in segments if segment not in known]
        parts += [(segment, -1) for segment in known.difference(segments)]
        keys = [segment.postings.term_keys for segment, _ in parts]
        counts = [sign * segment.document_frequencies() for segment, sign in parts]
        changed = _summed(np.concatenate([np.empty(0, np.uint64), *keys]), np.concatenate([_NONE, *counts]))
        if before is None:
            return cls(tuple(segments), *changed)
        return cls(tuple(segments), *_joined(before.keys, before.frequencies, *changed))

    def average_idf(self, count: int) -> float:
        """Mean of ``log(N - n + 0.5) - log(n + 0.5)`` of the terms of any of ``count`` documents; 0 for none."""
        terms_holding = np.bincount(self.frequencies)
        holding = np.flatnonzero(terms_holding)
        holding = holding[holding > 0]  # those of dead documents alone are no terms
        if not len(holding):
            return 0.0
        idfs = np.log(count - holding + 0.5) - np.log(holding + 0.5)
        return float(np.average(idfs, weights=terms_holding[holding]))


_NONE = np.empty(0, np.int64)


def _summed(keys: Keys, counts: NDArray[np.int64]) -> tuple[Keys, NDArray[np.int64]]:
    """Each key once, ascending, with the sum of its counts."""
    if not len(keys):
        return keys, counts
    order = np.argsort(keys)
    keys = keys[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    return keys[first], np.add.reduceat(counts[order], first)


def _joined(
    keys: Keys, counts: NDArray[np.int64], more: Keys, added: NDArray[np.int64]
) -> tuple[Keys, NDArray[np.int64]]:
    """The sums of two such tables."""
    at = np.searchsorted(keys, more)
    known = at < len(keys)
    known[known] = keys[at[known]] == more[known]
    counts = counts.copy()
    counts[at[known]] += added[known]
    new = ~known
    return np.insert(keys, at[new], more[new]), np.insert(counts, at[new], added[new])
