"""Many strings in two arrays, and the 64-bit keys that look them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Keys = NDArray[np.uint64]
Ends = NDArray[np.uint32]


def key(string: str) -> int:
    """64 bits of BLAKE2b (RFC 7693), which are the same on every machine and in every process.

    Two strings with the same key count as one. Among ten million different words, the probability of such a pair is
    three in a million.
    """
    return int.from_bytes(_digest(string), "little")


def _digest(string: str) -> bytes:
    return blake2b(string.encode("utf-8", "surrogatepass"), digest_size=8).digest()


def keys(strings: Iterable[str]) -> Keys:
    """The ``key`` of each string."""
    return np.frombuffer(b"".join(map(_digest, strings)), "<u8").astype(np.uint64)


def find(ascending: NDArray[Any], wanted: NDArray[Any]) -> NDArray[np.intp]:
    """The place of each wanted value in an ascending array; -1 for values that aren't there."""
    if not len(ascending):
        return np.full(len(wanted), -1, np.intp)
    at = ascending.searchsorted(wanted)
    there = ascending[np.minimum(at, len(ascending) - 1)] == wanted
    return np.where(there, at, -1)


def starts_of(ends: Ends, chosen: NDArray[np.intp]) -> NDArray[np.int64]:
    """Where the chosen ranges begin: each where the one before it ends."""
    starts = ends[chosen - 1].astype(np.int64)  # for 0 this is the last end, so:
    starts[chosen == 0] = 0
    return starts


def ranges(ends: Ends, chosen: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of all elements in the chosen ranges, one range after the other, and the new ends of these."""
    starts = starts_of(ends, chosen)
    lengths = ends[chosen] - starts
    new_ends = np.cumsum(lengths)
    total = int(new_ends[-1]) if len(new_ends) else 0
    return np.arange(total) + np.repeat(starts - (new_ends - lengths), lengths), new_ends


@dataclass(frozen=True, eq=False, slots=True)
class Strings:
    """Strings in UTF-8, one after another (``characters``), and where each ends, in bytes (``ends``)."""

    characters: Bytes
    ends: Ends

    @classmethod
    def of(cls, strings: Iterable[str]) -> Strings:
        """These strings in two arrays."""
        encoded = [string.encode("utf-8", "surrogatepass") for string in strings]
        ends = np.cumsum([len(piece) for piece in encoded], dtype=np.uint64)
        if len(ends) and ends[-1] > np.iinfo(np.uint32).max:
            raise ValueError("The ids or words of a segment take more than 4 GB.")
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends.astype(np.uint32))

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, at: int) -> str:
        start = self.ends.item(at - 1) if at else 0
        return self.characters.data[start : self.ends.item(at)].tobytes().decode("utf-8", "surrogatepass")

    def at(self, places: NDArray[np.intp]) -> list[str]:
        """The strings at these places, in that order; several times as fast as one by one."""
        starts = starts_of(self.ends, places)
        spans, characters = zip(starts.tolist(), self.ends[places].tolist(), strict=True), self.characters.data
        return [str(characters[start:end], "utf-8", "surrogatepass") for start, end in spans]

    def lengths(self, places: NDArray[np.intp]) -> NDArray[np.int64]:
        """How many bytes the strings at these places have."""
        return self.ends[places] - starts_of(self.ends, places)

    def padded(self, places: NDArray[np.intp], width: int) -> NDArray[np.bytes_]:
        """The bytes of the strings at these places, of which none has more than ``width``; none ends with a NUL."""
        table, (source, ends) = np.zeros(len(places) * width, np.uint8), ranges(self.ends, places)
        lengths = self.lengths(places)
        starts = np.arange(0, len(table), width) - (ends - lengths)
        table[np.arange(len(source)) + np.repeat(starts, lengths)] = self.characters[source]
        return table.view(f"S{width}")

    def all(self) -> list[str]:
        """Every string, in order."""
        content, ends = self.characters.tobytes(), self.ends.tolist()
        text = content.decode("utf-8", "surrogatepass")
        starts = [0, *ends[:-1]]
        if len(text) == len(content):  # ASCII: slices of one text
            return [text[start:end] for start, end in zip(starts, ends, strict=True)]
        return [content[start:end].decode("utf-8", "surrogatepass") for start, end in zip(starts, ends, strict=True)]

    def take(self, chosen: NDArray[np.intp]) -> Strings:
        """The strings at these places, in that order, without decoding them."""
        source, ends = ranges(self.ends, chosen)
        return Strings(self.characters[source], ends.astype(np.uint32))


def joined(parts: Sequence[Strings]) -> Strings:
    """The strings of the parts, one part after another."""
    bases = np.cumsum([0, *(len(part.characters) for part in parts)])
    ends = [part.ends.astype(np.int64) + base for part, base in zip(parts, bases.tolist(), strict=False)]
    return Strings(np.concatenate([part.characters for part in parts]), np.concatenate(ends).astype(np.uint32))
