"""The papers that a message links to, in short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.texts import counted, tr
from bot.ui import theme
from bot.ui.components import LineBudget, aim_words, byline, card, fit_to_limit, paper_row, spaced, title_link
from bot.ui.markdown import bold, small
from retrieval.papers import Paper

MAX_PAPERS: Final = 5
"""Papers that are shown per message."""
_TEXT: Final = 2_000


def links_card(papers: Sequence[Paper]) -> ui.LayoutView:
    """At most ``MAX_PAPERS`` papers: title, what it does, who and when, votes."""

    def draw(_: int, paper: Paper, budget: LineBudget) -> str:
        votes = counted(paper.votes, "vote") if paper.votes is not None else ""
        withdrawn = tr("withdrawn by its authors") if paper.withdrawn else ""
        facts = theme.joined(byline(paper), votes, withdrawn)
        title = bold(title_link(paper, budget.title, budget.address))
        lines = [title, aim_words(paper, budget.words), small(facts) if facts else ""]
        return "\n".join(line for line in lines if line)

    drawn = fit_to_limit(papers[:MAX_PAPERS], draw, _TEXT)
    return card(theme.PAPER, spaced([paper_row(text, paper) for text, paper in zip(drawn, papers, strict=False)]))
