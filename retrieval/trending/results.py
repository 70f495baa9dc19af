"""What requests for trending papers ask for and return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from retrieval.english import Text
from retrieval.errors import InvalidInput
from retrieval.trending.score import Trend


class Span(StrEnum):
    """The period of a trending list."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> int:
        """Calendar days in the period, including the day of the newest list."""
        return {"day": 1, "week": 7, "month": 30}[self.value]


@dataclass(frozen=True, slots=True)
class Days:
    """The days from ``first`` to ``last``, inclusive. Raises ``InvalidInput`` if ``first`` is later."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidInput(Text("{first} is after {last}. Swap the two dates.", first=self.first, last=self.last))


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
