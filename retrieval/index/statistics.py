"""What BM25 takes from all documents together: their number, their mean length, and the idf of each term."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.index.lookup import IndexedTerm, TermLookup
from retrieval.index.segment import Floats, Segment
from retrieval.index.strings import Keys

EPSILON = 0.25
_MANY = 200
"""More terms than a query has are possible corrections of a word."""
_AT_ONCE = 1 << 18
"""Keys that are sorted together: a few megabytes."""

Query = Sequence[str] | Mapping[str, float]
"""Terms, repeated as often as they count, or the weight of each term."""


class CorpusStatistics:
    """The statistics of the live documents of ``segments``.

    ``earlier`` are term frequencies of an index that this one was made from: only segments that differ are counted.
    """

    def __init__(self, segments: Sequence[Segment], earlier: TermFrequencies | None = None) -> None:
        self._segments = segments
        self._lookup = TermLookup(segments)
        self._earlier = earlier
        self._frequencies: TermFrequencies | None = None
        self.documents = sum(segment.living for segment in segments)
        lengths = sum(segment.words for segment in segments)
        self.mean_length = lengths / self.documents if self.documents else 0.0
        """Terms in a document on average, counting repeats; 0 without documents."""

    @cached_property
    def average_idf(self) -> float:
        """The mean idf of all terms, before the floor; zero or less in a corpus of a few documents."""
        return self.count_terms().average_idf(self.documents)

    def count_terms(self) -> TermFrequencies:
        """How many documents contain each term; they are counted once."""
        if self._frequencies is None:
            earlier, self._earlier = self._earlier, None
            self._frequencies = TermFrequencies.of(self._segments, earlier)
        return self._frequencies

    @property
    def term_frequencies(self) -> TermFrequencies | None:
        """The latest term frequencies that were counted for this index or for one that it was made from."""
        return self._frequencies or self._earlier

    def indexed(self, terms: Sequence[str]) -> list[IndexedTerm]:
        """Where these terms are."""
        return self._lookup.words(terms)

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """How many documents contain each of these terms."""
        if len(terms) > _MANY:
            return self._lookup.frequencies(terms)
        return [word.frequency for word in self._lookup.words(terms)]

    def idf(self, frequency: int) -> float:
        """The idf of a term that this many documents contain; 0 if none do, as in rank_bm25."""
        if not frequency:
            return 0.0
        idf = math.log(self.documents - frequency + 0.5) - math.log(frequency + 0.5)
        return idf if idf >= 0 else EPSILON * self.average_idf

    def weights(self, query: Query) -> tuple[list[IndexedTerm], Floats]:
        """The terms of the query that any document contains, and what each of them weighs: its idf times its count."""
        counts = query if isinstance(query, Mapping) else Counter(query)
        words = self._lookup.words(list(counts))
        found = [(word, count) for word, count in zip(words, counts.values(), strict=True) if word.frequency]
        weights = [count * self.idf(word.frequency) for word, count in found]
        return [word for word, _ in found], np.array(weights, np.float64)


@dataclass(frozen=True, eq=False, slots=True)
class TermFrequencies:
    """How many live documents of ``segments`` contain each term. ``keys`` ascend; some terms may have a count of 0.

    Counting reads the terms of every segment, a third of a second for a million documents. It is only needed if more
    than half of the documents contain a term of a query, and an index that was made from another one reuses its
    counts of the segments that they share.
    """

    segments: tuple[Segment, ...]
    keys: Keys
    frequencies: NDArray[np.int64]

    @classmethod
    def of(cls, segments: Sequence[Segment], earlier: TermFrequencies | None = None) -> TermFrequencies:
        """The frequencies in these segments, starting from those in some of them, if there are any."""
        if earlier is not None and earlier.segments == tuple(segments):
            return earlier
        known = set[Segment]() if earlier is None else set(earlier.segments)
        parts = [(segment, 1) for segment in segments if segment not in known]
        parts += [(segment, -1) for segment in known.difference(segments)]
        keys = [segment.postings.term_keys for segment, _ in parts]
        counts = [sign * segment.document_frequencies() for segment, sign in parts]
        if earlier is not None:
            keys, counts = [earlier.keys, *keys], [earlier.frequencies, *counts]
        return cls(tuple(segments), *_summed(keys, counts))

    def average_idf(self, documents: int) -> float:
        """The mean of ``log(N - n + 0.5) - log(n + 0.5)`` over all terms in *N* ``documents``; 0 without terms."""
        counts = np.bincount(self.frequencies)
        frequencies = np.flatnonzero(counts)
        frequencies = frequencies[frequencies > 0]  # terms that only deleted documents contain don't count
        if not len(frequencies):
            return 0.0
        idfs = np.log(documents - frequencies + 0.5) - np.log(frequencies + 0.5)
        return float(np.average(idfs, weights=counts[frequencies]))


def _summed(parts: Sequence[Keys], counts: Sequence[NDArray[np.int64]]) -> tuple[Keys, NDArray[np.int64]]:
    """Each key of the parts once, ascending, with the sum of its counts. In each part the keys ascend.

    Keys are hashes, so equal ranges of them have about as many keys: one range after another takes little memory.
    """
    ranges = 1 + sum(map(len, parts)) // _AT_ONCE
    firsts = np.array([number * (1 << 64) // ranges for number in range(1, ranges)], np.uint64)
    cuts = [[0, *part.searchsorted(firsts).tolist(), len(part)] for part in parts]
    found = [
        _sums(
            [part[each[at] : each[at + 1]] for part, each in zip(parts, cuts, strict=True)],
            [count[each[at] : each[at + 1]] for count, each in zip(counts, cuts, strict=True)],
        )
        for at in range(ranges)
    ]
    keys, sums = zip(*found, strict=True)
    return np.concatenate(keys), np.concatenate(sums)


def _sums(parts: Sequence[Keys], counts: Sequence[NDArray[np.int64]]) -> tuple[Keys, NDArray[np.int64]]:
    """``_summed`` for keys that are few enough to be sorted together."""
    if not any(map(len, parts)):
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    keys = np.concatenate(parts)
    order = np.argsort(keys, kind="stable")  # which merges ascending parts
    keys = keys[order]
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    return keys[first], np.add.reduceat(np.concatenate(counts)[order], first)
