"""The rows of an index: its documents numbered through all segments, and selections of them.

A row is a document's place in this one index; deleted documents keep theirs until their segment is merged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from retrieval.index.segment import Mask, Rows, Segment
from retrieval.index.strings import Strings, keys

_LARGE = 16
"""A set of allowed documents is large if it has more than one document in this many."""


@dataclass(frozen=True, eq=False)
class Selection:
    """Live documents of one index, to be searched repeatedly: a mask with an element for each row, or ascending rows.

    Made by ``DocumentRows`` and ``select_containing``.
    """

    documents: DocumentRows
    chosen: Mask | Rows

    @cached_property
    def mask(self) -> Mask:
        """Whether each row is selected."""
        chosen = self.chosen
        return cast("Mask", chosen) if chosen.dtype == np.bool_ else self.documents.marked(cast("Rows", chosen))

    @cached_property
    def rows(self) -> Rows:
        """The selected rows, ascending."""
        return np.flatnonzero(self.chosen) if self.chosen.dtype == np.bool_ else cast("Rows", self.chosen)

    @property
    def has_rows(self) -> bool:
        """Whether it is made of rows rather than of a mask."""
        return self.chosen.dtype != np.bool_

    def __len__(self) -> int:
        return len(self.rows) if self.has_rows else int(np.count_nonzero(self.chosen))

    def __and__(self, other: Selection) -> Selection:
        if self.has_rows:
            return Selection(self.documents, self.rows[other.mask[self.rows]])
        return Selection(self.documents, self.mask & other.mask)

    def __invert__(self) -> Selection:
        return self.documents.selection([~self.mask])


Allowed = Collection[str] | Selection
"""Documents to search among: their ids, or a selection in the same index."""


class DocumentRows:
    """The documents of an index by row. ``starts`` has the first row of each segment, then the number of rows."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self.starts: list[int] = [0, *np.cumsum([len(segment) for segment in segments]).tolist()]
        self._cuts = np.array(self.starts, np.intp)

    @cached_property
    def alive(self) -> Mask:
        """Which rows are live documents."""
        return np.concatenate([np.empty(0, np.bool_), *(segment.alive for segment in self._segments)])

    def rows_of(self, ids: Sequence[str]) -> Rows:
        """The row of each document, -1 for ids that the index doesn't have."""
        id_keys, rows = keys(ids), np.full(len(ids), -1, np.intp)
        left = id_keys.argsort()  # sorted, they are looked up several times as fast
        for start, segment in zip(self.starts, self._segments, strict=False):
            found = segment.rows_of(id_keys[left])
            here = found >= 0
            if here.any():
                rows[left[here]] = found[here] + start
                left = left[~here]
        return rows

    def text_lengths(self, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """How many words the titles of these documents have, and titles and abstracts together; 0 for -1."""
        titles, words = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
        for number, positions, local in self.by_segment(rows):
            postings = self._segments[number].postings
            titles[positions], words[positions] = postings.title_words[local], postings.text_words[local]
        return titles, words

    def by_segment(self, rows: Rows) -> Iterator[tuple[int, Rows, Rows]]:
        """For each segment that has any of these rows: its number, positions in ``rows``, and rows in the segment."""
        if len(rows) <= 1 or bool((rows[1:] >= rows[:-1]).all()):
            cuts = rows.searchsorted(self._cuts).tolist()
            for number, (first, last) in enumerate(pairwise(cuts)):
                if first < last:
                    yield number, np.arange(first, last), rows[first:last] - self.starts[number]
            return
        for number, (start, end) in enumerate(pairwise(self.starts)):
            positions = np.flatnonzero((rows >= start) & (rows < end))
            if len(positions):
                yield number, positions, rows[positions] - start

    def in_segments(self, rows: Rows) -> list[Rows]:
        """These rows, which must ascend, as rows in each segment."""
        cuts = rows.searchsorted(self._cuts).tolist()
        return [rows[first:last] - start for start, (first, last) in zip(self.starts, pairwise(cuts), strict=False)]

    def ids_at(self, rows: Rows, read: Callable[[Strings, Rows], list[str]] = Strings.at) -> list[str]:
        """The ids of these rows, which must ascend. ``read`` is an engine's way to read strings."""
        ids, cuts = list[str](), rows.searchsorted(self._cuts).tolist()
        for segment, base, start, end in zip(self._segments, self.starts, cuts, cuts[1:], strict=False):
            if start < end:
                ids += read(segment.ids, rows[start:end] - base)
        return ids

    def few_ids_at(self, rows: Sequence[int]) -> list[str]:
        """The same of a few rows, in any order: without what many would share."""
        at = [(bisect_right(self.starts, row) - 1, row) for row in rows]
        return [self._segments[number].ids[row - self.starts[number]] for number, row in at]

    def select(self, ids: Collection[str]) -> Selection:
        """The documents with these ids. The selection is valid for this index only."""
        return Selection(self, self.mask(ids))

    def selection(self, masks: Sequence[Mask]) -> Selection:
        """The live documents among ``masks``, which follow each other, for example one for each segment."""
        return Selection(self, np.concatenate([np.empty(0, np.bool_), *masks]) & self.alive)

    def in_all(self, selections: Iterable[Selection]) -> Selection:
        """The documents that are in all of these selections; all documents if there are none."""
        first, *others = [*selections] or [Selection(self, self.alive)]
        for selection in others:
            first &= selection
        return first

    def in_any(self, selections: Iterable[Selection]) -> Selection:
        """The documents that are in any of these selections."""
        mask = np.zeros_like(self.alive)
        for selection in selections:
            mask |= selection.mask
        return Selection(self, mask)

    def allowed_rows(self, allowed: Allowed) -> Rows:
        """The rows of the allowed live documents, each once, ascending."""
        if isinstance(allowed, Selection):
            return self.own(allowed).rows
        rows = np.sort(self.rows_of(list(set(allowed))))
        return rows[rows >= 0]

    def marked(self, rows: Rows) -> Mask:
        """A mask of these rows."""
        mask = np.zeros(self.starts[-1], np.bool_)
        mask[rows] = True
        return mask

    def own(self, selection: Selection) -> Selection:
        """The selection. Raises ``ValueError`` for one in another index."""
        if selection.documents is not self:
            raise ValueError("The selection belongs to another index: select again after documents were added.")
        return selection

    def mask(self, allowed: Allowed) -> Mask:
        """Which rows are allowed live documents. Raises ``ValueError`` for a selection in another index."""
        if isinstance(allowed, Selection):
            return self.own(allowed).mask
        if len(allowed) * _LARGE > self.starts[-1]:  # looking up a million ids takes longer than reading them all
            wanted = frozenset(allowed)
            every_id = chain.from_iterable(segment.ids.all() for segment in self._segments)
            return np.fromiter((id in wanted for id in every_id), np.bool_, self.starts[-1]) & self.alive
        mask = np.zeros(self.starts[-1], np.bool_)
        id_keys = np.sort(keys(list(allowed)))  # sorted, they are looked up several times as fast
        for start, segment in zip(self.starts, self._segments, strict=False):
            rows = segment.rows_of(id_keys)
            mask[start + rows[rows >= 0]] = True
        return mask
