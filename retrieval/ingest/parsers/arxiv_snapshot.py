"""arXiv's metadata snapshot: one paper in each line, with its authors' names in parts and its versions with dates.

Source: the ``arxiv-metadata-oai-snapshot.json`` of https://www.kaggle.com/datasets/Cornell-University/arxiv.
Fields without a place in ``Paper`` (journal, DOI, licence) are ignored; the authors' comments only tell whether the
paper was withdrawn.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from retrieval.ingest.parsers.lenient import read_leniently
from retrieval.ingest.parsers.withdrawals import says_withdrawn
from retrieval.papers import SOME_DAY, Paper, arxiv_id

_VERSION = re.compile(r"v([1-9]\d{0,3})")
_NAME_PARTS = 3  # the family name, the given names, "Jr." and the like; affiliations may follow


def is_snapshot(row: dict[str, Any]) -> bool:
    """Whether a line is from the snapshot: no other source splits names into parts."""
    return isinstance(row.get("authors_parsed"), list) and "abstract" in row


def _created(value: object) -> object:
    """``Mon, 2 Apr 2007 19:18:42 GMT`` as a datetime; anything else is left to the validation."""
    if not isinstance(value, str):
        return value
    moment = parsedate_to_datetime(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Version(BaseModel):
    version: str = ""
    created: Annotated[datetime, BeforeValidator(_created)]


class SnapshotLine(BaseModel):
    """The fields of a line that are read. ``versions`` are oldest first."""

    model_config = ConfigDict(extra="ignore")

    id: str
    title: str
    abstract: str
    authors_parsed: tuple[tuple[str, ...], ...] = ()
    categories: str = ""
    versions: tuple[_Version, ...] = ()
    comments: str | None = None
    update_date: date | None = None

    def paper(self) -> Paper:
        """The newest version of the paper; it was published when its first version was."""
        return Paper(
            id=arxiv_id(self.id) or self.id.strip(),
            title=self.title,
            abstract=self.abstract,
            authors=tuple(name for parts in self.authors_parsed if (name := _name(parts))),
            categories=tuple(dict.fromkeys(self.categories.split())),
            published=self.versions[0].created if self.versions else None,
            version=self._newest(),
            withdrawn=self._withdrawn(),
        )

    def _newest(self) -> int | None:
        """The number of the last version, from its name: the list may skip versions."""
        found = _VERSION.fullmatch(self.versions[-1].version) if self.versions else None
        return int(found[1]) if found else None

    def _withdrawn(self) -> datetime | None:
        """When the authors withdrew the paper: the date of the newest version, or of the last change of the line."""
        if not says_withdrawn(self.comments or "", self.abstract):
            return None
        if self.versions:
            return self.versions[-1].created
        return datetime.combine(self.update_date, time(), UTC) if self.update_date else SOME_DAY


def read_snapshot_line(row: dict[str, Any]) -> tuple[Paper, list[str]]:
    """The paper of a line, and what is wrong with its other fields. Raises pydantic's ``ValidationError``."""
    line, defects = read_leniently(SnapshotLine, row, {"id", "title", "abstract"})
    return line.paper(), defects


def _name(parts: tuple[str, ...]) -> str:
    """``("LeCun", "Yann", "")`` in the usual order: given names, family name, suffix."""
    family, given, suffix = (*parts[:_NAME_PARTS], "", "", "")[:_NAME_PARTS]
    return " ".join(part for part in (given, family, suffix) if part.strip())
