"""A daily post's settings in words: when, which papers, what happens without papers."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from discord.utils import format_dt

from bot.interactions.options import weekday_names
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.ui.discord_limits import shorten
from bot.ui.markdown import code, small
from bot.ui.theme import counted
from retrieval.query.conditions import Words, leaves
from retrieval.query.query import parse

MAX_RULES_SHOWN: Final = 200
"""Characters of rules that a card shows."""


def feed_summary(feed: DailyFeed, when: datetime | None) -> str:
    """The settings and, on a line of its own, the next post."""
    return f"{describe_feed(feed)}\n{next_post_line(feed, when)}"


def describe_feed(feed: DailyFeed) -> str:
    """A set-up in a few sentences."""
    votes = f" with at least {counted(feed.minimum_votes, 'vote')}" if feed.minimum_votes else ""
    order = " The votes of this server count in the order." if feed.server_votes else ""
    return (
        f"**{weekday_names(feed.weekdays)} at {feed.time:%H:%M}** ({feed.zone}), "
        f"up to {counted(feed.papers, 'paper')}{votes}.{order}\n{rules_line(feed.rules)}\n{_when_empty(feed)}"
    )


def rules_line(rules: str) -> str:
    """What papers have to fit, as it was written."""
    return f"Rules: {code(shorten(rules, MAX_RULES_SHOWN))}." if rules else "No rules: every paper of the list counts."


def rules_hints(rules: str) -> list[str]:
    """What people who write rules may not expect of them, in small print."""
    several = any(isinstance(leaf, Words) and len(leaf.stems) > 1 for leaf in leaves(parse(rules).condition))
    told = "Of several plain words one is enough; those in quotation marks must all be there."
    return [small(told)] if several else []


def _when_empty(feed: DailyFeed) -> str:
    match feed.when_empty:
        case WhenEmpty.SILENT:
            return "When there is nothing to post I stay silent."
        case WhenEmpty.SAY:
            return "When there is nothing to post I say so."
        case WhenEmpty.WAIT:
            return f"When the list is late or empty I wait until {feed.wait_until or feed.time:%H:%M}, then I say so."


def next_post_line(feed: DailyFeed, when: datetime | None) -> str:
    """When the next post goes out: in the reader's own time, which Discord knows, and in the feed's."""
    if when is None:
        stopped = f"Stopped. {feed.trouble} " if feed.trouble else "Paused: "
        return f"{stopped}`/daily resume` starts it again."
    local = when.astimezone(ZoneInfo(feed.zone))
    there = f"In {feed.zone} that is {local:%A}, {local.day} {local:%B, %H:%M}."
    return f"Next: {format_dt(when, 'F')} ({format_dt(when, 'R')}). {there}"
