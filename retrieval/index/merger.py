"""Which segments are merged into one, and when.

Adding papers in small batches leaves about log8(N) segments to search, and each paper is merged a few times. Small
merges are made at once; a long one is a ``DueMerge``, made in another thread from segments that never change, while
the index is searched and grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from retrieval.index.builder import merge
from retrieval.index.segment import SEGMENT_SIZE, Segment

RATIO: Final = 8
"""A segment is merged with the one before it if that has at most this many times its documents."""
AT_ONCE: Final = 2_048
"""Documents that are merged while somebody waits: about 20 ms."""
_HOLLOW: Final = 4
"""A segment is rewritten when one in this many of its documents is deleted."""


@dataclass(frozen=True, eq=False, slots=True)
class Merge:
    """Consecutive segments of an index, and the one that replaces them."""

    parts: tuple[Segment, ...]
    merged: Segment

    def applied(self, segments: Sequence[Segment]) -> list[Segment]:
        """``segments`` with the merged one; documents that were deleted since the merge began are deleted in it.

        If the parts are no longer there (the index was rebuilt), nothing changes.
        """
        postings = [segment.postings for segment in segments]
        wanted = [part.postings for part in self.parts]
        start = next((at for at in range(len(postings)) if postings[at : at + len(wanted)] == wanted), None)
        if start is None:
            return list(segments)
        now = segments[start : start + len(wanted)]
        alive = [new.alive[old.alive] for new, old in zip(now, self.parts, strict=True)]
        merged = self.merged.without(np.flatnonzero(~np.concatenate(alive)))
        return [*segments[:start], *([merged] if merged.living else []), *segments[start + len(wanted) :]]


@dataclass(frozen=True, eq=False, slots=True)
class DueMerge:
    """Consecutive segments that should become one."""

    parts: tuple[Segment, ...]
    mean: float

    def make(self) -> Merge:
        """Merge them: about a second for a full segment, mostly without the interpreter lock."""
        return Merge(self.parts, merge(self.parts, self.mean))


def merge_small(segments: Sequence[Segment], mean: float) -> list[Segment]:
    """The same documents in fewer segments, as far as that is quick."""
    merged = [segment for segment in segments if segment.living]
    while (span := _next(merged)) and sum(segment.living for segment in merged[span]) <= AT_ONCE:
        merged[span] = [merge(merged[span], mean)]
    return merged


def due(segments: Sequence[Segment], mean: float) -> DueMerge | None:
    """The next merge that was too long for ``merge_small``."""
    span = _next(segments)
    return None if span is None else DueMerge(tuple(segments[span]), mean)


def _next(segments: Sequence[Segment]) -> slice | None:
    """The newest segments that should become one: two or more neighbours, or one with many deleted documents."""
    for at in range(len(segments) - 1, -1, -1):
        if len(segments[at].dead) * _HOLLOW > len(segments[at]):
            return slice(at, at + 1)
        first = at
        total = segments[at].living
        while first and segments[first - 1].living <= min(RATIO * total, SEGMENT_SIZE - total):
            first -= 1
            total += segments[first].living
        if first < at:
            return slice(first, at + 1)
    return None
