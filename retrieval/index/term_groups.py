"""Documents containing at least one term of every group, at least n times: narrows a search down before it is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.index.bm25 import Index
from retrieval.index.document_rows import Selection
from retrieval.index.segment import Mask, Rows, Segment
from retrieval.index.strings import keys


def select_containing(index: Index, groups: Sequence[Sequence[str]], times: int = 1) -> Selection:
    """The live documents that contain at least one term of every group, at least ``times`` times (1 to 255).

    With the weight of titles for ``times``, these are all papers with such words in their titles, and few others.
    """
    masks = [_matches(segment, groups, times) for segment in index.segments]
    return Selection(index.documents, np.concatenate([np.empty(0, np.bool_), *masks]))


def _matches(segment: Segment, groups: Sequence[Sequence[str]], times: int) -> Mask:
    mask, offsets = segment.alive.copy(), segment.postings.offsets
    places = list[Rows]()
    for group in groups:
        found = segment.postings.find(keys(group))
        places.append(found[found >= 0])
    sizes = [int((offsets[found + 1] - offsets[found]).sum()) for found in places]
    for group in sorted(range(len(sizes)), key=sizes.__getitem__):  # the rarest first: often no document is left
        if not mask.any():
            break
        mask &= _containing_any(segment, places[group], times)
    return mask


def _containing_any(segment: Segment, places: Rows, times: int) -> Mask:
    mask, postings = np.zeros(len(segment), np.bool_), segment.postings
    for start, end in zip(postings.offsets[places].tolist(), postings.offsets[places + 1].tolist(), strict=True):
        mask[postings.documents[start:end][postings.frequencies[start:end] >= times]] = True
    return mask
