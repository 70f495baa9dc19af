"""How often, and when, something is sent: what channels and people choose."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

EVERY_DAY = frozenset(range(7))
"""Weekdays as ``datetime`` counts them: Monday is 0."""

WORKING_DAYS = frozenset(range(5))
"""Monday to Friday: the days on which arXiv announces papers."""


class Frequency(StrEnum):
    """How often a post, an alert, a mail or a recap is sent."""

    AT_ONCE = "at once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A local time in an IANA zone, on ``weekdays`` (Monday 0) or, monthly, on the first of each month.

    ``Frequency.AT_ONCE`` has no times: whatever it is for is sent as it comes in.
    """

    frequency: Frequency
    time: dt.time
    zone: str
    weekdays: frozenset[int] = EVERY_DAY

    @classmethod
    def from_columns(cls, frequency: Frequency, weekday: int, hour: int, zone: str) -> Schedule:
        """The schedule in a person's row. ``weekday`` counts for weekly ones only."""
        return cls(frequency, dt.time(hour), zone, frozenset({weekday}) if frequency is Frequency.WEEKLY else EVERY_DAY)

    @property
    def columns(self) -> dict[str, Any]:
        """The inverse of ``from_columns``."""
        return {
            "frequency": self.frequency,
            "weekday": min(self.weekdays),
            "hour": self.time.hour,
            "zone": self.zone,
        }

    def includes(self, day: dt.date) -> bool:
        """Whether something is due on this local day."""
        if self.frequency is Frequency.AT_ONCE:
            return False
        return day.day == 1 if self.frequency is Frequency.MONTHLY else day.weekday() in self.weekdays
