"""The message that tells a follower of new papers, and the pages of papers behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from discord import ui

from bot.ui import custom_ids, theme
from bot.ui.components import (
    LINE_BUDGETS,
    LineBudget,
    button,
    byline,
    card,
    first_words,
    fit_to_limit,
    menu,
    pager,
    spaced,
    title_link,
)
from bot.ui.markdown import bold, fitted, small
from retrieval.papers import Paper

PAGE: Final = 10
"""Papers on a page of all of them."""

_TEXT: Final = 3_300
_HEADING: Final = 80  # characters of what was followed, above its papers
_AIRY: Final = 12  # groups that can have room between them

MatchedPaper = tuple[str, Paper]
"""A paper, with what the person follows that it fits."""


def alert_card(alert_id: int, shown: Sequence[MatchedPaper], total: int) -> ui.LayoutView:
    """New papers out of ``total``, under what each of them fits.

    The button to all that the person follows carries ``alert_id``: by it an interrupted message is found again.
    """
    groups, papers = _groups(shown, 1)
    left = total - len(papers)
    fits = "fits" if total == 1 else "fit"
    about = f"{theme.counted(total, 'paper')} {fits} what you follow"
    heading = f"## New papers for you\n{small(about)}"
    more = f"{theme.counted(left, 'more paper')} one press away. " if left else ""
    foot = small(f"{more}`/following` changes what you hear of, and when.")
    parts = [heading, *groups, foot]
    whole = [button(f"All {total:,} papers", custom_ids.alert(alert_id), main=True)] if left else []
    row = [*whole, button("What I follow", custom_ids.follows_from(alert_id))]
    return card(theme.LIST, spaced(parts) if len(groups) <= _AIRY else parts, menu(papers, 1), row)


def all_matches_card(alert_id: int, told: Sequence[MatchedPaper], *, page: int) -> ui.LayoutView:
    """A page (0-based) of all papers of a message."""
    return _paged("New papers for you", told, page, partial(custom_ids.alert_page, alert_id))


def pending_card(told: Sequence[MatchedPaper], *, page: int) -> ui.LayoutView:
    """A page (0-based) of the papers that wait for the next message."""
    back = [button("Back to what you follow", custom_ids.follows_page(0))]
    if not told:
        return card(theme.NOTICE, ["No paper waits for your next message."], back)
    return _paged("Papers for your next message", told, page, custom_ids.follows_waiting, back)


def compact_lines(paper: Paper, number: int, room: LineBudget) -> str:
    """A paper among many: its title stands out, its first sentence, votes, who and when are small print below."""
    title = bold(f"{number}. {title_link(paper, room.title, room.address)}")
    votes = theme.counted(paper.votes, "vote") if paper.votes is not None else ""
    signature = theme.joined(votes, byline(paper)) if room.words else votes
    return "\n".join([title, *(small(line) for line in (first_words(paper, room.words), signature) if line)])


def _paged(
    heading: str,
    told: Sequence[MatchedPaper],
    page: int,
    turn: Callable[[int], str],
    *rows: Sequence[ui.Button[ui.LayoutView]],
) -> ui.LayoutView:
    pages = max(1, -(-len(told) // PAGE))
    page = min(page, pages - 1)
    which = f"page {page + 1:,} of {pages:,}" if pages > 1 else ""
    first = page * PAGE
    groups, papers = _groups(told[first : first + PAGE], first + 1)
    about = small(theme.joined(theme.counted(len(told), "paper"), which))
    parts = spaced([f"## {heading}\n{about}", *groups])
    return card(theme.LIST, parts, menu(papers, first + 1), pager(turn, page, pages), *rows)


def _groups(told: Sequence[MatchedPaper], first: int) -> tuple[list[str], list[Paper]]:
    """Each thing that is followed with its papers, numbered from ``first`` on; and the papers that found room."""

    def draw(place: int, each: MatchedPaper, room: LineBudget) -> str:
        return compact_lines(each[1], first + place, room)

    headings = [f"### {fitted(text, _HEADING)}\n" for text, _ in groupby(told, key=lambda each: each[0])]
    room = _TEXT - sum(map(len, headings)) - len(told)
    lines = fit_to_limit(told, draw, room, LINE_BUDGETS)
    drawn = list(zip(told, lines, strict=False))
    groups = [
        "\n".join([f"### {fitted(text, _HEADING)}", *(line for _, line in those)])
        for text, those in groupby(drawn, key=lambda each: each[0][0])
    ]
    return groups, [paper for (_, paper), _ in drawn]
