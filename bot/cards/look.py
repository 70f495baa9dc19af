"""Colours, signs and words by meaning: the same look everywhere.

Nothing is said by a colour or a sign alone; both only repeat what the words say.
"""

from __future__ import annotations

from typing import Final

import discord

ANSWER: Final = discord.Colour(0x2F9E6E)
UNANSWERED: Final = discord.Colour(0xC98A1B)
PAPER: Final = discord.Colour(0x4A6FD0)
LIST: Final = discord.Colour(0xE0662F)
NOTICE: Final = discord.Colour(0x6B7280)
ERROR: Final = discord.Colour(0xC0392B)

SIGN_TRENDING: Final = "📈"
SIGN_SEARCH: Final = "🔎"
SIGN_VOTES: Final = "▲"
SIGN_USEFUL: Final = "👍"
SIGN_NOT_USEFUL: Final = "👎"
SIGN_WARNING: Final = "⚠️"
DOT: Final = " · "


def certainty(confidence: float) -> str:
    """A probability in words. The steps are wide on purpose: people cannot use finer ones."""
    if confidence >= 0.85:
        return "quite sure"
    return "fairly sure" if confidence >= 0.6 else "not sure"
