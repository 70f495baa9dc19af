"""Segments on disk: plain ``.npy`` files named by their own SHA-256, and a manifest that lists them.

A data file is never changed, only added or removed, and the manifest is replaced in one step after
all of its files stand there: a stop at any point leaves the old index or the new one. What did not
change since the last save is not written again. The whole folder is derived: when anything about it
is doubtful, reading raises ``IndexDamaged`` and the index is rebuilt from the catalogue.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.errors import IndexDamaged
from retrieval.index.segment import Segment

FORMAT_VERSION = 1
"""Raised whenever the files' meaning changes; an index of another format is rebuilt."""

MANIFEST = "manifest.json"
_DIGEST_LENGTH = 64
_REBUILD = "Rebuild it from the catalogue."

Array = NDArray[Any]
Digest = str
"""SHA-256 of a file's bytes in hexadecimal; the file is called ``<digest>.npy``."""


class StoredStrings(BaseModel):
    """A list of strings: all of them in UTF-8 one after the other, and the end of each, in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    characters: Digest
    ends: Digest


class StoredSegment(BaseModel):
    """The files of one segment; the names are those of ``Segment``'s fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: StoredStrings
    lengths: Digest
    alive: Digest
    terms: Digest
    offsets: Digest
    documents: Digest
    frequencies: Digest


class Manifest(BaseModel):
    """What the folder holds. ``checksum`` is the SHA-256 of the manifest without it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    analysis: str
    revision: int
    vocabulary: StoredStrings
    segments: tuple[StoredSegment, ...]
    checksum: Digest = ""

    def signed(self) -> Manifest:
        """The same manifest with its checksum filled in."""
        body = self.model_copy(update={"checksum": ""}).model_dump_json()
        return self.model_copy(update={"checksum": hashlib.sha256(body.encode()).hexdigest()})

    def to_bytes(self) -> bytes:
        """The one form in which this manifest is written."""
        return self.model_dump_json(indent=1).encode() + b"\n"


def write(folder: Path, revision: int, analysis: str, vocabulary: Iterable[str], segments: Sequence[Segment]) -> None:
    """Write an index into ``folder`` (made when missing), in place of the one that it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(
        format=FORMAT_VERSION,
        analysis=analysis,
        revision=revision,
        vocabulary=_write_strings(folder, vocabulary),
        segments=tuple(_write_segment(folder, segment) for segment in segments),
    ).signed()
    _replace(folder / MANIFEST, manifest.to_bytes())
    _remove_unlisted(folder, manifest)


def read(folder: Path, revision: int, analysis: str) -> tuple[list[str], list[Segment]]:
    """The vocabulary (in the order of its numbers) and the segments that ``write`` put into ``folder``.

    Raises ``IndexDamaged`` when a file is missing or not as it was written, or when the index belongs
    to another revision, analysis or format.
    """
    manifest = _read_manifest(folder)
    for name, found, wanted in (
        ("format", manifest.format, FORMAT_VERSION),
        ("analysis", manifest.analysis, analysis),
        ("revision", manifest.revision, revision),
    ):
        if found != wanted:
            raise IndexDamaged(f"The index in {folder} is of {name} {found}, not {wanted}. {_REBUILD}")
    return _read_strings(folder, manifest.vocabulary), [_read_segment(folder, s) for s in manifest.segments]


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _write_array(folder: Path, array: Array) -> Digest:
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    path = folder / f"{digest}.npy"
    # A file of that name may be left from a stop or be damaged: it is only kept when it is right.
    if not path.is_file() or _digest(path) != digest:
        _replace(path, content)
    return digest


def _write_strings(folder: Path, strings: Iterable[str]) -> StoredStrings:
    encoded = [string.encode("utf-8", "surrogatepass") for string in strings]
    ends = np.cumsum([len(piece) for piece in encoded], dtype=np.int64)
    characters = np.frombuffer(b"".join(encoded), np.uint8)
    return StoredStrings(characters=_write_array(folder, characters), ends=_write_array(folder, ends))


def _write_segment(folder: Path, segment: Segment) -> StoredSegment:
    return StoredSegment(
        ids=_write_strings(folder, segment.ids),
        lengths=_write_array(folder, segment.lengths),
        alive=_write_array(folder, segment.alive),
        terms=_write_array(folder, segment.terms),
        offsets=_write_array(folder, segment.offsets),
        documents=_write_array(folder, segment.documents),
        frequencies=_write_array(folder, segment.frequencies),
    )


def _remove_unlisted(folder: Path, manifest: Manifest) -> None:
    """Remove the data files of earlier saves; files that this module does not write stay."""
    listed = manifest.model_dump_json()
    for path in folder.glob("*.npy*"):
        digest, _, _ = path.name.partition(".")
        if len(digest) == _DIGEST_LENGTH and digest not in listed:
            path.unlink(missing_ok=True)


def _digest(path: Path) -> Digest:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_manifest(folder: Path) -> Manifest:
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = Manifest.model_validate_json(content)
    except FileNotFoundError as error:
        raise IndexDamaged(f"There is no index in {folder}. {_REBUILD}") from error
    except (OSError, ValidationError) as error:
        raise IndexDamaged(f"The list of the index's files, {folder / MANIFEST}, cannot be read. {_REBUILD}") from error
    if manifest.signed() != manifest or manifest.to_bytes() != content:
        raise IndexDamaged(f"The list of the index's files, {folder / MANIFEST}, was altered. {_REBUILD}")
    return manifest


def _read_array(folder: Path, digest: Digest) -> Array:
    path = folder / f"{digest}.npy"
    try:
        if _digest(path) != digest:
            raise IndexDamaged(f"The index's file {path} is damaged. {_REBUILD}")
        return np.load(path, allow_pickle=False)
    except OSError as error:
        raise IndexDamaged(f"The index's file {path} cannot be read. {_REBUILD}") from error


def _read_strings(folder: Path, stored: StoredStrings) -> list[str]:
    characters = _read_array(folder, stored.characters).tobytes()
    ends: list[int] = _read_array(folder, stored.ends).tolist()
    starts = [0, *ends[:-1]]
    return [characters[a:b].decode("utf-8", "surrogatepass") for a, b in zip(starts, ends, strict=False)]


def _read_segment(folder: Path, stored: StoredSegment) -> Segment:
    return Segment(
        ids=tuple(_read_strings(folder, stored.ids)),
        lengths=_read_array(folder, stored.lengths),
        alive=_read_array(folder, stored.alive),
        terms=_read_array(folder, stored.terms),
        offsets=_read_array(folder, stored.offsets),
        documents=_read_array(folder, stored.documents),
        frequencies=_read_array(folder, stored.frequencies),
    )
