"""Trending lists: ``/trending`` and the daily post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from discord import ui

from bot.cards import ids, look
from bot.cards.building import card, counted, first_words, press, title_link
from bot.cards.markup import plain, small
from retrieval.library import Span, Trending
from retrieval.trending import Trend

PAGE = 10
_POST_TEXT = 3_400


def trending_card(trending: Trending, *, page: int) -> ui.LayoutView:
    """A page (0-based) of a trending list; the other spans are one press away."""
    spans = [press(each.title(), ids.trending_span(each), disabled=each is trending.span) for each in Span]
    if not trending.ranked:
        return card(look.NOTICE, ["I have no list yet.", small("The operator can import one: python -m retrieval import")])
    pages = -(-len(trending.ranked) // PAGE)
    page = min(page, pages - 1)
    shown = trending.ranked[page * PAGE : (page + 1) * PAGE]
    texts = [f"## {look.SIGN_TRENDING} {_heading(trending)}", _lines(shown, page * PAGE + 1, 150, 120)]
    foot = small(f"Page {page + 1} of {pages}{look.DOT}{counted(len(trending.ranked), 'paper')}")
    turn = [
        press("Previous", ids.trending_turn(trending.span, max(0, page - 1)), disabled=page == 0),
        press("Next", ids.trending_turn(trending.span, page + 1), disabled=page + 1 >= pages),
    ]
    return card(look.LIST, [*texts, foot], spans, turn if pages > 1 else [])


def daily_post(
    list_name: str, day: date | None, ranked: Sequence[Trend], post_id: int, total: int
) -> ui.LayoutView:
    """The day's post: ``ranked`` papers out of ``total`` on the list.

    A button carries ``post_id``: by it an interrupted post is found again in the channel.
    """
    heading = f"## {look.SIGN_TRENDING} Daily Papers" + (f"{look.DOT}{day:%A, %d %B %Y}" if day else "")
    lines, shown = _fitting_lines(ranked)
    left = total - shown
    foot = f"{counted(left, 'more paper')} on this list: /trending{look.DOT}" if left > 0 else ""
    ask = small(f"{foot}Ask about any of them: mention me, or /ask")
    return card(look.LIST, [heading, lines, ask], [press("Whole list", ids.post(post_id))])


def _fitting_lines(ranked: Sequence[Trend]) -> tuple[str, int]:
    """The lines of a post, and of how many papers: words get fewer first, then papers are left out."""
    for title, words in ((200, 140), (140, 80), (120, 0), (60, 0)):
        text = _lines(ranked, 1, title, words)
        if len(text) <= _POST_TEXT:
            return text, len(ranked)
    kept = len(ranked)
    while kept > 1 and len(_lines(ranked[:kept], 1, 60, 0)) > _POST_TEXT:
        kept -= 1
    return _lines(ranked[:kept], 1, 60, 0), kept


def _lines(ranked: Sequence[Trend], first: int, title: int, words: int) -> str:
    return "\n".join(_line(number, trend, title, words) for number, trend in enumerate(ranked, first))


def _line(number: int, trend: Trend, title: int, words: int) -> str:
    """A paper's title in ``title`` characters; below it its votes and the first ``words`` characters of it."""
    votes = plain(trend.why) if trend.paper.votes is not None else ""
    below = look.DOT.join(part for part in (votes, first_words(trend.paper, words) if words else "") if part)
    return f"**{number}.** {title_link(trend.paper, title)}" + (f"\n{small(below)}" if below else "")


def _heading(trending: Trending) -> str:
    if trending.last is None or trending.first is None:
        return "Daily Papers"
    last = f"{trending.last:%d %B %Y}"
    return f"Papers of {last}" if trending.first == trending.last else f"{trending.first:%d %B} – {last}"
