"""Builds segments from documents, and one segment from several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from numpy.typing import NDArray

from retrieval.index.documents import BREAK
from retrieval.index.positions import Parts, Texts, merged_texts, texts
from retrieval.index.segment import (
    GAP,
    NOWHERE,
    POSITIONS,
    Postings,
    Segment,
    impacts_of,
    least_frequencies,
    length_norms,
)
from retrieval.index.strings import Keys, Strings, joined, keys

Document = tuple[str, Sequence[str]]
"""An id, and the terms of the document, each as often as it counts: in any order, or as ``ordered_terms`` has them."""

Integers = NDArray[np.int64]

_ROW = 16  # bits of a row
_FREQUENCY = 8  # bits of a frequency
_MANY = 255  # frequencies from this number on don't fit
_POSITION = 8  # bits of a position


@dataclass(frozen=True, eq=False, slots=True)
class _Listed:
    """Ascending postings (place of the term and row in one integer), their frequencies, and their first positions."""

    postings: Integers
    frequencies: Integers
    positions: Integers


@dataclass(frozen=True, eq=False, slots=True)
class _Documents:
    """Documents by row."""

    ids: Strings
    id_keys: Keys
    lengths: NDArray[np.uint32]
    texts: Texts


@dataclass(frozen=True, eq=False, slots=True)
class _Terms:
    """Terms, ascending by key."""

    keys: Keys
    names: Strings


def build(documents: Iterable[Document], mean: float = 0.0) -> Segment:
    """A segment of one to ``SEGMENT_SIZE`` documents with different ids.

    ``mean`` is the mean length in the index that gets the segment (0: the mean of these documents). It doesn't change
    scores, but the more accurate it is, the fewer papers a search has to score exactly.
    """
    numbers_of: defaultdict[str, int] = defaultdict(count().__next__)
    is_break = numbers_of[BREAK]
    ids, each_size = list[str](), list[int]()
    every_term = chain.from_iterable(_noted(documents, ids, each_size))
    numbers, sizes = np.fromiter(map(numbers_of.__getitem__, every_term), np.int64), np.array(each_size, np.int64)
    breaks = numbers == is_break
    positions, title_words, text_words = Parts(sizes, breaks).positions()
    names: list[str] = list(numbers_of)[1:]
    term_keys = keys(names)
    order: NDArray[np.intp] = np.argsort(term_keys)
    by_key: list[int] = order.tolist()
    places = np.empty(len(names) + 1, np.int64)
    places[order + 1] = np.arange(len(order))
    places[is_break] = GAP
    placed, rows = places[numbers], np.repeat(np.arange(len(ids)), sizes)
    long = _long_texts(placed, np.cumsum(sizes) - sizes, text_words)
    # Sorting one integer for each token orders by (term, document, position) and counts frequencies too.
    tokens = ((placed << _ROW | rows) << _POSITION | positions)[~breaks]
    tokens.sort()
    starts = np.flatnonzero(np.diff(tokens >> _POSITION, prepend=-1))
    frequencies = np.diff(np.append(starts, len(tokens)))
    lengths = sizes - np.bincount(rows[breaks], minlength=len(ids))
    return _assemble(
        _Listed(tokens[starts] >> _POSITION, frequencies, tokens[starts] & NOWHERE),
        _Terms(term_keys[order], Strings.of([names[number] for number in by_key])),
        _Documents(
            Strings.of(ids),
            keys(ids),
            lengths.astype(np.uint32),
            texts(tokens, starts, title_words, text_words, long),
        ),
        mean,
    )


def _noted(documents: Iterable[Document], ids: list[str], sizes: list[int]) -> Iterator[Sequence[str]]:
    """The terms of each document, of which the id and the number of terms are noted."""
    for id, terms in documents:
        ids.append(id)
        sizes.append(len(terms))
        yield terms


def _long_texts(placed: Integers, starts: Integers, words: Integers) -> list[Integers]:
    """The places of the words of each long text, with the gap after its title."""
    long = np.flatnonzero(words >= POSITIONS)
    spans = zip(starts[long].tolist(), words[long].tolist(), strict=True)
    return [placed[start : start + count + 1] for start, count in spans]


def merge(segments: Sequence[Segment], mean: float = 0.0) -> Segment:
    """One segment of the live documents of ``segments`` (at least one) in their order; ``mean`` as in ``build``."""
    all_keys = np.concatenate([segment.postings.term_keys for segment in segments])
    unique, first, inverse = np.unique(all_keys, return_index=True, return_inverse=True)
    names = joined([segment.terms for segment in segments])
    places = np.split(inverse, np.cumsum([len(segment.terms) for segment in segments])[:-1])
    rows_before = [0, *np.cumsum([segment.living for segment in segments]).tolist()]
    pieces = list(map(_living_postings, segments, places, rows_before))
    packed, many, exact = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    packed.sort()
    positions = packed & NOWHERE
    frequencies = packed >> _POSITION & _MANY
    postings = packed >> (_POSITION + _FREQUENCY)
    frequencies[np.searchsorted(postings, many)] = exact
    held = np.flatnonzero(np.bincount(postings >> _ROW, minlength=len(unique)))
    if len(held) < len(unique):  # terms that only deleted documents contain
        postings = (np.searchsorted(held, postings >> _ROW) << _ROW) | (postings & 0xFFFF)
        places = [np.searchsorted(held, each) for each in places]
    ids = joined([segment.ids for segment in segments])
    living = np.flatnonzero(np.concatenate([segment.alive for segment in segments]))
    id_keys = np.concatenate([_keys_by_row(segment.postings) for segment in segments])[living]
    lengths = np.concatenate([segment.postings.lengths for segment in segments])[living]
    terms = _Terms(unique[held], names.take(first[held]))
    texts_there = merged_texts(segments, places)
    return _assemble(
        _Listed(postings, frequencies, positions),
        terms,
        _Documents(ids.take(living), id_keys, lengths, texts_there),
        mean,
    )


def _keys_by_row(postings: Postings) -> Keys:
    by_row = np.empty_like(postings.id_keys)
    by_row[postings.id_rows] = postings.id_keys
    return by_row


def _living_postings(segment: Segment, places: NDArray[np.intp], base: int) -> tuple[Integers, Integers, Integers]:
    """The postings of a segment's live documents: (term, row, frequency up to ``_MANY``, position) in one integer each.

    ``places`` are the places of the terms in the new segment; rows are counted from ``base``. The second array has
    (term, row) of postings with a frequency of ``_MANY`` or more, the third has those frequencies.
    """
    postings = segment.postings
    rows = base - 1 + np.cumsum(segment.alive, dtype=np.int64)
    keyed = (np.repeat(places.astype(np.int64), np.diff(postings.offsets)) << _ROW) | rows[postings.documents]
    frequencies = postings.frequencies(np.arange(len(keyed))).astype(np.int64)
    if len(segment.dead):
        alive = np.flatnonzero(segment.alive[postings.documents])
        keyed, frequencies, positions = keyed[alive], frequencies[alive], postings.positions[alive]
    else:
        positions = postings.positions
    many = np.flatnonzero(frequencies >= _MANY)
    packed = (keyed << _FREQUENCY | np.minimum(frequencies, _MANY)) << _POSITION | positions
    return packed, keyed[many], frequencies[many]


def _assemble(listed: _Listed, terms: _Terms, documents: _Documents, mean: float) -> Segment:
    """A segment of these postings."""
    postings, frequencies, lengths = listed.postings, listed.frequencies, documents.lengths
    ids, id_keys, there = documents.ids, documents.id_keys, documents.texts
    rows = (postings & 0xFFFF).astype(np.uint16)
    offsets = np.searchsorted(postings, np.arange(len(terms.keys) + 1, dtype=np.int64) << _ROW)
    mean = mean or (float(lengths.mean()) if len(lengths) else 0.0)
    norms = length_norms(lengths, mean)[rows]
    impacts = impacts_of(frequencies, norms)
    exact = np.flatnonzero(least_frequencies(impacts, norms) != frequencies)
    order = np.argsort(id_keys)
    return Segment(
        Postings(
            term_keys=terms.keys,
            term_characters=terms.names.characters,
            term_ends=terms.names.ends,
            offsets=offsets.astype(np.uint32),
            maxima=np.maximum.reduceat(impacts, offsets[:-1]) if len(terms.keys) else np.empty(0, np.uint8),
            documents=rows,
            impacts=impacts,
            exact_at=exact.astype(np.uint32),
            exact_frequencies=frequencies[exact].astype(np.uint32),
            lengths=lengths,
            id_characters=ids.characters,
            id_ends=ids.ends,
            id_keys=id_keys[order],
            id_rows=order.astype(np.uint16),
            positions=listed.positions.astype(np.uint8),
            repeats=there.repeats,
            repeat_ends=there.repeat_ends,
            title_words=there.title_words,
            text_words=there.text_words,
            long_rows=there.long_rows,
            long_words=there.long_words,
            long_ends=there.long_ends,
            mean=np.array([mean]),
        )
    )
