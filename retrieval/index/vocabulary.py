"""The terms of an index in alphabetical order: completions of a prefix, and how common a term is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Index
from retrieval.index.segment import Segment
from retrieval.index.statistics import TermFrequencies
from retrieval.index.strings import find

_LONGEST: Final = 24
"""Bytes of a term, at most: what is longer is a link or a formula, which nobody types."""
_BEYOND: Final = b"\xff"  # after every byte of UTF-8
_SMALL: Final = 2_000
"""Up to this many papers, the terms are read again after each change: a twentieth of a second."""
_CHANGED: Final = 50
"""For a larger index they are read again once one paper in this many has changed."""

Words = NDArray[np.bytes_]
Counts = NDArray[np.int64]


class Vocabulary:
    """All terms (stems) of an index. ``terms`` are their UTF-8 bytes, ascending; ``counts`` are numbers of papers.

    A million papers take about ten megabytes.
    """

    def __init__(self, terms: Words, counts: Counts) -> None:
        self.terms = terms
        self.counts = counts

    @classmethod
    def of(cls, segments: Sequence[Segment], frequencies: TermFrequencies | None = None) -> Self:
        """The vocabulary of these segments, whose terms may be counted already; each term is read once."""
        counted = frequencies or TermFrequencies.of(segments)
        known, terms, counts = np.zeros(len(counted.keys), np.bool_), list[Words](), list[Counts]()
        for segment in segments:
            places = counted.keys.searchsorted(segment.postings.term_keys)
            new = np.flatnonzero(~known[places])
            known[places[new]] = True
            short = new[segment.terms.lengths(new) <= _LONGEST]
            terms.append(segment.terms.padded(short, _LONGEST))
            counts.append(counted.frequencies[places[short]])
        together = np.concatenate([np.empty(0, f"S{_LONGEST}"), *terms])
        order = np.argsort(together)
        return cls(together[order], np.concatenate([np.empty(0, np.int64), *counts])[order])

    def count(self, words: Sequence[str]) -> list[int]:
        """About how many papers contain each of these terms; 0 for unknown ones."""
        wanted = _packed(words)
        places = zip(wanted.tolist(), find(self.terms, wanted).tolist(), strict=True)
        return [self.counts.item(at) if word and at >= 0 else 0 for word, at in places]

    def completions(self, prefix: str, most: int) -> list[str]:
        """The most common terms that start with ``prefix``, the most common first."""
        start, end = self._span(prefix)
        order = np.argsort(-self.counts[start:end], kind="stable")[:most]
        return [word.decode("utf-8", "surrogatepass") for word in self.terms[start:end][order].tolist()]

    def highest_counts(self, prefixes: Sequence[str]) -> list[int]:
        """The count of the most common term with each prefix; 0 if there is none."""
        starts = self.terms.searchsorted(_packed(prefixes))
        ends = self.terms.searchsorted(_packed(prefixes, _BEYOND))
        return [
            int(self.counts[start:end].max()) if start < end else 0
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def _span(self, prefix: str) -> tuple[int, int]:
        start = self.terms.searchsorted(_packed([prefix]))
        end = self.terms.searchsorted(_packed([prefix], _BEYOND))
        return int(start[0]), int(end[0])


class VocabularyCache:
    """The vocabulary of a growing index, or of an earlier state of it that is nearly the same.

    Safe to use from several threads; at worst they all do the same work.
    """

    def __init__(self) -> None:
        self._papers = 0
        self.latest = Vocabulary.of(())

    def __call__(self, index: Index) -> Vocabulary:
        """The vocabulary of an index; takes a third of a second for a million papers, if enough of them changed."""
        if len(index) <= _SMALL or abs(len(index) - self._papers) * _CHANGED > len(index):
            self.latest, self._papers = self.read(index), len(index)
        return self.latest

    def read(self, index: Index) -> Vocabulary:
        """The present vocabulary of an index."""
        return Vocabulary.of(index.segments, index.statistics.count_terms())


def _packed(words: Sequence[str], after: bytes = b"") -> Words:
    """Words in the format of ``terms``; too long ones, which no term can be, become empty."""
    encoded = [word.encode("utf-8", "surrogatepass") + after for word in words]
    return np.array([word if len(word) <= _LONGEST else b"" for word in encoded], f"S{_LONGEST}")
