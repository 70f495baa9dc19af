"""Trending lists: ``/trending``, the daily post, and its whole list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from discord import ui

from bot.texts import counted, days_between, mark, tr, translated, with_weekday
from bot.ui import custom_ids, theme
from bot.ui.components import (
    LINE_BUDGETS,
    TERSE,
    LineBudget,
    Row,
    aim_words,
    button,
    card,
    fit_to_limit,
    menu,
    pager,
    spaced,
    title_link,
)
from bot.ui.markdown import bold, plain, small
from bot.ui.notices import HOW_TO_ADD
from bot.ui.pages import Page
from retrieval.trending.results import Days, Span, Trending
from retrieval.trending.score import Trend

PAGE_SIZE: Final = 10
RULES: Final = 120
"""Characters of a channel's rules at the bottom of a post."""
_TEXT: Final = 3_500
_SPAN_NAMES: Final = {Span.DAY: mark("Day"), Span.WEEK: mark("Week"), Span.MONTH: mark("Month")}
_MAX_WITH_WORDS: Final = 16
"""Longer lists have titles only."""


def trending_card(trending: Trending, *, page: int, note: str = "") -> ui.LayoutView:
    """A page (0-based) of a trending list, with buttons for the other spans. ``note`` says how old it is."""
    if not trending.ranked:
        if isinstance(trending.span, Days):
            return card(theme.NOTICE, [tr("I don't have a list for these days.")], _spans(None))
        return card(theme.NOTICE, [tr("I don't have any lists yet."), small(theme.joined(tr(HOW_TO_ADD), note))])
    page_id: Callable[[int], str]
    spans: Row
    if isinstance(trending.span, Days):
        page_id, spans = partial(custom_ids.TRENDING_DAYS, trending.span.first, trending.span.last), _spans(None)
    else:
        page_id = partial(custom_ids.TRENDING, trending.span, turn=":turn")
        spans = _spans(trending.span) if trending.last else []  # a list without a date is the same for every span
    when = span_text(trending.first, trending.last)
    return paged_card(tr("Trending papers"), when, trending.ranked, page, page_id, spans, note=note)


def paged_card(
    heading: str,
    when: str,
    ranked: Sequence[Trend],
    number: int,
    page_id: Callable[[int], str],
    *rows: Row,
    note: str = "",
) -> ui.LayoutView:
    """Page ``number`` (0-based) of a list, or the last one. ``page_id`` makes the custom id of a page."""
    page = Page.of(number, len(ranked), PAGE_SIZE)
    facts = small(theme.joined(when, counted(len(ranked), "paper"), page.label))
    facts = f"{facts}\n{small(note)}" if note else facts
    shown = page.cut(ranked)
    parts = spaced([f"## {heading}\n{facts}", *paper_lines(shown, page.first + 1, with_why=True)])
    papers = menu([each.paper for each in shown], page.first + 1)
    return card(theme.LIST, parts, papers, *rows, pager(page_id, page))


def _spans(current: Span | None) -> Row:
    return [button(_SPAN_NAMES[each], custom_ids.TRENDING(each, 0), disabled=each is current) for each in Span]


def _day(day: date | None) -> str:
    return with_weekday(day) if day else tr("From a list without a date, in its order")


def span_text(first: date | None, last: date | None) -> str:
    """The days of a list: one day, or ``first`` to ``last``."""
    if first is None or last is None or first == last:
        return _day(last)
    return days_between(first, last)


def paper_lines(
    ranked: Sequence[Trend], first: int, *, with_why: bool, marks: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Numbered papers. ``with_why``: why each has its rank, which gets outdated in lasting messages."""

    def draw(place: int, trend: Trend, budget: LineBudget) -> str:
        title = bold(f"{first + place}. {title_link(trend.paper, budget.title, budget.address)}")
        votes = _votes(trend, with_why=with_why)
        news = f"\n{small(bold(marks[trend.paper.id]))}" if trend.paper.id in marks else ""
        if not budget.words:
            return theme.joined(title, votes) + news
        below = theme.joined(votes, aim_words(trend.paper, budget.words))
        return (f"{title}\n{small(below)}" if below else title) + news

    return fit_to_limit(ranked, draw, _TEXT, LINE_BUDGETS if len(ranked) <= _MAX_WITH_WORDS else TERSE)


def _votes(trend: Trend, *, with_why: bool) -> str:
    """The votes of the source and of the server."""
    if with_why:
        return "" if trend.paper.votes is None and not trend.server_votes else plain(translated(trend.why))
    there = "" if trend.paper.votes is None else counted(trend.paper.votes, "vote")
    here = tr("{votes} here", votes=counted(trend.server_votes, "vote")) if trend.server_votes else ""
    return theme.joined(there, here)
