"""Lines of arXiv's metadata snapshot: one paper a line, its authors in parts, its versions with their dates.

Source: the ``arxiv-metadata-oai-snapshot.json`` of https://www.kaggle.com/datasets/Cornell-University/arxiv.
Fields that a paper of ours has no place for (journal, DOI, licence, the authors' comments) are not read.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from retrieval.papers import Paper, arxiv_id

_NAME_PARTS = 3  # the family name, the given names, "Jr." and the like; affiliations may follow


def is_snapshot(row: dict[str, Any]) -> bool:
    """Whether a line is one of the snapshot: no other source takes names apart."""
    return isinstance(row.get("authors_parsed"), list) and "abstract" in row


def _created(value: object) -> object:
    """``Mon, 2 Apr 2007 19:18:42 GMT`` as a moment; anything else is left to the validation."""
    if not isinstance(value, str):
        return value
    moment = parsedate_to_datetime(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Version(BaseModel):
    created: Annotated[datetime, BeforeValidator(_created)]


class SnapshotLine(BaseModel):
    """A line of the snapshot, as far as it is read. ``versions`` are oldest first."""

    model_config = ConfigDict(extra="ignore")

    id: str
    title: str
    abstract: str
    authors_parsed: tuple[tuple[str, ...], ...] = ()
    categories: str = ""
    versions: tuple[_Version, ...] = ()

    def paper(self) -> Paper:
        """The paper; it was published when its first version was."""
        return Paper(
            id=arxiv_id(self.id) or self.id.strip(),
            title=self.title,
            abstract=self.abstract,
            authors=tuple(name for parts in self.authors_parsed if (name := _name(parts))),
            categories=tuple(dict.fromkeys(self.categories.split())),
            published=self.versions[0].created if self.versions else None,
        )


def _name(parts: tuple[str, ...]) -> str:
    """``("Lecun", "Yann", "")`` as it is written: given names, family name, suffix."""
    family, given, suffix = (*parts[:_NAME_PARTS], "", "", "")[:_NAME_PARTS]
    return " ".join(part for part in (given, family, suffix) if part.strip())
