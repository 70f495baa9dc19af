"""Whether a server's posts are a feed, and its addresses."""

from __future__ import annotations

from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.storage.private_links import PrivateLink
from bot.texts import mark, tr
from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import POSTS_FEED
from bot.ui.markdown import small

_WHO_READS: Final = mark(
    "Whoever has a link can read the daily posts of all channels of this server, also of those that not everybody sees."
)


def posts_feed_card(link: PrivateLink | None) -> ui.LayoutView:
    """Whether there are links to a server's posts. What they are isn't stored."""
    if link is None:
        text = tr("**This server's posts aren't a feed.** I can make private links to them for feed readers.")
        row = [button("Make links", POSTS_FEED("new"), main=True)]
    else:
        text = tr(
            "**This server's posts are a feed** since {day}. I can't show its links again. New ones replace them.",
            day=format_dt(link.created_at, "D"),
        )
        row = [button("Make new links", POSTS_FEED("new")), button("Turn off", POSTS_FEED("off"))]
    return card(theme.NOTICE, spaced([text, small(tr(_WHO_READS))]), row)


def new_feed_card(atom: str, json: str) -> ui.LayoutView:
    """The addresses of a new feed."""
    text = tr("**Copy a link into your feed reader now**, because I can't show it again.")
    earlier = tr("Earlier links don't work any more.")
    hint = small(f"{tr(_WHO_READS)} {earlier}")
    row = [button("Turn off", POSTS_FEED("off"))]
    return card(theme.NOTICE, spaced([f"{text}\nAtom: `{atom}`\nJSON: `{json}`", hint]), row)
