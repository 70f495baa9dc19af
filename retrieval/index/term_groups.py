"""Documents containing at least one term of every group, at least n times: narrows a search down before it is made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Index
from retrieval.index.document_rows import Selection


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
        rows = index.engine.containing(segment.postings, places, times)
        found.append(rows[segment.alive[rows]] + start if len(segment.dead) else rows + start)
    return Selection(index.documents, np.concatenate(found))


def count_containing(index: Index, words: Sequence[Sequence[str]]) -> NDArray[np.uint16]:
    """How many of the words each document (by row) contains, deleted ones too. A word is any of its terms."""
    counts, wanted = np.zeros(index.documents.starts[-1], np.uint16), [index.statistics.indexed(word) for word in words]
    for number, (start, segment) in enumerate(zip(index.documents.starts, index.segments, strict=False)):
        places = [[place for term in word if (place := term.places.item(number)) >= 0] for word in wanted]
        index.engine.count_words(segment.postings, places, counts[start : start + len(segment)])
    return counts
