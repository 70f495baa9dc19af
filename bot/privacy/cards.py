"""What is stored about a person: counts, a file with everything, and deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from discord import ui

from bot.texts import counted
from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import PRIVACY
from bot.ui.markdown import plain, small

_OUTSIDE: Final = (
    "Messages that I posted in channels stay there until you or a moderator delete them. "
    "Server settings that you made stay, without your name."
)


def privacy_card(counts: Mapping[str, int], keep_days: int) -> ui.LayoutView:
    """The number of records of each kind about the person."""
    if not any(counts.values()):
        return card(theme.NOTICE, ["**I don't store anything about you.**", small(_how_long(keep_days))])
    lines = [f"• {plain(heading)}: **{count:,}**" for heading, count in counts.items() if count]
    row = [button("Get it as a file", PRIVACY("file"), main=True), button("Delete everything", PRIVACY("ask"))]
    parts = ["## What I store about you", "\n".join(lines), small(f"{_how_long(keep_days)} Only you can see this.")]
    return card(theme.NOTICE, spaced(parts), row)


def confirm_card(counts: Mapping[str, int]) -> ui.LayoutView:
    """Asks for confirmation before everything is deleted."""
    total = counted(sum(counts.values()), "record")
    what = ", ".join(plain(heading) for heading, count in counts.items() if count)
    text = f"**Permanently delete {total} about you?** They are: {what}. This can't be undone."
    row = [button("Delete permanently", PRIVACY("delete"), grave=True), button("Cancel", PRIVACY("keep"))]
    return card(theme.ERROR, spaced([text, small(_OUTSIDE)]), row)


def deleted_card(count: int) -> ui.LayoutView:
    """Everything was deleted."""
    if not count:
        return card(theme.NOTICE, ["There was nothing about you to delete."])
    return card(theme.NOTICE, [f"**Deleted:** {counted(count, 'record')} about you.", small(_OUTSIDE)])


def _how_long(keep_days: int) -> str:
    days = counted(keep_days, "day")
    return f"Questions, answers and searches are deleted after {days}; saved papers stay until you remove them."
