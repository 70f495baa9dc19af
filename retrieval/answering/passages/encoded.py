"""Texts as arrays, to find which of many texts contain a stem."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Mask, Rows
from retrieval.answering.passages.wordbook import (
    NO_PREFIX,
    STOP,
    Entries,
    Wordbook,
    WordIds,
    prefix_code,
    stem_code,
    wordbook,
)
from retrieval.answering.vectors.word_vectors import WordVectors

Codes = NDArray[np.int64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, eq=False, slots=True)
class CompactTexts:
    """Texts one after the other: the ids of their words in a book, and the number of words in each (``sizes``)."""

    book: Wordbook
    ids: WordIds
    sizes: Numbers

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], word_vectors: WordVectors) -> CompactTexts:
        """Texts, each given as its lowercased words in order, including stop words."""
        book, sizes = wordbook(word_vectors), [len(text) for text in texts]
        return cls(book, book.ids(chain.from_iterable(texts)), np.array(sizes, np.int32))

    def without_stop_words(self, encoded: EncodedTexts) -> CompactTexts:
        """The texts without their stop words. ``encoded`` are these texts."""
        sizes = np.bincount(encoded.text_of, minlength=len(self.sizes))
        return CompactTexts(self.book, self.ids[encoded.is_content], sizes.astype(np.int32))


@dataclass(frozen=True, eq=False)
class EncodedTexts:
    """Texts one after the other: the entries of all their words, and the number of words in each (``sizes``).

    Stop words have no stems here.
    """

    words: Entries
    sizes: Rows

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], word_vectors: WordVectors) -> Self:
        """Encode texts, each given as its lowercased words in order, including stop words."""
        return cls.joined([CompactTexts.of(texts, word_vectors)])

    @classmethod
    def joined(cls, parts: Sequence[CompactTexts]) -> Self:
        """The texts of all parts (at least one), in order."""
        book, sizes = parts[0].book, np.concatenate([part.sizes for part in parts]).astype(np.intp)
        if all(part.book is book for part in parts):
            return cls(book.entries(np.concatenate([part.ids for part in parts])), sizes)
        return cls(np.concatenate([part.book.entries(part.ids) for part in parts]), sizes)

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.sizes)

    @property
    def flags(self) -> Numbers:
        """The flags of any word in each text: a row a text, a column for each of the entries' flags."""
        found = np.zeros((len(self), 3), np.int32)
        filled = np.flatnonzero(self.sizes)
        if len(filled):
            starts = np.cumsum(self.sizes) - self.sizes
            found[filled] = np.bitwise_or.reduceat(self.words["flags"], starts[filled], axis=0)
        return found

    # --- stems ---------------------------------------------------------------------------------

    @cached_property
    def codes(self) -> Codes:
        """The code of each stem."""
        return self.words["code"][self.is_content]

    @cached_property
    def prefixes(self) -> Codes:
        """The ``wordbook.prefix_code`` of each stem."""
        return self.words["prefix"][self.is_content]

    @cached_property
    def numbers(self) -> Numbers:
        """The number of each stem among the word vectors, -1 if it has none."""
        return self.words["number"][self.is_content]

    @cached_property
    def text_of(self) -> Rows:
        """The text of each stem."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)[self.is_content]

    @cached_property
    def is_content(self) -> Mask:
        """Which words aren't stop words."""
        return self.words["flags"][:, -1] & STOP == 0

    def having(self, stems: Iterable[str]) -> Mask:
        """Which texts have any of these stems."""
        return self._texts(self.codes, map(stem_code, stems))

    def having_family(self, stem: str) -> Mask:
        """Which texts have a stem with the same prefix; none for a short stem."""
        code = prefix_code(stem)
        return self._texts(self.prefixes, (code,) if code != NO_PREFIX else ())

    def having_pair(self, one: str, other: str) -> Mask:
        """Which texts have the two stems side by side."""
        found = np.zeros(len(self), np.bool_)
        at = np.flatnonzero(self.codes[:-1] == stem_code(one))
        at = at[(self.codes[at + 1] == stem_code(other)) & (self.text_of[at] == self.text_of[at + 1])]
        found[self.text_of[at]] = True
        return found

    def known(self, group_of: Rows) -> tuple[NDArray[np.intp], Rows]:
        """The numbers of the stems with a vector, each once per group and ascending, and the group of each.

        ``group_of`` is the group of each text; -1 leaves the text out.
        """
        groups = group_of[self.text_of]
        kept = (self.numbers >= 0) & (groups >= 0)
        size = int(self.numbers.max(initial=0)) + 1
        keys = np.sort(groups[kept] * size + self.numbers[kept])
        owners, numbers = np.divmod(keys[np.diff(keys, prepend=-1) > 0], size)
        return numbers, owners

    @property
    def distinct(self) -> Codes:
        """The codes of all stems, each once, ascending: the columns of ``presence``."""
        return self._distinct[0]

    @cached_property
    def presence(self) -> Mask:
        """Which text contains which stem: a row a text, a column for each of ``distinct``."""
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
