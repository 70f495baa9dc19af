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
    COUNTS,
    DOCUMENTS,
    F64,
    I64,
    INTEGER,
    INTEGER_TABLE,
    INTEGERS,
    MASK_TABLE,
    OFFSETS,
    REAL,
    REAL_TABLE,
    TEXTS,
    U8,
    U16,
    U32,
    Texts,
    compiled,
)
from retrieval.index.segment import NOWHERE, Mask

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


@compiled(types.void, TEXTS, INTEGERS, INTEGERS, INTEGER_TABLE)
def find_each(columns: Texts, places: I64, rows: I64, found: I64) -> None:
    """The posting of each term for each row, -1 for none: (terms, rows)."""
    documents, offsets, _, _, _, _, _ = columns
    for term in range(len(places)):
        if places[term] >= 0:
            find(documents, offsets[places[term]], offsets[places[term] + 1], rows, found[term])
        else:
            found[term] = -1


@compiled(INTEGER, TEXTS, INTEGER, INTEGERS, INTEGERS)
def _read(columns: Texts, row: int, found: I64, words: I64) -> int:
    """Which term each word of a short text is, -1 for none. Returns the number of words, the gap included.

    ``found`` are the postings of the terms for this row.
    """
    _, _, positions, repeats, repeat_ends, _, text_words = columns
    size = int(text_words[row]) + 1
    words[:size] = -1
    for term in range(len(found)):
        if found[term] >= 0:
            words[positions[found[term]]] = term
    words[NOWHERE] = -1
    for at in range(repeat_ends[row - 1] if row else 0, repeat_ends[row]):
        words[repeats[at] & 0xFF] = words[repeats[at] >> 8]
    return size


@compiled(INTEGER, TEXTS, INTEGERS, INTEGERS, INTEGER_TABLE, types.UniTuple(INTEGERS, 3))
def word_places(columns: Texts, places: I64, rows: I64, found: I64, result: tuple[I64, I64, I64]) -> int:
    """Put the places of the words of short texts into the result; returns how many there are."""
    in_documents, at_positions, of_terms = result
    find_each(columns, places, rows, found)
    words, count = np.empty(NOWHERE + 1, np.int64), 0
    for document in range(len(rows)):
        for position in range(_read(columns, rows[document], found[:, document].copy(), words)):
            if words[position] >= 0:
                in_documents[count], at_positions[count], of_terms[count] = document, position, words[position]
                count += 1
    return count


@compiled(types.void, TEXTS, INTEGERS, INTEGERS, INTEGER_TABLE, INTEGER_TABLE, REAL, REAL_TABLE, MASK_TABLE)
def count_pairs(
    columns: Texts, places: I64, rows: I64, found: I64, pairs: I64, title_weight: float, counts: F64, there: Mask
) -> None:
    """How often short texts have pairs of terms, and which terms they have as words."""
    _, _, positions, _, _, title_words, _ = columns
    find_each(columns, places, rows, found)
    words = np.empty(NOWHERE + 1, np.int64)
    for document in range(len(rows)):
        postings = found[:, document].copy()
        for term in range(len(places)):
            there[document, term] = postings[term] >= 0 and positions[postings[term]] != NOWHERE
        title = np.int64(title_words[rows[document]])
        for position in range(1, _read(columns, rows[document], postings, words)):
            if words[position - 1] >= 0 and words[position] >= 0:
                pair = pairs[words[position - 1], words[position]]
                if pair >= 0:
                    counts[document, pair] += title_weight if position <= title else 1.0


@compiled(types.void, DOCUMENTS, OFFSETS, INTEGERS, COUNTS)
def count_documents(documents: U16, offsets: U32, places: I64, counts: U16) -> None:
    """Add one to the count of each document for each of the terms that it contains."""
    for place in places:
        for at in range(offsets[place], offsets[place + 1]):
            counts[documents[at]] += 1


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
