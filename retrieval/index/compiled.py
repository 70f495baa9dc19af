"""The search of ``search`` in numba: the same documents and the very same scores, several times faster.

Needs the extra ``fast``. Importing this module compiles it, or loads what an earlier import left in
numba's cache: it is imported by ``engines`` alone, off the path of the first answer.
"""

# numba has no types of its own; what it compiles is typed by the signatures below.
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
from numba import types

from retrieval.index.search import SAFETY, UNIT, Found, Part, Plan
from retrieval.index.segment import K1, MANY, SEGMENT_SIZE, B

_LINE = 128  # documents that are passed over at once where none of them is near
_WALKED = 0.5  # as in ``search``, where looking up costs more

_EVERYTHING = np.empty(0, np.bool_)


class CompiledEngine:
    """The search in numba."""

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """As ``Engine`` says."""
        sums = np.empty(SEGMENT_SIZE, np.uint32)
        rows, scores = np.empty(SEGMENT_SIZE, np.int64), np.empty(SEGMENT_SIZE)
        heap, held = np.empty(limit), 0  # the best scores so far, the least first
        found_rows, found_scores = list[Any](), list[Any]()
        for part in parts:
            held, count = _search(
                *(getattr(part.postings, name) for name in _COLUMNS),
                part.places,
                plan.bounds,
                plan.order,
                plan.weights,
                plan.mean,
                UNIT / (plan.total * part.postings.slack(plan.mean)) * SAFETY,
                _EVERYTHING if part.allowed is None else part.allowed,
                sums,
                heap,
                held,
                rows,
                scores,
            )
            if count:
                found_rows.append(rows[:count] + part.base)
                found_scores.append(scores[:count].copy())
        if not found_rows:
            return np.empty(0, np.int64), np.empty(0)
        every_row, every_score = np.concatenate(found_rows), np.concatenate(found_scores)
        kept = every_score >= heap[0] if held == limit else slice(None)
        return every_row[kept], every_score[kept]


def _array(type: Any, *, readonly: bool = False) -> Any:
    return types.Array(type, 1, "C", readonly=readonly)


_COLUMNS = {
    "documents": _array(types.uint16, readonly=True),
    "frequencies": _array(types.uint8, readonly=True),
    "impacts": _array(types.uint8, readonly=True),
    "offsets": _array(types.uint32, readonly=True),
    "maxima": _array(types.uint8, readonly=True),
    "lengths": _array(types.uint32, readonly=True),
    "overflow_at": _array(types.uint32, readonly=True),
    "overflow_frequencies": _array(types.uint32, readonly=True),
}


@numba.njit(
    types.int64(_array(types.uint16, readonly=True), types.int64, types.int64, types.int64), cache=True, nogil=True
)
def _place(documents, start, end, row):  # type: ignore[no-untyped-def]
    """Where ``row`` stands between two places of ascending documents, -1 where it does not."""
    stop = end
    while start < end:
        middle = (start + end) >> 1
        if documents[middle] < row:
            start = middle + 1
        else:
            end = middle
    return start if start < stop and documents[start] == row else -1
