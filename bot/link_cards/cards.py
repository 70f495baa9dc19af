"""Papers that somebody linked to: what they are, in short, with the abstract one press away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.ui import theme
from bot.ui.components import LineBudget, byline, card, first_words, fit_to_limit, paper_row, spaced, title_link
from bot.ui.markdown import bold, small
from retrieval.papers import Paper

MOST: Final = 5
"""Papers of one message that are shown."""
_TEXT: Final = 2_000


def links_card(papers: Sequence[Paper]) -> ui.LayoutView:
    """At most ``MOST`` papers: title, first sentence, who and when, votes."""

    def draw(_: int, paper: Paper, room: LineBudget) -> str:
        votes = theme.counted(paper.votes, "vote") if paper.votes is not None else ""
        withdrawn = "withdrawn by its authors" if paper.withdrawn else ""
        facts = theme.joined(byline(paper), votes, withdrawn)
        lines = [bold(title_link(paper, room.title, room.address)), first_words(paper, room.words)]
        return "\n".join([*(line for line in lines if line), *([small(facts)] if facts else [])])

    drawn = fit_to_limit(papers[:MOST], draw, _TEXT)
    return card(theme.PAPER, spaced([paper_row(text, paper) for text, paper in zip(drawn, papers, strict=False)]))
