"""Whether a server's posts are a feed, and its addresses."""

from __future__ import annotations

from typing import Final

from discord import ui
from discord.utils import format_dt

from bot.storage.private_links import PrivateLink
from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import POSTS_FEED
from bot.ui.markdown import small

_WHO_READS: Final = (
    "Whoever has a link can read the daily posts of all channels of this server, also of those that not everybody sees."
)


def posts_feed_card(link: PrivateLink | None) -> ui.LayoutView:
    """Whether there are links to a server's posts. What they are isn't stored."""
    if link is None:
        text = "**This server's posts aren't a feed.** I can make private links to them for feed readers."
        return card(
            theme.NOTICE, spaced([text, small(_WHO_READS)]), [button("Make links", POSTS_FEED("new"), main=True)]
        )
    text = (
        f"**This server's posts are a feed** since {format_dt(link.created_at, 'D')}. I can't show its links again. "
        "New ones replace them."
    )
    row = [button("Make new links", POSTS_FEED("new")), button("Turn off", POSTS_FEED("off"))]
    return card(theme.NOTICE, spaced([text, small(_WHO_READS)]), row)


def new_feed_card(atom: str, json: str) -> ui.LayoutView:
    """The addresses of a new feed."""
    text = f"**Copy a link into your feed reader now**, because I can't show it again.\nAtom: `{atom}`\nJSON: `{json}`"
    hint = small(f"{_WHO_READS} Earlier links don't work any more.")
    return card(theme.NOTICE, spaced([text, hint]), [button("Turn off", POSTS_FEED("off"))])
