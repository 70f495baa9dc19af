"""Columns stored beside the file of a segment, so that the records of a large catalogue aren't read at every start.

A file is derived, and made again if anything about it is doubtful. It is a NumPy archive, whose members have checksums.
"""

from __future__ import annotations

import logging
import struct
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from retrieval.catalogue import CatalogueVersion
from retrieval.index import Segment
from retrieval.index.columns import replace
from retrieval.index.storage import derived_path
from retrieval.search.facets.columns import Facets

log = logging.getLogger(__name__)

_NAME: Final = "facets1"
"""Increase the number whenever the meaning of the columns changes."""
_HEAD: Final = "head"
_OF_CATEGORIES: Final = frozenset({"categories", "category_ends", "category_rows"})
_READ_ERRORS: Final = (OSError, EOFError, KeyError, ValueError, RuntimeError, struct.error, zipfile.BadZipFile)
"""Exceptions for an archive that was cut off or changed."""


class _Head(BaseModel):
    """The catalogue that the columns belong to, and the last change of its records that they include."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    identity: Annotated[str, Field(min_length=1)]
    changes: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, eq=False, slots=True)
class StoredFacets:
    """Columns, and the last change of the catalogue's records that they include."""

    facets: Facets
    changes: int


def read(segment: Segment, now: CatalogueVersion) -> StoredFacets | None:
    """The stored columns of a segment for this catalogue; ``None`` if there are none, or they are damaged."""
    path = derived_path(segment, _NAME)
    if path is None or not path.exists():
        return None
    try:
        arrays = _arrays(path)
        head = _Head.model_validate_json(arrays.pop(_HEAD).tobytes())
        stored = StoredFacets(_checked(arrays, len(segment)), head.changes)
    except _READ_ERRORS as error:
        log.warning("The columns of records in %s are damaged and will be made again: %s", path, error)
        return None
    return stored if head.identity == now.identity and stored.changes <= now.changes else None


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    with path.open("rb") as file:
        archive = np.load(file, allow_pickle=False)
        if not isinstance(archive, NpzFile):
            raise zipfile.BadZipFile("not an archive")
        return {name: archive[name] for name in archive.files}


def write(segment: Segment, kept: StoredFacets, identity: str) -> None:
    """Keep a segment's columns, where it has a file; without room for them they are made again at the next start."""
    path = derived_path(segment, _NAME)
    if path is None:
        return
    head, content = _Head(identity=identity, changes=kept.changes).model_dump_json(), BytesIO()
    np.savez(content, allow_pickle=False, **{_HEAD: np.frombuffer(head.encode(), np.uint8)}, **kept.facets.arrays())
    try:
        replace(path, content.getvalue())
    except OSError as error:
        log.warning("The columns of records cannot be kept in %s: %s", path, error.strerror)


def _checked(arrays: dict[str, NDArray[Any]], papers: int) -> Facets:
    """The columns. Raises ``ValueError`` where they are not those of so many papers."""
    expected = Facets.unknown(papers).arrays()
    if arrays.keys() != expected.keys():
        raise ValueError("the columns have unexpected names")
    for name, array in arrays.items():
        if array.ndim != 1 or array.dtype.kind != expected[name].dtype.kind:
            raise ValueError(f"{name} has an unexpected type")
        if name not in _OF_CATEGORIES and len(array) != papers:
            raise ValueError(f"{name} doesn't have {papers} papers")
    facets = Facets(**arrays)
    ends, rows = facets.category_ends, facets.category_rows
    consistent = len(ends) == len(facets.categories) and (int(ends[-1]) if len(ends) else 0) == len(rows)
    if not consistent or (len(rows) and int(rows.max()) >= papers):
        raise ValueError("the categories don't match the papers")
    return facets
