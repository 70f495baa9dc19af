"""Which segments become one, and when.

Adding papers in small lots leaves about log8(N) segments to walk, and each paper is merged a few times
in its life. Small merges are done with the addition; long ones are ``Due``: another thread makes them
from segments that nobody changes, while the index is searched and grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from retrieval.index.builder import merge
from retrieval.index.segment import SEGMENT_SIZE, Segment

RATIO: Final = 8
"""A segment swallows its elder when that has at most this many times its documents."""
AT_ONCE: Final = 2_048
"""Documents that are merged while somebody waits: some 20 ms."""
_HOLLOW: Final = 4
"""A segment is packed when one in so many of its documents is dead."""


@dataclass(frozen=True, eq=False, slots=True)
class Merge:
    """Segments that stood side by side in an index, and the one that takes their place."""

    parts: tuple[Segment, ...]
    merged: Segment

    def applied(self, segments: Sequence[Segment]) -> list[Segment]:
        """``segments`` with the merged one; documents that died since the merge began are dead in it.

        Where the parts are no longer there (somebody built a new index), nothing changes.
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
class Due:
    """Segments side by side that should become one."""

    parts: tuple[Segment, ...]
    mean: float

    def done(self) -> Merge:
        """The merge: about a second for a whole segment, mostly outside of the interpreter's lock."""
        return Merge(self.parts, merge(self.parts, self.mean))


def tidied(segments: Sequence[Segment], mean: float) -> list[Segment]:
    """The same documents in fewer segments, as far as that is quick."""
    tidy = [segment for segment in segments if segment.living]
    while (span := _next(tidy)) and sum(segment.living for segment in tidy[span]) <= AT_ONCE:
        tidy[span] = [merge(tidy[span], mean)]
    return tidy


def due(segments: Sequence[Segment], mean: float) -> Due | None:
    """The next merge that ``tidied`` left undone."""
    span = _next(segments)
    return None if span is None else Due(tuple(segments[span]), mean)


def _next(segments: Sequence[Segment]) -> slice | None:
    """The youngest segments that should become one: two (or more) neighbours, or one with many dead."""
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
