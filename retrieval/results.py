"""What the library is asked for and gives: spans of days, lists, pages of hits, what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from retrieval.answers.types import Scored
from retrieval.catalogue import ListSummary, SourceState
from retrieval.errors import InvalidInput
from retrieval.query import Query
from retrieval.trending import Trend


class Span(StrEnum):
    """How far back a trending list looks."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> int:
        """Calendar days covered, the newest list's day included."""
        return {"day": 1, "week": 7, "month": 30}[self.value]


@dataclass(frozen=True, slots=True)
class Days:
    """The days from ``first`` to ``last``, both included. Raises ``InvalidInput`` where they run backwards."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidInput(f"{self.first} is after {self.last}: no day is from the one to the other.")


@dataclass(frozen=True, slots=True)
class DayList:
    """One published list, best first. ``day`` is ``None`` for a page without a date."""

    name: str
    day: date | None
    ranked: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class Trending:
    """The trending papers of a span, best first. ``first`` and ``last`` are ``None`` for undated lists."""

    span: Span | Days
    first: date | None
    last: date | None
    ranked: tuple[Trend, ...]


@dataclass(frozen=True, slots=True)
class Unrecorded:
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
    hits: tuple[Scored, ...]
    total: int
    offset: int
    counted: bool = True
    read: int | None = None
    meant: str | None = None
    unrecorded: tuple[Unrecorded, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """What the library holds."""

    papers: int
    lists: int
    newest: ListSummary | None
    sources: tuple[SourceState, ...] = ()
