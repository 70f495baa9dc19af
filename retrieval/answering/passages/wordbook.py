"""What is known of a word by itself, whatever text it stands in: reckoned once, and looked up from then on.

An entry is 32 bytes, so that the words of a whole abstract become arrays by joining their entries: no word of
it is looked at twice.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages import cues, roles, units
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.text import STOP_WORDS, stem

Entries = NDArray[np.void]
"""Entries of words, a field each: ``code`` (see ``code_of``), ``beginning`` (see ``beginning_of``), ``number`` among
the word vectors (-1: none), and three ``signs``: what the word says of its sentence (``cues.signs_of``,
``roles.signs_of``), and its traits."""

STOP: Final = 1
"""The trait of a word that tells of no subject: it is neither searched for nor compared."""
MEASURE: Final = 2
"""The trait of a word that may be a measure without digits."""
NO_BEGINNING: Final = 0

_ENTRY: Final = np.dtype([("code", "=i8"), ("beginning", "=i8"), ("number", "=i4"), ("signs", "=i4", (3,))])
_PACKED: Final = struct.Struct("=qqiiii")
_SHARED: Final = 5
"""Letters that words of one family share at the beginning."""
_REMEMBERED: Final = 100_000
_PART: Final = re.compile(r"\w+")


def entries(words: Iterable[str], associations: WordVectors) -> Entries:
    """The entries of lowered words, in order."""
    return np.frombuffer(b"".join(map(_book(associations).__getitem__, words)), _ENTRY)


def joined(parts: Iterable[Entries]) -> Entries:
    """The entries of all parts, in order. They are joined as bytes: NumPy's own way takes fifty times as long."""
    return np.frombuffer(b"".join(part.data for part in parts), _ENTRY)


def code_of(stemmed: str) -> int:
    """The hash of a stem, 64 bits: two stems of one code are not to be expected in this world."""
    return hash(stemmed)


def beginning_of(stemmed: str) -> int:
    """The hash of what the stems of one family share; ``NO_BEGINNING`` for a stem too short to have one."""
    return hash(stemmed[:_SHARED]) if len(stemmed) >= _SHARED else NO_BEGINNING


@lru_cache(maxsize=4)
def _book(associations: WordVectors) -> _Book:
    return _Book(associations)


class _Book(dict[str, bytes]):
    """Entries by word, written when a word is first looked up; all anew when there are too many."""

    def __init__(self, associations: WordVectors) -> None:
        super().__init__()
        self._numbers = associations.numbers

    def __missing__(self, word: str) -> bytes:
        """Write the entry of a word."""
        if len(self) >= _REMEMBERED:
            self.clear()
        entry = self[word] = self._entry(word)
        return entry

    def _entry(self, word: str) -> bytes:
        stemmed, parts = stem(word), (word,) if word.isalpha() else _PART.findall(word)
        traits = STOP * (word in STOP_WORDS) | MEASURE * units.may_measure(parts)
        return _PACKED.pack(
            code_of(stemmed),
            beginning_of(stemmed),
            self._numbers.get(stemmed, -1),
            cues.signs_of(word, parts),
            roles.signs_of(parts),
            traits,
        )
