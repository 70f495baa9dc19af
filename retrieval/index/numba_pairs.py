"""Pairs of words in short texts and the subjects of documents in numba, for ``numba_engine``."""

# numba has no type stubs, and pyright takes an element of an array for an array.
# pyright: reportArgumentType=false, reportAssignmentType=false, reportCallIssue=false
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

import math

import numpy as np
from numba import types
from numpy.typing import NDArray

from retrieval.index.numba_texts import find_each
from retrieval.index.numba_types import (
    AXES,
    DIRECTIONS,
    F64,
    I16,
    I64,
    INTEGER,
    INTEGER_TABLE,
    INTEGERS,
    MASK_TABLE,
    NUMBERS,
    REAL,
    REAL_TABLE,
    REALS,
    TEXTS,
    Texts,
    compiled,
)
from retrieval.index.pairs import WEIGHT
from retrieval.index.segment import K1, NOWHERE, POSITIONS, B, Mask

_FOUND = types.Tuple((REAL_TABLE, MASK_TABLE, REALS))
_PAIRS = types.Tuple((INTEGER_TABLE, INTEGERS, INTEGERS, REALS, REALS))
_Found = tuple[F64, Mask, F64]
_Pairs = tuple[I64, I64, I64, F64, F64]


@compiled(INTEGER, TEXTS, INTEGER, INTEGER, INTEGER, INTEGER_TABLE, NUMBERS, NUMBERS)
def _read(columns: Texts, start: int, end: int, document: int, found: I64, words: I16, places: I16) -> int:
    """Put the terms of a short text into ``words`` by their positions, which come into ``places``; returns how many.

    ``found[:, document]`` are the postings of the terms for it, ``start`` and ``end`` are where its repeats are.
    ``words`` is -1 everywhere before.
    """
    _, _, positions, repeats, _, _, _ = columns
    count = 0
    for term in range(len(found)):
        if found[term, document] >= 0 and positions[found[term, document]] != NOWHERE:
            place = positions[found[term, document]]
            words[place], places[count] = term, place
            count += 1
    if not count:
        return 0
    for at in range(start, end):
        term = words[repeats[at] >> 8]
        if term >= 0:
            place = repeats[at] & 0xFF
            words[place], places[count] = term, place
            count += 1
    return count


@compiled(types.boolean, TEXTS, INTEGERS, INTEGER_TABLE)
def _locate(columns: Texts, rows: I64, spans: I64) -> bool:
    """Where the repeats of texts are, and the words of titles: (3, texts); returns whether all texts are short.

    All are looked up before any is read, so that the processor doesn't wait for one after the other.
    """
    _, _, _, _, repeat_ends, title_words, text_words = columns
    longest = 0
    for at in range(len(rows)):
        row = rows[at]
        spans[0, at], spans[1, at] = repeat_ends[row - 1] if row else 0, repeat_ends[row]
        spans[2, at] = title_words[row]
        longest = max(longest, np.int64(text_words[row]))
    return bool(longest < POSITIONS)


@compiled(types.boolean, TEXTS, INTEGERS, INTEGERS, INTEGERS, INTEGER_TABLE, REAL, _FOUND)
def count_pairs(
    columns: Texts, terms: I64, rows: I64, into: I64, pairs: I64, title_weight: float, result: _Found
) -> bool:
    """How often texts have pairs of terms, and which terms they have as words; returns whether all texts are short.

    ``terms`` are given by their places in the segment, ``into`` are the documents of the result.
    """
    counts, there, lengths = result
    spans, found = np.empty((3, len(rows)), np.int64), np.empty((len(terms), len(rows)), np.int64)
    if not _locate(columns, rows, spans):
        return False
    find_each(columns, terms, rows, found)
    words, places = np.full(NOWHERE + 2, -1, np.int16), np.empty(NOWHERE + 1, np.int16)
    for document in range(len(rows)):
        here, title = into[document], spans[2, document]
        lengths[here] = title * title_weight + np.int64(columns[6][rows[document]]) - title
        count = _read(columns, spans[0, document], spans[1, document], document, found, words, places)
        for at in range(count):
            place = places[at]
            term, following = words[place], words[place + 1]
            there[term, here] = True
            if following >= 0 and pairs[term, following] >= 0:
                counts[pairs[term, following], here] += title_weight if place < title else 1.0
        for at in range(count):
            words[places[at]] = -1
    return True


@compiled(REALS, _FOUND, _PAIRS, REAL, REAL)
def pair_scores(found: _Found, pairs: _Pairs, papers: float, mean: float) -> F64:
    """See ``pairs.pair_scores``."""
    counts, there, lengths = found
    _, ones, others, times, by_chance = pairs
    scores = np.zeros(len(lengths))
    for pair in range(len(ones)):
        seen = both = 0
        for document in range(len(lengths)):
            seen += counts[pair, document] > 0
            both += there[ones[pair], document] and there[others[pair], document]
        if not seen:
            continue
        frequency = min(seen / both * max(both, by_chance[pair]), papers)
        idf = max(0.0, math.log(papers - frequency + 0.5) - math.log(frequency + 0.5))
        weight = WEIGHT * times[pair] * idf * (K1 + 1)
        for document in range(len(lengths)):
            norm = K1 * (1 - B + B * lengths[document] / mean) if mean else K1
            scores[document] += weight * counts[pair, document] / (counts[pair, document] + norm)
    return scores


@compiled(types.void, DIRECTIONS, INTEGERS, INTEGERS, AXES, REALS)
def likeness(directions: NDArray[np.int8], rows: I64, into: I64, asked: NDArray[np.int32], result: F64) -> None:
    """See ``Engine.likeness``."""
    for at in range(len(rows)):
        row, product, square = rows[at], np.int64(0), np.int64(0)
        for axis in range(len(asked)):
            value = np.int64(directions[row, axis])
            product += value * np.int64(asked[axis])
            square += value * value
        result[into[at]] = product / math.sqrt(square) if square else 0.0
