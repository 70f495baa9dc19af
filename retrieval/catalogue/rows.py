"""Papers as rows and rows as papers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from retrieval.names import folded
from retrieval.papers import Listing, Paper

_COLUMNS = (
    "id", "title", "abstract", "published", "votes", "comments", "link", "code_url", "project_url", "version",
    "withdrawn",
)  # fmt: skip
_OF_A_VERSION = ("title", "abstract", "authors", "version", "withdrawn")


def row_of(paper: Paper) -> dict[str, Any]:
    """The row of the ``papers`` table."""
    row: dict[str, Any] = {name: getattr(paper, name) for name in _COLUMNS}
    row["folded_title"] = folded(paper.title)
    row["authors"], row["categories"] = list(paper.authors), list(paper.categories)
    return row


def paper_of(row: RowMapping, listing: RowMapping | None = None) -> Paper:
    """The paper of a row, on the given row of ``listings``. What the tables hold was validated going in."""
    fields: Mapping[str, Any] = {name: row[name] for name in _COLUMNS}
    return Paper.model_construct(
        **fields,
        authors=tuple(row["authors"]),
        categories=tuple(row["categories"]),
        listing=listing_of(listing) if listing is not None else None,
    )


def listing_of(row: RowMapping) -> Listing:
    """The place on a list that a row of ``listings`` stands for."""
    return Listing.model_construct(name=row["name"], day=row["day"], position=row["position"])


def merged(known: Paper, later: Paper) -> Paper:
    """The known paper with what the later one says; what it leaves out stays.

    Text whose arXiv version is known gives way to that of the same or a later version alone: lists that do
    not say their version often hold an old one. A later version says also whether the paper is withdrawn.
    """
    said = {name: value for name in Paper.model_fields if (value := getattr(later, name)) not in (None, "", ())}
    if known.version is not None and (later.version is None or later.version < known.version):
        kept = {"withdrawn"} if later.version is None else set[str]()
        said = {name: value for name, value in said.items() if name not in _OF_A_VERSION or name in kept}
    elif later.version is not None:
        said["withdrawn"] = later.withdrawn or (known.withdrawn if later.version == known.version else None)
    return known.model_copy(update=said | {"listing": later.listing})
