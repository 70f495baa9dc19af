"""An index on disk: a file for each segment, and a manifest that lists them and their dead documents.

Segment files are never changed, only added or removed, and the manifest is replaced in one step after
all of its files stand there: a stop at any byte leaves the old index or the new one. What did not
change since the last save is not written again. The whole folder is derived: when anything about it is
doubtful, it is rebuilt from the catalogue.

What is checked when:

- ``read`` checks the manifest, the files' sizes, and the checksums of all arrays by which terms and
  documents are looked up (50 bytes a paper). An index of up to ``CHECKED_AT_ONCE`` is checked wholly, and so
  are small files, which the next addition may merge.
- The postings of a larger one, which are mapped and not read when it is opened, are checked by
  ``verify``. ``LiveIndex`` runs it in the background at once, and adds the papers of a damaged segment
  anew: a wrong answer from damaged postings is possible for the seconds that this takes, and is logged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.errors import IndexDamaged
from retrieval.index import columns
from retrieval.index.columns import ColumnFile, Source
from retrieval.index.segment import SEGMENT_SIZE, Postings, Segment

FORMAT_VERSION: Final = 2
"""Raised whenever the files' meaning changes; an index of another format is rebuilt."""

MANIFEST: Final = "manifest.json"
CHECKED_AT_ONCE: Final = 64 * 2**20
"""Bytes of an index that is checked wholly when it is read: a tenth of a second."""
_SMALL: Final = 8 * 2**20
"""Bytes of a file that is checked wholly in any case."""

_POSTINGS: Final = frozenset({"documents", "frequencies", "impacts", "term_characters", "term_ends"})
"""The arrays that ``read`` leaves to ``verify``: large, or not needed for a search."""
_BESIDE: Final = ".beside"
"""The ending of files that belong to a segment's; they may be made again from it."""
_LEFT_BEHIND: Final = ("*.segment", "*.new", "*.npy")
"""Files of earlier saves, of saves that were stopped, of format 1."""
_REBUILD: Final = "Rebuild it from the catalogue."


class DamagedSegment(IndexDamaged):
    """A segment's file is not as it was written; ``segment`` is the one, of which the documents are known."""

    def __init__(self, message: str, segment: Segment) -> None:
        super().__init__(message)
        self.segment = segment


class StoredSegment(BaseModel):
    """A segment's file, and the rows of its documents that were replaced or withdrawn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: ColumnFile
    dead: list[Annotated[int, Field(ge=0, lt=SEGMENT_SIZE)]] = []


class Manifest(BaseModel):
    """What the folder holds. ``checksum`` is the SHA-256 of the manifest without it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    analysis: str
    revision: int
    segments: tuple[StoredSegment, ...]
    checksum: str = ""

    def signed(self) -> Manifest:
        """The same manifest with its checksum filled in."""
        body = self.model_copy(update={"checksum": ""}).model_dump_json()
        return self.model_copy(update={"checksum": hashlib.sha256(body.encode()).hexdigest()})

    def to_bytes(self) -> bytes:
        """The one form in which this manifest is written."""
        return self.model_dump_json().encode() + b"\n"


def write(folder: Path, revision: int, analysis: str, segments: Sequence[Segment]) -> list[Segment]:
    """Write an index into ``folder`` (made when missing), in place of the one that it holds.

    The result is the same segments over their files. Raises ``OSError`` where there is no room.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stored = [write_segment(folder, segment) for segment in segments]
    manifest = Manifest(
        format=FORMAT_VERSION,
        analysis=analysis,
        revision=revision,
        segments=tuple(_described(segment) for segment in stored),
    ).signed()
    columns.replace(folder / MANIFEST, manifest.to_bytes())
    for segment in stored:  # another process that saved meanwhile may have taken them for left behind
        write_segment(folder, segment)
    _remove_unlisted(folder, manifest)
    return stored


def write_segment(folder: Path, segment: Segment) -> Segment:
    """Write a segment's file, unless it is there, and map it. The index knows of it once it is in a manifest."""
    source = segment.postings.source
    if source is not None and source.folder == folder and source.path.exists():
        return segment
    folder.mkdir(parents=True, exist_ok=True)
    return replace(segment, postings=_mapped(columns.write(folder, segment.postings.columns())))


def open_segment(folder: Path, file: ColumnFile) -> Segment:
    """The segment that another process wrote into ``folder`` with ``write_segment`` (its ``postings.source.file``).

    Raises ``IndexDamaged`` where it is not there.
    """
    return _opened(folder, StoredSegment(file=file), wholly=False)


def read(folder: Path, revision: int, analysis: str) -> list[Segment]:
    """The segments that ``write`` put into ``folder``.

    Raises ``IndexDamaged`` when a file is missing or not as it was written (as far as the docstring of
    this module says), or when the index belongs to another revision, analysis or format.
    """
    manifest = _manifest_of(folder, analysis)
    if manifest.revision != revision:
        raise IndexDamaged(f"The index in {folder} is of revision {manifest.revision}, not {revision}. {_REBUILD}")
    small = sum(stored.file.size for stored in manifest.segments) <= CHECKED_AT_ONCE
    return [_opened(folder, each, wholly=small or each.file.size <= _SMALL) for each in manifest.segments]


def saved_revision(folder: Path, analysis: str) -> int:
    """The catalogue's revision that the index in ``folder`` shows. Raises ``IndexDamaged`` as ``read`` does."""
    return _manifest_of(folder, analysis).revision


def verify(segment: Segment) -> None:
    """Read a segment's file and compare it with its checksums. Raises ``DamagedSegment``."""
    source = segment.postings.source
    if source is not None and (why := _damage(source, None)):
        raise DamagedSegment(why, segment)


def derived_path(segment: Segment, name: str) -> Path | None:
    """Where something that is derived from a segment may be kept, to be removed with it; ``None``: it has no file."""
    source = segment.postings.source
    return source and source.path.with_suffix(f".{name}{_BESIDE}")


def _damage(source: Source, names: frozenset[str] | None) -> str | None:
    """What is wrong with the named arrays (``None``: with any) of a file, as a sentence."""
    try:
        damaged = source.damaged(names)
    except OSError as error:
        return f"The index's file {source.path} cannot be read: {error.strerror}. {_REBUILD}"
    return damaged and f"The index's file {source.path} is damaged ({damaged}). {_REBUILD}"


def _described(segment: Segment) -> StoredSegment:
    assert segment.postings.source is not None, "written segments have a file"
    return StoredSegment(file=segment.postings.source.file, dead=segment.dead.tolist())


def _opened(folder: Path, stored: StoredSegment, *, wholly: bool) -> Segment:
    source = Source(folder, stored.file)
    if why := _damage(source, None if wholly else frozenset(stored.file.columns) - _POSTINGS):
        raise IndexDamaged(why)
    try:
        postings = _mapped(source)
    except (OSError, TypeError, ValueError) as error:
        raise IndexDamaged(f"The index's file {source.path} is not a segment: {error}. {_REBUILD}") from error
    return Segment(postings, np.array(stored.dead, np.uint16))


def _mapped(source: Source) -> Postings:
    return Postings(**source.arrays(), source=source)


def _manifest_of(folder: Path, analysis: str) -> Manifest:
    manifest = _read_manifest(folder)
    if manifest.analysis != analysis:
        raise IndexDamaged(f"The index in {folder} is of analysis {manifest.analysis}, not {analysis}. {_REBUILD}")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
        manifest = Manifest.model_validate_json(content)
    except FileNotFoundError as error:
        raise IndexDamaged(f"There is no index in {folder}. {_REBUILD}") from error
    except (OSError, ValidationError) as error:
        raise IndexDamaged(f"The list of the index's files, {path}, cannot be read. {_REBUILD}") from error
    if manifest.signed() != manifest or manifest.to_bytes() != content or manifest.format != FORMAT_VERSION:
        raise IndexDamaged(f"The list of the index's files, {path}, was altered or is of another format. {_REBUILD}")
    return manifest


def _remove_unlisted(folder: Path, manifest: Manifest) -> None:
    """Remove the files of earlier saves; files that this module does not write stay."""
    listed = {stored.file.name for stored in manifest.segments}
    stems = {name.partition(".")[0] for name in listed}
    for pattern in (*_LEFT_BEHIND, f"*{_BESIDE}"):
        for path in folder.glob(pattern):
            kept = path.name.partition(".")[0] in stems if path.suffix == _BESIDE else path.name in listed
            if not kept:
                with suppress(PermissionError):  # Windows keeps a file that is mapped: it goes with a later save
                    path.unlink(missing_ok=True)
