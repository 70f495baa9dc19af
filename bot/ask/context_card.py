"""An abstract with the sentences of an answer marked in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import discord
from discord import ui

from bot.ui import custom_ids, theme
from bot.ui.components import LINE, Row, byline, card, title_link
from bot.ui.discord_limits import CHOICE_NAME, CHOICES, shorten
from bot.ui.latex import readable
from bot.ui.markdown import bold, small, visible
from bot.ui.quotes import excerpt
from retrieval.answering.types import Quote

_ABSTRACT: Final = 3_000

ByPaper = Mapping[str, Sequence[Quote]]
"""Quotes by the id of their paper, the best paper first."""


def context_card(answer_id: int, quotes: ByPaper, shown: str) -> ui.LayoutView:
    """The abstract of the paper with the id ``shown``, what was quoted of it in bold; a menu of the other papers.

    An abstract that is too long for a card is cut around the quotes, and the cuts are marked.
    """
    of_paper = quotes[shown]
    paper, spans = of_paper[0].paper, sorted((quote.start, quote.end) for quote in of_paper)
    whole = replace(of_paper[0], start=0, end=len(paper.abstract), highlights=tuple(spans))
    notes = [line for line in (byline(paper), "What was quoted is in bold.") if line]
    heading = "\n".join([bold(title_link(paper)), *map(small, notes)])
    return card(
        theme.PAPER,
        [heading, LINE, excerpt(whole, _ABSTRACT).strip() or "*No abstract.*"],
        _menu(answer_id, quotes, shown),
    )


def _menu(answer_id: int, quotes: ByPaper, shown: str) -> Row:
    if len(quotes) == 1:
        return []
    options = [
        discord.SelectOption(
            label=shorten(f"{number}. {visible(readable(of_paper[0].paper.title))}", CHOICE_NAME),
            value=paper_id,
            default=paper_id == shown,
        )
        for number, (paper_id, of_paper) in enumerate([*quotes.items()][:CHOICES], 1)
    ]
    return [ui.Select(custom_id=custom_ids.CONTEXT_MENU(answer_id), options=options)]
