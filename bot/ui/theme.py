"""Colours, signs and words by meaning: the same look everywhere.

Nothing is said by a colour or a sign alone; both only repeat what the words say.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import discord

ANSWER: Final = discord.Colour(0x2F9E6E)
UNANSWERED: Final = discord.Colour(0xC98A1B)
PAPER: Final = discord.Colour(0x4A6FD0)
LIST: Final = discord.Colour(0xE0662F)
NOTICE: Final = discord.Colour(0x6B7280)
ERROR: Final = discord.Colour(0xC0392B)

SIGN_USEFUL: Final = "👍"
SIGN_NOT_USEFUL: Final = "👎"
DOT: Final = " · "

_QUITE_SURE: Final = 0.85
_FAIRLY_SURE: Final = 0.6


def certainty(confidence: float) -> str:
    """A probability in words. The steps are wide on purpose: people cannot use finer ones."""
    if confidence >= _QUITE_SURE:
        return "quite sure that this answers you"
    if confidence >= _FAIRLY_SURE:
        return "fairly sure that this answers you"
    return "not sure that this answers you"


def counted(number: int, one: str, many: str | None = None) -> str:
    """``1 vote``, ``2 votes``, ``12,345 votes``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def written(day: date) -> str:
    """``5 March 2026``."""
    return f"{day.day} {day:%B %Y}"


def with_weekday(day: date) -> str:
    """``Thursday, 5 March 2026``."""
    return f"{day:%A}, {written(day)}"


def joined(*parts: str) -> str:
    """The parts that there are, in one line: ``54 votes · 2026``."""
    return DOT.join(part for part in parts if part)
