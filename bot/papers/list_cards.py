"""Papers one under the other: a search's page, similar papers, a choice between titles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from discord import ui

from bot.ui import custom_ids, theme
from bot.ui.components import (
    Entry,
    LineBudget,
    Row,
    button,
    byline,
    card,
    first_words,
    fit_to_limit,
    pager,
    paper_row,
    spaced,
    title_link,
)
from bot.ui.discord_limits import LABEL, shorten
from bot.ui.markdown import bold, fitted, small, visible
from bot.ui.notices import mistake
from retrieval.answering.types import ScoredPaper
from retrieval.errors import QueryError
from retrieval.papers import Paper
from retrieval.search.results import SearchPage

_TEXT: Final = 3_300
_MOST: Final = 8
"""Entries in a card: each takes three components and the room after it one."""


def search_card(
    found: SearchPage, *, search_id: int, page: int, per_page: int, meant_id: int | None = None
) -> ui.LayoutView:
    """A page (0-based) of a search, with buttons to the ones before and after it.

    ``meant_id`` is the kept search for what was probably meant, one press away.
    """
    query = bold(fitted(found.query.text, 200))
    correction = correction_button(found.suggestion, meant_id)
    if not found.hits:
        return _nothing_found(query, found, correction)
    pages = max(1, -(-found.total // per_page))
    of_all = f" of {pages:,}" if found.counted else ""
    which = f"page {page + 1:,}{of_all}" if pages > 1 else ""
    total = ("" if found.counted or found.read else "more than ") + theme.counted(found.total, "paper")
    total += f" among the {found.read:,} likeliest" if found.read else ""
    heading = f"{query}\n{small(theme.joined(total, which))}"
    entries = _entries([each.paper for each in found.hits], found.offset + 1)
    pages_row = pager(partial(custom_ids.SEARCH_PAGE, search_id), page, pages)
    return card(theme.LIST, spaced([heading, *entries]), pages_row, correction)


def correction_button(meant: str | None, search_id: int | None) -> Row:
    """A button that searches for what was probably meant, which is kept under ``search_id``."""
    if not meant or search_id is None:
        return []
    return [button(shorten(f"Did you mean: {visible(meant)}", LABEL), custom_ids.SEARCH_PAGE(search_id, 0), main=True)]


def mistake_card(error: QueryError, search_id: int | None) -> ui.LayoutView:
    """What is wrong with a query, where, and a button that searches the corrected one, stored under ``search_id``."""
    return card(theme.NOTICE, mistake(str(error)), correction_button(error.suggestion, search_id))


def _nothing_found(query: str, found: SearchPage, correction: Row) -> ui.LayoutView:
    """Says which papers can't be found here; fixing that is up to the operator."""
    hint = "Try fewer or other words, or leave out a filter. `/trending` shows what people read now."
    among = f" among the {found.read:,} likeliest. A more telling word would reach others" if found.read else ""
    lacking = [each.sentence for each in found.missing]
    return card(theme.NOTICE, [f"I found no paper for {query}{among}.", *lacking, hint], correction)


def similar_card(paper: Paper, near: Sequence[ScoredPaper]) -> ui.LayoutView:
    """Papers like a paper, best first."""
    title = title_link(paper, 200)
    if not near:
        hint = "`/search` with a few words of your own may find more."
        return card(theme.NOTICE, [f"I have no paper like **{title}**.", hint])
    return card(theme.LIST, spaced([f"Papers like **{title}**", *_entries([each.paper for each in near], 1)]))


def near_card(text: str, near: Sequence[ScoredPaper]) -> ui.LayoutView:
    """Papers that a message is about, best first. ``text`` is what was read of it."""
    words = small(fitted(" ".join(text.split()), 200))
    if not near:
        hint = "`/search` with a few words of your own may find more."
        return card(theme.NOTICE, [f"I have no paper near that message.\n{words}", hint])
    heading = f"**Papers near this message**\n{words}"
    return card(theme.LIST, spaced([heading, *_entries([each.paper for each in near], 1)]))


def choose_card(typed: str, papers: Sequence[Paper]) -> ui.LayoutView:
    """Several papers whose titles hold what was typed, each with a button that opens it; there may be more of them."""
    question = f"Several papers match {bold(fitted(typed, 100))}. Which one?"
    hint = small("Another one? Type more words of its title, or use `/search`.")
    return card(theme.LIST, spaced([question, *_entries(papers, 1), hint]))


def _entries(papers: Sequence[Paper], first: int) -> list[Entry]:
    """Papers with numbers from ``first`` on, each with a button that opens it."""

    def draw(place: int, paper: Paper, room: LineBudget) -> str:
        return paper_lines(paper, first + place, room)

    drawn = fit_to_limit(papers[:_MOST], draw, _TEXT)
    return [paper_row(text, paper) for text, paper in zip(drawn, papers, strict=False)]


def paper_lines(paper: Paper, number: int, room: LineBudget) -> str:
    """A paper in a list: number and title, its first sentence, who and when."""
    title = bold(f"{number}. {title_link(paper, room.title, room.address)}")
    votes = theme.counted(paper.votes, "vote") if paper.votes is not None else ""
    signature = theme.joined(votes, byline(paper)) if room.words else votes
    lines = [title, first_words(paper, room.words), small(signature) if signature else ""]
    return "\n".join(line for line in lines if line)
