"""A segment: the postings of at most 65,536 papers in plain arrays, which never change.

The arrays are those of the file (see ``storage``), memory-mapped or in memory. A posting takes four bytes: the row of
its paper in the segment, its first position there, and an *impact*, the share of the term's full weight that the paper
gets, rounded up to 255ths. Impacts bound scores, so that few papers must be scored exactly. They were computed with the
mean length at that time, and ``Postings.slack`` says by how much a bound must grow for the present mean length.

How often the paper contains the term follows from the impact and the length of the paper: up to a dozen times, each
frequency has an impact of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.index.columns import Array, Source
from retrieval.index.strings import Keys, Strings, find

SEGMENT_SIZE = 65_536
"""Documents in a segment, at most: bounds the memory of building and merging, and a row fits 16 bits."""
POSITIONS = 254
"""Positions of words that fit a byte, from 0 on; a longer text is *long*, and its words are kept one by one."""
NOWHERE = 255
"""The position of a term that isn't a word of the text: it only counts, or the text is long."""
GAP = np.iinfo(np.uint32).max
"""Stands between title and abstract among the words of a long text."""

K1 = 1.5
B = 0.75

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Postings:
    """The arrays of a segment of *n* documents, *t* terms and *p* postings; all read-only.

    Term *i* (terms ascend by their ``key``) is in the rows ``documents[offsets[i]:offsets[i + 1]]``, ascending, with
    ``impacts`` of at most ``maxima[i]``. Its frequency in a document is the least one with that impact; those of the
    postings at ``exact_at`` (ascending) are ``exact_frequencies`` instead. ``lengths`` has the number of terms in each
    document. ``id_keys`` ascend, and ``id_rows`` are the rows of their ids.

    The words of a document have positions: those of its title from 0 to ``title_words``, where the gap is, then those
    of its abstract; ``text_words`` is how many there are. ``positions`` has the first position of each posting. Where
    a word occurs again is in ``repeats[repeat_ends[row - 1]:repeat_ends[row]]``: its first position times 256, plus
    this position. Row ``long_rows[i]`` has the words ``long_words[long_ends[i - 1]:long_ends[i]]`` instead, as places
    of terms.
    """

    term_keys: NDArray[np.uint64]
    term_characters: NDArray[np.uint8]
    term_ends: NDArray[np.uint32]
    offsets: NDArray[np.uint32]
    maxima: NDArray[np.uint8]
    documents: NDArray[np.uint16]
    impacts: NDArray[np.uint8]
    exact_at: NDArray[np.uint32]
    exact_frequencies: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    id_characters: NDArray[np.uint8]
    id_ends: NDArray[np.uint32]
    id_keys: NDArray[np.uint64]
    id_rows: NDArray[np.uint16]
    positions: NDArray[np.uint8]
    repeats: NDArray[np.uint16]
    repeat_ends: NDArray[np.uint32]
    title_words: NDArray[np.uint16]
    text_words: NDArray[np.uint32]
    long_rows: NDArray[np.uint16]
    long_words: NDArray[np.uint32]
    long_ends: NDArray[np.uint32]
    mean: NDArray[np.float64]
    source: Source | None = None
    """The file that these arrays are mapped from; ``None``: they are only in memory."""

    def __post_init__(self) -> None:
        for array in self.columns().values():
            array.flags.writeable = False

    def columns(self) -> dict[str, Array]:
        """All arrays by name."""
        return {column.name: getattr(self, column.name) for column in fields(self) if column.name != "source"}

    def slack(self, mean: float) -> float:
        """The factor by which a share can exceed its impact if the mean length is now ``mean``.

        A share is f / (f + n), where n is proportional to the length divided by the mean, so a share grows at most as
        fast as the mean.
        """
        return max(1.0, mean / float(self.mean[0])) if self.mean[0] else 1.0

    def tightness(self, mean: float) -> float:
        """The least part of its impact, including ``slack``, that a share has if the mean length is now ``mean``."""
        return min(mean, float(self.mean[0])) / max(mean, float(self.mean[0])) if self.mean[0] else 1.0

    def find(self, term_keys: Keys) -> NDArray[np.intp]:
        """The place of each term, -1 for terms that no document contains."""
        return find(self.term_keys, term_keys)

    def frequencies(self, places: Rows) -> Floats:
        """The frequencies of the postings at these places."""
        norms = length_norms(self.lengths[self.documents[places]], float(self.mean[0]))
        found = least_frequencies(self.impacts[places], norms)
        if len(self.exact_at):
            exact = find(self.exact_at, places)
            found[exact >= 0] = self.exact_frequencies[exact[exact >= 0]]
        return found

    def norms(self, rows: Rows, mean: float) -> Floats:
        """``K1 * (1 - B + B * L / mean)`` of these rows."""
        return length_norms(self.lengths[rows], mean)

    def places(self, term: int, rows: NDArray[np.uint16]) -> tuple[Rows, Mask]:
        """The postings of a term for these rows, and which rows have one (for the others the place means nothing)."""
        start, end = int(self.offsets[term]), int(self.offsets[term + 1])
        documents = self.documents[start:end]
        at = documents.searchsorted(rows)
        there = documents[np.minimum(at, end - start - 1)] == rows
        return at + start, there

    def lookup(self, terms: NDArray[np.intp], rows: Rows) -> tuple[NDArray[np.intp], Mask]:
        """The postings of terms, given by their places (-1: none), for rows, and whether there is one: (terms, rows).

        Where there is none, the posting is another one.
        """
        starts, ends, short = self.offsets[terms].tolist(), self.offsets[terms + 1].tolist(), rows.astype(np.uint16)
        at, there = np.zeros((len(terms), len(rows)), np.intp), np.zeros((len(terms), len(rows)), np.bool_)
        for number, (term, start, end) in enumerate(zip(terms.tolist(), starts, ends, strict=True)):
            if term >= 0:
                documents, here = self.documents[start:end], at[number]
                here[:] = documents.searchsorted(short)
                np.minimum(here, end - start - 1, out=here)
                np.equal(documents[here], short, out=there[number])
                here += start
        return at, there


def length_norms(lengths: NDArray[np.uint32] | Floats, mean: float) -> Floats:
    """``K1 * (1 - B + B * L / mean)``; ``K1`` if no document has a term."""
    if not mean:
        return np.full(len(lengths), K1)
    return K1 * (1 - B + B * lengths.astype(np.float64) / mean)


def impacts_of(frequencies: NDArray[np.int64], norms: Floats) -> NDArray[np.uint8]:
    """The shares ``f / (f + norm)`` in 255ths.

    Rounded up, plus a little: the exact score is computed in another order of operations.
    """
    return np.minimum(np.ceil(frequencies / (frequencies + norms) * _FULL), 255).astype(np.uint8)


def least_frequencies(impacts: NDArray[np.uint8], norms: Floats) -> Floats:
    """The least frequencies with these impacts."""
    return np.floor(ODDS[impacts] * norms) + 1


_FULL = 255 * (1 + 1e-9)
_BELOW = np.maximum(np.arange(256) - 1, 0) / _FULL
ODDS = _BELOW / (1 - _BELOW)
"""By impact: frequencies with it are more than this times the norm of the document."""

_NO_ROWS = np.empty(0, np.uint16)


@dataclass(frozen=True, eq=False)
class Segment:
    """Postings, and the rows of documents that were replaced or removed since (``dead``, ascending)."""

    postings: Postings
    dead: NDArray[np.uint16] = field(default_factory=_NO_ROWS.copy)

    def __len__(self) -> int:
        """The number of documents, including deleted ones."""
        return len(self.postings.lengths)

    @property
    def living(self) -> int:
        """The number of live documents, which were neither replaced nor removed."""
        return len(self) - len(self.dead)

    @cached_property
    def alive(self) -> Mask:
        """Which documents are live."""
        alive = np.ones(len(self), np.bool_)
        alive[self.dead] = False
        return alive

    @cached_property
    def words(self) -> int:
        """The total length of the live documents."""
        lengths = self.postings.lengths
        return int(lengths.sum(dtype=np.int64)) - int(lengths[self.dead].sum(dtype=np.int64))

    @cached_property
    def ids(self) -> Strings:
        """The ids of all documents by row."""
        return Strings(self.postings.id_characters, self.postings.id_ends)

    @property
    def terms(self) -> Strings:
        """The terms in the order of ``offsets``."""
        return Strings(self.postings.term_characters, self.postings.term_ends)

    def rows_of(self, id_keys: Keys) -> NDArray[np.intp]:
        """The row of each id, -1 for ids that aren't here or are deleted."""
        at = find(self.postings.id_keys, id_keys)
        rows = np.where(at < 0, -1, self.postings.id_rows[at].astype(np.intp)) if len(self) else at
        if len(self.dead):
            rows[(rows >= 0) & ~self.alive[rows]] = -1
        return rows

    def frequencies_at(self, terms: NDArray[np.intp]) -> NDArray[np.int64]:
        """How many live documents contain each of the terms at these places (-1: none)."""
        found, counts = terms >= 0, np.zeros(len(terms), np.int64)
        at, offsets = terms[found], self.postings.offsets
        counts[found] = offsets[at + 1].astype(np.int64) - offsets[at]
        if len(self.dead):
            dead = [self.postings.places(term, self.dead)[1].sum() for term in at.tolist()]
            counts[found] -= np.array(dead, np.int64)
        return counts

    def document_frequencies(self) -> NDArray[np.int64]:
        """How many live documents contain each term."""
        offsets = self.postings.offsets.astype(np.int64)
        if not len(self.dead) or len(offsets) == 1:
            return np.diff(offsets)
        return np.add.reduceat(self.alive[self.postings.documents], offsets[:-1], dtype=np.int64)

    def without(self, rows: NDArray[np.intp]) -> Segment:
        """The segment without these documents too; the postings are shared."""
        return replace(self, dead=np.union1d(self.dead, rows.astype(np.uint16))) if len(rows) else self

    def without_ids(self, id_keys: Keys) -> Segment:
        """The segment without the documents with these ids; the same object if it has none of them."""
        rows = self.rows_of(id_keys)
        return self.without(rows[rows >= 0])
