"""Where the words of documents are: what a segment keeps beside the postings, so that pairs of words need no texts.

``Postings`` says how positions are kept. They take a byte for each posting and two for each time that a word occurs
again in its document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index.segment import GAP, NOWHERE, POSITIONS, Postings, Segment
from retrieval.index.strings import ranges

Integers = NDArray[np.int64]

_TITLE, _ABSTRACT = 0, 1


@dataclass(frozen=True, eq=False, slots=True)
class Texts:
    """The columns of ``Postings`` that have an element for each document, and the words of long ones."""

    repeats: NDArray[np.uint16]
    repeat_ends: NDArray[np.uint32]
    title_words: NDArray[np.uint16]
    text_words: NDArray[np.uint32]
    long_rows: NDArray[np.uint16]
    long_words: NDArray[np.uint32]
    long_ends: NDArray[np.uint32]


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """Which part of its document each token is in. ``sizes`` are the numbers of tokens of the documents.

    Tokens where ``breaks`` is true end a part: the title, then the abstract. The words of a document without both
    breaks have no order.
    """

    sizes: Integers
    breaks: NDArray[np.bool_]

    def positions(self) -> tuple[Integers, Integers, Integers]:
        """The position of each token (``NOWHERE`` if it has none or its text is long), and the words of each document.

        The words are those of the title, and of title and abstract.
        """
        ends = np.cumsum(self.sizes)
        starts = ends - self.sizes
        at = np.arange(len(self.breaks)) - np.repeat(starts, self.sizes)
        where = np.flatnonzero(self.breaks)
        held = np.searchsorted(where, ends) - np.searchsorted(where, starts)
        first = np.minimum(np.searchsorted(where, starts), max(len(where) - 1, 0))
        both = held > _ABSTRACT
        title, words = np.zeros_like(self.sizes), np.zeros_like(self.sizes)
        title[both] = at[where[first[both]]]
        words[both] = at[where[first[both] + 1]] - 1
        short = np.where(words < POSITIONS, words, -1)  # with the gap, the last position is the number of words
        at[at > np.repeat(np.where(both, short, -1), self.sizes)] = NOWHERE
        return at, title, words


def texts(tokens: Integers, starts: Integers, title: Integers, words: Integers, long: Sequence[Integers]) -> Texts:
    """The columns for ascending ``tokens``: place of the term, row and position (8 bits) in one integer.

    ``starts`` are the first tokens of each posting, ``long`` the words of each long text.
    """
    firsts = np.zeros(len(tokens), np.bool_)
    firsts[starts] = True
    again = np.flatnonzero(~firsts & ((tokens & 0xFF) != NOWHERE))
    first = tokens[starts[np.searchsorted(starts, again) - 1]] & 0xFF if len(again) else again
    rows = tokens[again] >> 8 & 0xFFFF
    order = np.argsort(rows << 8 | tokens[again] & 0xFF)
    long_rows = np.flatnonzero(words >= POSITIONS)
    return Texts(
        repeats=(first << 8 | tokens[again] & 0xFF)[order].astype(np.uint16),
        repeat_ends=np.cumsum(np.bincount(rows, minlength=len(words))).astype(np.uint32),
        title_words=np.minimum(title, np.iinfo(np.uint16).max).astype(np.uint16),
        text_words=words.astype(np.uint32),
        long_rows=long_rows.astype(np.uint16),
        long_words=np.concatenate([np.empty(0, np.int64), *long]).astype(np.uint32),
        long_ends=np.cumsum([len(each) for each in long], dtype=np.int64).astype(np.uint32),
    )


def merged_texts(segments: Sequence[Segment], places: Sequence[NDArray[np.intp]]) -> Texts:
    """The columns of the live documents of several segments. ``places`` are those of their terms in the new one."""
    return Texts(*map(np.concatenate, zip(*_offset(segments, places), strict=True)))


def _offset(segments: Sequence[Segment], places: Sequence[NDArray[np.intp]]) -> list[tuple[NDArray[np.integer], ...]]:
    """The columns of each segment as they are in the new one."""
    columns = list[tuple[NDArray[np.integer], ...]]()
    documents = repeats = long_words = 0
    for segment, new_places in zip(segments, places, strict=True):
        postings, living = segment.postings, np.flatnonzero(segment.alive)
        rows = np.cumsum(segment.alive) - 1 + documents
        kept, repeat_ends = ranges(postings.repeat_ends, living)
        long = np.flatnonzero(segment.alive[postings.long_rows])
        words, long_ends = ranges(postings.long_ends, long)
        long_places = postings.long_words[words]
        gap = long_places == GAP
        moved = np.where(gap, GAP, new_places[np.where(gap, 0, long_places)]).astype(np.uint32)
        columns.append(
            (
                postings.repeats[kept],
                (repeat_ends + repeats).astype(np.uint32),
                postings.title_words[living],
                postings.text_words[living],
                rows[postings.long_rows[long]].astype(np.uint16),
                moved,
                (long_ends + long_words).astype(np.uint32),
            )
        )
        documents, repeats, long_words = documents + len(living), repeats + len(kept), long_words + len(words)
    return columns


def words_of_long_text(postings: Postings, row: int) -> NDArray[np.uint32]:
    """The places of the words of a long text by their positions, ``GAP`` between title and abstract."""
    at = int(postings.long_rows.searchsorted(row))
    start = int(postings.long_ends[at - 1]) if at else 0
    return postings.long_words[start : int(postings.long_ends[at])]
