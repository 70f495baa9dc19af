"""What the library returns: pages of search results, and what it contains."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.answering.types import ScoredPaper
from retrieval.catalogue import ListSummary, SourceState
from retrieval.query.query import Query


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that no paper in the catalogue has: a sentence that says so, and how to get it."""

    sentence: str
    fix: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits. ``total`` is how many papers match; if not ``counted``, there are more.

    If there were too many to read all of them, ``total`` is how many match among the ``read`` most likely papers.
    ``suggestion`` is the query without apparent typos: words, authors and categories that no paper has.
    ``missing``: if nothing matches, the fields that the query asks for and no paper has.
    """

    query: Query
    hits: tuple[ScoredPaper, ...]
    total: int
    offset: int
    counted: bool = True
    read: int | None = None
    suggestion: str | None = None
    missing: tuple[MissingField, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """What the library contains."""

    papers: int
    lists: int
    newest: ListSummary | None
    sources: tuple[SourceState, ...] = ()
