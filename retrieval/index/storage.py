"""An index on disk: a file for each segment, and a manifest that lists them and their deleted documents.

Segment files are never changed, only added or removed, and the manifest is replaced in one step once all of its files
are there: an interruption at any byte leaves the old index or the new one. What didn't change since the last save
isn't written again. The whole folder is derived: if anything about it is doubtful, it is rebuilt from the catalogue.

What is checked when:

- ``read`` checks the manifest, the sizes of the files, and the checksums of all arrays that look up terms and
  documents (50 bytes for each paper). An index of up to ``CHECKED_AT_ONCE`` is checked completely, and so are small
  files, which the next addition may merge.
- ``verify`` checks the postings of a larger index, which are mapped and not read when it is opened. ``LiveIndex``
  runs it in the background, and adds the papers of a damaged segment again: for these seconds an answer from damaged
  postings may be wrong, and the damage is logged.
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

FORMAT_VERSION: Final = 4
"""Increase it whenever the meaning of the files changes; an index of another format is rebuilt."""

MANIFEST: Final = "manifest.json"
CHECKED_AT_ONCE: Final = 64 * 2**20
"""Bytes of an index that is checked completely when it is read: a tenth of a second."""
_SMALL: Final = 8 * 2**20
"""Bytes of a file that is always checked completely."""

_POSTINGS: Final = frozenset(
    {
        "documents", "impacts", "term_characters", "term_ends", "positions", "repeats", "title_words", "text_words",
        "long_words",
    }
)  # fmt: skip
"""Arrays that ``read`` leaves to ``verify``: large, or not needed for a search."""
_DERIVED: Final = ".beside"
"""The suffix of files that are derived from a segment."""
_LEFT_BEHIND: Final = ("*.segment", "*.new", "*.npy")
"""Files of earlier or interrupted saves, and of format 1."""
_REBUILD: Final = "Rebuild it from the catalogue."


class DamagedSegment(IndexDamaged):
    """The file of ``segment`` is damaged; its ids are intact."""

    def __init__(self, message: str, segment: Segment) -> None:
        super().__init__(message)
        self.segment = segment


class StoredSegment(BaseModel):
    """The file of a segment, and the rows of its deleted documents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: ColumnFile
    dead: list[Annotated[int, Field(ge=0, lt=SEGMENT_SIZE)]] = []


class Manifest(BaseModel):
    """What the folder contains. ``checksum`` is the SHA-256 of the manifest without it."""

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
        """The bytes that are written for this manifest."""
        return self.model_dump_json().encode() + b"\n"


def write(folder: Path, revision: int, analysis: str, segments: Sequence[Segment]) -> list[Segment]:
    """Write an index into ``folder`` (created if it is missing), replacing the one that is there.

    Returns the same segments over their files. Raises ``OSError`` if the disk is full.
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
    for segment in stored:  # another process that saved meanwhile may have removed them
        write_segment(folder, segment)
    _remove_unlisted(folder, manifest)
    return stored


def write_segment(folder: Path, segment: Segment) -> Segment:
    """Write the file of a segment, unless it is there, and map it. It belongs to the index once a manifest lists it."""
    source = segment.postings.source
    if source is not None and source.folder == folder and source.path.exists():
        return segment
    folder.mkdir(parents=True, exist_ok=True)
    return replace(segment, postings=_mapped(columns.write(folder, segment.postings.columns())))


def open_segment(folder: Path, file: ColumnFile) -> Segment:
    """The segment that another process wrote into ``folder`` with ``write_segment`` (its ``postings.source.file``).

    Raises ``IndexDamaged`` if it isn't there.
    """
    return _opened(folder, StoredSegment(file=file), completely=False)


def read(folder: Path, revision: int, analysis: str) -> list[Segment]:
    """The segments that ``write`` put into ``folder``.

    Raises ``IndexDamaged`` if a file is missing or damaged (as far as the docstring of this module says), or if the
    index belongs to another revision, analysis or format.
    """
    manifest = _manifest_of(folder, analysis)
    if manifest.revision != revision:
        raise IndexDamaged(f"The index in {folder} belongs to revision {manifest.revision}, not {revision}. {_REBUILD}")
    return _segments_of(folder, manifest, ())


def newest(folder: Path, analysis: str, known: Sequence[Segment] = ()) -> tuple[int, list[Segment]]:
    """The catalogue's revision that the index in ``folder`` belongs to, and its segments.

    Those whose file a ``known`` segment has share its postings, and aren't checked again. Raises ``IndexDamaged`` as
    ``read`` does.
    """
    manifest = _manifest_of(folder, analysis)
    while True:
        try:
            return manifest.revision, _segments_of(folder, manifest, known)
        except IndexDamaged:
            later = _manifest_of(folder, analysis)
            if later == manifest:
                raise
            manifest = later  # another process saved meanwhile, and removed files


def _segments_of(folder: Path, manifest: Manifest, known: Sequence[Segment]) -> list[Segment]:
    sources = [(segment, segment.postings.source) for segment in known]
    opened = {source.path: segment for segment, source in sources if source is not None}
    small = sum(stored.file.size for stored in manifest.segments) <= CHECKED_AT_ONCE
    return [
        _opened(folder, each, completely=small or each.file.size <= _SMALL) if same is None else _as_stored(same, each)
        for each in manifest.segments
        for same in [opened.get(folder / each.file.name)]
    ]


def _as_stored(segment: Segment, stored: StoredSegment) -> Segment:
    return segment if segment.dead.tolist() == stored.dead else replace(segment, dead=np.array(stored.dead, np.uint16))


def verify(segment: Segment) -> None:
    """Compare the file of a segment with its checksums. Raises ``DamagedSegment``."""
    source = segment.postings.source
    if source is not None and (why := _damage(source, None)):
        raise DamagedSegment(why, segment)


def derived_path(segment: Segment, name: str) -> Path | None:
    """A path for something derived from a segment, which is removed with it; ``None`` if the segment has no file."""
    source = segment.postings.source
    return source and source.path.with_suffix(f".{name}{_DERIVED}")


def _damage(source: Source, names: frozenset[str] | None) -> str | None:
    """What is wrong with these arrays of a file (``None``: with any), as a sentence; ``None`` if nothing is."""
    try:
        damaged = source.damaged(names)
    except OSError as error:
        return f"The index file {source.path} can't be read: {error.strerror}. {_REBUILD}"
    return damaged and f"The index file {source.path} is damaged ({damaged}). {_REBUILD}"


def _described(segment: Segment) -> StoredSegment:
    assert segment.postings.source is not None, "written segments have a file"
    return StoredSegment(file=segment.postings.source.file, dead=segment.dead.tolist())


def _opened(folder: Path, stored: StoredSegment, *, completely: bool) -> Segment:
    source = Source(folder, stored.file)
    if why := _damage(source, None if completely else frozenset(stored.file.columns) - _POSTINGS):
        raise IndexDamaged(why)
    try:
        postings = _mapped(source)
    except (OSError, TypeError, ValueError) as error:
        raise IndexDamaged(f"The index file {source.path} isn't a segment: {error}. {_REBUILD}") from error
    return Segment(postings, np.array(stored.dead, np.uint16))


def _mapped(source: Source) -> Postings:
    return Postings(**source.arrays(), source=source)


def _manifest_of(folder: Path, analysis: str) -> Manifest:
    manifest = _read_manifest(folder)
    if manifest.analysis != analysis:
        raise IndexDamaged(f"The index in {folder} has text analysis {manifest.analysis}, not {analysis}. {_REBUILD}")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        content = path.read_bytes()
        manifest = Manifest.model_validate_json(content)
    except FileNotFoundError as error:
        raise IndexDamaged(f"There is no index in {folder}. {_REBUILD}") from error
    except (OSError, ValidationError) as error:
        raise IndexDamaged(f"The manifest of the index, {path}, can't be read. {_REBUILD}") from error
    if manifest.signed() != manifest or manifest.to_bytes() != content or manifest.format != FORMAT_VERSION:
        raise IndexDamaged(f"The manifest of the index, {path}, was changed or has another format. {_REBUILD}")
    return manifest


def _remove_unlisted(folder: Path, manifest: Manifest) -> None:
    """Remove files of earlier saves; other files stay."""
    listed = {stored.file.name for stored in manifest.segments}
    stems = {name.partition(".")[0] for name in listed}
    for pattern in (*_LEFT_BEHIND, f"*{_DERIVED}"):
        for path in folder.glob(pattern):
            kept = path.name.partition(".")[0] in stems if path.suffix == _DERIVED else path.name in listed
            if not kept:
                with suppress(PermissionError):  # Windows doesn't delete mapped files: a later save does
                    path.unlink(missing_ok=True)
