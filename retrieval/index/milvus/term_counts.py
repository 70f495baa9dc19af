"""How many papers of a collection contain each term: what BM25 takes from all papers, held in memory.

The counts of a million terms take about 40 MB. They are read from the engine once, and then only those that changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.index.lookup import IndexedTerm, TermLookup
from retrieval.index.segment import Segment
from retrieval.index.statistics import CorpusStatistics, TermFrequencies
from retrieval.index.strings import Keys, find, keys
from retrieval.index.vocabulary import Vocabulary

LONGEST: Final = 24
"""Bytes of a term whose spelling is known; see ``Vocabulary``."""


@dataclass(frozen=True, eq=False)
class TermCounts:
    """The papers that contain each term, by the terms' keys, which ascend.

    ``spellings`` are the terms in UTF-8, empty if they are too long. ``documents`` is how many papers there are, and
    ``words`` how many terms they have together.
    """

    keys: Keys
    frequencies: NDArray[np.int64]
    spellings: NDArray[np.bytes_]
    documents: int = 0
    words: int = 0

    @classmethod
    def none(cls) -> TermCounts:
        """The counts of no papers."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, f"S{LONGEST}"))

    def changed(self, rows: Sequence[tuple[int, int, str]], documents: int, words: int) -> TermCounts:
        """The counts after these terms (key, papers, spelling) changed."""
        latest = {number: (papers, spelt) for number, papers, spelt in rows}
        new = np.fromiter(latest, np.uint64, len(latest))
        kept = ~np.isin(self.keys, new)
        spellings = [spelt.encode("utf-8", "surrogatepass") for _, spelt in latest.values()]
        short = np.array([each if len(each) <= LONGEST else b"" for each in spellings], f"S{LONGEST}")
        frequencies = np.fromiter((papers for papers, _ in latest.values()), np.int64, len(latest))
        every_key = np.concatenate([self.keys[kept], new])
        order = np.argsort(every_key, kind="stable")
        every_frequency = np.concatenate([self.frequencies[kept], frequencies])[order]
        every_spelling = np.concatenate([self.spellings[kept], short])[order]
        return replace(
            self,
            keys=every_key[order],
            frequencies=every_frequency,
            spellings=every_spelling,
            documents=documents,
            words=words,
        )

    def of(self, terms: Sequence[str]) -> list[int]:
        """How many papers contain each of these terms."""
        places = find(self.keys, keys(terms))
        return [self.frequencies.item(at) if at >= 0 else 0 for at in places.tolist()]

    @property
    def mean_length(self) -> float:
        """Terms in a paper on average; 0 without papers."""
        return self.words / self.documents if self.documents else 0.0

    @cached_property
    def average_idf(self) -> float:
        """See ``CorpusStatistics.average_idf``."""
        return TermFrequencies((), self.keys, self.frequencies).average_idf(self.documents)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All terms that some paper contains, in alphabetical order."""
        known = np.flatnonzero((self.frequencies > 0) & (self.spellings != b""))
        order = known[np.argsort(self.spellings[known])]
        return Vocabulary(self.spellings[order], self.frequencies[order])


class WholeStatistics(CorpusStatistics):
    """The statistics of all papers of a collection, for segments that have some of them."""

    def __init__(self, segments: Sequence[Segment], counts: TermCounts) -> None:
        super().__init__(segments)
        self._counts = counts
        self.documents = max(counts.documents, self.documents)
        self.mean_length = counts.mean_length or self.mean_length
        self._lookup = _CountedLookup(segments, counts, self.documents)

    @cached_property
    def average_idf(self) -> float:
        """See ``CorpusStatistics``."""
        return self._counts.average_idf


class _CountedLookup(TermLookup):
    """Places in some papers' segments, and frequencies in all papers."""

    def __init__(self, segments: Sequence[Segment], counts: TermCounts, documents: int) -> None:
        super().__init__(segments)
        self._counts = counts
        self._documents = documents

    def _found(self, terms: Sequence[str]) -> dict[str, IndexedTerm]:
        found, frequencies = super()._found(terms), self._counts.of(terms)
        # A paper that isn't counted yet is in the segments all the same.
        return {
            term: IndexedTerm(found[term].places, min(max(found[term].frequency, frequency), self._documents))
            for term, frequency in zip(terms, frequencies, strict=True)
        }
