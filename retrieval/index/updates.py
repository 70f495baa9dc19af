"""Changes to an index. Each function returns a new index, which shares the segments that didn't change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from retrieval.index import merger
from retrieval.index.bm25 import Index
from retrieval.index.builder import Document, build
from retrieval.index.segment import SEGMENT_SIZE, Segment
from retrieval.index.strings import keys


def add_documents(index: Index, documents: Iterable[Document]) -> Index:
    """Add documents; one whose id is known already is replaced.

    They are read one segment at a time, so an iterator's documents are never all in memory.
    """
    for batch in _batches(documents):
        index = add_segments(index, [build(list(batch.items()), index.statistics.mean_length)])
    return index


def add_segments(index: Index, built: Sequence[Segment]) -> Index:
    """Add documents that are in segments already (made by ``build``, perhaps in another process)."""
    segments = list(index.segments)
    for new in built:
        segments = [segment.without_ids(new.postings.id_keys) for segment in segments]
        segments = merger.merge_small([*segments, new], index.statistics.mean_length)
    return index.with_segments(segments)


def remove_documents(index: Index, ids: Collection[str]) -> Index:
    """Remove these documents; ids that the index doesn't have are ignored."""
    id_keys = keys(list(ids))
    segments = [segment.without_ids(id_keys) for segment in index.segments]
    return index.with_segments(merger.merge_small(segments, index.statistics.mean_length))


def remove_segment(index: Index, segment: Segment) -> Index:
    """Remove a segment, whichever of its documents were deleted since it was read."""
    return index.with_segments([each for each in index.segments if each.postings is not segment.postings])


def apply_merge(index: Index, merge: merger.Merge) -> Index:
    """Replace segments by one that was made of them; documents that were removed in the meantime stay removed."""
    return index.with_segments(merge.applied(index.segments))


def due_merge(index: Index) -> merger.DueMerge | None:
    """Segments that should become one, which takes long and belongs in another thread; ``None`` if there are none."""
    return merger.due(index.segments, index.statistics.mean_length)


def _batches(documents: Iterable[Document]) -> Iterator[dict[str, Sequence[str]]]:
    """Batches of at most a segment, by id: of an id that is twice in a batch, the last document counts."""
    remaining = iter(documents)
    while batch := dict(islice(remaining, SEGMENT_SIZE)):
        yield batch
