"""Texts as numbers: which stems stand in which of many texts, for looking at all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages.wordbook import NO_BEGINNING, STOP, Entries, beginning_of, code_of, entries, joined
from retrieval.answering.vectors.word_vectors import WordVectors

Codes = NDArray[np.int64]
Numbers = NDArray[np.int32]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Coded:
    """Texts one after the other: the entries of all their words, and how many words each has (``sizes``).

    Stems are those of the words that are no stop words.
    """

    words: Entries
    sizes: Rows

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], associations: WordVectors) -> Self:
        """Texts, each as its lowered words in order, stop words included."""
        return cls(
            entries(chain.from_iterable(texts), associations),
            np.array([len(text) for text in texts], np.intp),
        )

    @classmethod
    def joined(cls, parts: Sequence[Coded]) -> Self:
        """The texts of all parts, at least one, in order."""
        return cls(
            joined(part.words for part in parts),
            np.concatenate([part.sizes for part in parts]),
        )

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.sizes)

    @property
    def signs(self) -> Numbers:
        """The bits that any word of each text has: a row a text, a column for each of ``wordbook``'s signs."""
        found = np.zeros((len(self), 3), np.int32)
        there = np.flatnonzero(self.sizes)
        if len(there):
            starts = np.cumsum(self.sizes) - self.sizes
            found[there] = np.bitwise_or.reduceat(self.words["signs"], starts[there], axis=0)
        return found

    # --- stems ---------------------------------------------------------------------------------

    @cached_property
    def codes(self) -> Codes:
        """The code of each stem."""
        return self.words["code"][self._telling]

    @cached_property
    def beginnings(self) -> Codes:
        """What each stem begins with, as ``wordbook.beginning_of`` has it."""
        return self.words["beginning"][self._telling]

    @cached_property
    def numbers(self) -> Numbers:
        """The number of each stem among the word vectors, -1 for those that have none."""
        return self.words["number"][self._telling]

    @cached_property
    def text_of(self) -> Rows:
        """The text in which each stem stands."""
        return self._text_of_word[self._telling]

    @cached_property
    def _telling(self) -> Mask:
        return self.words["signs"][:, -1] & STOP == 0

    @cached_property
    def _text_of_word(self) -> Rows:
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def lengths(self) -> Rows:
        """How many stems each text has."""
        return np.bincount(self.text_of, minlength=len(self))

    def having(self, stems: Iterable[str]) -> Mask:
        """Which texts have any of these stems."""
        return self._texts(self.codes, map(code_of, stems))

    def having_family(self, stem: str) -> Mask:
        """Which texts have a word with the same beginning; none for a stem too short to have one."""
        code = beginning_of(stem)
        return self._texts(self.beginnings, (code,) if code != NO_BEGINNING else ())

    def having_pair(self, one: str, other: str) -> Mask:
        """Which texts have the two stems side by side."""
        found = np.zeros(len(self), np.bool_)
        at = np.flatnonzero(self.codes[:-1] == code_of(one))
        at = at[(self.codes[at + 1] == code_of(other)) & (self.text_of[at] == self.text_of[at + 1])]
        found[self.text_of[at]] = True
        return found

    def known(self, group_of: Rows) -> tuple[NDArray[np.intp], Rows]:
        """The numbers of the stems that have a vector, each once in its group and ascending, and the group of each.

        ``group_of`` puts every text into a group; -1 leaves it out.
        """
        groups = group_of[self.text_of]
        there = (self.numbers >= 0) & (groups >= 0)
        size = int(self.numbers.max(initial=0)) + 1
        keys = np.sort(groups[there] * size + self.numbers[there])
        owners, numbers = np.divmod(keys[np.diff(keys, prepend=-1) > 0], size)
        return numbers, owners

    @property
    def distinct(self) -> Codes:
        """The codes of all stems, each once, ascending: the columns of ``presence``."""
        return self._distinct[0]

    @cached_property
    def presence(self) -> Mask:
        """Which stems stand in which text: a row a text, a column for each of the ``distinct`` ones."""
        distinct, places = self._distinct
        presence = np.zeros((len(self), len(distinct)), np.bool_)
        presence[self.text_of, places] = True
        return presence

    @cached_property
    def _distinct(self) -> tuple[Codes, Rows]:
        return np.unique(self.codes, return_inverse=True)

    def _texts(self, of: Codes, wanted: Iterable[int]) -> Mask:
        found = np.zeros(len(self), np.bool_)
        for code in wanted:
            found[self.text_of[of == code]] = True
        return found
