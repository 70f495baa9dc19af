"""Papers that somebody linked to: what they are, in short, with the abstract one press away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.cards import look
from bot.cards.building import Room, byline, card, first_words, fitting, openable, spaced, title_link
from bot.cards.markup import bold, small
from retrieval.papers import Paper

MOST: Final = 5
"""Papers of one message that are shown."""
_TEXT: Final = 2_000


def links_card(papers: Sequence[Paper]) -> ui.LayoutView:
    """At most ``MOST`` papers: title, first sentence, who and when, votes."""

    def draw(_: int, paper: Paper, room: Room) -> str:
        votes = look.counted(paper.votes, "vote") if paper.votes is not None else ""
        withdrawn = "withdrawn by its authors" if paper.withdrawn else ""
        facts = look.joined(byline(paper), votes, withdrawn)
        lines = [bold(title_link(paper, room.title, room.address)), first_words(paper, room.words)]
        return "\n".join([*(line for line in lines if line), *([small(facts)] if facts else [])])

    drawn = fitting(papers[:MOST], draw, _TEXT)
    return card(look.PAPER, spaced([openable(text, paper) for text, paper in zip(drawn, papers, strict=False)]))
