"""Documents containing at least one term of every group, at least n times: narrows a search down before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Index
from retrieval.index.document_rows import Selection
from retrieval.index.segment import Mask, Rows, Segment

_LOOKED_UP: Final = 16
"""Documents are looked up one by one in a list that is this many times as long; otherwise the list is read."""


def select_containing(index: Index, groups: Sequence[Sequence[str]], times: int = 1) -> Selection:
    """The live documents that contain at least one term of every group, at least ``times`` times (1 to 255).

    With the weight of titles for ``times``, these are all papers with such words in their titles, and few others.
    """
    if not groups:
        return index.documents.in_all(())
    wanted = [[term for term in index.statistics.indexed(group) if term.frequency] for group in groups]
    if not all(wanted):
        return Selection(index.documents, np.empty(0, np.intp))
    found = [np.empty(0, np.intp)]
    for number, (start, segment) in enumerate(zip(index.documents.starts, index.segments, strict=False)):
        places = [[place for term in group if (place := term.places.item(number)) >= 0] for group in wanted]
        found.append(_containing(segment, places, times) + start)
    return Selection(index.documents, np.concatenate(found))


def count_containing(index: Index, words: Sequence[Sequence[str]]) -> NDArray[np.uint16]:
    """How many of the words each document (by row) contains, deleted ones too. A word is any of its terms."""
    counts, wanted = np.zeros(index.documents.starts[-1], np.uint16), [index.statistics.indexed(word) for word in words]
    for number, (start, segment) in enumerate(zip(index.documents.starts, index.segments, strict=False)):
        places = [[place for term in word if (place := term.places.item(number)) >= 0] for word in wanted]
        index.engine.count_words(segment.postings, places, counts[start : start + len(segment)])
    return counts


def _containing(segment: Segment, groups: Sequence[Sequence[int]], times: int) -> Rows:
    """The live documents of a segment, ascending, that contain a term of every group, given by their places."""
    sizes = [sum(_size(segment, place) for place in group) for group in groups]
    rarest, *others = sorted(range(len(groups)), key=sizes.__getitem__)
    if not sizes[rarest]:
        return np.empty(0, np.intp)
    if len(groups[rarest]) == 1:
        rows = _documents(segment, groups[rarest][0], times)
    else:
        rows = np.flatnonzero(_containing_any(segment, groups[rarest], times))
    for other in others:
        if len(rows):
            rows = rows[_which_contain_any(segment, groups[other], sizes[other], rows, times)]
    return rows[segment.alive[rows]] if len(segment.dead) else rows


def _which_contain_any(segment: Segment, places: Sequence[int], size: int, rows: Rows, times: int) -> Mask:
    if len(rows) * _LOOKED_UP > size:
        return _containing_any(segment, places, times)[rows]
    found, short = np.zeros(len(rows), np.bool_), rows.astype(np.uint16)
    for place in places:
        at, there = segment.postings.places(place, short)
        if times > 1:
            there[there] = segment.postings.frequencies(at[there]) >= times
        found |= there
    return found


def _containing_any(segment: Segment, places: Sequence[int], times: int) -> Mask:
    mask = np.zeros(len(segment), np.bool_)
    for place in places:
        mask[_documents(segment, place, times)] = True
    return mask


def _documents(segment: Segment, place: int, times: int) -> Rows:
    """The documents that contain a term at least so many times."""
    postings = segment.postings
    start, end = postings.offsets[place : place + 2].tolist()
    documents = postings.documents[start:end]
    if times > 1:
        documents = documents[postings.frequencies(np.arange(start, end, dtype=np.intp)) >= times]
    return documents.astype(np.intp)  # an index of the machine's size, which NumPy would make of it anyway


def _size(segment: Segment, place: int) -> int:
    start, end = segment.postings.offsets[place : place + 2].tolist()
    return int(end - start)
