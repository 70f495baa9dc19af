"""What the daily post says beside the list itself: an empty day, the set-up to confirm, how it goes."""

from __future__ import annotations

from datetime import date

from discord import ui

from bot.cards import look
from bot.cards.building import card


def nothing_line(day: date) -> str:
    """The one line of a day without a list. It names the day: by it the message is found again."""
    return f"No new papers for {day:%A, %d %B %Y}."


def nothing_today(day: date) -> ui.LayoutView:
    """The message of a day without a list."""
    return card(look.NOTICE, [nothing_line(day)])
