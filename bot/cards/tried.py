"""A set-up of the daily post, tried on the last lists before it is saved: what it posts, what not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from discord import ui

from bot.cards import look
from bot.cards.building import TERSE, Room, card, fitting, menu, spaced, title_link, turning
from bot.cards.daily import deciding, rules_hints, rules_line, tried_page
from bot.cards.latex import readable
from bot.cards.markup import bold, fitted, plain, small
from bot.picking import Edition, LeftOut
from bot.store.feeds import DailyFeed
from retrieval.trending import Trend

_SHOWN: Final = 2_000
"""Characters of the papers that would be posted."""
_LEFT_OUT: Final = 1_300
"""Characters of those that would not."""
_TITLE: Final = 60


def tried_card(feed: DailyFeed, tried: Sequence[Edition], draft_id: int, *, page: int) -> ui.LayoutView:
    """One list a page (0-based), the newest first; a page past the end becomes the last."""
    if not tried:
        hint = small("Whoever runs this bot can bring some: `python -m retrieval import FILE…`")
        return card(look.NOTICE, ["I have no list yet on which the rules could be tried.", hint], deciding(draft_id))
    page = min(page, len(tried) - 1)
    edition = tried[page]
    of_day = look.with_weekday(edition.day) if edition.day else "A page without a date"
    count = f"{len(edition.shown):,} of {look.counted(edition.total, 'paper')}"
    about = small(look.joined(of_day, f"list {page + 1} of {len(tried)}", count))
    heading = f"## What <#{feed.channel_id}> would get\n{about}"
    foot = small(
        "As if each list had been posted on its day; votes are today's. Nothing is saved until you press Save."
    )
    parts = spaced(
        [
            heading,
            small(rules_line(feed.rules)),
            *rules_hints(feed.rules),
            _posted(feed, edition),
            *_left_out(edition),
            foot,
        ]
    )
    turn = turning(partial(tried_page, draft_id), page, len(tried))
    papers = [trend.paper for trend in edition.shown]
    return card(look.LIST, parts, menu(papers, 1) if papers else [], [*turn, *deciding(draft_id)])


def _posted(feed: DailyFeed, edition: Edition) -> str:
    if not edition.shown:
        return "**Nothing would be posted.**"
    how = "votes, those of this server too" if feed.server_votes else "votes"
    lines = fitting(edition.shown, _line, _SHOWN, TERSE)
    left = len(edition.shown) - len(lines)
    more = [small(f"and {left:,} more")] if left else []
    return "\n".join([small(f"Posted, best first: {how}, and how old the list is"), *lines, *more])


def _line(place: int, trend: Trend, room: Room) -> str:
    title = title_link(trend.paper, room.title, room.address)
    return look.joined(bold(f"{place + 1}. {title}"), plain(trend.why))


def _left_out(edition: Edition) -> list[str]:
    """The reasons with the papers that each is the first one of; the most papers first, what has no room counted."""
    reasons = dict[str, list[LeftOut]]()
    for each in edition.left_out:
        reasons.setdefault(each.why, []).append(each)
    ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
    room = _LEFT_OUT
    lines = list[str]()
    for why, papers in ordered:
        line = _reason(why, papers, room // max(1, len(ordered) - len(lines)))
        if len(line) > room:
            break
        room -= len(line)
        lines.append(line)
    missing = sum(len(papers) for _, papers in ordered[len(lines) :])
    more = [small(f"and {missing:,} more for other reasons")] if missing else []
    return ["\n".join([small(f"Left out: {len(edition.left_out):,}"), *lines, *more])] if ordered else []


def _reason(why: str, papers: Sequence[LeftOut], room: int) -> str:
    """``Is not in cs.CL (12): Title; Title; and 10 more``, with as many titles as there is room for."""
    said = plain(why)
    line = f"{bold(said[:1].upper() + said[1:])} ({len(papers):,})"
    for number, each in enumerate(papers):
        title = fitted(readable(each.trend.paper.title), _TITLE)
        tail = f"; and {len(papers) - number:,} more"
        if len(line) + len(title) + len(tail) + 2 > room:
            return line + (tail if number else "")
        line += f"{'; ' if number else ': '}{title}"
    return line
