"""What is known about a word independent of its text, computed once and cached.

An entry has 32 bytes, so the words of a whole abstract become arrays by joining the bytes of their entries.
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
"""Entries of words with the fields ``code`` (see ``stem_code``), ``prefix`` (see ``prefix_code``), ``number`` among
the word vectors (-1: none), and three ``flags``: ``cues.cue_flags``, ``roles.role_flags``, and the two below."""

STOP: Final = 1
"""The flag of a stop word: neither searched for nor compared."""
MEASURE: Final = 2
"""The flag of a word that may be a measurement without digits."""
NO_PREFIX: Final = 0

_ENTRY: Final = np.dtype([("code", "=i8"), ("prefix", "=i8"), ("number", "=i4"), ("flags", "=i4", (3,))])
_PACKED: Final = struct.Struct("=qqiiii")
_PREFIX: Final = 5
"""First letters that the words of a family share."""
_CACHED: Final = 100_000
_PART: Final = re.compile(r"\w+")


def entries(words: Iterable[str], word_vectors: WordVectors) -> Entries:
    """The entries of lowercased words, in order."""
    return np.frombuffer(b"".join(map(_book(word_vectors).__getitem__, words)), _ENTRY)


def joined(parts: Iterable[Entries]) -> Entries:
    """The entries of all parts, in order. Joined as bytes, which is fifty times as fast as NumPy's concatenation."""
    return np.frombuffer(b"".join(part.data for part in parts), _ENTRY)


def stem_code(stemmed: str) -> int:
    """The 64-bit hash of a stem; collisions are too unlikely to matter."""
    return hash(stemmed)


def prefix_code(stemmed: str) -> int:
    """The hash of the prefix that stems of one family share; ``NO_PREFIX`` for a short stem."""
    return hash(stemmed[:_PREFIX]) if len(stemmed) >= _PREFIX else NO_PREFIX


@lru_cache(maxsize=4)
def _book(word_vectors: WordVectors) -> _Book:
    return _Book(word_vectors)


class _Book(dict[str, bytes]):
    """Entries by word, computed on first use; cleared when there are too many."""

    def __init__(self, word_vectors: WordVectors) -> None:
        super().__init__()
        self._numbers = word_vectors.numbers

    def __missing__(self, word: str) -> bytes:
        """Compute the entry of a word."""
        if len(self) >= _CACHED:
            self.clear()
        entry = self[word] = self._entry(word)
        return entry

    def _entry(self, word: str) -> bytes:
        stemmed, parts = stem(word), (word,) if word.isalpha() else _PART.findall(word)
        flags = STOP * (word in STOP_WORDS) | MEASURE * units.may_measure(parts)
        return _PACKED.pack(
            stem_code(stemmed),
            prefix_code(stemmed),
            self._numbers.get(stemmed, -1),
            cues.cue_flags(word, parts),
            roles.role_flags(parts),
            flags,
        )
