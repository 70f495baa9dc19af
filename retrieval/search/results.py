"""What the library is asked for and gives: spans of days, lists, pages of hits, what it holds."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.answering.types import ScoredPaper
from retrieval.catalogue import ListSummary, SourceState
from retrieval.query.query import Query


@dataclass(frozen=True, slots=True)
class MissingField:
    """Something that no paper of the catalogue has a record of: a sentence for all, and what brings it."""

    said: str
    mend: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits. ``total`` counts all papers that match; where not ``counted``, there are more than that.

    Where there were too many to read them all, it counts those among the ``read`` likeliest.
    ``meant`` is the query without what look like slips: words, authors and categories that no paper has.
    ``unrecorded``: where none fits, what the query asks for that no paper here can have.
    """

    query: Query
    hits: tuple[ScoredPaper, ...]
    total: int
    offset: int
    counted: bool = True
    read: int | None = None
    meant: str | None = None
    unrecorded: tuple[MissingField, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """What the library holds."""

    papers: int
    lists: int
    newest: ListSummary | None
    sources: tuple[SourceState, ...] = ()
