"""What is kept of a person: how much of what, all of it as a file, and its deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from discord import ui

from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import PRIVACY
from bot.ui.markdown import plain, small

_OUTSIDE: Final = (
    "What I posted in channels is Discord's and stays there until you or a moderator delete it. "
    "Server set-ups that you made go on without your name."
)


def privacy_card(counts: Mapping[str, int], keep_days: int) -> ui.LayoutView:
    """How many records of what are kept of the person who asks."""
    if not any(counts.values()):
        return card(theme.NOTICE, ["**I keep nothing about you.**", small(_how_long(keep_days))])
    lines = [f"• {plain(heading)}: **{count:,}**" for heading, count in counts.items() if count]
    row = [button("Get it as a file", PRIVACY("file"), main=True), button("Delete all of it", PRIVACY("ask"))]
    parts = ["## What I keep about you", "\n".join(lines), small(f"{_how_long(keep_days)} Nobody else sees this.")]
    return card(theme.NOTICE, spaced(parts), row)


def confirm_card(counts: Mapping[str, int]) -> ui.LayoutView:
    """Asks once more before everything is deleted."""
    total = theme.counted(sum(counts.values()), "record")
    what = ", ".join(plain(heading) for heading, count in counts.items() if count)
    text = f"**Delete {total} about you for good?** That is: {what}. It cannot be undone."
    row = [button("Delete for good", PRIVACY("delete"), grave=True), button("Keep it", PRIVACY("keep"))]
    return card(theme.ERROR, spaced([text, small(_OUTSIDE)]), row)


def deleted_card(count: int) -> ui.LayoutView:
    """Everything is gone."""
    if not count:
        return card(theme.NOTICE, ["There was nothing about you to delete."])
    return card(theme.NOTICE, [f"**Deleted:** {theme.counted(count, 'record')} about you.", small(_OUTSIDE)])


def _how_long(keep_days: int) -> str:
    days = theme.counted(keep_days, "day")
    return f"Questions, answers and searches go by themselves after {days}; what you save stays until you remove it."
