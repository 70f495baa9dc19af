"""Cards for the settings of daily posts: to confirm, confirmed, and those of all channels of a server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from discord import ui

from bot.daily_post.feed_text import MAX_RULES_SHOWN, NO_POSTS, feed_summary, post_link
from bot.daily_post.service import NO_FEED, NO_PREVIEW, FeedHistory
from bot.storage.daily_feeds import DailyFeed
from bot.storage.deliveries import Delivery, Status
from bot.texts import counted, mark, tr, translated, written
from bot.ui import theme
from bot.ui.components import button, card, setup_button, spaced, texts_within
from bot.ui.custom_ids import DAILY_DRAFT, DAILY_PREVIEW
from bot.ui.discord_limits import COMPONENTS, TEXT, shorten
from bot.ui.markdown import code, plain, small

_MARGIN: Final = 100
"""Characters for the heading and the last line of a card of several channels."""
_MAX_CHANNELS: Final = COMPONENTS // 2 - 2
"""Each channel takes a text and a separator; the card itself, its heading and last line take four components."""
_MAX_REASON: Final = 150  # characters


def proposal_card(
    feed: DailyFeed, next_at: datetime | None, draft_id: int, *, previewed: bool, suggestion: str | None = None
) -> ui.LayoutView:
    """Settings to save or discard.

    ``next_at`` is the next post once saved; ``previewed``: the message above shows that post. ``suggestion`` is the
    rules with typos fixed.
    """
    shown = tr("The message above is a preview of the post.") if previewed else tr(NO_PREVIEW)
    meant = code(shorten(suggestion or "", MAX_RULES_SHOWN))
    typo = tr("No paper matches all of these rules. Did you mean {rules}?", rules=meant)
    hints = [typo] if suggestion else []
    foot = small(f"{shown} {tr('Nothing changes until you press Save.')}")
    parts = spaced(
        [
            "## " + tr("Daily post in {channel}", channel=f"<#{feed.channel_id}>"),
            feed_summary(feed, next_at),
            *hints,
            foot,
        ]
    )
    preview = button("Preview on recent lists", DAILY_PREVIEW(draft_id, 0))
    return card(theme.LIST, parts, [*draft_buttons(draft_id), preview])


def draft_buttons(draft_id: int) -> list[ui.Button[ui.LayoutView]]:
    """Save and Cancel."""
    return [button("Save", DAILY_DRAFT("save", draft_id), main=True), button("Cancel", DAILY_DRAFT("cancel", draft_id))]


def saved_card(feed: DailyFeed, next_at: datetime | None, *, resumed: bool = False) -> ui.LayoutView:
    """Confirms settings that were saved or ``resumed``."""
    done = (
        mark("**Resumed:** the daily post in {channel}.")
        if resumed
        else mark("**Saved:** the daily post in {channel}.")
    )
    heading = tr(done, channel=f"<#{feed.channel_id}>")
    return card(theme.LIST, spaced([heading, feed_summary(feed, next_at)]))


def feeds_card(histories: Sequence[FeedHistory]) -> ui.LayoutView:
    """Each channel's settings, next post and latest posts. Channels that don't fit are counted."""
    if not histories:
        return card(theme.NOTICE, [tr(NO_FEED)], [setup_button()])
    texts = texts_within(map(_history, histories[:_MAX_CHANNELS]), TEXT - _MARGIN)
    return card(theme.LIST, spaced([f"## {tr('Daily posts')}", *texts, *more_channels(len(histories) - len(texts))]))


def more_channels(number: int) -> list[str]:
    """The line that counts the channels a card has no room for."""
    hint = tr("{channels}. Use `/daily status` with a channel to see it.", channels=counted(number, "more channel"))
    return [small(hint)] if number > 0 else []


def _history(history: FeedHistory) -> str:
    feed = history.feed
    rows = [_row(feed, claim) for claim in history.claims] or [small(tr(NO_POSTS))]
    return "\n".join([f"### <#{feed.channel_id}>", feed_summary(feed, history.next_at), *rows])


def _row(feed: DailyFeed, claim: Delivery) -> str:
    """What happened to one post."""
    reason = plain(shorten(translated(claim.reason or ""), _MAX_REASON))
    match claim.status:
        case Status.SENT:
            outcome = post_link(feed, claim, tr("posted"))
        case Status.OPEN | Status.WAITING:
            outcome = tr("being sent. If that was interrupted, I'll check within a few minutes")
        case Status.RELEASED | Status.DROPPED:
            outcome = tr("not posted: {reason}", reason=reason)
        case Status.UNKNOWN:
            outcome = tr("unknown: {reason}", reason=reason)
    return small(theme.joined(written(claim.day), outcome))
