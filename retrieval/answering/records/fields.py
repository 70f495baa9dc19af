"""The fields of a paper's record, and what no record holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from retrieval.answering.types import FactValue
from retrieval.papers import Paper


class Field(StrEnum):
    """Something that a paper's record holds."""

    AUTHORS = "authors"
    LAST_AUTHOR = "last author"
    PUBLISHED = "published"
    LISTED = "listed"
    VOTES = "votes"
    COMMENTS = "comments"
    CODE = "code"
    CATEGORY = "category"
    VERSION = "version"
    PDF = "pdf"
    LINK = "link"
    PROJECT = "project"
    TITLE = "title"
    ABSTRACT = "abstract"


class UnrecordedField(StrEnum):
    """Something that people ask for and no record holds."""

    CITATIONS = "citations"
    H_INDEX = "h-index"
    AFFILIATIONS = "affiliations"
    PAGES = "the number of pages"
    VENUE = "the venue"
    REVIEWS = "reviews"
    REFERENCES = "references"
    READERS = "views or downloads"
    FUNDING = "funding"
    STARS = "GitHub stars"
    CONTACT = "contact details"
    PRODUCTIVITY = "a ranking of authors"


@dataclass(frozen=True, slots=True)
class FieldQuestion:
    """What is asked for, and of which paper, as it is written; ``names`` are what it may be called, likeliest first.

    ``certain``: only a record can answer it. Else an abstract might ("is the code of X public?"), and where no paper
    is called so, the question isn't one for the records. ``asks``: it is put as a question. ``further``: what is asked
    for beside the field: "who wrote it and when?".
    """

    field: Field | UnrecordedField
    paper: str
    certain: bool = True
    names: tuple[str, ...] = ()
    asks: bool = False
    further: tuple[Field, ...] = ()


def pdf_link(paper: Paper) -> str | None:
    """Where the paper's PDF is; arXiv papers only."""
    return f"https://arxiv.org/pdf/{paper.arxiv}" if paper.arxiv else None


_VALUES: Final = MappingProxyType[Field, Callable[[Paper], FactValue]](
    {
        Field.AUTHORS: lambda paper: paper.authors,
        Field.LAST_AUTHOR: lambda paper: paper.authors[-1:],
        Field.PUBLISHED: lambda paper: paper.published.date().isoformat() if paper.published else None,
        Field.LISTED: lambda paper: paper.listing.day.isoformat() if paper.listing and paper.listing.day else None,
        Field.VOTES: lambda paper: paper.votes,
        Field.COMMENTS: lambda paper: paper.comments,
        Field.CODE: lambda paper: paper.code_url,
        Field.CATEGORY: lambda paper: paper.categories,
        Field.VERSION: lambda paper: paper.version,
        Field.PDF: pdf_link,
        Field.LINK: lambda paper: paper.url,
        Field.PROJECT: lambda paper: paper.project_url,
        Field.TITLE: lambda paper: paper.title,
        Field.ABSTRACT: lambda paper: paper.abstract,
    }
)


def value_of(field: Field, paper: Paper) -> FactValue:
    """What the record says; ``None`` or nothing at all where it doesn't say."""
    return _VALUES[field](paper)
