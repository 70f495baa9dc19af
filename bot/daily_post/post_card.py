"""The daily post, and the pages of the whole list behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from discord import ui

from bot.papers.trending_card import RULES, paged_card, paper_lines, span_text
from bot.texts import counted, tr
from bot.ui import custom_ids, theme
from bot.ui.components import button, card, menu, spaced, vote_row
from bot.ui.discord_limits import shorten
from bot.ui.markdown import code, small
from retrieval.trending.results import DayList
from retrieval.trending.score import Trend

_MAX_PAPERS: Final = 30
_MAX_VOTE_BUTTONS: Final = 10
"""Papers that can each have a Vote button. More papers get a menu to vote."""
_MAX_SPACED: Final = 13
"""Papers that can have space between them, next to the menus and buttons."""


def whole_list_card(posted: DayList, post_id: int, *, page: int, first: date | None = None) -> ui.LayoutView:
    """A page (0-based) of the lists behind a daily post. ``first`` is the first day if there are several lists."""
    when = span_text(first or posted.day, posted.day)
    return paged_card(tr("Daily Papers"), when, posted.ranked, page, partial(custom_ids.POST_PAGE, post_id))


def post_card(
    day: date | None,
    ranked: Sequence[Trend],
    post_id: int,
    total: int,
    marks: Mapping[str, str] = MappingProxyType({}),
    *,
    first: date | None = None,
    rules: str = "",
) -> ui.LayoutView:
    """The post of ``ranked`` papers out of ``total`` on the list of ``day`` (``None``: undated).

    ``first`` is the first day if there are several lists; ``rules`` is the query that the papers match; ``marks`` are
    updates by paper id. Lines get shorter, then papers are left out and counted, until Discord's limits are met. The
    buttons carry ``post_id``, by which the message is found again after an interruption; they are disabled in a
    preview (``custom_ids.NO_POST``).
    """
    lines = paper_lines(ranked[:_MAX_PAPERS], 1, with_why=False, marks=marks)
    papers = [each.paper for each in ranked[: len(lines)]]
    heading = f"## {tr('Daily Papers')}\n{small(theme.joined(span_text(first or day, day), counted(total, 'paper')))}"
    left = total - len(lines)
    foot = small(_foot(left, rules, several=first not in (None, day)))
    is_preview = post_id == custom_ids.NO_POST
    buttons = [
        button("Discuss a paper", custom_ids.DISCUSS_POST(post_id), disabled=is_preview),
        button("Whole list", custom_ids.POST(post_id), disabled=is_preview),
    ]
    if len(papers) <= _MAX_VOTE_BUTTONS:
        entries = [vote_row(line, paper, disabled=is_preview) for line, paper in zip(lines, papers, strict=True)]
        return card(theme.LIST, [heading, *entries, foot], menu(papers, 1), buttons)
    parts = spaced([heading, *lines, foot]) if len(lines) <= _MAX_SPACED else [heading, *lines, foot]
    voting = menu(papers, 1, custom_id=custom_ids.VOTE_MENU(), asks="Vote for a paper, or remove your vote…")
    return card(theme.LIST, parts, menu(papers, 1), voting, buttons)


def _foot(left: int, rules: str, *, several: bool) -> str:
    """How many papers are left out, how to ask about them, and the rules that papers match."""
    papers = counted(left, "more paper")
    more = tr("{papers} on the lists.", papers=papers) if several else tr("{papers} on the list.", papers=papers)
    ask = tr("Ask about any of them: mention me or use `/ask`.")
    matched = tr("Filtered by this channel's rules: {rules}", rules=code(shorten(rules, RULES))) if rules else ""
    return " ".join([*([more] if left > 0 else []), ask]) + (f"\n{matched}" if matched else "")
