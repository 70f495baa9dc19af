"""Converts papers to rows and rows to papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping

from retrieval.names import folded
from retrieval.papers import Listing, Paper

_COLUMNS = (
    "id", "title", "abstract", "published", "votes", "comments", "link", "code_url", "project_url", "version",
    "withdrawn",
)  # fmt: skip
_OF_A_LIST = ("name", "day", "position")
_FIELDS = tuple(Paper.model_fields)
PAPER_AND_LISTING = (*("name" if name == "listing" else name for name in _FIELDS), "day", "position")
"""The columns of ``papers`` and ``listings`` that make a paper."""
_ALL_SET = set(_FIELDS)
_OF_A_VERSION = ("title", "abstract", "authors", "version", "withdrawn")


def row_of(paper: Paper) -> dict[str, Any]:
    """The row of the ``papers`` table."""
    row: dict[str, Any] = {name: getattr(paper, name) for name in _COLUMNS}
    row["folded_title"] = folded(paper.title)
    row["authors"], row["categories"] = list(paper.authors), list(paper.categories)
    return row


def paper_of_values(values: Sequence[Any]) -> Paper:
    """The paper of a row with the columns ``PAPER_AND_LISTING``, as ``paper_of``."""
    fields: dict[str, Any] = dict(zip(_FIELDS, values, strict=False))
    fields["authors"], fields["categories"] = tuple(fields["authors"]), tuple(fields["categories"])
    if fields["listing"] is not None:
        day, position = values[-2:]
        fields["listing"] = Listing.model_construct(name=fields["listing"], day=day, position=position)
    paper = Paper.__new__(Paper)
    # As an unpickled one, which takes a fifth of the time that ``model_construct`` would.
    paper.__setstate__(
        {
            "__dict__": fields,
            "__pydantic_fields_set__": _ALL_SET,
            "__pydantic_extra__": None,
            "__pydantic_private__": None,
        }
    )
    return paper


def paper_of(row: RowMapping, listing: RowMapping | None = None) -> Paper:
    """The paper of a row, with its row of ``listings``. Not validated again: it was when it was stored."""
    fields: Mapping[str, Any] = {name: row[name] for name in _COLUMNS}
    return Paper.model_construct(
        **fields,
        authors=tuple(row["authors"]),
        categories=tuple(row["categories"]),
        listing=None if listing is None else Listing.model_construct(**{name: listing[name] for name in _OF_A_LIST}),
    )


def merged(known: Paper, later: Paper) -> Paper:
    """The known paper updated with the fields of the later one; fields that are missing there are kept.

    A text whose arXiv version is known is only replaced by one of the same or a later version: lists without versions
    often have an old text. A later version also says whether the paper is withdrawn.
    """
    fields = {name: value for name in Paper.model_fields if (value := getattr(later, name)) not in (None, "", ())}
    if known.version is not None and (later.version is None or later.version < known.version):
        kept = {"withdrawn"} if later.version is None else set[str]()
        fields = {name: value for name, value in fields.items() if name not in _OF_A_VERSION or name in kept}
    elif later.version is not None:
        fields["withdrawn"] = later.withdrawn or (known.withdrawn if later.version == known.version else None)
    return known.model_copy(update=fields | {"listing": later.listing})
