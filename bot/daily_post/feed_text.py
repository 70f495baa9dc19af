"""A daily post's settings in words: when, which papers, what happens without papers."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from discord.utils import format_dt

from bot.interactions.options import weekday_names
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.deliveries import Delivery
from bot.texts import counted
from bot.ui.discord_limits import shorten
from bot.ui.markdown import code

MAX_RULES_SHOWN: Final = 200
"""Characters of rules that a card shows."""
NO_POSTS: Final = "Nothing has been posted yet."


WHEN_EMPTY_CHOICES: Final = MappingProxyType(
    {
        WhenEmpty.SILENT: "Skip the day",
        WhenEmpty.SAY: "Post a notice",
        WhenEmpty.WAIT: "Wait, then post a notice",
    }
)
"""What can happen on days without papers, as menus and options call it."""


def feed_summary(feed: DailyFeed, next_at: datetime | None) -> str:
    """The settings in a few sentences, then the next post."""
    votes = f" with at least {counted(feed.minimum_votes, 'vote')}" if feed.minimum_votes else ""
    ranking = " This server's votes count in the ranking." if feed.server_votes else ""
    return (
        f"**{weekday_names(feed.weekdays)} at {feed.time:%H:%M}** ({feed.zone}), "
        f"up to {counted(feed.papers, 'paper')}{votes}.{ranking}\n{rules_line(feed.rules)}\n"
        f"{_when_empty(feed)}\n{next_post_line(feed, next_at)}"
    )


def rules_line(rules: str) -> str:
    """The rules, shortened to fit a card."""
    return f"Rules: {code(shorten(rules, MAX_RULES_SHOWN))}." if rules else "No rules: every paper on the list."


def _when_empty(feed: DailyFeed) -> str:
    match feed.when_empty:
        case WhenEmpty.SILENT:
            return "Skip days without papers."
        case WhenEmpty.SAY:
            return "On days without papers, post a notice."
        case WhenEmpty.WAIT:
            until = feed.wait_until or feed.time
            return f"If the list is late or no paper matches, wait until {until:%H:%M}, then post a notice."


def next_post_line(feed: DailyFeed, next_at: datetime | None) -> str:
    """When the next post goes out, in the reader's time zone (Discord renders it) and in the feed's."""
    if next_at is None:
        return f"{f'Stopped. {feed.trouble}' if feed.trouble else 'Paused.'} Use `/daily resume` to start it again."
    local = next_at.astimezone(ZoneInfo(feed.zone))
    there = f"In {feed.zone}, that's {local:%A}, {local.day} {local:%B, %H:%M}."
    return f"Next post: {format_dt(next_at, 'F')} ({format_dt(next_at, 'R')}). {there}"


def post_link(feed: DailyFeed, claim: Delivery, text: str) -> str:
    """``text``, linked to the post's message if there is one."""
    url = f"https://discord.com/channels/{feed.guild_id}/{feed.channel_id}/{claim.message_id}"
    return f"[{text}]({url})" if claim.message_id else text
