"""Documents of a segment that contain at least one term of every group, in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from retrieval.index.segment import Mask, Postings, Rows

LOOKED_UP: Final = 16
"""Documents are looked up one by one in a list that is this many times as long; otherwise the list is read."""


def containing(postings: Postings, groups: Sequence[Sequence[int]], times: int) -> Rows:
    """See ``Engine.containing``."""
    sizes = [sum(_size(postings, place) for place in group) for group in groups]
    rarest, *others = sorted(range(len(groups)), key=sizes.__getitem__)
    if not sizes[rarest]:
        return np.empty(0, np.intp)
    if len(groups[rarest]) == 1:
        rows = _documents(postings, groups[rarest][0], times)
    else:
        rows = np.flatnonzero(_containing_any(postings, groups[rarest], times))
    for other in others:
        if len(rows):
            rows = rows[_which_contain_any(postings, groups[other], sizes[other], rows, times)]
    return rows


def _which_contain_any(postings: Postings, places: Sequence[int], size: int, rows: Rows, times: int) -> Mask:
    if len(rows) * LOOKED_UP > size:
        return _containing_any(postings, places, times)[rows]
    found, short = np.zeros(len(rows), np.bool_), rows.astype(np.uint16)
    for place in places:
        at, there = postings.places(place, short)
        if times > 1:
            there[there] = postings.frequencies(at[there]) >= times
        found |= there
    return found


def _containing_any(postings: Postings, places: Sequence[int], times: int) -> Mask:
    mask = np.zeros(len(postings.lengths), np.bool_)
    for place in places:
        mask[_documents(postings, place, times)] = True
    return mask


def _documents(postings: Postings, place: int, times: int) -> Rows:
    """The documents that contain a term at least so many times."""
    start, end = postings.offsets[place : place + 2].tolist()
    documents = postings.documents[start:end]
    if times > 1:
        documents = documents[postings.frequencies(np.arange(start, end, dtype=np.intp)) >= times]
    return documents.astype(np.intp)  # an index of the machine's size, which NumPy would make of it anyway


def _size(postings: Postings, place: int) -> int:
    start, end = postings.offsets[place : place + 2].tolist()
    return int(end - start)
