"""A set-up of the daily post, tried on the last lists before it is saved: what it posts, what not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from discord import ui

from bot.daily_post.feed_cards import draft_buttons, preview_page
from bot.daily_post.feed_text import rules_hints, rules_line
from bot.daily_post.selection import Edition, LeftOut
from bot.storage.daily_feeds import DailyFeed
from bot.ui import theme
from bot.ui.components import TERSE, LineBudget, card, fit_to_limit, menu, pager, spaced, title_link
from bot.ui.latex import readable
from bot.ui.markdown import bold, fitted, plain, small
from retrieval.trending.score import Trend

_SHOWN: Final = 2_000
"""Characters of the papers that would be posted."""
_LEFT_OUT: Final = 1_300
"""Characters of those that would not."""
_TITLE: Final = 60


def preview_card(feed: DailyFeed, tried: Sequence[Edition], draft_id: int, *, page: int) -> ui.LayoutView:
    """One list a page (0-based), the newest first; a page past the end becomes the last."""
    if not tried:
        hint = small("Whoever runs this bot can bring some: `python -m retrieval import FILE…`")
        return card(
            theme.NOTICE, ["I have no list yet on which the rules could be tried.", hint], draft_buttons(draft_id)
        )
    page = min(page, len(tried) - 1)
    edition = tried[page]
    of_day = theme.with_weekday(edition.day) if edition.day else "A page without a date"
    count = f"{len(edition.shown):,} of {theme.counted(edition.total, 'paper')}"
    about = small(theme.joined(of_day, f"list {page + 1} of {len(tried)}", count))
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
    turn = pager(partial(preview_page, draft_id), page, len(tried))
    papers = [trend.paper for trend in edition.shown]
    return card(theme.LIST, parts, menu(papers, 1) if papers else [], [*turn, *draft_buttons(draft_id)])


def _posted(feed: DailyFeed, edition: Edition) -> str:
    if not edition.shown:
        return "**Nothing would be posted.**"
    how = "votes, those of this server too" if feed.server_votes else "votes"
    lines = fit_to_limit(edition.shown, _line, _SHOWN, TERSE)
    left = len(edition.shown) - len(lines)
    more = [small(f"and {left:,} more")] if left else []
    return "\n".join([small(f"Posted, best first: {how}, and how old the list is"), *lines, *more])


def _line(place: int, trend: Trend, room: LineBudget) -> str:
    title = title_link(trend.paper, room.title, room.address)
    return theme.joined(bold(f"{place + 1}. {title}"), plain(trend.why))


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
