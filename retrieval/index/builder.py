"""Builds segments from documents, and one segment from several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from retrieval.index.segment import MANY, Postings, Segment, length_norms
from retrieval.index.strings import Keys, Strings, joined, keys

Document = tuple[str, Sequence[str]]
"""An id, and the terms of the document in any order, each as often as it occurs."""

Integers = NDArray[np.int64]

_ROW = 16  # bits of a row
_FREQUENCY = 8  # bits of a frequency, at most MANY


@dataclass(frozen=True, eq=False, slots=True)
class _Terms:
    """Terms, ascending by key."""

    keys: Keys
    names: Strings


def build(documents: Sequence[Document], mean: float = 0.0) -> Segment:
    """A segment of one to ``SEGMENT_SIZE`` documents with different ids.

    ``mean`` is the mean length in the index that gets the segment (0: the mean of these documents). It doesn't change
    scores, but the more accurate it is, the fewer papers a search has to score exactly.
    """
    lengths = np.fromiter((len(terms) for _, terms in documents), np.uint32, len(documents))
    numbers_of: defaultdict[str, int] = defaultdict(count().__next__)
    every_term = chain.from_iterable(terms for _, terms in documents)
    numbers = np.fromiter(map(numbers_of.__getitem__, every_term), np.int64, int(lengths.sum(dtype=np.int64)))
    names: list[str] = list(numbers_of)
    term_keys = keys(names)
    order: NDArray[np.intp] = np.argsort(term_keys)
    by_key: list[int] = order.tolist()
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    # Sorting one integer for each token orders by (term, document) and counts frequencies too.
    tokens = (places[numbers] << _ROW) | np.repeat(np.arange(len(documents)), lengths)
    tokens.sort()
    starts = np.flatnonzero(np.diff(tokens, prepend=-1))
    frequencies = np.diff(np.append(starts, len(tokens)))
    terms = _Terms(term_keys[order], Strings.of([names[number] for number in by_key]))
    ids = Strings.of(identifier for identifier, _ in documents)
    return _assemble(tokens[starts], frequencies, terms, ids, keys([id for id, _ in documents]), lengths, mean)


def merge(segments: Sequence[Segment], mean: float = 0.0) -> Segment:
    """One segment of the live documents of ``segments`` (at least one) in their order; ``mean`` as in ``build``."""
    all_keys = np.concatenate([segment.postings.term_keys for segment in segments])
    unique, first, inverse = np.unique(all_keys, return_index=True, return_inverse=True)
    names = joined([segment.terms for segment in segments])
    pieces = list[tuple[Integers, Integers, Integers]]()
    rows_before = terms_before = 0
    for segment in segments:
        places = inverse[terms_before : terms_before + len(segment.terms)]
        pieces.append(_living_postings(segment, places, rows_before))
        rows_before += segment.living
        terms_before += len(segment.terms)
    packed, many, exact = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    packed.sort()
    postings = packed >> _FREQUENCY
    frequencies = packed & MANY
    frequencies[np.searchsorted(postings, many)] = exact
    held = np.flatnonzero(np.bincount(postings >> _ROW, minlength=len(unique)))
    if len(held) < len(unique):  # terms that only deleted documents contain
        postings = (np.searchsorted(held, postings >> _ROW) << _ROW) | (postings & 0xFFFF)
    ids = joined([segment.ids for segment in segments])
    living = np.flatnonzero(np.concatenate([segment.alive for segment in segments]))
    id_keys = np.concatenate([_keys_by_row(segment.postings) for segment in segments])[living]
    lengths = np.concatenate([segment.postings.lengths for segment in segments])[living]
    terms = _Terms(unique[held], names.take(first[held]))
    return _assemble(postings, frequencies, terms, ids.take(living), id_keys, lengths, mean)


def _keys_by_row(postings: Postings) -> Keys:
    by_row = np.empty_like(postings.id_keys)
    by_row[postings.id_rows] = postings.id_keys
    return by_row


def _living_postings(segment: Segment, places: NDArray[np.intp], base: int) -> tuple[Integers, Integers, Integers]:
    """The postings of a segment's live documents: (term, row, frequency up to ``MANY``) in one integer each.

    ``places`` are the places of the terms in the new segment; rows are counted from ``base``. The second array has
    (term, row) of postings with a frequency of ``MANY`` or more, the third has those frequencies.
    """
    postings = segment.postings
    rows = base - 1 + np.cumsum(segment.alive, dtype=np.int64)
    keyed = (np.repeat(places.astype(np.int64), np.diff(postings.offsets)) << _ROW) | rows[postings.documents]
    packed = (keyed << _FREQUENCY) | postings.frequencies
    many, exact = keyed[postings.overflow_at], postings.overflow_frequencies.astype(np.int64)
    if not len(segment.dead):
        return packed, many, exact
    alive = segment.alive[postings.documents]
    many_alive = alive[postings.overflow_at]
    return packed[alive], many[many_alive], exact[many_alive]


def _assemble(
    postings: Integers,
    frequencies: Integers,
    terms: _Terms,
    ids: Strings,
    id_keys: Keys,
    lengths: NDArray[np.uint32],
    mean: float,
) -> Segment:
    """A segment of ascending postings (place of the term and row in one integer) and their frequencies."""
    rows = (postings & 0xFFFF).astype(np.uint16)
    offsets = np.searchsorted(postings, np.arange(len(terms.keys) + 1, dtype=np.int64) << _ROW)
    mean = mean or (float(lengths.mean()) if len(lengths) else 0.0)
    shares = frequencies / (frequencies + length_norms(lengths, mean)[rows])
    # Rounded up, plus a little: the exact score is computed in another order of operations.
    impacts = np.minimum(np.ceil(shares * (255 * (1 + 1e-9))), 255).astype(np.uint8)
    many = np.flatnonzero(frequencies >= MANY)
    order = np.argsort(id_keys)
    return Segment(
        Postings(
            term_keys=terms.keys,
            term_characters=terms.names.characters,
            term_ends=terms.names.ends,
            offsets=offsets.astype(np.uint32),
            maxima=np.maximum.reduceat(impacts, offsets[:-1]) if len(terms.keys) else np.empty(0, np.uint8),
            documents=rows,
            frequencies=np.minimum(frequencies, MANY).astype(np.uint8),
            impacts=impacts,
            overflow_at=many.astype(np.uint32),
            overflow_frequencies=frequencies[many].astype(np.uint32),
            lengths=lengths,
            id_characters=ids.characters,
            id_ends=ids.ends,
            id_keys=id_keys[order],
            id_rows=order.astype(np.uint16),
            mean=np.array([mean]),
        )
    )
