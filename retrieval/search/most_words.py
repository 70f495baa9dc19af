"""Papers that have most of a query's words, where fewer than a page of them have all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

from retrieval.index import Index, Selection
from retrieval.index.segment import Rows
from retrieval.index.term_groups import count_containing, select_containing
from retrieval.query.conditions import Condition, Place, Words
from retrieval.search.facets.selection import having_parts

_FEW: Final = 4
_SEVERAL: Final = 8
_OF_SEVERAL: Final = 0.6
_OF_A_SENTENCE: Final = 0.34


@dataclass(frozen=True, eq=False, slots=True)
class MostWords:
    """The papers with most words, but not all, and how many words of ``words`` each paper of the index has."""

    index: Index
    words: tuple[Words, ...]
    selected: Selection
    counts: NDArray[np.uint16]

    def given_up(self, rows: Rows) -> tuple[str, ...]:
        """The words that any of these papers lacks, as they were typed; the ones that most papers lack come first."""
        rows = np.sort(rows[self.counts[rows] < len(self.words)])
        if not len(rows):
            return ()
        terms = [term for word in self.words for term in word.stems]
        starts = [0, *accumulate(len(word.stems) for word in self.words[:-1])]
        having = np.logical_or.reduceat(self.index.contained(terms, rows), starts).sum(axis=1).tolist()
        for place, word in enumerate(self.words):
            if word.apart:
                having[place] = int(np.count_nonzero(_having(self.index, word).mask[rows]))
        order = sorted(range(len(having)), key=having.__getitem__)
        return tuple(dict.fromkeys(self.words[place].written for place in order if having[place] < len(rows)))


def required_words(parts: Sequence[Condition]) -> tuple[Words, ...]:
    """The plain words that must all be in a paper."""
    return tuple(part for part in parts if is_required_word(part))


def is_required_word(part: Condition) -> TypeGuard[Words]:
    """Whether a part of a query is a plain word."""
    return isinstance(part, Words) and part.place is Place.ANYWHERE


def most_words(
    index: Index, words: tuple[Words, ...], page: int, complete: Selection, others: Selection, *, none: bool
) -> MostWords | None:
    """The papers of ``others`` beside the ``complete`` ones that fill a ``page`` with as many of the words as possible.

    ``None`` if there is a single word, or if no other paper has any of them; unless papers without any will do.
    """
    if len(words) <= (0 if none else 1):
        return None
    counts = count_containing(index, [word.stems for word in words if not word.apart])
    for word in words:
        if word.apart:
            counts += _having(index, word).mask
    rows = np.empty(0, np.intp)
    for needed in range(_most(len(words)), -1 if none else 0, -1):
        fits = counts >= needed
        if np.count_nonzero(fits) >= page or needed <= 1:  # which takes a tenth of the time that it takes to find them
            rows = np.flatnonzero(fits)
            rows = rows[others.mask[rows]]
            if len(rows) >= page:
                break
    rows = rows[~complete.mask[rows]]
    return MostWords(index, words, Selection(index.documents, rows), counts) if len(rows) else None


def _most(words: int) -> int:
    """How many of so many words a paper should have: all but one of a few, half of several, a third of a sentence's."""
    if words <= _FEW:
        return words - 1
    return round(words * (_OF_SEVERAL if words <= _SEVERAL else _OF_A_SENTENCE))


def _having(index: Index, word: Words) -> Selection:
    found = select_containing(index, [word.stems])
    if not word.apart:
        return found
    return index.documents.in_any([found, having_parts(index, word.apart)])
