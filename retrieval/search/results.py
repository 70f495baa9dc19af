"""What the library returns: pages of search results, and what it contains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from retrieval.answering.types import ScoredPaper
from retrieval.catalogue import ListSummary, SourceState
from retrieval.english import Text
from retrieval.query.query import Query

_MAX_GIVEN_UP: Final = 3
"""Words that are named as given up; of more, it is said that the papers have most of the words."""


@dataclass(frozen=True, slots=True)
class MissingField:
    """A field that no paper in the catalogue has: a sentence that says so, and how to get it."""

    sentence: Text
    fix: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits. ``total`` is how many papers match; if not ``counted``, there are more.

    If there were too many to read all of them, ``total`` is how many match among the ``read`` most likely papers.
    ``suggestion`` is the query without apparent typos: words, authors and categories that no paper has.
    ``missing``: if nothing matches, the fields that the query asks for and no paper has.

    ``complete``: how many papers have all words, where those with most of them follow; ``given_up`` are the words that
    papers of this page lack. ``person``: the author whose papers come first, because the query is a name;
    ``suggestion`` is then the search for these papers alone.
    """

    query: Query
    hits: tuple[ScoredPaper, ...]
    total: int
    offset: int
    counted: bool = True
    read: int | None = None
    suggestion: str | None = None
    missing: tuple[MissingField, ...] = ()
    complete: int | None = None
    given_up: tuple[str, ...] = ()
    person: str | None = None

    @property
    def note(self) -> str:
        """A sentence on which papers come first and what the others lack; empty if all papers match."""
        if self.person is not None and self.hits:
            return f"Papers by {self.person} come first."
        if self.complete is None or not self.hits:
            return ""
        few = 0 < len(self.given_up) <= _MAX_GIVEN_UP
        others = "without " + " or ".join(f"“{word}”" for word in self.given_up) if few else "with most of them"
        match self.complete:
            case 0:
                return f"No paper has all of these words. These are the closest, {others}."
            case 1:
                return f"1 paper has all of these words. Then come papers {others}."
            case _:
                return f"{self.complete:,} papers have all of these words. Then come papers {others}."


@dataclass(frozen=True, slots=True)
class Stats:
    """What the library contains."""

    papers: int
    lists: int
    newest: ListSummary | None
    sources: tuple[SourceState, ...] = ()
