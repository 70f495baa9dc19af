"""Trending lists: ``/trending``, the daily post, and the whole list behind a post."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from discord import ui

from bot.cards import ids, look
from bot.cards.building import (
    ROOMS,
    TERSE,
    Room,
    Row,
    card,
    first_words,
    fitting,
    menu,
    press,
    spaced,
    title_link,
    turning,
    votable,
)
from bot.cards.limits import shorten
from bot.cards.markup import bold, code, plain, small
from retrieval.results import DayList, Days, Span, Trending
from retrieval.trending import Trend

PAGE: Final = 10
_RULES: Final = 120
"""Characters of a channel's rules in the foot of a post."""
_TEXT: Final = 3_500
_AIRY: Final = 16
"""Papers that can have room between them and a line of words: more become a plain list."""
_MOST: Final = 30
_VOTABLE: Final = 10
"""Papers of a post that can each have a button to vote beside them; for more of them there is a menu."""
_AIRY_POST: Final = 13
"""Papers of a post that can have room between them beside its menus and buttons."""


def trending_card(trending: Trending, *, page: int, note: str = "") -> ui.LayoutView:
    """A page (0-based) of a trending list; the other spans are one press away. ``note`` says how old it is."""
    if not trending.ranked:
        if isinstance(trending.span, Days):
            return card(look.NOTICE, ["I have no list of these days."], _spans(None))
        hint = "Whoever runs this bot can bring some: `python -m retrieval import FILE…`"
        return card(look.NOTICE, ["I have no list of papers yet.", small(look.joined(hint, note))])
    if isinstance(trending.span, Days):
        turn = partial(ids.trending_days, trending.span.first, trending.span.last)
        return _paged(
            "Trending papers", _span(trending.first, trending.last), trending.ranked, page, turn, _spans(None)
        )
    # A page without a date is the same for a day, a week and a month.
    spans: Row = _spans(trending.span) if trending.last else []
    turn = partial(ids.trending_turn, trending.span.value)
    return _paged(
        "Trending papers", _span(trending.first, trending.last), trending.ranked, page, turn, spans, note=note
    )


def whole_list_card(posted: DayList, post_id: int, *, page: int, first: date | None = None) -> ui.LayoutView:
    """A page (0-based) of what is behind the daily post with this number, as its papers rank now.

    ``first`` is the first day where it is several lists.
    """
    when = _span(first or posted.day, posted.day)
    return _paged("Daily Papers", when, posted.ranked, page, partial(ids.post_page, post_id))


def _paged(
    heading: str,
    when: str,
    ranked: Sequence[Trend],
    page: int,
    turn: Callable[[int], str],
    *rows: Row,
    note: str = "",
) -> ui.LayoutView:
    """A page of a list; one past the end becomes the last. ``turn`` makes the custom id of a page."""
    pages = max(1, -(-len(ranked) // PAGE))
    page = min(page, pages - 1)
    which = f"page {page + 1} of {pages}" if pages > 1 else ""
    about = small(look.joined(when, look.counted(len(ranked), "paper"), which))
    about = f"{about}\n{small(note)}" if note else about
    first = page * PAGE
    shown = ranked[first : first + PAGE]
    parts = spaced([f"## {heading}\n{about}", *_lines(shown, first + 1, with_why=True)])
    return card(look.LIST, parts, menu([each.paper for each in shown], first + 1), *rows, turning(turn, page, pages))


def _spans(current: Span | None) -> Row:
    return [press(each.title(), ids.trending_span(each), disabled=each is current) for each in Span]


def _day(day: date | None) -> str:
    return look.with_weekday(day) if day else "From a page without a date, in its order"


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
    lines = _lines(ranked[:_MOST], 1, with_why=False, marks=marks)
    papers = [each.paper for each in ranked[: len(lines)]]
    heading = f"## Daily Papers\n{small(look.joined(_span(first or day, day), look.counted(total, 'paper')))}"
    left = total - len(lines)
    foot = small(_foot(left, rules, several=first not in (None, day)))
    only_looked_at = post_id == ids.NO_POST
    buttons = [
        press("Discuss a paper", ids.discuss_post(post_id), disabled=only_looked_at),
        press("Whole list", ids.post(post_id), disabled=only_looked_at),
    ]
    if len(papers) <= _VOTABLE:
        entries = [votable(line, paper, disabled=only_looked_at) for line, paper in zip(lines, papers, strict=True)]
        return card(look.LIST, [heading, *entries, foot], menu(papers, 1), buttons)
    parts = spaced([heading, *lines, foot]) if len(lines) <= _AIRY_POST else [heading, *lines, foot]
    voting = menu(papers, 1, custom_id=ids.vote_menu(), asks="Vote for a paper, or take a vote back…")
    return card(look.LIST, parts, menu(papers, 1), voting, buttons)


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None or first == last:
        return _day(last)
    return f"{look.written(first)} to {look.written(last)}"


def _foot(left: int, rules: str, *, several: bool) -> str:
    """What is under a post: how many papers it leaves out, how to ask, what papers had to fit."""
    more = f"{look.counted(left, 'more paper')} on the {'lists' if several else 'list'}. " if left > 0 else ""
    asked = f"\nShown is what fits this channel's rules: {code(shorten(rules, _RULES))}" if rules else ""
    return f"{more}Ask about any of them: mention me, or use `/ask`.{asked}"


def _lines(
    ranked: Sequence[Trend], first: int, *, with_why: bool, marks: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """Numbered papers. Why each stands where it stands is left out of what stays for long: it grows stale."""

    def draw(place: int, trend: Trend, room: Room) -> str:
        title = bold(f"{first + place}. {title_link(trend.paper, room.title, room.address)}")
        votes = _votes(trend, with_why=with_why)
        mark = f"\n{small(bold(marks[trend.paper.id]))}" if trend.paper.id in marks else ""
        if not room.words:
            return look.joined(title, votes) + mark
        below = look.joined(votes, first_words(trend.paper, room.words))
        return (f"{title}\n{small(below)}" if below else title) + mark

    return fitting(ranked, draw, _TEXT, ROOMS if len(ranked) <= _AIRY else TERSE)


def _votes(trend: Trend, *, with_why: bool) -> str:
    """The source's votes and the server's own."""
    if with_why:
        return "" if trend.paper.votes is None and not trend.server_votes else plain(trend.why)
    there = "" if trend.paper.votes is None else look.counted(trend.paper.votes, "vote")
    here = f"{look.counted(trend.server_votes, 'vote')} here" if trend.server_votes else ""
    return look.joined(there, here)
