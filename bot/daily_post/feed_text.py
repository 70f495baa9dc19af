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
from bot.texts import counted, mark, tr, translated, without_year
from bot.ui.discord_limits import shorten
from bot.ui.markdown import bold, code

MAX_RULES_SHOWN: Final = 200
"""Characters of rules that a card shows."""
NO_POSTS: Final = mark("Nothing has been posted yet.")


WHEN_EMPTY_CHOICES: Final = MappingProxyType(
    {
        WhenEmpty.SILENT: mark("Skip the day"),
        WhenEmpty.SAY: mark("Post a notice"),
        WhenEmpty.WAIT: mark("Wait, then post a notice"),
    }
)
"""What can happen on days without papers, as menus and options call it."""


def feed_summary(feed: DailyFeed, next_at: datetime | None) -> str:
    """The settings in a few sentences, then the next post."""
    papers = tr("up to {papers}", papers=counted(feed.papers, "paper"))
    if feed.minimum_votes:
        votes = counted(feed.minimum_votes, "vote")
        papers = tr("{papers} with at least {votes}", papers=papers, votes=votes)
    ranking = tr("This server's votes count in the ranking.") if feed.server_votes else ""
    days = tr("{days} at {time}", days=weekday_names(feed.weekdays), time=f"{feed.time:%H:%M}")
    return (
        f"{bold(days)} ({feed.zone}), {papers}. {ranking}".rstrip()
        + f"\n{rules_line(feed.rules)}\n{_when_empty(feed)}\n{next_post_line(feed, next_at)}"
    )


def rules_line(rules: str) -> str:
    """The rules, shortened to fit a card."""
    if not rules:
        return tr("No rules: every paper on the list.")
    return tr("Rules: {rules}.", rules=code(shorten(rules, MAX_RULES_SHOWN)))


def _when_empty(feed: DailyFeed) -> str:
    match feed.when_empty:
        case WhenEmpty.SILENT:
            return tr("Skip days without papers.")
        case WhenEmpty.SAY:
            return tr("On days without papers, post a notice.")
        case WhenEmpty.WAIT:
            until = feed.wait_until or feed.time
            late = mark("If the list is late or no paper matches, wait until {time}, then post a notice.")
            return tr(late, time=f"{until:%H:%M}")


def next_post_line(feed: DailyFeed, next_at: datetime | None) -> str:
    """When the next post goes out, in the reader's time zone (Discord renders it) and in the feed's."""
    if next_at is None:
        stopped = f"{tr('Stopped.')} {translated(feed.trouble)}" if feed.trouble else tr("Paused.")
        return f"{stopped} {tr('Use `/daily resume` to start it again.')}"
    local = next_at.astimezone(ZoneInfo(feed.zone))
    moment = tr("{day}, {time}", day=without_year(local.date()), time=f"{local:%H:%M}")
    there = tr("In {zone}, that's {moment}.", zone=feed.zone, moment=moment)
    next_post = tr("Next post: {when} ({in_time}).", when=format_dt(next_at, "F"), in_time=format_dt(next_at, "R"))
    return f"{next_post} {there}"


def post_link(feed: DailyFeed, claim: Delivery, text: str) -> str:
    """``text``, linked to the post's message if there is one."""
    url = f"https://discord.com/channels/{feed.guild_id}/{feed.channel_id}/{claim.message_id}"
    return f"[{text}]({url})" if claim.message_id else text
