"""The words of an index in the order of their letters: what a beginning may become, and how common a word is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.index.bm25 import Index
from retrieval.index.segment import Segment
from retrieval.index.strings import Keys

_LONGEST: Final = 24
"""Bytes of a word: what is longer is a link or a formula, which nobody types."""
_BEYOND: Final = b"\xff"  # stands after every byte of UTF-8
_SMALL: Final = 2_000
"""Papers up to which the words are read anew with each change: a twentieth of a second."""
_CHANGED: Final = 50
"""Of a larger index they are read anew once one paper in so many is another."""

Words = NDArray[np.bytes_]
Counts = NDArray[np.int64]


class Vocabulary:
    """All terms (stems) of an index. ``terms`` are their UTF-8 bytes, ascending; ``holding`` counts papers.

    A million papers take some ten megabytes. Papers that were replaced since their segment was made are
    counted too: the numbers are good for what is more common, not for a score.
    """

    def __init__(self, terms: Words, holding: Counts) -> None:
        self.terms = terms
        self.holding = holding

    @classmethod
    def of(cls, segments: Sequence[Segment]) -> Self:
        """The vocabulary of these segments; each one's new words are read once."""
        known, keys, terms = np.empty(0, np.uint64), list[Keys](), list[Words]()
        for segment in segments:
            there = segment.postings.term_keys
            new = np.flatnonzero(~np.isin(there, known, assume_unique=True))
            words = [segment.terms[at].encode("utf-8", "surrogatepass") for at in new.tolist()]
            fits = np.fromiter((len(word) <= _LONGEST for word in words), np.bool_, len(words))
            terms.append(np.array(words, f"S{_LONGEST}")[fits])
            keys.append(there[new][fits])
            known = np.union1d(known, there)
        together = np.concatenate([np.empty(0, f"S{_LONGEST}"), *terms])
        order = np.argsort(together)
        counts = _counted(np.concatenate([np.empty(0, np.uint64), *keys]), segments)
        return cls(together[order], counts[order])

    def count(self, words: Sequence[str]) -> list[int]:
        """In how many papers each of these terms stands, about; 0 for those that there are not."""
        wanted = _packed(words)
        at = self.terms.searchsorted(wanted)
        if not len(self.terms):
            return [0] * len(words)
        there = self.terms[np.minimum(at, len(self.terms) - 1)] == wanted
        there &= np.fromiter((bool(word) for word in wanted), np.bool_, len(words))
        return np.where(there, self.holding[np.minimum(at, len(self.terms) - 1)], 0).tolist()

    def beginning(self, letters: str, most: int) -> list[str]:
        """The most common terms that begin with these letters, the most common first."""
        start, end = self._span(letters)
        order = np.argsort(-self.holding[start:end], kind="stable")[:most]
        return [word.decode("utf-8", "surrogatepass") for word in self.terms[start:end][order].tolist()]

    def commonest(self, beginnings: Sequence[str]) -> list[int]:
        """In how many papers the most common term stands that begins so; 0 where none does."""
        starts = self.terms.searchsorted(_packed(beginnings))
        ends = self.terms.searchsorted(_packed(beginnings, _BEYOND))
        return [
            int(self.holding[start:end].max()) if start < end else 0
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def _span(self, letters: str) -> tuple[int, int]:
        start = self.terms.searchsorted(_packed([letters]))
        end = self.terms.searchsorted(_packed([letters], _BEYOND))
        return int(start[0]), int(end[0])


class VocabularyCache:
    """The vocabulary of an index that grows: of the index of now, or of one that is nearly the same.

    Threads may ask at the same time; at worst both make the same thing.
    """

    def __init__(self) -> None:
        self._papers = 0
        self.latest = Vocabulary.of(())

    def __call__(self, index: Index) -> Vocabulary:
        """Follow an index: a second for a million papers, when enough of them changed."""
        if len(index) <= _SMALL or abs(len(index) - self._papers) * _CHANGED > len(index):
            self.latest, self._papers = Vocabulary.of(index.segments), len(index)
        return self.latest


def _packed(words: Sequence[str], after: bytes = b"") -> Words:
    """Words as ``terms`` has them; those that are too long, which no term can be, become empty ones."""
    encoded = [word.encode("utf-8", "surrogatepass") + after for word in words]
    return np.array([word if len(word) <= _LONGEST else b"" for word in encoded], f"S{_LONGEST}")


def _counted(keys: Keys, segments: Sequence[Segment]) -> Counts:
    """In how many documents of the segments the terms with these keys stand."""
    order = np.argsort(keys)
    ascending, sums = keys[order], np.zeros(len(keys), np.int64)
    for segment in segments:
        there = segment.postings.term_keys
        at = np.minimum(ascending.searchsorted(there), max(0, len(keys) - 1))
        same = ascending[at] == there if len(keys) else np.zeros(len(there), np.bool_)
        sums[at[same]] += np.diff(segment.offsets.astype(np.int64))[same]
    counts = np.empty(len(keys), np.int64)
    counts[order] = sums
    return counts
