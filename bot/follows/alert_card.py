"""The direct message about new papers, and the pages that list all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Final

from discord import ui

from bot.follows.matching import MatchedPaper
from bot.texts import counted, tr, tr_count, written_number
from bot.ui import custom_ids, theme
from bot.ui.components import (
    LINE_BUDGETS,
    LineBudget,
    aim_words,
    button,
    byline,
    card,
    fit_to_limit,
    menu,
    pager,
    spaced,
    title_link,
)
from bot.ui.markdown import bold, fitted, small
from bot.ui.pages import Page
from retrieval.papers import Paper

PAGE_SIZE: Final = 10

_MAX_TEXT: Final = 3_300  # characters of all groups
_MAX_HEADING: Final = 80  # characters of a follow above its papers
_MAX_SPACED_GROUPS: Final = 12


def alert_card(alert_id: int, shown: Sequence[MatchedPaper], total: int) -> ui.LayoutView:
    """Some of ``total`` new papers, grouped by follow.

    The last button carries ``alert_id``, by which an interrupted message is found again.
    """
    groups, papers = _groups(shown, 1)
    left = total - len(papers)
    about = tr_count("{number} paper matches what you follow", "{number} papers match what you follow", total)
    more = f"{tr('{papers} not shown here.', papers=counted(left, 'more paper'))} " if left else ""
    foot = small(more + tr("`/following` changes what you follow and when you're notified."))
    parts = [f"## {tr('New papers for you')}\n{small(about)}", *groups, foot]
    all_papers = (
        [button(tr("All {number} papers", number=written_number(total)), custom_ids.ALERT(alert_id), main=True)]
        if left
        else []
    )
    row = [*all_papers, button("What I follow", custom_ids.FOLLOWS_FROM(alert_id))]
    return card(theme.LIST, spaced(parts) if len(groups) <= _MAX_SPACED_GROUPS else parts, menu(papers, 1), row)


def all_matches_card(alert_id: int, matches: Sequence[MatchedPaper], *, page: int) -> ui.LayoutView:
    """A page (0-based) of all papers of a message."""
    return _page_card(tr("New papers for you"), matches, page, partial(custom_ids.ALERT_PAGE, alert_id))


def pending_card(matches: Sequence[MatchedPaper], *, page: int) -> ui.LayoutView:
    """A page (0-based) of the papers of the next message."""
    back = [button("Back to what you follow", custom_ids.FOLLOWS_PAGE(0))]
    if not matches:
        return card(theme.NOTICE, [tr("There are no papers for your next message yet.")], back)
    return _page_card(tr("Papers for your next message"), matches, page, custom_ids.FOLLOWS_WAITING, back)


def compact_lines(paper: Paper, number: int, budget: LineBudget) -> str:
    """A paper in a long list: its title, and in small print what it does, votes and byline."""
    title = bold(f"{number}. {title_link(paper, budget.title, budget.address)}")
    votes = counted(paper.votes, "vote") if paper.votes is not None else ""
    facts = theme.joined(votes, byline(paper)) if budget.words else votes
    return "\n".join([title, *(small(line) for line in (aim_words(paper, budget.words), facts) if line)])


def _page_card(
    heading: str,
    matches: Sequence[MatchedPaper],
    page: int,
    page_id: Callable[[int], str],
    *rows: Sequence[ui.Button[ui.LayoutView]],
) -> ui.LayoutView:
    shown = Page.of(page, len(matches), PAGE_SIZE)
    groups, papers = _groups(shown.cut(matches), shown.first + 1)
    about = small(theme.joined(counted(len(matches), "paper"), shown.label))
    parts = spaced([f"## {heading}\n{about}", *groups])
    return card(theme.LIST, parts, menu(papers, shown.first + 1), pager(page_id, shown), *rows)


def _groups(matches: Sequence[MatchedPaper], first: int) -> tuple[list[str], list[Paper]]:
    """A text for each follow and its papers, numbered from ``first`` on; and the papers that fitted."""

    def draw(place: int, match: MatchedPaper, budget: LineBudget) -> str:
        return compact_lines(match[1], first + place, budget)

    headings = [f"### {fitted(text, _MAX_HEADING)}\n" for text, _ in groupby(matches, key=lambda match: match[0])]
    lines = fit_to_limit(matches, draw, _MAX_TEXT - sum(map(len, headings)) - len(matches), LINE_BUDGETS)
    drawn = list(zip(matches, lines, strict=False))
    groups = [
        "\n".join([f"### {fitted(text, _MAX_HEADING)}", *(line for _, line in group)])
        for text, group in groupby(drawn, key=lambda each: each[0][0])
    ]
    return groups, [paper for (_, paper), _ in drawn]
