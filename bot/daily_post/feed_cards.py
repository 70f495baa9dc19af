"""What the daily post says beside the list itself: an empty day, the set-up to confirm, how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from discord import ui

from bot.daily_post.feed_text import MAX_RULES_SHOWN, feed_summary, rules_hints
from bot.storage.daily_feeds import DailyFeed
from bot.storage.daily_posts import PostClaim
from bot.storage.deliveries import Status
from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.discord_limits import COMPONENTS, TEXT, shorten
from bot.ui.markdown import code, plain, small
from bot.ui.theme import counted

TRIED: Final = r"daily:tried:(?P<draft>\d+):(?P<page>\d+)"
"""Custom ids of the pages (0-based) on which a set-up is tried on the last lists."""

DECIDE: Final = r"daily:(?P<what>save|cancel):(?P<draft>\d+)"
"""Custom ids of the buttons under a set-up that waits for its confirmation."""


_MARGIN: Final = 100
"""Characters of a status card that its heading and its last line take."""
_MOST: Final = COMPONENTS // 2 - 2
"""Channels in a status card: each takes a text and the room before it; the card itself, heading and last line four."""


def proposal_card(
    feed: DailyFeed, when: datetime | None, draft_id: int, *, previewed: bool, meant: str | None = None
) -> ui.LayoutView:
    """A set-up to be saved or not.

    ``when`` is its next post; ``previewed``: that post stands above. ``meant`` are its rules without what look
    like slips.
    """
    shown = (
        "Above is the post as it would look now."
        if previewed
        else "There is nothing to show now: I have no list for today with papers that fit."
    )
    slip = (
        [f"No paper has all that is in the rules. Did you mean {code(shorten(meant, MAX_RULES_SHOWN))}?"]
        if meant
        else []
    )
    foot = small(f"{shown} Nothing changes until you press Save.")
    hints = [*rules_hints(feed.rules), *slip]
    parts = spaced([f"## Daily post in <#{feed.channel_id}>", feed_summary(feed, when), *hints, foot])
    return card(
        theme.LIST, parts, [*draft_buttons(draft_id), button("Try on the last lists", preview_page(draft_id, 0))]
    )


def draft_buttons(draft_id: int) -> list[ui.Button[ui.LayoutView]]:
    """Save and Cancel for a set-up."""
    return [button("Save", f"daily:save:{draft_id}", main=True), button("Cancel", f"daily:cancel:{draft_id}")]


def preview_page(draft_id: int, page: int) -> str:
    """The custom id of a page on which a set-up is tried; what ``TRIED`` matches."""
    return f"daily:tried:{draft_id}:{page}"


def saved_card(feed: DailyFeed, when: datetime | None, *, resumed: bool = False) -> ui.LayoutView:
    """The set-up that holds from now on, or holds again where it was ``resumed``."""
    done = "Resumed" if resumed else "Saved"
    return card(theme.LIST, spaced([f"**{done}:** the daily post in <#{feed.channel_id}>.", feed_summary(feed, when)]))


def feeds_card(states: Sequence[tuple[DailyFeed, datetime | None, Sequence[PostClaim]]]) -> ui.LayoutView:
    """Each channel's set-up, its next post and what became of the last ones, newest first."""
    texts = list[str]()
    room = TEXT - _MARGIN
    for feed, when, claims in states[:_MOST]:
        rows = [_row(feed, claim) for claim in claims] or [small("Nothing was posted yet.")]
        text = "\n".join([f"### <#{feed.channel_id}>", feed_summary(feed, when), *rows])
        room -= len(text)
        if room < 0:
            break
        texts.append(text)
    left = len(states) - len(texts)
    more = [small(f"{counted(left, 'more channel')}: `/daily status` with a channel shows each.")] if left > 0 else []
    return card(theme.LIST, spaced(["## Daily posts", *texts, *more]))


def _row(feed: DailyFeed, claim: PostClaim) -> str:
    """What became of one post."""
    link = f"https://discord.com/channels/{feed.guild_id}/{feed.channel_id}/{claim.message_id}"
    match claim.status:
        case Status.POSTED:
            became = f"[posted]({link})"
        case Status.OPEN:
            became = "being sent; if that was interrupted, I find out within minutes"
        case Status.RELEASED:
            became = "not posted: " + plain(shorten(claim.reason or "", 150))
        case Status.UNKNOWN:
            became = "unknown: " + plain(shorten(claim.reason or "", 150))
    return small(f"{theme.written(claim.for_day)}{theme.DOT}{became}")
