"""What the daily post says beside the list itself: an empty day, the set-up to confirm, how it goes."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from discord import ui
from discord.utils import format_dt

from bot.cards import look
from bot.cards.building import card, press, spaced
from bot.cards.limits import COMPONENTS, TEXT, shorten
from bot.cards.look import counted
from bot.cards.markup import plain, small
from bot.store.feeds import EVERY_DAY, WORKING_DAYS, DailyFeed, WhenEmpty
from bot.store.ledger import Claim, Status

DECIDE: Final = r"daily:(?P<what>save|cancel):(?P<draft>\d+)"
"""Custom ids of the buttons under a set-up that waits for its confirmation."""

_MARGIN: Final = 100
"""Characters of a status card that its heading and its last line take."""
_MOST: Final = COMPONENTS // 2 - 2
"""Channels in a status card: each takes a text and the room before it; the card itself, heading and last line four."""


def nothing_line(day: date) -> str:
    """The one line of a day without a list. It names the day: by it the message is found again."""
    return f"No new papers for {look.with_weekday(day)}."


def nothing_today(day: date) -> ui.LayoutView:
    """The message of a day without a list."""
    return card(look.NOTICE, [nothing_line(day)])


def proposal_card(feed: DailyFeed, when: datetime | None, draft_id: int, *, previewed: bool) -> ui.LayoutView:
    """A set-up to be saved or not. ``when`` is its next post; ``previewed``: that post stands above."""
    shown = (
        "Above is the post as it would look now."
        if previewed
        else "There is nothing to show now: I have no list for today with papers that fit."
    )
    foot = small(f"{shown} Nothing changes until you press Save.")
    parts = spaced([f"## Daily post in <#{feed.channel_id}>", _plan(feed, when), foot])
    row = [press("Save", f"daily:save:{draft_id}", main=True), press("Cancel", f"daily:cancel:{draft_id}")]
    return card(look.LIST, parts, row)


def saved_card(feed: DailyFeed, when: datetime | None, *, resumed: bool = False) -> ui.LayoutView:
    """The set-up that holds from now on, or holds again where it was ``resumed``."""
    done = "Resumed" if resumed else "Saved"
    return card(look.LIST, spaced([f"**{done}:** the daily post in <#{feed.channel_id}>.", _plan(feed, when)]))


def status_card(states: Sequence[tuple[DailyFeed, datetime | None, Sequence[Claim]]]) -> ui.LayoutView:
    """Each channel's set-up, its next post and what became of the last ones, newest first."""
    texts = list[str]()
    room = TEXT - _MARGIN
    for feed, when, claims in states[:_MOST]:
        rows = [_row(feed, claim) for claim in claims] or [small("Nothing was posted yet.")]
        text = "\n".join([f"### <#{feed.channel_id}>", _plan(feed, when), *rows])
        room -= len(text)
        if room < 0:
            break
        texts.append(text)
    left = len(states) - len(texts)
    more = [small(f"{counted(left, 'more channel')}: `/daily status` with a channel shows each.")] if left > 0 else []
    return card(look.LIST, spaced(["## Daily posts", *texts, *more]))


def _plan(feed: DailyFeed, when: datetime | None) -> str:
    return f"{described(feed)}\n{next_post(feed, when)}"


def described(feed: DailyFeed) -> str:
    """A set-up in one sentence."""
    votes = f" with at least {counted(feed.minimum_votes, 'vote')}" if feed.minimum_votes else ""
    empty = "I say so" if feed.when_empty is WhenEmpty.SAY else "I stay silent"
    return (
        f"**{weekday_words(feed.weekdays)} at {feed.time:%H:%M}** ({feed.zone}), "
        f"up to {counted(feed.papers, 'paper')}{votes}. On a day without a list {empty}."
    )


def next_post(feed: DailyFeed, when: datetime | None) -> str:
    """When the next post goes out: in the reader's own time, which Discord knows, and in the feed's."""
    if when is None:
        return "Paused: `/daily resume` starts it again."
    local = when.astimezone(ZoneInfo(feed.zone))
    there = f"In {feed.zone} that is {local:%A}, {local.day} {local:%B, %H:%M}."
    return f"Next: {format_dt(when, 'F')} ({format_dt(when, 'R')}). {there}"


def weekday_words(weekdays: frozenset[int]) -> str:
    """Weekdays as people say them; Monday is 0."""
    if weekdays in (EVERY_DAY, WORKING_DAYS):
        return "Every day" if weekdays == EVERY_DAY else "Monday to Friday"
    *others, last = [day_name[day] for day in sorted(weekdays)]
    return f"{', '.join(others)} and {last}" if others else last


def _row(feed: DailyFeed, claim: Claim) -> str:
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
    return small(f"{look.written(claim.for_day)}{look.DOT}{became}")
