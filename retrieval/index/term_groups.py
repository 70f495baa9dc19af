"""Documents containing at least one term of every group, at least n times: narrows a search down before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Index
from retrieval.index.document_rows import Selection
from retrieval.index.numpy_search import TermGroups


def select_containing(index: Index, groups: Sequence[Sequence[str]], times: int = 1) -> Selection:
    """The live documents that contain at least one term of every group, at least ``times`` times (1 to 255).

    With the weight of titles for ``times``, these are all papers with such words in their titles, and few others.
    """
    if not groups:
        return index.documents.in_all(())
    found = [np.empty(0, np.intp)]
    of_segments, is_possible = _of_segments(index, groups)
    if not is_possible:
        return Selection(index.documents, found[0])
    for start, segment, wanted in zip(index.documents.starts, index.segments, of_segments, strict=False):
        rows = index.engine.containing(segment.postings, wanted, times)
        if len(segment.dead):
            rows = rows[segment.alive[rows]]
        found.append(rows + start if start else rows)
    return Selection(index.documents, np.concatenate(found) if len(found) > 2 else found[-1])  # noqa: PLR2004


def count_containing(index: Index, words: Sequence[Sequence[str]]) -> NDArray[np.uint16]:
    """How many of the words each document (by row) contains, deleted ones too. A word is any of its terms."""
    counts = np.zeros(index.documents.starts[-1], np.uint16)
    of_segments, _ = _of_segments(index, words)
    for start, segment, wanted in zip(index.documents.starts, index.segments, of_segments, strict=False):
        index.engine.count_words(segment.postings, wanted, counts[start : start + len(segment)])
    return counts


def _of_segments(index: Index, groups: Sequence[Sequence[str]]) -> tuple[list[TermGroups], bool]:
    """The groups in each segment, and whether every one has a term that some document contains."""
    terms = index.statistics.indexed(list(chain.from_iterable(groups)))
    ends, starts = list(accumulate(map(len, groups))), [0, *accumulate(map(len, groups))]
    is_possible = all(
        any(term.frequency for term in terms[start:end]) for start, end in zip(starts, ends, strict=False)
    )
    places = np.array([term.places for term in terms], np.intp).reshape(len(terms), len(index.segments))
    columns, each_end = np.ascontiguousarray(places.T), np.array(ends, np.intp)
    return [TermGroups(column, each_end) for column in columns], is_possible
