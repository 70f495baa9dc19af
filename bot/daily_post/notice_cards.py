"""Messages of a daily post that isn't a list: a day without papers, and a post that was stopped."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final

from discord import ui

from bot.daily_post.selection import EmptyReason
from bot.texts import mark, tr, translated, with_weekday
from bot.ui import theme
from bot.ui.components import card, spaced
from bot.ui.discord_limits import shorten
from bot.ui.markdown import bold, plain, small
from retrieval.english import Text
from retrieval.ingest.live import Source

_REASONS: Final = MappingProxyType(
    {
        EmptyReason.NONE_WANTED: mark("none on the list matches this channel's settings"),
        EmptyReason.NO_LIST: mark("there is no new list"),
        EmptyReason.LATE: mark("the list isn't out yet. It comes with the next post"),
        EmptyReason.SOURCE_AWAY: mark("{source} isn't responding. Its papers come with the next post"),
    }
)


def empty_day_line(day: date) -> str:
    """The start of the notice. It names the day: that's how the message is found again after an interruption."""
    return tr("No new papers for {day}", day=with_weekday(day))


def empty_day_card(day: date, why: EmptyReason | None = None) -> ui.LayoutView:
    """The notice of a day without papers, with the reason if it's known."""
    line = empty_day_line(day)
    if why is None:
        return card(theme.NOTICE, [f"{line}."])
    reason = tr(_REASONS[why], source=Source.HUGGING_FACE.display_name)
    return card(theme.NOTICE, [tr("{line}: {reason}.", line=line, reason=reason)])


def stopped_card(server: str, channel: str | None, trouble: Text) -> ui.LayoutView:
    """Tells an administrator that a daily post was stopped and how to fix it. ``channel``: its name, if it exists."""
    where = bold(plain(shorten(server, 100)))
    if channel:
        stopped = mark("I stopped the daily post in {channel} of {server}.")
        stopped = tr(stopped, channel=bold(f"#{plain(shorten(channel, 100))}"), server=where)
        fix = tr(
            "Allow me **View Channel**, **Send Messages** and **Read Message History** in that channel's settings, "
            "then use `/daily resume`. Today's papers will still be posted."
        )
    else:
        stopped = tr("I stopped the daily post in a channel of {server}.", server=where)
        fix = tr("Use `/daily set` to choose another channel, or `/daily remove` to remove the daily post.")
    once = small(tr("You won't be told again. `/daily status` shows this too."))
    return card(theme.NOTICE, spaced([f"{stopped} {translated(trouble)}", fix, once]))
