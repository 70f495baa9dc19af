"""The search of ``search`` in numba: the same documents and the very same scores, several times faster.

Needs the extra ``fast``. Importing this module compiles it, or loads what an earlier import left in
numba's cache: it is imported by ``engines`` alone, off the path of the first answer.
"""

# numba comes without types of its own, and pyright takes an element of an array for an array.
# pyright: reportArgumentType=false, reportAssignmentType=false, reportCallIssue=false
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from retrieval.index.search import SAFETY, UNIT, Found, Part, Plan
from retrieval.index.segment import K1, MANY, SEGMENT_SIZE, B

_LINE = 128  # documents that are passed over at once where none of them is near
_WALKED = 0.15  # as in ``search``; a look-up costs as much as some fifty postings

_EVERYTHING = np.empty(0, np.bool_)

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


class CompiledEngine:
    """The search in numba."""

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """As ``Engine`` says."""
        sums = np.empty(SEGMENT_SIZE, np.uint32)
        rows, scores = np.empty(SEGMENT_SIZE, np.int64), np.empty(SEGMENT_SIZE)
        heap, held = np.empty(limit), 0  # the best scores so far, the least first
        found_rows, found_scores = list[I64](), list[F64]()
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
_DOCUMENTS, _BYTES, _OFFSETS = _COLUMNS["documents"], _COLUMNS["impacts"], _COLUMNS["offsets"]
_INTEGER, _REAL = types.int64, types.float64
_INTEGERS, _REALS, _BOUNDS = _array(_INTEGER), _array(_REAL), _array(types.uint32)


@numba.njit(_INTEGER(_DOCUMENTS, _INTEGER, _INTEGER, _INTEGER), cache=True, nogil=True)
def _place(documents: U16, start: int, end: int, row: int) -> int:
    """Where ``row`` stands between two places of ascending documents, -1 where it does not."""
    stop = end
    while start < end:
        middle = (start + end) >> 1
        if documents[middle] < row:
            start = middle + 1
        else:
            end = middle
    return start if start < stop and documents[start] == row else -1


@numba.njit(
    _REAL(_DOCUMENTS, _BYTES, _OFFSETS, _OFFSETS, _OFFSETS, _INTEGERS, _REALS, _REAL, _INTEGER), cache=True, nogil=True
)
def _exact(
    documents: U16,
    frequencies: U8,
    offsets: U32,
    overflow_at: U32,
    overflow_frequencies: U32,
    places: I64,
    weights: F64,
    norm: float,
    row: int,
) -> float:
    """The score of a document, its terms' shares added in the order of the query."""
    score = 0.0
    for term in range(len(places)):
        if places[term] < 0:
            continue
        at = _place(documents, offsets[places[term]], offsets[places[term] + 1], row)
        if at >= 0:
            frequency = float(frequencies[at])
            if frequency == MANY:
                frequency = float(overflow_frequencies[np.searchsorted(overflow_at, at)])
            score += weights[term] * (frequency / (frequency + norm))
    return score


@numba.njit(_INTEGER(_REALS, _INTEGER, _REAL), cache=True, nogil=True)
def _keep(heap: F64, held: int, score: float) -> int:
    """Put a score among the best, in the place of the least where there is no room; how many there are then."""
    if held < len(heap):
        at = held
        while at and heap[(at - 1) >> 1] > score:
            heap[at] = heap[(at - 1) >> 1]
            at = (at - 1) >> 1
        heap[at] = score
        return held + 1
    at = 0
    while 2 * at + 1 < held:
        child = 2 * at + 1
        if child + 1 < held and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= score:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = score
    return held


@numba.njit(_INTEGERS(_BYTES, _INTEGERS, _BOUNDS, _INTEGERS), cache=True, nogil=True)
def _rests(maxima: U8, places: I64, bounds: U32, order: I64) -> I64:
    """What the terms from each one (in the order of the weights) to the last can add to a bound."""
    rest = np.zeros(len(order) + 1, np.int64)
    for at in range(len(order) - 1, -1, -1):
        place = places[order[at]]
        rest[at] = rest[at + 1] + (np.int64(maxima[place]) * np.int64(bounds[order[at]]) if place >= 0 else 0)
    return rest


@numba.njit(
    _INTEGER(_DOCUMENTS, _BYTES, _OFFSETS, _INTEGERS, _BOUNDS, _INTEGERS, _INTEGERS, _INTEGER, _BOUNDS),
    cache=True,
    nogil=True,
)
def _walk(
    documents: U16, impacts: U8, offsets: U32, places: I64, bounds: U32, order: I64, rest: I64, needed: int, sums: U32
) -> int:
    """Add up the bounds of the terms that must be walked; how many (in the order of the weights) these are."""
    sums[:] = 0
    for walked in range(len(order)):
        if rest[walked] <= needed * _WALKED:
            return walked
        place = places[order[walked]]
        if place < 0:
            continue
        bound = bounds[order[walked]]
        for at in range(offsets[place], offsets[place + 1]):
            sums[documents[at]] += bound * np.uint32(impacts[at])
    return len(order)


@numba.njit(
    types.boolean(
        _DOCUMENTS, _BYTES, _OFFSETS, _INTEGERS, _BOUNDS, _INTEGERS, _INTEGERS, _INTEGER, _INTEGER, _INTEGER, _INTEGER
    ),
    cache=True,
    nogil=True,
)
def _reaches(
    documents: U16,
    impacts: U8,
    offsets: U32,
    places: I64,
    bounds: U32,
    order: I64,
    rest: I64,
    walked: int,
    needed: int,
    row: int,
    bound: int,
) -> bool:
    """Whether a document can reach what is needed, its terms that were not walked looked up."""
    for at in range(walked, len(order)):
        if bound + rest[at] < needed:
            return False
        place = places[order[at]]
        if place >= 0:
            found = _place(documents, offsets[place], offsets[place + 1], row)
            if found >= 0:
                bound += np.int64(impacts[found]) * np.int64(bounds[order[at]])
    return bound >= needed


@numba.njit(
    types.UniTuple(_INTEGER, 2)(
        *_COLUMNS.values(),
        _INTEGERS,
        _BOUNDS,
        _INTEGERS,
        _REALS,
        _REAL,
        _REAL,
        _array(types.bool_),
        _BOUNDS,
        _REALS,
        _INTEGER,
        _INTEGERS,
        _REALS,
    ),
    cache=True,
    nogil=True,
)
def _search(  # noqa: C901  (one function: a call from Python costs as much as a thousand postings)
    documents: U16,
    frequencies: U8,
    impacts: U8,
    offsets: U32,
    maxima: U8,
    lengths: U32,
    overflow_at: U32,
    overflow_frequencies: U32,
    places: I64,
    bounds: U32,
    order: I64,
    weights: F64,
    mean: float,
    scale: float,
    allowed: NDArray[np.bool_],
    sums: U32,
    heap: F64,
    held: int,
    rows: I64,
    scores: F64,
) -> tuple[int, int]:
    """The documents of a segment that can be among the best: how many the heap holds then, and how many there are.

    ``rows`` and ``scores`` receive them.
    """
    count = 0
    needed = np.int64(heap[0] * scale) if held == len(heap) else np.int64(0)
    rest = _rests(maxima, places, bounds, order)
    if not rest[0] or rest[0] < needed:
        return held, count
    sums = sums[: len(lengths)]
    walked = _walk(documents, impacts, offsets, places, bounds, order, rest, needed, sums)
    near = np.uint32(max(needed - rest[walked], 1))
    for line in range(0, len(lengths), _LINE):
        end = min(line + _LINE, len(lengths))
        most = np.uint32(0)
        for row in range(line, end):
            most = max(most, sums[row])
        if most < near:
            continue
        for row in range(line, end):
            bound = sums[row]
            if bound < near or (len(allowed) and not allowed[row]):
                continue
            if not _reaches(
                documents, impacts, offsets, places, bounds, order, rest, walked, needed, row, np.int64(bound)
            ):
                continue
            norm = K1 * (1 - B + B * float(lengths[row]) / mean)
            score = _exact(
                documents, frequencies, offsets, overflow_at, overflow_frequencies, places, weights, norm, row
            )
            if held == len(heap) and score < heap[0]:
                continue
            rows[count], scores[count] = row, score
            count += 1
            if held < len(heap) or score > heap[0]:
                held = _keep(heap, held, score)
            if held == len(heap):
                needed = np.int64(heap[0] * scale)
                near = np.uint32(max(needed - rest[walked], 1))
    return held, count
