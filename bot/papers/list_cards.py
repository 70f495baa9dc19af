"""Lists of papers: a page of a search, similar papers, and a choice of papers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from discord import ui

from bot.papers.service import SearchResults
from bot.texts import counted, mark, tr, translated, written_number
from bot.ui import custom_ids, theme
from bot.ui.components import (
    Entry,
    LineBudget,
    Row,
    aim_words,
    button,
    byline,
    card,
    fit_to_limit,
    pager,
    paper_row,
    spaced,
    title_link,
)
from bot.ui.discord_limits import LABEL, shorten
from bot.ui.markdown import bold, fitted, small, visible
from bot.ui.notices import HOW_TO_ADD, error_text, mistake
from bot.ui.pages import Page
from retrieval.answering.types import NO_PAPERS, ScoredPaper
from retrieval.errors import QueryError
from retrieval.papers import Paper
from retrieval.search.results import SearchPage

_TEXT: Final = 3_300
_MAX_ENTRIES: Final = 8
"""Each entry takes three components, and the space after it one."""
_SEARCH_HINT: Final = mark("`/search` with a few words of your own may find more.")


def search_card(results: SearchResults) -> ui.LayoutView:
    """A page of a search, with a button for what was probably meant."""
    found, page = results.found, Page(results.page, results.found.total, results.per_page)
    query = bold(fitted(found.query.text, 200))
    did_you_mean = _did_you_mean(found.suggestion, results.meant_id, person=found.person)
    if not found.hits:
        return _nothing_found(query, found, did_you_mean)
    position = (
        page.label if found.counted or not page.label else tr("page {page}", page=written_number(page.number + 1))
    )
    total = counted(found.total, "paper")
    if found.read:
        total = tr("{papers} among the {number} best matches", papers=total, number=written_number(found.read))
    elif not found.counted:
        total = tr("more than {papers}", papers=total)
    note = f"\n{small(fitted(found.note, 200))}" if found.note else ""
    heading = f"{query}\n{small(theme.joined(total, position))}{note}"
    entries = _entries([each.paper for each in found.hits], found.offset + 1)
    turn = pager(partial(custom_ids.SEARCH_PAGE, results.search_id), page)
    return card(theme.LIST, spaced([heading, *entries]), turn, did_you_mean)


def mistake_card(error: QueryError, search_id: int | None) -> ui.LayoutView:
    """What is wrong with a query, where, and a button with the corrected query, stored under ``search_id``."""
    return card(theme.NOTICE, mistake(error_text(error)), _did_you_mean(error.suggestion, search_id))


def _did_you_mean(meant: str | None, search_id: int | None, *, person: str | None = None) -> Row:
    """A button that searches for what was probably meant, stored under ``search_id``: typos fixed, or a ``person``."""
    if not meant or search_id is None:
        return []
    label = (
        tr("Did you mean: {query}", query=visible(meant))
        if person is None
        else tr("Only papers by {author}", author=visible(person))
    )
    return [button(shorten(label, LABEL), custom_ids.SEARCH_PAGE(search_id, 0), main=True)]


def _nothing_found(query: str, found: SearchPage, did_you_mean: Row) -> ui.LayoutView:
    """Says what kind of data is missing, too; adding it is up to the operator."""
    hint = tr("Try fewer or other words, or leave out a filter. `/trending` shows what people are reading.")
    none = tr("No papers found for {query}.", query=query)
    if found.read:
        none = tr(
            "No papers found for {query} among the {number} best matches. A more specific word may help.",
            query=query,
            number=written_number(found.read),
        )
    missing = [translated(each.sentence) for each in found.missing]
    hint = tr(HOW_TO_ADD) if NO_PAPERS in [each.sentence for each in found.missing] else hint
    return card(theme.NOTICE, [none, *missing, hint], did_you_mean)


def similar_card(paper: Paper, similar: Sequence[ScoredPaper]) -> ui.LayoutView:
    """Papers similar to a paper, best first."""
    title = bold(title_link(paper, 200))
    none_found = tr("I found no papers similar to {title}.", title=title)
    return _ranked_card(tr("Papers similar to {title}", title=title), none_found, similar)


def near_card(text: str, near: Sequence[ScoredPaper]) -> ui.LayoutView:
    """Papers close to the ``text`` of a message, best first."""
    words = small(fitted(" ".join(text.split()), 200))
    none_found = tr("I found no papers close to that message.")
    return _ranked_card(f"{bold(tr('Papers close to this message'))}\n{words}", f"{none_found}\n{words}", near)


def _ranked_card(heading: str, none_found: str, papers: Sequence[ScoredPaper]) -> ui.LayoutView:
    if not papers:
        return card(theme.NOTICE, [none_found, tr(_SEARCH_HINT)])
    return card(theme.LIST, spaced([heading, *_entries([each.paper for each in papers], 1)]))


def choose_card(typed: str, papers: Sequence[Paper]) -> ui.LayoutView:
    """Some of the papers whose titles contain what was typed, each with a button that shows it."""
    question = tr("Several papers match {words}. Which one?", words=bold(fitted(typed, 100)))
    hint = small(tr("Another one? Type more words of its title, or use `/search`."))
    return card(theme.LIST, spaced([question, *_entries(papers, 1), hint]))


def _entries(papers: Sequence[Paper], first: int) -> list[Entry]:
    """Papers numbered from ``first``, each with a button that shows it."""

    def draw(place: int, paper: Paper, budget: LineBudget) -> str:
        title = bold(f"{first + place}. {title_link(paper, budget.title, budget.address)}")
        votes = counted(paper.votes, "vote") if paper.votes is not None else ""
        facts = theme.joined(votes, byline(paper)) if budget.words else votes
        lines = [title, aim_words(paper, budget.words), small(facts) if facts else ""]
        return "\n".join(line for line in lines if line)

    drawn = fit_to_limit(papers[:_MAX_ENTRIES], draw, _TEXT)
    return [paper_row(text, paper) for text, paper in zip(drawn, papers, strict=False)]
