"""The search of ``numpy_search`` in numba: the same documents and exactly the same scores, several times faster.

In each segment the bounds of the documents are summed, lines of documents without any that comes close are skipped,
and the remaining documents are scored together, one term after another. Needs the extra ``fast``. Importing this
module compiles it, or loads what an earlier import left in numba's cache; only ``engines`` imports it, in a thread
that no answer waits for.
"""

# numba has no type stubs, and pyright takes an element of an array for an array.
# pyright: reportArgumentType=false, reportAssignmentType=false, reportCallIssue=false
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from retrieval.index.numpy_search import SAFETY, UNIT, WALKED, Engine, Found, Part, Plan, WordPlaces
from retrieval.index.segment import K1, MANY, NOWHERE, SEGMENT_SIZE, B
from retrieval.index.strings import Strings

_LINE = 32  # documents that are skipped together if none of them comes close
_WIDTH = 64  # interleaved lines: the processor finds the largest sums of many at once
_BLOCK = _LINE * _WIDTH
_BIN = 21  # bits of a bound that do not matter for an estimate: a thousandth of ``UNIT``
_BINS = (UNIT >> _BIN) + 2
_ASCII = 128
_LONG = 64  # bytes of an id that is read quickly
_CLOSE = SAFETY**3  # for an estimate: impacts, integers and scores are each rounded

_EVERYTHING = np.empty(0, np.bool_)

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

Columns = tuple[U16, U8, U8, U32, U8, U32, U32, U32]
"""The arrays of a segment's ``Postings`` that a search needs, in the order of ``_COLUMNS``."""
Query = tuple[I64, U32, I64, F64]
"""The places of the terms in the segment, and the bounds, order and weights of their ``Plan``."""
Buffers = tuple[U32, U32, I64, I64, F64, F64, NDArray[np.bool_]]
"""Buffers for a segment: sums, the largest sum of each line; for documents that come close: rows, places, norms,
scores, whether they contain a term."""


class NumbaEngine(Engine):
    """The search in numba. Adding whole lists of postings takes NumPy no longer."""

    def best(self, parts: Sequence[Part], plan: Plan, limit: int) -> Found:
        """See ``Engine``."""
        buffers = (
            np.empty(SEGMENT_SIZE, np.uint32),
            np.empty(SEGMENT_SIZE // _LINE, np.uint32),
            np.empty(SEGMENT_SIZE, np.int64),
            np.empty(SEGMENT_SIZE, np.int64),
            np.empty(SEGMENT_SIZE),
            np.empty(SEGMENT_SIZE),
            np.empty(SEGMENT_SIZE, np.bool_),
        )
        heap = np.empty(limit)  # the best scores so far, the lowest first
        rows, scores, count = np.empty(SEGMENT_SIZE, np.int64), np.empty(SEGMENT_SIZE), 0
        for part in parts:
            postings = part.postings
            if count + len(postings.lengths) > len(rows):  # so many documents can have equal scores
                rows, scores = np.append(rows, np.empty_like(rows)), np.append(scores, np.empty_like(scores))
            count = _search(
                _columns_of(postings),
                (part.places, plan.bounds, plan.order, plan.weights),
                (plan.mean, plan.scale(postings), postings.tightness(plan.mean) * _CLOSE),
                _EVERYTHING if part.allowed is None else part.allowed,
                buffers,
                heap,
                (rows, scores),
                part.base,
                count,
            )
        return rows[:count], scores[:count]

    def scores(self, part: Part, weights: F64, mean: float, rows: I64) -> tuple[F64, NDArray[np.bool_]]:
        """See ``Engine``."""
        scores, contained = np.empty(len(rows)), np.empty(len(rows), np.bool_)
        columns, places, norms = _columns_of(part.postings), np.empty(len(rows), np.int64), np.empty(len(rows))
        # If no document has a term, the mean is 0 and lengths don't matter.
        _score(columns, part.places, weights, mean or 1.0, rows, places, norms, scores, contained)
        return scores, contained

    def _in_short_texts(self, part: Part, rows: I64) -> WordPlaces:
        """See ``Engine``."""
        most = len(rows) * (NOWHERE + 1)
        documents, positions, terms = (np.empty(most, np.int64) for _ in range(3))
        found = np.empty((len(part.places), len(rows)), np.int64)
        columns = _positions_of(part.postings)
        count = _word_places(columns, part.places, rows, found, (documents, positions, terms))
        return WordPlaces(documents[:count], positions[:count], terms[:count])

    def read(self, strings: Strings, places: NDArray[np.intp]) -> list[str]:
        """See ``Engine``."""
        content, ends = np.empty(len(places) * _LONG, np.uint8), np.empty(len(places), np.int64)
        if not _copy(strings.characters, strings.ends, places, content, ends):
            return strings.at(places)
        cuts = ends.tolist()
        text = content[: cuts[-1]].tobytes().decode("ascii")
        return [text[start:end] for start, end in zip([0, *cuts], cuts, strict=False)]


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
_columns_of = attrgetter(*_COLUMNS)
_POSITION_COLUMNS = {
    "documents": _COLUMNS["documents"],
    "offsets": _COLUMNS["offsets"],
    "positions": _array(types.uint8, readonly=True),
    "repeats": _array(types.uint16, readonly=True),
    "repeat_ends": _array(types.uint32, readonly=True),
}
_positions_of = attrgetter(*_POSITION_COLUMNS)
_DOCUMENTS, _BYTES, _OFFSETS = _COLUMNS["documents"], _COLUMNS["impacts"], _COLUMNS["offsets"]
_BYTES_HERE = _array(types.uint8)
_INTEGER, _REAL = types.int64, types.float64
_INTEGERS, _REALS, _BOUNDS, _MASK = _array(_INTEGER), _array(_REAL), _array(types.uint32), _array(types.bool_)
_SEGMENT = types.Tuple(tuple(_COLUMNS.values()))
_QUERY = types.Tuple((_INTEGERS, _BOUNDS, _INTEGERS, _REALS))
_BUFFERS = types.Tuple((_BOUNDS, _BOUNDS, _INTEGERS, _INTEGERS, _REALS, _REALS, _MASK))
_RESULT = types.Tuple((_INTEGERS, _REALS))


def _compiled(*signature: Any) -> Any:
    """Compile for the type of the result and those of the arguments."""
    return numba.njit(signature[0](*signature[1:]), cache=True, nogil=True)


@_compiled(_INTEGERS, _BYTES, _QUERY)
def _rests(maxima: U8, query: Query) -> I64:
    """What each term and all later ones (in the order of the weights) can add to a bound."""
    places, bounds, order, _ = query
    rest = np.zeros(len(order) + 1, np.int64)
    for at in range(len(order) - 1, -1, -1):
        place = places[order[at]]
        rest[at] = rest[at + 1] + (np.int64(maxima[place]) * np.int64(bounds[order[at]]) if place >= 0 else 0)
    return rest


@_compiled(_INTEGER, _SEGMENT, _QUERY, _INTEGERS, _INTEGER, _BOUNDS)
def _walk(columns: Columns, query: Query, rest: I64, needed: int, sums: U32) -> int:
    """Add up the bounds of the terms that must be read from start to end; returns how many these are."""
    documents, _, impacts, offsets, _, _, _, _ = columns
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


@_compiled(types.void, _BOUNDS, _BOUNDS)
def _gather(sums: U32, most: U32) -> None:
    """The largest sum of each line. The lines of a block are interleaved, so that one instruction compares many."""
    most[:] = 0
    for block in range(len(most) // _WIDTH):
        largest = most[block * _WIDTH : (block + 1) * _WIDTH]
        for first in range(block * _BLOCK, (block + 1) * _BLOCK, _WIDTH):
            row = sums[first : first + _WIDTH]
            for line in range(_WIDTH):
                largest[line] = max(largest[line], row[line])


@_compiled(_INTEGER, _BOUNDS, _INTEGER)
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


@_compiled(_INTEGER, _QUERY, _INTEGER, _BOUNDS, _BOUNDS, _INTEGER)
def _estimate(query: Query, walked: int, sums: U32, most: U32, limit: int) -> int:
    """The least that ``limit`` documents of the segment reach. Each impact may be a 255th too large."""
    _, bounds, order, _ = query
    loss = np.int64(0)
    for at in range(walked):
        loss += np.int64(bounds[order[at]]) + 255
    few = limit * 4 <= len(most)  # then nearly every one of the best documents has a line of its own
    return max(_reached(most if few else sums, limit) - loss, 0)


@_compiled(_INTEGER, _BOUNDS, _BOUNDS, _INTEGER, _INTEGERS)
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


@_compiled(types.void, _DOCUMENTS, _INTEGER, _INTEGER, _INTEGERS, _INTEGERS)
def _find(documents: U16, start: int, end: int, rows: I64, found: I64) -> None:
    """The place of each row among ascending documents between two places; -1 if it isn't there.

    Every step of the binary search is made for all rows before the next, without a branch, so that the processor
    waits for none of them.
    """
    found[: len(rows)] = start
    left = end - start
    while left > 1:
        half = left >> 1
        for at in range(len(rows)):
            found[at] += half * (documents[found[at] + half - 1] < rows[at])
        left -= half
    for at in range(len(rows)):
        place = found[at] + (documents[found[at]] < rows[at])
        found[at] = place if place < end and documents[place] == rows[at] else -1


@_compiled(_INTEGER, _BOUNDS, _INTEGER, _INTEGERS)
def _keep(sums: U32, least: int, rows: I64) -> int:
    """Keep only the documents in ``rows`` whose sum is ``least`` or more; returns how many they are."""
    kept = 0
    for row in rows:
        if np.int64(sums[row]) >= least:
            rows[kept] = row
            kept += 1
    return kept


@_compiled(_INTEGER, _SEGMENT, _QUERY, _INTEGERS, _INTEGER, _INTEGER, _BOUNDS, _INTEGERS, _INTEGERS)
def _reaching(
    columns: Columns, query: Query, rest: I64, walked: int, needed: int, sums: U32, rows: I64, found: I64
) -> int:
    """Keep only the documents that reach ``needed`` once the terms that weren't read are looked up."""
    documents, _, impacts, offsets, _, _, _, _ = columns
    places, bounds, order, _ = query
    count = len(rows)
    for at in range(walked, len(order)):
        place, bound = places[order[at]], bounds[order[at]]
        if place < 0:
            continue
        count = _keep(sums, needed - rest[at], rows[:count])
        _find(documents, offsets[place], offsets[place + 1], rows[:count], found)
        for each in range(count):
            if found[each] >= 0:
                sums[rows[each]] += bound * np.uint32(impacts[found[each]])
    return _keep(sums, needed, rows[:count])


@_compiled(types.void, _SEGMENT, _INTEGERS, _REALS, _REAL, _INTEGERS, _INTEGERS, _REALS, _REALS, _MASK)
def _score(
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
    documents, frequencies, _, offsets, _, lengths, overflow_at, overflow_frequencies = columns
    for at in range(len(rows)):
        norms[at] = K1 * (1 - B + B * float(lengths[rows[at]]) / mean)
        scores[at] = 0.0
        contained[at] = False
    for term in range(len(places)):
        place = places[term]
        if place < 0:
            continue
        _find(documents, offsets[place], offsets[place + 1], rows, found)
        for at in range(len(rows)):
            posting = found[at]
            frequency = float(frequencies[max(posting, 0)])  # without a branch: half of them don't contain the term
            if frequency == MANY and posting >= 0:
                frequency = float(overflow_frequencies[np.searchsorted(overflow_at, posting)])
            contained[at] |= posting >= 0
            weight = weights[term] if posting >= 0 else 0.0
            scores[at] += weight * (frequency * (K1 + 1) / (frequency + norms[at]))


@_compiled(_INTEGER, _REALS, _INTEGER, _REAL)
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


@_compiled(_INTEGER, _REALS, _RESULT, _INTEGER, _INTEGERS, _REALS, _INTEGER)
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


@_compiled(_INTEGER, _SEGMENT, _QUERY, types.UniTuple(_REAL, 3), _MASK, _BUFFERS, _REALS, _RESULT, _INTEGER, _INTEGER)
def _search(
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
    _, _, _, _, maxima, lengths, _, _ = columns
    sums, most, near, found, norms, scores, contained = buffers
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
    _score(columns, places, weights, mean, near, found, norms, scores, contained)
    return _take(heap, result, count, near, scores, base)


@_compiled(
    _INTEGER,
    types.Tuple(tuple(_POSITION_COLUMNS.values())),
    _INTEGERS,
    _INTEGERS,
    types.Array(_INTEGER, 2, "C"),
    types.UniTuple(_INTEGERS, 3),
)
def _word_places(
    columns: tuple[U16, U32, U8, U16, U32], places: I64, rows: I64, found: I64, result: tuple[I64, I64, I64]
) -> int:
    """Put the places of the words of short texts into the result; returns how many there are."""
    documents, offsets, positions, repeats, repeat_ends = columns
    in_documents, at_positions, of_terms = result
    for term in range(len(places)):
        if places[term] >= 0:
            _find(documents, offsets[places[term]], offsets[places[term] + 1], rows, found[term])
        else:
            found[term] = -1
    words, count = np.empty(NOWHERE + 1, np.int64), 0
    for document in range(len(rows)):
        words[:] = -1
        for term in range(len(places)):
            if found[term, document] >= 0:
                words[positions[found[term, document]]] = term
        words[NOWHERE] = -1
        row = rows[document]
        for at in range(repeat_ends[row - 1] if row else 0, repeat_ends[row]):
            words[repeats[at] & 0xFF] = words[repeats[at] >> 8]
        for position in range(NOWHERE):
            if words[position] >= 0:
                in_documents[count], at_positions[count], of_terms[count] = document, position, words[position]
                count += 1
    return count


@_compiled(types.boolean, _BYTES, _OFFSETS, _INTEGERS, _BYTES_HERE, _INTEGERS)
def _copy(characters: U8, ends: U32, places: I64, content: U8, cuts: I64) -> bool:
    """Copy strings one after the other; returns whether all are short and ASCII."""
    used = 0
    for at in range(len(places)):
        start = np.int64(ends[places[at] - 1]) if places[at] else 0
        end = np.int64(ends[places[at]])
        if end - start > _LONG:
            return False
        for byte in characters[start:end]:
            if byte >= _ASCII:
                return False
            content[used] = byte
            used += 1
        cuts[at] = used
    return True
