"""Trending lists: ``/trending`` and the daily post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from discord import ui

from bot.cards import ids, look
from bot.cards.building import ROOMS, TERSE, Room, Row, card, first_words, fitting, press, spaced, title_link
from bot.cards.markup import bold, plain, small
from retrieval.library import Span, Trending
from retrieval.trending import Trend

PAGE: Final = 10
_TEXT: Final = 3_600
_AIRY: Final = 17
"""Papers that can have room between them and a line of words: more become a plain list."""
_MOST: Final = 30


def trending_card(trending: Trending, *, page: int) -> ui.LayoutView:
    """A page (0-based) of a trending list; the other spans are one press away."""
    if not trending.ranked:
        hint = "The bot's operator can fetch lists: `python -m retrieval fetch`"
        return card(look.NOTICE, ["I have no list of papers yet.", small(hint)])
    pages = -(-len(trending.ranked) // PAGE)
    page = min(page, pages - 1)
    which = f"page {page + 1} of {pages}" if pages > 1 else ""
    about = small(look.joined(_days(trending), look.counted(len(trending.ranked), "paper"), which))
    shown = trending.ranked[page * PAGE : (page + 1) * PAGE]
    lines = _lines(shown, page * PAGE + 1, with_why=True)
    parts = spaced([f"## Trending papers\n{about}", *lines])
    return card(look.LIST, parts, _spans(trending.span), _turning(trending.span, page, pages))


def _spans(current: Span) -> Row:
    return [press(each.title(), ids.trending_span(each), disabled=each is current) for each in Span]


def _turning(span: Span, page: int, pages: int) -> Row:
    """Buttons to turn the page; none for a single page."""
    if pages <= 1:
        return []
    return [
        press("Previous", ids.trending_turn(span, max(0, page - 1)), disabled=page == 0),
        press("Next", ids.trending_turn(span, page + 1), disabled=page + 1 >= pages),
    ]


def _days(trending: Trending) -> str:
    if trending.last is None or trending.first is None:
        return "From a page without a date, in its order"
    if trending.first == trending.last:
        return look.with_weekday(trending.last)
    return f"{look.written(trending.first)} to {look.written(trending.last)}"


def daily_post(list_name: str, day: date | None, ranked: Sequence[Trend], post_id: int, total: int) -> ui.LayoutView:
    """The day's post: ``ranked`` papers out of ``total`` on the list ``list_name``.

    Lines get shorter, and then papers are left out, until Discord's limits are kept; what is left out
    is said. A button carries ``post_id``: by it an interrupted post is found again in the channel.
    """
    lines = _lines(ranked[:_MOST], 1, with_why=False)
    when = look.with_weekday(day) if day else f"A page without a date ({plain(list_name)})"
    heading = f"## Daily Papers\n{small(look.joined(when, look.counted(total, 'paper')))}"
    left = total - len(lines)
    more = f"{look.counted(left, 'more paper')} on the list. " if left > 0 else ""
    foot = small(f"{more}Ask about any of them: mention me, or use /ask.")
    parts = spaced([heading, *lines, foot]) if len(lines) <= _AIRY else [heading, *lines, foot]
    return card(look.LIST, parts, [press("Whole list", ids.post(post_id))])


def _lines(ranked: Sequence[Trend], first: int, *, with_why: bool) -> list[str]:
    """Numbered papers. Why each stands where it stands is left out of what stays for long: it grows stale."""

    def draw(place: int, trend: Trend, room: Room) -> str:
        title = bold(f"{first + place}. {title_link(trend.paper, room.title, room.address)}")
        votes = _votes(trend, with_why=with_why)
        if not room.words:
            return look.joined(title, votes)
        below = look.joined(votes, first_words(trend.paper, room.words))
        return f"{title}\n{small(below)}" if below else title

    return fitting(ranked, draw, _TEXT, ROOMS if len(ranked) <= _AIRY else TERSE)


def _votes(trend: Trend, *, with_why: bool) -> str:
    if trend.paper.votes is None:
        return ""
    return plain(trend.why) if with_why else look.counted(trend.paper.votes, "vote")
