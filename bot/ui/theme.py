"""Colours, emoji and wording by meaning. A colour or emoji only repeats what the words say."""

from __future__ import annotations

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


def joined(*parts: str) -> str:
    """The non-empty parts in one line: ``54 votes · 2026``."""
    return DOT.join(part for part in parts if part)
