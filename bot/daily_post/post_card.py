"""The card of a daily post, and the pages of its whole list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from discord import ui

from bot.papers.trending_card import RULES, paged_card, paper_lines, span_text
from bot.ui import custom_ids, theme
from bot.ui.components import button, card, menu, spaced, vote_row
from bot.ui.discord_limits import shorten
from bot.ui.markdown import code, small
from retrieval.trending.results import DayList
from retrieval.trending.score import Trend

_MOST: Final = 30


_VOTABLE: Final = 10
"""Papers of a post that can each have a button to vote beside them; for more of them there is a menu."""


_AIRY_POST: Final = 13
"""Papers of a post that can have room between them beside its menus and buttons."""


def whole_list_card(posted: DayList, post_id: int, *, page: int, first: date | None = None) -> ui.LayoutView:
    """A page (0-based) of what is behind the daily post with this number, as its papers rank now.

    ``first`` is the first day where it is several lists.
    """
    when = span_text(first or posted.day, posted.day)
    return paged_card("Daily Papers", when, posted.ranked, page, partial(custom_ids.post_page, post_id))


def daily_post(
    day: date | None,
    ranked: Sequence[Trend],
    post_id: int,
    total: int,
    marks: Mapping[str, str] = MappingProxyType({}),
    *,
    first: date | None = None,
    rules: str = "",
) -> ui.LayoutView:
    """The day's post: ``ranked`` papers out of ``total`` on the list of ``day`` (``None`` for one without a date).

    ``first`` is the first day where it is several lists, ``rules`` what the papers had to fit, ``marks`` say by
    paper id what became of a paper since. Lines get shorter, and then papers are left out, until Discord's limits
    are kept; what is left out is said. A button carries ``post_id``: by it an interrupted post is found again in
    the channel. It is off in a post that is only looked at (``ids.NO_POST``), as voting is.
    """
    lines = paper_lines(ranked[:_MOST], 1, with_why=False, marks=marks)
    papers = [each.paper for each in ranked[: len(lines)]]
    heading = f"## Daily Papers\n{small(theme.joined(span_text(first or day, day), theme.counted(total, 'paper')))}"
    left = total - len(lines)
    foot = small(_foot(left, rules, several=first not in (None, day)))
    only_looked_at = post_id == custom_ids.NO_POST
    buttons = [
        button("Discuss a paper", custom_ids.discuss_post(post_id), disabled=only_looked_at),
        button("Whole list", custom_ids.post(post_id), disabled=only_looked_at),
    ]
    if len(papers) <= _VOTABLE:
        entries = [vote_row(line, paper, disabled=only_looked_at) for line, paper in zip(lines, papers, strict=True)]
        return card(theme.LIST, [heading, *entries, foot], menu(papers, 1), buttons)
    parts = spaced([heading, *lines, foot]) if len(lines) <= _AIRY_POST else [heading, *lines, foot]
    voting = menu(papers, 1, custom_id=custom_ids.vote_menu(), asks="Vote for a paper, or take a vote back…")
    return card(theme.LIST, parts, menu(papers, 1), voting, buttons)


def _foot(left: int, rules: str, *, several: bool) -> str:
    """What is under a post: how many papers it leaves out, how to ask, what papers had to fit."""
    more = f"{theme.counted(left, 'more paper')} on the {'lists' if several else 'list'}. " if left > 0 else ""
    asked = f"\nShown is what fits this channel's rules: {code(shorten(rules, RULES))}" if rules else ""
    return f"{more}Ask about any of them: mention me, or use `/ask`.{asked}"
