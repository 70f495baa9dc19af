"""What the daily post says beside the list itself: an empty day, the set-up to confirm, how it goes."""

from __future__ import annotations

from calendar import day_name
from collections.abc import Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from discord import ui
from discord.utils import format_dt

from bot.daily_post.selection import Empty
from bot.storage.daily_feeds import EVERY_DAY, WORKING_DAYS, DailyFeed, WhenEmpty
from bot.storage.daily_posts import PostClaim
from bot.storage.deliveries import Status
from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.discord_limits import COMPONENTS, TEXT, shorten
from bot.ui.markdown import code, plain, small
from bot.ui.theme import counted
from retrieval.ingest.live import Source
from retrieval.query.conditions import Words, leaves
from retrieval.query.query import parse

TRIED: Final = r"daily:tried:(?P<draft>\d+):(?P<page>\d+)"
"""Custom ids of the pages (0-based) on which a set-up is tried on the last lists."""

DECIDE: Final = r"daily:(?P<what>save|cancel):(?P<draft>\d+)"
"""Custom ids of the buttons under a set-up that waits for its confirmation."""

_WHY_EMPTY: Final = MappingProxyType(
    {
        Empty.NONE_WANTED: ": none of those on the list is what this channel asks for",
        Empty.NO_LIST: ": there is no new list",
        Empty.LATE: ": the list is not out yet. It comes with the next post",
        Empty.SOURCE_AWAY: f": {Source.HUGGING_FACE.spoken} does not answer. What it has comes with the next post",
    }
)

RULES_SHOWN: Final = 200
"""Characters of rules that a card shows."""
_MARGIN: Final = 100
"""Characters of a status card that its heading and its last line take."""
_MOST: Final = COMPONENTS // 2 - 2
"""Channels in a status card: each takes a text and the room before it; the card itself, heading and last line four."""


def nothing_line(day: date) -> str:
    """How the one line of a day without a post begins. It names the day: by it the message is found again."""
    return f"No new papers for {theme.with_weekday(day)}"


def nothing_today(day: date, why: Empty | None = None) -> ui.LayoutView:
    """The message of a day without a post, and why there is none, where that is known."""
    return card(theme.NOTICE, [f"{nothing_line(day)}{_WHY_EMPTY[why] if why else ''}."])


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
        [f"No paper has all that is in the rules. Did you mean {code(shorten(meant, RULES_SHOWN))}?"] if meant else []
    )
    foot = small(f"{shown} Nothing changes until you press Save.")
    hints = [*rules_hints(feed.rules), *slip]
    parts = spaced([f"## Daily post in <#{feed.channel_id}>", _plan(feed, when), *hints, foot])
    return card(theme.LIST, parts, [*deciding(draft_id), button("Try on the last lists", tried_page(draft_id, 0))])


def deciding(draft_id: int) -> list[ui.Button[ui.LayoutView]]:
    """Save and Cancel for a set-up."""
    return [button("Save", f"daily:save:{draft_id}", main=True), button("Cancel", f"daily:cancel:{draft_id}")]


def tried_page(draft_id: int, page: int) -> str:
    """The custom id of a page on which a set-up is tried; what ``TRIED`` matches."""
    return f"daily:tried:{draft_id}:{page}"


def saved_card(feed: DailyFeed, when: datetime | None, *, resumed: bool = False) -> ui.LayoutView:
    """The set-up that holds from now on, or holds again where it was ``resumed``."""
    done = "Resumed" if resumed else "Saved"
    return card(theme.LIST, spaced([f"**{done}:** the daily post in <#{feed.channel_id}>.", _plan(feed, when)]))


def status_card(states: Sequence[tuple[DailyFeed, datetime | None, Sequence[PostClaim]]]) -> ui.LayoutView:
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
    return card(theme.LIST, spaced(["## Daily posts", *texts, *more]))


def _plan(feed: DailyFeed, when: datetime | None) -> str:
    return f"{described(feed)}\n{next_post(feed, when)}"


def described(feed: DailyFeed) -> str:
    """A set-up in a few sentences."""
    votes = f" with at least {counted(feed.minimum_votes, 'vote')}" if feed.minimum_votes else ""
    order = " The votes of this server count in the order." if feed.server_votes else ""
    return (
        f"**{weekday_words(feed.weekdays)} at {feed.time:%H:%M}** ({feed.zone}), "
        f"up to {counted(feed.papers, 'paper')}{votes}.{order}\n{rules_line(feed.rules)}\n{_when_empty(feed)}"
    )


def rules_line(rules: str) -> str:
    """What papers have to fit, as it was written."""
    return f"Rules: {code(shorten(rules, RULES_SHOWN))}." if rules else "No rules: every paper of the list counts."


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


def next_post(feed: DailyFeed, when: datetime | None) -> str:
    """When the next post goes out: in the reader's own time, which Discord knows, and in the feed's."""
    if when is None:
        stopped = f"Stopped. {feed.trouble} " if feed.trouble else "Paused: "
        return f"{stopped}`/daily resume` starts it again."
    local = when.astimezone(ZoneInfo(feed.zone))
    there = f"In {feed.zone} that is {local:%A}, {local.day} {local:%B, %H:%M}."
    return f"Next: {format_dt(when, 'F')} ({format_dt(when, 'R')}). {there}"


def weekday_words(weekdays: frozenset[int]) -> str:
    """Weekdays as people say them; Monday is 0."""
    if weekdays in (EVERY_DAY, WORKING_DAYS):
        return "Every day" if weekdays == EVERY_DAY else "Monday to Friday"
    *others, last = [day_name[day] for day in sorted(weekdays)]
    return f"{', '.join(others)} and {last}" if others else last


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
