"""Which words go together: vectors of stems, so that a paraphrase that shares no word can still be found.

``config/words.npz`` holds a vector for each of some 20,000 stems, as one byte a number, with a scale
for each; ``python -m retrieval learn-words`` makes it. A text's vector is the sum of its stems' vectors:
what a stem weighs is in the length of its vector.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import SettingsError
from retrieval.settings import PROJECT

WORDS_FILE = PROJECT / "config" / "words.npz"

Vectors = NDArray[np.float32]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class WordVectors:
    """``vectors[numbers[stem]]`` is the vector of a stem; ``units`` the same at length 1, ``lengths`` their lengths."""

    numbers: dict[str, int]
    vectors: Vectors
    units: Vectors
    lengths: Vectors

    @classmethod
    def of(cls, stems: Iterable[str], vectors: Vectors) -> WordVectors:
        """Vectors in the order of ``stems``."""
        numbers = {stem: number for number, stem in enumerate(stems)}
        return cls(numbers, vectors, unit(vectors), np.linalg.norm(vectors, axis=1).astype(np.float32))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems in the order of their numbers."""
        return tuple(self.numbers)

    @cached_property
    def digest(self) -> str:
        """Names these vectors: others have another one."""
        return blake2b(np.ascontiguousarray(self.vectors).data, digest_size=8).hexdigest()

    def known(self, stems: Iterable[str]) -> Numbers:
        """The numbers of those stems that have a vector, in order."""
        found = [number for stem in stems if (number := self.numbers.get(stem)) is not None]
        return np.array(found, np.intp)

    def embed(self, stems: Iterable[str]) -> Vectors:
        """The direction of a text: length 1, or 0 where none of its stems is known."""
        return unit(self.vectors[self.known(dict.fromkeys(stems))].sum(axis=0, keepdims=True))[0]


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def write(path: Path, stems: Iterable[str], vectors: Vectors) -> None:
    """Keep vectors as one byte a number; a row's scale is its largest number over 127."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    small = np.asarray(np.rint(vectors / scales[:, None]), np.int8)
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            stems=np.frombuffer("\n".join(stems).encode(), np.uint8),
            scales=scales.astype(np.float32),
            vectors=small,
        )


@cache
def associations(path: Path = WORDS_FILE) -> WordVectors:
    """The vectors that ship with the program. Raises ``SettingsError`` for a missing or damaged file."""
    try:
        with np.load(path) as file:
            return _fitting(file["stems"].tobytes().decode().split("\n"), file["vectors"], file["scales"])
    except Exception as error:  # a damaged file makes zip, zlib and numpy stumble in many ways
        raise SettingsError(
            f"{path} cannot be read as word vectors. Make it again: python -m retrieval learn-words."
        ) from error


def _fitting(stems: list[str], vectors: NDArray[np.int8], scales: Vectors) -> WordVectors:
    """Vectors at their scales; ``ValueError`` where a stem, a vector or a scale has no counterpart."""
    rows, _ = vectors.shape
    if scales.shape != (rows,) or not len(set(stems)) == len(stems) == rows:
        raise ValueError("stems, vectors and scales do not fit together")
    scaled = vectors.astype(np.float32) * scales[:, None]
    if not np.isfinite(scaled).all():
        raise ValueError("a vector has no numbers")
    return WordVectors.of(stems, scaled)
