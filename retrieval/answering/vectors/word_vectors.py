"""Word vectors: a vector for each stem, so that a paraphrase that shares no word can be found.

``config/words.npz`` holds vectors of some 20,000 stems as one byte a number, with a scale for each stem; ``python -m
retrieval learn-words`` makes it. A text's vector is the sum of its stems' vectors, so important stems have long ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Rows
from retrieval.errors import SettingsError
from retrieval.settings import PROJECT

WORDS_FILE = PROJECT / "config" / "words.npz"

Vectors = NDArray[np.float32]
Neighbours = NDArray[np.uint16]
"""A row for each stem: the numbers of the ``NEAR`` stems whose vectors have the highest products with its own."""

NEAR: Final = 8
_BATCH: Final = 1024  # stems, to limit the memory


@dataclass(frozen=True, eq=False)
class WordVectors:
    """``vectors[numbers[stem]]`` is the vector of a stem; ``units`` the same at length 1, ``lengths`` their lengths.

    ``near`` are each stem's neighbours.
    """

    numbers: dict[str, int]
    vectors: Vectors
    units: Vectors
    lengths: Vectors
    near: Neighbours

    @classmethod
    def of(cls, stems: Iterable[str], vectors: Vectors, near: Neighbours | None = None) -> WordVectors:
        """Vectors in the order of ``stems``; their neighbours are found if they aren't given, which takes time."""
        numbers = {stem: number for number, stem in enumerate(stems)}
        lengths = np.linalg.norm(vectors, axis=1).astype(np.float32)
        return cls(numbers, vectors, unit(vectors), lengths, neighbours(vectors) if near is None else near)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems in the order of their numbers."""
        return tuple(self.numbers)

    @cached_property
    def digest(self) -> str:
        """A hash of these vectors."""
        return blake2b(np.ascontiguousarray(self.vectors).data, digest_size=8).hexdigest()

    def known(self, stems: Iterable[str]) -> Rows:
        """The numbers of the stems that have a vector, in order."""
        found = [number for stem in stems if (number := self.numbers.get(stem)) is not None]
        return np.array(found, np.intp)

    def embed(self, stems: Iterable[str]) -> Vectors:
        """The direction of a text: length 1, or 0 if none of its stems is known."""
        total = self.vectors[self.known(dict.fromkeys(stems))].sum(axis=0)
        length = math.sqrt(total.dot(total))
        return total / np.float32(length) if length else total


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; rows of zeros stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def neighbours(vectors: Vectors) -> Neighbours:
    """The neighbours of each stem, nearest first. The stem itself may be among them."""
    found = np.zeros((len(vectors), min(NEAR, len(vectors))), np.uint16)
    for start in range(0, len(vectors), _BATCH):
        products = vectors[start : start + _BATCH] @ vectors.T
        nearest = np.argpartition(-products, found.shape[1] - 1, axis=1)[:, : found.shape[1]]
        order = np.argsort(-np.take_along_axis(products, nearest, axis=1), axis=1, kind="stable")
        found[start : start + _BATCH] = np.take_along_axis(nearest, order, axis=1)
    return found


def write(path: Path, stems: Iterable[str], vectors: Vectors) -> None:
    """Write vectors as one byte a number; a row's scale is its largest number divided by 127."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    small = np.asarray(np.rint(vectors / scales[:, None]), np.int8)
    near = neighbours(small * scales[:, None].astype(np.float32))
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            stems=np.frombuffer("\n".join(stems).encode(), np.uint8),
            scales=scales.astype(np.float32),
            vectors=small,
            near=near,
        )


@cache
def load_word_vectors(path: Path = WORDS_FILE) -> WordVectors:
    """Load the vectors that ship with the program. Raises ``SettingsError`` if the file is missing or damaged."""
    try:
        with np.load(path) as file:
            stems = file["stems"].tobytes().decode().split("\n")
            return _scaled(stems, file["vectors"], file["scales"], file["near"])
    except Exception as error:  # a damaged file raises many kinds of errors in zip, zlib and numpy
        raise SettingsError(
            f"{path} isn't a valid file of word vectors. Make it again: python -m retrieval learn-words."
        ) from error


def _scaled(stems: list[str], vectors: NDArray[np.int8], scales: Vectors, near: Neighbours) -> WordVectors:
    """The vectors at their scales. Raises ``ValueError`` if the numbers of stems, vectors, scales and so on differ."""
    rows, _ = vectors.shape
    if scales.shape != (rows,) or not len(set(stems)) == len(stems) == rows:
        raise ValueError("the numbers of stems, vectors and scales differ")
    if near.shape != (rows, min(NEAR, rows)) or near.max(initial=0) >= rows:
        raise ValueError("the neighbours are of other stems")
    scaled = vectors.astype(np.float32) * scales[:, None]
    if not np.isfinite(scaled).all():
        raise ValueError("a vector isn't finite")
    return WordVectors.of(stems, scaled, near)
