"""What is known about a word independent of its text, computed once and kept in a book.

A word has an id in the book, so a text is an array of ids, and what is known about all its words is read at once.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages import cues, roles, units
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.text import STOP_WORDS, stem

WordIds = NDArray[np.int32]
"""Ids of words in a book: 0, 1, 2 in the order in which they were added."""
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
PREFIX: Final = 5
"""First letters that the words of a family share."""
_INTEGERS: Final = _ENTRY.itemsize // 8
_FIRST_ROWS: Final = 1_024
_FULL: Final = 250_000
"""Words in a book: 40 MB. Ten thousand abstracts have some 70,000."""
_PART: Final = re.compile(r"\w+")


def wordbook(word_vectors: WordVectors) -> Wordbook:
    """The book of these vectors; a new one when it is full. Texts keep the book that they were encoded with."""
    book = _books.get(word_vectors)
    if book is None or len(book) >= _FULL:
        book = _books[word_vectors] = Wordbook(word_vectors)
    return book


def stem_code(stemmed: str) -> int:
    """The 64-bit hash of a stem; collisions are too unlikely to matter."""
    return hash(stemmed)


def prefix_code(stemmed: str) -> int:
    """The hash of the prefix that stems of one family share; ``NO_PREFIX`` for a short stem."""
    return hash(stemmed[:PREFIX]) if len(stemmed) >= PREFIX else NO_PREFIX


class Wordbook(dict[str, int]):
    """The id of each lowercased word, and the entries of all ids. Words are added on first use. Thread-safe."""

    def __init__(self, word_vectors: WordVectors) -> None:
        super().__init__()
        self._vectors = word_vectors.numbers
        self._rows = np.zeros((_FIRST_ROWS, _INTEGERS), np.int64)
        self._adding = Lock()

    def ids(self, words: Iterable[str]) -> WordIds:
        """The ids of words, in order."""
        return np.fromiter(map(self.__getitem__, words), np.int32)

    def entries(self, ids: WordIds) -> Entries:
        """The entries of the words with these ids, in order."""
        return self._rows.take(ids, axis=0).view(_ENTRY)[:, 0]  # rows of integers are copied fastest

    def __missing__(self, word: str) -> int:
        """Add a word."""
        entry = np.frombuffer(self._entry(word), np.int64)
        with self._adding:
            if word not in self:
                if len(self) == len(self._rows):
                    self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
                self._rows[len(self)] = entry
                self[word] = len(self)
            return self[word]

    def _entry(self, word: str) -> bytes:
        stemmed, parts = stem(word), (word,) if word.isalpha() else _PART.findall(word)
        flags = STOP * (word in STOP_WORDS) | MEASURE * units.may_measure(parts)
        return _PACKED.pack(
            stem_code(stemmed),
            prefix_code(stemmed),
            self._vectors.get(stemmed, -1),
            cues.cue_flags(word, parts),
            roles.role_flags(parts),
            flags,
        )


_books = WeakKeyDictionary[WordVectors, Wordbook]()
