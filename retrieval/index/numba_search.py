"""The search of ``numpy_search`` in numba: the same documents and exactly the same scores, several times faster.

In each segment the bounds of the documents are summed, lines of documents without any that comes close are skipped,
and the remaining documents are scored together, one term after another.
"""

# numba has no type stubs, and pyright takes an element of an array for an array.
# pyright: reportArgumentType=false, reportAssignmentType=false, reportCallIssue=false
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

import numpy as np
from numba import types
from numpy.typing import NDArray

from retrieval.index.numba_texts import find, find_ascending
from retrieval.index.numba_types import (
    BOUNDS,
    BUFFERS,
    BYTES,
    BYTES_HERE,
    BYTES_TABLE,
    F64,
    I64,
    INTEGER,
    INTEGERS,
    MASK,
    QUERY,
    REAL,
    REALS,
    RESULT,
    SEGMENT,
    U8,
    U32,
    Buffers,
    Columns,
    Query,
    compiled,
)
from retrieval.index.numpy_search import SAFETY, UNIT, WALKED
from retrieval.index.segment import K1, ODDS, B

LINE = 32  # documents that are skipped together if none of them comes close
_WIDTH = 64  # interleaved lines: the processor finds the largest sums of many at once
_BLOCK = LINE * _WIDTH
_BIN = 21  # bits of a bound that do not matter for an estimate: a thousandth of ``UNIT``
_BINS = (UNIT >> _BIN) + 2
_LOOKED_UP = 64  # documents are looked up one by one in a list that is this many times as long
CLOSE = SAFETY**3  # for an estimate: impacts, integers and scores are each rounded


@compiled(INTEGERS, BYTES, QUERY)
def _rests(maxima: U8, query: Query) -> I64:
    """What each term and all later ones (in the order of the weights) can add to a bound."""
    places, bounds, order, _ = query
    rest = np.zeros(len(order) + 1, np.int64)
    for at in range(len(order) - 1, -1, -1):
        place = places[order[at]]
        rest[at] = rest[at + 1] + (np.int64(maxima[place]) * np.int64(bounds[order[at]]) if place >= 0 else 0)
    return rest


@compiled(INTEGER, SEGMENT, QUERY, INTEGERS, INTEGER, BOUNDS)
def _walk(columns: Columns, query: Query, rest: I64, needed: int, sums: U32) -> int:
    """Add up the bounds of the terms that must be read from start to end; returns how many these are."""
    documents, impacts, offsets, _, _, _, _, _ = columns
    places, bounds, order, _ = query
    sums[:] = 0
    for walked in range(len(order)):
        if rest[walked] <= needed * WALKED:
            return walked
        place = places[order[walked]]
        if place < 0:
            continue
        bound = bounds[order[walked]]
        for at in range(offsets[place], offsets[place + 1]):
            sums[documents[at]] += bound * np.uint32(impacts[at])
    return len(order)


@compiled(types.void, BOUNDS, BOUNDS)
def _gather(sums: U32, most: U32) -> None:
    """The largest sum of each line. The lines of a block are interleaved, so that one instruction compares many."""
    most[:] = 0
    for block in range(len(most) // _WIDTH):
        largest = most[block * _WIDTH : (block + 1) * _WIDTH]
        for first in range(block * _BLOCK, (block + 1) * _BLOCK, _WIDTH):
            row = sums[first : first + _WIDTH]
            for line in range(_WIDTH):
                largest[line] = max(largest[line], row[line])


@compiled(INTEGER, BOUNDS, INTEGER)
def _reached(sums: U32, limit: int) -> int:
    """The sum that ``limit`` documents reach, rounded down; 0 if there are fewer."""
    bins = np.zeros(_BINS, np.int32)
    for at in range(len(sums)):
        bins[sums[at] >> _BIN] += 1
    for at in range(_BINS - 1, 0, -1):
        limit -= bins[at]
        if limit <= 0:
            return at << _BIN
    return 0


@compiled(INTEGER, QUERY, INTEGER, BOUNDS, BOUNDS, INTEGER)
def _estimate(query: Query, walked: int, sums: U32, most: U32, limit: int) -> int:
    """The least that ``limit`` documents of the segment reach. Each impact may be a 255th too large."""
    _, bounds, order, _ = query
    loss = np.int64(0)
    for at in range(walked):
        loss += np.int64(bounds[order[at]]) + 255
    few = limit * 4 <= len(most)  # then nearly every one of the best documents has a line of its own
    return max(_reached(most if few else sums, limit) - loss, 0)


@compiled(INTEGER, BOUNDS, BOUNDS, INTEGER, INTEGERS)
def _near(sums: U32, most: U32, least: int, rows: I64) -> int:
    """Put the documents whose sum is ``least`` or more into ``rows``; returns how many they are."""
    count, bound = 0, np.uint32(least)
    for line in range(len(most)):
        if most[line] >= bound:
            first = line // _WIDTH * _BLOCK + line % _WIDTH
            for row in range(first, first + _BLOCK, _WIDTH):
                if sums[row] >= bound:
                    rows[count] = row
                    count += 1
    return count


@compiled(INTEGER, BOUNDS, INTEGER, INTEGERS)
def _keep(sums: U32, least: int, rows: I64) -> int:
    """Keep only the documents in ``rows`` whose sum is ``least`` or more; returns how many they are."""
    kept = 0
    for row in rows:
        if np.int64(sums[row]) >= least:
            rows[kept] = row
            kept += 1
    return kept


@compiled(INTEGER, SEGMENT, QUERY, INTEGERS, INTEGER, INTEGER, BOUNDS, INTEGERS, INTEGERS)
def _reaching(
    columns: Columns, query: Query, rest: I64, walked: int, needed: int, sums: U32, rows: I64, found: I64
) -> int:
    """Keep only the documents that reach ``needed`` once the terms that weren't read are looked up."""
    documents, impacts, offsets, _, _, _, _, _ = columns
    places, bounds, order, _ = query
    count = len(rows)
    for at in range(walked, len(order)):
        place, bound = places[order[at]], bounds[order[at]]
        if place < 0:
            continue
        count = _keep(sums, needed - rest[at], rows[:count])
        find(documents, offsets[place], offsets[place + 1], rows[:count], found)
        for each in range(count):
            if found[each] >= 0:
                sums[rows[each]] += bound * np.uint32(impacts[found[each]])
    return _keep(sums, needed, rows[:count])


@compiled(types.void, SEGMENT, INTEGERS, REALS, REAL, INTEGERS, INTEGERS, REALS, REALS, MASK)
def score(
    columns: Columns,
    places: I64,
    weights: F64,
    mean: float,
    rows: I64,
    found: I64,
    norms: F64,
    scores: F64,
    contained: NDArray[np.bool_],
) -> None:
    """The scores of documents, added term by term in the order of the query, and whether they contain any term."""
    documents, impacts, offsets, _, lengths, exact_at, exact_frequencies, mean_before = columns
    for at in range(len(rows)):
        norms[at] = K1 * (1 - B + B * float(lengths[rows[at]]) / mean)
        scores[at] = 0.0
        contained[at] = False
    for term in range(len(places)):
        place = places[term]
        if place < 0:
            continue
        find(documents, offsets[place], offsets[place + 1], rows, found)
        for at in range(len(rows)):
            posting = found[at]
            # Without a branch: half of them don't contain the term.
            norm_before = K1 * (1 - B + B * float(lengths[rows[at]]) / mean_before[0])
            frequency = np.floor(ODDS[impacts[max(posting, 0)]] * norm_before) + 1
            exact = np.searchsorted(exact_at, posting) if posting >= 0 else len(exact_at)
            if exact < len(exact_at) and exact_at[exact] == posting:
                frequency = float(exact_frequencies[exact])
            contained[at] |= posting >= 0
            weight = weights[term] if posting >= 0 else 0.0
            scores[at] += weight * (frequency * (K1 + 1) / (frequency + norms[at]))


@compiled(INTEGER, REALS, INTEGER, REAL)
def _push(heap: F64, held: int, score: float) -> int:
    """Add a score to the heap, in place of the lowest one if it is full; returns the new size of the heap."""
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


@compiled(INTEGER, REALS, RESULT, INTEGER, INTEGERS, REALS, INTEGER)
def _take(heap: F64, result: tuple[I64, F64], count: int, rows: I64, scores: F64, base: int) -> int:
    """Add the documents that are among the best to the result, and remove those that no longer are."""
    best_rows, best_scores = result
    held = min(count, len(heap))
    for at in range(len(rows)):
        if held < len(heap) or scores[at] >= heap[0]:
            best_rows[count], best_scores[count] = rows[at] + base, scores[at]
            count += 1
            if held < len(heap) or scores[at] > heap[0]:
                held = _push(heap, held, scores[at])
    if held < len(heap):
        return count
    kept = 0
    for at in range(count):
        if best_scores[at] >= heap[0]:
            best_rows[kept], best_scores[kept] = best_rows[at], best_scores[at]
            kept += 1
    return kept


@compiled(INTEGER, SEGMENT, QUERY, types.UniTuple(REAL, 3), MASK, BUFFERS, REALS, RESULT, INTEGER, INTEGER)
def search(
    columns: Columns,
    query: Query,
    scales: tuple[float, float, float],
    allowed: NDArray[np.bool_],
    buffers: Buffers,
    heap: F64,
    result: tuple[I64, F64],
    base: int,
    count: int,
) -> int:
    """Add the documents of a segment that are among the best to the result; returns the new size of the result.

    ``scales`` are the mean length, the factor from a score to a bound, and how exact an estimate is.
    """
    _, _, _, maxima, lengths, _, _, _ = columns
    sums, most, _, near, found, norms, scores, contained = buffers
    mean, scale, close = scales
    needed = np.int64(heap[0] * scale) if count >= len(heap) else np.int64(0)
    rest = _rests(maxima, query)
    if not rest[0] or rest[0] < needed:
        return count
    blocks = (len(lengths) + _BLOCK - 1) // _BLOCK
    sums, most = sums[: blocks * _BLOCK], most[: blocks * _WIDTH]
    walked = _walk(columns, query, rest, needed, sums)
    for row in range(len(allowed)):
        sums[row] *= allowed[row]
    _gather(sums, most)
    if count < len(heap):
        needed = np.int64(_estimate(query, walked, sums, most, len(heap)) * close)
    near = near[: _near(sums, most, max(needed - rest[walked], 1), near)]
    near = near[: _reaching(columns, query, rest, walked, needed, sums, near, found)]
    places, _, _, weights = query
    score(columns, places, weights, mean, near, found, norms, scores, contained)
    return _take(heap, result, count, near, scores, base)


@compiled(types.void, SEGMENT, INTEGER, INTEGERS, BYTES_HERE, INTEGERS, BYTES_HERE)
def _impacts(columns: Columns, place: int, rows: I64, held: U8, found: I64, result: U8) -> None:
    """The impacts of a term in documents, 0 for none; its list is read to the end unless it is much longer."""
    documents, impacts, offsets, _, lengths, _, _, _ = columns
    start, end = offsets[place], offsets[place + 1]
    if len(rows) * _LOOKED_UP < end - start:
        find_ascending(documents, start, end, rows, found)
        for at in range(len(rows)):
            result[at] = impacts[found[at]] if found[at] >= 0 else 0
    else:
        held[: len(lengths)] = 0
        for at in range(start, end):
            held[documents[at]] = impacts[at]
        for at in range(len(rows)):
            result[at] = held[rows[at]]


@compiled(INTEGER, BOUNDS, INTEGERS, INTEGERS, INTEGER)
def _keep_among(bounds: U32, rows: I64, places: I64, least: int) -> int:
    """Keep only the documents whose bound is ``least`` or more; returns how many they are."""
    kept = 0
    for at in range(len(rows)):
        if np.int64(bounds[at]) >= least:
            rows[kept], bounds[kept], places[kept] = rows[at], bounds[at], places[at]
            kept += 1
    return kept


@compiled(types.void, SEGMENT, QUERY, REAL, INTEGERS, INTEGERS, BYTES_TABLE, INTEGERS, REALS)
def _score_impacts(
    columns: Columns, query: Query, mean: float, rows: I64, at_places: I64, every_impact: U8, found: I64, scores: F64
) -> None:
    """``score`` with the impacts that are known: those of each term by the places of the documents."""
    documents, _, offsets, _, lengths, exact_at, exact_frequencies, mean_before = columns
    places, _, _, weights = query
    scores[: len(rows)] = 0.0
    for term in range(len(places)):
        place, weight = places[term], weights[term]
        if place < 0:
            continue
        first, last = np.searchsorted(exact_at, offsets[place]), np.searchsorted(exact_at, offsets[place + 1])
        if first < last:
            find_ascending(documents, offsets[place], offsets[place + 1], rows, found)
        for at in range(len(rows)):
            impact, length = every_impact[term, at_places[at]], float(lengths[rows[at]])
            if not impact:
                continue
            frequency = np.floor(ODDS[impact] * (K1 * (1 - B + B * length / mean_before[0]))) + 1
            for exact in range(first, last):
                if np.int64(exact_at[exact]) == found[at]:
                    frequency = float(exact_frequencies[exact])
            scores[at] += weight * (frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / mean)))


@compiled(INTEGER, SEGMENT, QUERY, types.UniTuple(REAL, 3), INTEGERS, BUFFERS, REALS, RESULT, INTEGER, INTEGER)
def search_among(
    columns: Columns,
    query: Query,
    scales: tuple[float, float, float],
    among: I64,
    buffers: Buffers,
    heap: F64,
    result: tuple[I64, F64],
    base: int,
    count: int,
) -> int:
    """``search`` among these documents of a segment alone, in ascending order."""
    bounds, _, held, near, found, _, scores, _ = buffers
    places, of_terms, order, _ = query
    mean, scale, close = scales
    needed = np.int64(heap[0] * scale) if count >= len(heap) else np.int64(0)
    rest = _rests(columns[3], query)
    if not rest[0] or rest[0] < needed:
        return count
    left, loss = len(among), np.int64(0)
    every_impact, at_places, impacts = np.empty((len(order), left), np.uint8), np.arange(left), np.empty(left, np.uint8)
    near[:left], bounds[:left] = among, 0
    for at in range(len(order)):
        term, place, bound = order[at], places[order[at]], of_terms[order[at]]
        if place >= 0:
            left = _keep_among(bounds, near[:left], at_places, needed - rest[at]) if needed > rest[at] else left
            _impacts(columns, place, near[:left], held, found, impacts)
            for each in range(left):
                bounds[each] += bound * np.uint32(impacts[each])
                every_impact[term, at_places[each]] = impacts[each]
            loss += np.int64(bound) + 255
            if count < len(heap) and left > len(heap):  # so many documents already reach this
                needed = np.int64(max(_reached(bounds[:left], len(heap)) - loss, 0) * close)
    left = _keep_among(bounds, near[:left], at_places, max(needed, 1))
    _score_impacts(columns, query, mean, near[:left], at_places, every_impact, found, scores)
    return _take(heap, result, count, near[:left], scores, base)
