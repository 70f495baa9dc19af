"""Where the words of short texts are, and strings of a segment, read in numba for ``numba_search``."""

# numba has no type stubs, and pyright takes an element of an array for an array.
# pyright: reportArgumentType=false, reportAssignmentType=false, reportCallIssue=false
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

import numpy as np
from numba import types

from retrieval.index.intersection import LOOKED_UP
from retrieval.index.numba_types import (
    BYTES,
    BYTES_HERE,
    COUNTS,
    DOCUMENTS,
    I16,
    I64,
    INTEGER,
    INTEGER_TABLE,
    INTEGERS,
    MASK,
    NUMBERS,
    OFFSETS,
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


@compiled(types.void, DOCUMENTS, INTEGER, INTEGER, INTEGERS, INTEGERS)
def find_ascending(documents: U16, start: int, end: int, rows: I64, found: I64) -> None:
    """``find`` for ascending rows: from the place of one, steps that double lead to the next."""
    place = start
    for at in range(len(rows)):
        row, step = rows[at], 1
        while place + step < end and documents[place + step] < row:
            place += step
            step <<= 1
        last = min(place + step, end - 1)
        while place < last:
            middle = (place + last) >> 1
            if documents[middle] < row:
                place = middle + 1
            else:
                last = middle
        found[at] = place if documents[place] == row else -1


@compiled(MASK, DOCUMENTS, OFFSETS, INTEGERS, INTEGER)
def _marked(documents: U16, offsets: U32, terms: I64, size: int) -> Mask:
    """Which of all documents of a segment contain any of the terms."""
    marked = np.zeros(size, np.bool_)
    for term in terms:
        if term >= 0:
            for at in range(offsets[term], offsets[term + 1]):
                marked[documents[at]] = True
    return marked


@compiled(INTEGERS, MASK)
def _rows_of(marked: Mask) -> I64:
    """The marked documents. Without a branch, so several times as fast as NumPy's function in numba."""
    rows, count = np.empty(len(marked) + 1, np.int64), 0
    for row in range(len(marked)):
        rows[count] = row
        count += marked[row]
    return rows[:count].copy()


@compiled(MASK, DOCUMENTS, OFFSETS, INTEGERS, INTEGERS)
def _contain(documents: U16, offsets: U32, terms: I64, rows: I64) -> Mask:
    """Which of these documents contain any of the terms."""
    found, contain = np.empty(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    for term in terms:
        if term >= 0:
            find_ascending(documents, offsets[term], offsets[term + 1], rows, found)
            for at in range(len(rows)):
                contain[at] |= found[at] >= 0
    return contain


@compiled(types.void, TEXTS, INTEGERS, INTEGERS, INTEGER_TABLE)
def find_each(columns: Texts, places: I64, rows: I64, found: I64) -> None:
    """The posting of each term for each row, -1 for none: (terms, rows)."""
    documents, offsets, _, _, _, _, _ = columns
    ascending = (rows[1:] >= rows[:-1]).all()
    for term in range(len(places)):
        if places[term] >= 0 and ascending:
            find_ascending(documents, offsets[places[term]], offsets[places[term] + 1], rows, found[term])
        elif places[term] >= 0:
            find(documents, offsets[places[term]], offsets[places[term] + 1], rows, found[term])
        else:
            found[term] = -1


@compiled(INTEGER, TEXTS, INTEGER, INTEGER_TABLE, INTEGER, NUMBERS)
def _read(columns: Texts, row: int, found: I64, document: int, words: I16) -> int:
    """Which term each word of a short text is, -1 for none. Returns the number of words, the gap included.

    ``found[:, document]`` are the postings of the terms for this row.
    """
    _, _, positions, repeats, repeat_ends, _, text_words = columns
    size = int(text_words[row]) + 1
    words[:size] = -1
    for term in range(len(found)):
        if found[term, document] >= 0:
            words[positions[found[term, document]]] = term
    words[NOWHERE] = -1
    for at in range(repeat_ends[row - 1] if row else 0, repeat_ends[row]):
        words[repeats[at] & 0xFF] = words[repeats[at] >> 8]
    return size


@compiled(INTEGER, TEXTS, INTEGERS, INTEGERS, INTEGER_TABLE, types.UniTuple(INTEGERS, 3))
def word_places(columns: Texts, places: I64, rows: I64, found: I64, result: tuple[I64, I64, I64]) -> int:
    """Put the places of the words of short texts into the result; returns how many there are."""
    in_documents, at_positions, of_terms = result
    find_each(columns, places, rows, found)
    words, count = np.empty(NOWHERE + 1, np.int16), 0
    for document in range(len(rows)):
        for position in range(_read(columns, rows[document], found, document, words)):
            if words[position] >= 0:
                in_documents[count], at_positions[count], of_terms[count] = document, position, words[position]
                count += 1
    return count


@compiled(INTEGERS, DOCUMENTS, OFFSETS, INTEGERS, INTEGERS, INTEGER)
def containing(documents: U16, offsets: U32, terms: I64, ends: I64, size: int) -> I64:
    """The documents of a segment of ``size`` documents that contain a term of every group, ascending.

    A group is the terms up to its end in ``ends``, given by their places (-1: none). The smallest group comes first.
    """
    starts, sizes = np.append(0, ends[:-1]), np.zeros(len(ends), np.int64)
    for group in range(len(ends)):
        for term in terms[starts[group] : ends[group]]:
            if term >= 0:
                sizes[group] += offsets[term + 1] - offsets[term]
    order = np.argsort(sizes)
    if not sizes[order[0]]:
        return np.empty(0, np.int64)
    some = terms[starts[order[0]] : ends[order[0]]]
    if (some >= 0).sum() == 1:
        only = some.max()
        rows = documents[offsets[only] : offsets[only + 1]].astype(np.int64)
    else:
        rows = _rows_of(_marked(documents, offsets, some, size))
    for group in order[1:]:
        some = terms[starts[group] : ends[group]]
        if len(rows) * LOOKED_UP > sizes[group]:
            rows = rows[_marked(documents, offsets, some, size)[rows]]
        else:
            rows = rows[_contain(documents, offsets, some, rows)]
    return rows


@compiled(types.void, DOCUMENTS, OFFSETS, INTEGERS, INTEGERS, COUNTS)
def count_words(documents: U16, offsets: U32, terms: I64, ends: I64, counts: U16) -> None:
    """Add one to the count of each document for each word that it contains.

    A word is any of the terms up to its end in ``ends``.
    """
    first, counted = 0, np.empty(0, np.uint16)
    for word in range(len(ends)):
        some = terms[first : ends[word]]
        first, several = ends[word], (some >= 0).sum() > 1
        if several and not len(counted):
            counted = np.zeros(len(counts), np.uint16)
        for term in some:
            if term < 0:
                continue
            for document in documents[offsets[term] : offsets[term + 1]]:
                if several:
                    counts[document] += counted[document] != word + 1
                    counted[document] = word + 1
                else:
                    counts[document] += 1


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
