"""An abstract with the quotes of an answer in bold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from discord import ui

from bot.texts import tr
from bot.ui import custom_ids, theme
from bot.ui.components import LINE, Row, byline, card, menu, title_link
from bot.ui.markdown import bold, small
from bot.ui.quotes import excerpt
from retrieval.answering.types import Quote

_ABSTRACT: Final = 3_000

QuotesByPaper = Mapping[str, Sequence[Quote]]
"""Quotes by the id of their paper, the best paper first."""


def context_card(answer_id: int, quotes: QuotesByPaper, shown: str) -> ui.LayoutView:
    """The abstract of the paper with the id ``shown``, and a menu of the other papers.

    A long abstract is cut around the quotes, and the cuts are marked.
    """
    quoted = quotes[shown]
    paper, spans = quoted[0].paper, sorted((quote.start, quote.end) for quote in quoted)
    whole = replace(quoted[0], start=0, end=len(paper.abstract), highlights=tuple(spans))
    lines = [line for line in (byline(paper), tr("Quoted sentences are in bold.")) if line]
    heading = "\n".join([bold(title_link(paper)), *map(small, lines)])
    abstract = excerpt(whole, _ABSTRACT).strip() or tr("*No abstract.*")
    return card(theme.PAPER, [heading, LINE, abstract], _menu(answer_id, quotes, shown))


def _menu(answer_id: int, quotes: QuotesByPaper, shown: str) -> Row:
    if len(quotes) == 1:
        return []
    papers = [quoted[0].paper for quoted in quotes.values()]
    return menu(papers, 1, custom_id=custom_ids.CONTEXT_MENU(answer_id), chosen=shown)
