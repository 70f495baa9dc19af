"""What is stored about a person: counts, a file with everything, and deletion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from discord import ui

from bot.texts import counted, mark, tr, written_number
from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import PRIVACY
from bot.ui.markdown import plain, small

_OUTSIDE: Final = mark(
    "Messages that I posted in channels stay there until you or a moderator delete them. "
    "Server settings that you made stay, without your name."
)


def privacy_card(counts: Mapping[str, int], keep_days: int) -> ui.LayoutView:
    """The number of records of each kind about the person."""
    if not any(counts.values()):
        return card(theme.NOTICE, [tr("**I don't store anything about you.**"), small(_how_long(keep_days))])
    lines = [f"• {plain(tr(heading))}: **{written_number(count)}**" for heading, count in counts.items() if count]
    row = [button("Get it as a file", PRIVACY("file"), main=True), button("Delete everything", PRIVACY("ask"))]
    parts = [
        f"## {tr('What I store about you')}",
        "\n".join(lines),
        small(f"{_how_long(keep_days)} {tr('Only you can see this.')}"),
    ]
    return card(theme.NOTICE, spaced(parts), row)


def confirm_card(counts: Mapping[str, int]) -> ui.LayoutView:
    """Asks for confirmation before everything is deleted."""
    total = counted(sum(counts.values()), "record")
    what = ", ".join(plain(tr(heading)) for heading, count in counts.items() if count)
    text = tr(
        "**Permanently delete {records} about you?** They are: {what}. This can't be undone.", records=total, what=what
    )
    row = [button("Delete permanently", PRIVACY("delete"), grave=True), button("Cancel", PRIVACY("keep"))]
    return card(theme.ERROR, spaced([text, small(tr(_OUTSIDE))]), row)


def deleted_card(count: int) -> ui.LayoutView:
    """Everything was deleted."""
    if not count:
        return card(theme.NOTICE, [tr("There was nothing about you to delete.")])
    return card(
        theme.NOTICE, [tr("**Deleted:** {records} about you.", records=counted(count, "record")), small(tr(_OUTSIDE))]
    )


def _how_long(keep_days: int) -> str:
    return tr(
        "Questions, answers and searches are deleted after {days}; saved papers stay until you remove them.",
        days=counted(keep_days, "day"),
    )
