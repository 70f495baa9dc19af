"""Messages of a daily post that isn't a list: a day without papers, and a post that was stopped."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final

from discord import ui

from bot.daily_post.selection import EmptyReason
from bot.ui import theme
from bot.ui.components import card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.markdown import plain, small
from retrieval.ingest.live import Source

_WHY_EMPTY: Final = MappingProxyType(
    {
        EmptyReason.NONE_WANTED: ": none on the list matches this channel's settings",
        EmptyReason.NO_LIST: ": there is no new list",
        EmptyReason.LATE: ": the list isn't out yet. It comes with the next post",
        EmptyReason.SOURCE_AWAY: f": {Source.HUGGING_FACE.spoken} isn't responding. Its papers come with the next post",
    }
)


def empty_day_line(day: date) -> str:
    """How the one line of a day without a post begins. It names the day: by it the message is found again."""
    return f"No new papers for {theme.with_weekday(day)}"


def empty_day_card(day: date, why: EmptyReason | None = None) -> ui.LayoutView:
    """The message of a day without a post, and why there is none, where that is known."""
    return card(theme.NOTICE, [f"{empty_day_line(day)}{_WHY_EMPTY[why] if why else ''}."])


def stopped_card(server: str, channel: str | None, trouble: str) -> ui.LayoutView:
    """Tells an administrator that a daily post was stopped, and the mend. ``channel`` is its name, if it is there."""
    where = f"**#{plain(shorten(channel, 100))}** of " if channel else "a channel of "
    mend = (
        "Give me **View Channel**, **Send Messages** and **Read Message History** in that channel's settings, "
        "then use `/daily resume`: today's post is made up for."
        if channel
        else "`/daily set` sets it up in another channel, `/daily remove` forgets it."
    )
    said = f"I stopped the daily post in {where}**{plain(shorten(server, 100))}**. {trouble}"
    return card(theme.NOTICE, spaced([said, mend, small("I tell this once. `/daily status` shows it too.")]))
