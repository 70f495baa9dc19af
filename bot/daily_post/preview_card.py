"""Preview of settings: what they would post from the most recent lists, what not, and why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from discord import ui

from bot.daily_post.feed_cards import draft_buttons
from bot.daily_post.feed_text import rules_line
from bot.daily_post.selection import Edition, LeftOut
from bot.storage.daily_feeds import DailyFeed
from bot.texts import counted, tr, translated, with_weekday, written_number
from bot.ui import custom_ids, theme
from bot.ui.components import TERSE, LineBudget, card, fit_to_limit, menu, pager, spaced, title_link
from bot.ui.latex import readable
from bot.ui.markdown import bold, fitted, plain, small
from bot.ui.notices import HOW_TO_ADD
from bot.ui.pages import Page
from retrieval.trending.score import Trend

_MAX_SHOWN: Final = 2_000
"""Characters of the papers that would be posted."""
_MAX_LEFT_OUT: Final = 1_300
"""Characters of those that wouldn't."""
_MAX_TITLE: Final = 60


def preview_card(feed: DailyFeed, editions: Sequence[Edition], draft_id: int, *, page: int) -> ui.LayoutView:
    """One list per page (0-based), newest first. A page past the end shows the last list."""
    if not editions:
        hint = small(tr(HOW_TO_ADD))
        return card(
            theme.NOTICE, [tr("There are no lists to preview these settings on yet."), hint], draft_buttons(draft_id)
        )
    page = min(page, len(editions) - 1)
    edition = editions[page]
    day = with_weekday(edition.day) if edition.day else tr("Undated list")
    count = tr("{shown} of {papers}", shown=written_number(len(edition.shown)), papers=counted(edition.total, "paper"))
    facts = small(theme.joined(day, tr("list {page} of {pages}", page=page + 1, pages=len(editions)), count))
    foot = tr("As if each list had been posted on its day, with today's votes. Nothing is saved until you press Save.")
    parts = [
        f"## {tr('Preview for {channel}', channel=f'<#{feed.channel_id}>')}\n{facts}",
        small(rules_line(feed.rules)),
        _posted(feed, edition),
        *_left_out(edition),
        small(foot),
    ]
    turn = pager(partial(custom_ids.DAILY_PREVIEW, draft_id), Page(page, len(editions), 1))
    papers = [trend.paper for trend in edition.shown]
    return card(theme.LIST, spaced(parts), menu(papers, 1) if papers else [], [*turn, *draft_buttons(draft_id)])


def _posted(feed: DailyFeed, edition: Edition) -> str:
    if not edition.shown:
        return tr("**Nothing would be posted.**")
    ranked = (
        tr("Posted, ranked by votes (including this server's) and age of the list")
        if feed.server_votes
        else tr("Posted, ranked by votes and age of the list")
    )
    lines = fit_to_limit(edition.shown, _line, _MAX_SHOWN, TERSE)
    left = len(edition.shown) - len(lines)
    more = [small(tr("and {number} more", number=written_number(left)))] if left else []
    return "\n".join([small(ranked), *lines, *more])


def _line(place: int, trend: Trend, room: LineBudget) -> str:
    title = title_link(trend.paper, room.title, room.address)
    return theme.joined(bold(f"{place + 1}. {title}"), plain(translated(trend.why)))


def _left_out(edition: Edition) -> list[str]:
    """Each reason with its papers, most papers first. Papers that don't fit are counted."""
    reasons = dict[str, list[LeftOut]]()
    for each in edition.left_out:
        reasons.setdefault(each.why, []).append(each)
    if not reasons:
        return []
    ordered = sorted(reasons.items(), key=lambda item: -len(item[1]))
    room, lines = _MAX_LEFT_OUT, list[str]()
    for why, papers in ordered:
        line = _reason(why, papers, room // (len(ordered) - len(lines)))
        if len(line) > room:
            break
        room -= len(line)
        lines.append(line)
    missing = sum(len(papers) for _, papers in ordered[len(lines) :])
    more = [small(tr("and {number} more for other reasons", number=written_number(missing)))] if missing else []
    return ["\n".join([small(tr("Left out: {number}", number=written_number(len(edition.left_out)))), *lines, *more])]


def _reason(why: str, papers: Sequence[LeftOut], room: int) -> str:
    """``Is not in cs.CL (12): Title; Title; and 10 more``, with as many titles as fit in ``room`` characters."""
    reason = plain(translated(why))
    line = f"{bold(reason[:1].upper() + reason[1:])} ({len(papers):,})"
    for number, each in enumerate(papers):
        title = fitted(readable(each.trend.paper.title), _MAX_TITLE)
        tail = f"; {tr('and {number} more', number=written_number(len(papers) - number))}"
        if len(line) + len(title) + len(tail) + 2 > room:
            return line + (tail if number else "")
        line += f"{'; ' if number else ': '}{title}"
    return line
