"""Numbers, days and enumerations in English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 vote``, ``2 votes``, ``12,345 votes``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def written(day: date) -> str:
    """``5 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def listed(names: Sequence[str], joint: str = "and") -> str:
    """``A, B and C``."""
    return f"{', '.join(names[:-1])} {joint} {names[-1]}" if len(names) > 1 else "".join(names)
