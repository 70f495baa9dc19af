"""Texts as numbers: which stems stand in which of many texts, for looking at all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, repeat
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

_FUZZY: Final = 5
"""Letters that words of one family share at the beginning."""
_NO_BEGINNING: Final = 0


@dataclass(frozen=True, eq=False)
class Coded:
    """The stems of texts, one text after the other; ``sizes`` are how many each text has.

    ``codes`` are the stems' hashes, 64 bits each: two stems of one code are not to be expected in this world.
    ``beginnings`` are those of what the words of one family share, and ``numbers`` the stems' numbers among
    the word vectors, -1 for those that have none.
    """

    codes: Codes
    beginnings: Codes
    numbers: NDArray[np.int32]
    sizes: Rows

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], numbers: Mapping[str, int]) -> Self:
        """Texts, each as its stems in order."""
        stems = list(chain.from_iterable(texts))
        return cls(
            np.fromiter(map(hash, stems), np.int64, len(stems)),
            np.fromiter(map(_beginning, stems), np.int64, len(stems)),
            np.fromiter(map(numbers.get, stems, repeat(-1)), np.int32, len(stems)),
            np.array([len(text) for text in texts], np.intp),
        )

    @classmethod
    def joined(cls, parts: Sequence[Coded]) -> Self:
        """The texts of all parts, at least one, in order."""
        return cls(
            np.concatenate([part.codes for part in parts]),
            np.concatenate([part.beginnings for part in parts]),
            np.concatenate([part.numbers for part in parts]),
            np.concatenate([part.sizes for part in parts]),
        )

    def __len__(self) -> int:
        """The number of texts."""
        return len(self.sizes)

    @cached_property
    def text_of(self) -> Rows:
        """The text in which each stem stands."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def having(self, stems: Iterable[str]) -> Mask:
        """Which texts have any of these stems."""
        return self._texts(self.codes, (hash(stem) for stem in stems))

    def having_family(self, stem: str) -> Mask:
        """Which texts have a word with the same beginning; none for a stem too short to have one."""
        code = _beginning(stem)
        return self._texts(self.beginnings, (code,) if code != _NO_BEGINNING else ())

    def having_pair(self, one: str, other: str) -> Mask:
        """Which texts have the two stems side by side."""
        found = np.zeros(len(self), np.bool_)
        at = np.flatnonzero(self.codes[:-1] == hash(one))
        at = at[(self.codes[at + 1] == hash(other)) & (self.text_of[at] == self.text_of[at + 1])]
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

    def _texts(self, of: Codes, wanted: Iterable[int]) -> Mask:
        found = np.zeros(len(self), np.bool_)
        for code in wanted:
            found[self.text_of[of == code]] = True
        return found


@lru_cache(maxsize=100_000)
def _beginning(stem: str) -> int:
    return hash(stem[:_FUZZY]) if len(stem) >= _FUZZY else _NO_BEGINNING
