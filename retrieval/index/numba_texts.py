"""Where the words of short texts are, and strings of a segment, read in numba for ``numba_search``."""

# numba has no type stubs, and pyright takes an element of an array for an array.
# pyright: reportArgumentType=false, reportAssignmentType=false, reportCallIssue=false
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

import numpy as np
from numba import types

from retrieval.index.numba_types import (
    BYTES,
    BYTES_HERE,
    DOCUMENTS,
    I64,
    INTEGER,
    INTEGERS,
    OFFSETS,
    POSITION_COLUMNS,
    U8,
    U16,
    U32,
    compiled,
)
from retrieval.index.segment import NOWHERE

_ASCII = 128
LONG = 64  # bytes of an id that is read quickly


@compiled(types.void, DOCUMENTS, INTEGER, INTEGER, INTEGERS, INTEGERS)
def find(documents: U16, start: int, end: int, rows: I64, found: I64) -> None:
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


@compiled(
    INTEGER,
    types.Tuple(tuple(POSITION_COLUMNS.values())),
    INTEGERS,
    INTEGERS,
    types.Array(INTEGER, 2, "C"),
    types.UniTuple(INTEGERS, 3),
)
def word_places(
    columns: tuple[U16, U32, U8, U16, U32], places: I64, rows: I64, found: I64, result: tuple[I64, I64, I64]
) -> int:
    """Put the places of the words of short texts into the result; returns how many there are."""
    documents, offsets, positions, repeats, repeat_ends = columns
    in_documents, at_positions, of_terms = result
    for term in range(len(places)):
        if places[term] >= 0:
            find(documents, offsets[places[term]], offsets[places[term] + 1], rows, found[term])
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


@compiled(types.boolean, BYTES, OFFSETS, INTEGERS, BYTES_HERE, INTEGERS)
def copy(characters: U8, ends: U32, places: I64, content: U8, cuts: I64) -> bool:
    """Copy strings one after the other; returns whether all are short and ASCII."""
    used = 0
    for at in range(len(places)):
        start = np.int64(ends[places[at] - 1]) if places[at] else 0
        end = np.int64(ends[places[at]])
        if end - start > LONG:
            return False
        for byte in characters[start:end]:
            if byte >= _ASCII:
                return False
            content[used] = byte
            used += 1
        cuts[at] = used
    return True
