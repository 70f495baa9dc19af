"""Documents that hold a term of each of several groups, so many times: a narrow choice made before a search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.index.bm25 import Index, Selection
from retrieval.index.segment import Mask, Rows, Segment
from retrieval.index.strings import keys


def holding(index: Index, groups: Sequence[Sequence[str]], times: int) -> Selection:
    """The living documents that hold at least one term of each group at least ``times`` times (1 to 255).

    With the weight of titles for ``times`` these are all papers with such words in their titles, and few others.
    """
    empty = np.empty(0, np.bool_)
    return Selection(index, np.concatenate([empty, *(_rows(segment, groups, times) for segment in index.segments)]))


def _rows(segment: Segment, groups: Sequence[Sequence[str]], times: int) -> Mask:
    wanted, postings = segment.alive.copy(), segment.postings
    offsets = segment.offsets
    places = list[Rows]()
    for group in groups:
        found = postings.find(keys(group))
        places.append(found[found >= 0])
    sizes = [int((offsets[found + 1] - offsets[found]).sum()) for found in places]
    for group in sorted(range(len(sizes)), key=sizes.__getitem__):  # the rarest first: then often none is left
        if not wanted.any():
            break
        wanted &= _any_of(segment, places[group], times)
    return wanted


def _any_of(segment: Segment, places: Rows, times: int) -> Mask:
    held, postings = np.zeros(len(segment), np.bool_), segment.postings
    for start, end in zip(segment.offsets[places].tolist(), segment.offsets[places + 1].tolist(), strict=True):
        held[postings.documents[start:end][postings.frequencies[start:end] >= times]] = True
    return held
