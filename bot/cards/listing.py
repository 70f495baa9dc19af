"""Papers one under the other: a search's page, similar papers, a choice between titles."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.cards import ids, look
from bot.cards.building import byline, card, counted, first_words, press, title_link
from bot.cards.markup import fitted, small
from retrieval.answers.types import Scored
from retrieval.library import SearchPage
from retrieval.papers import Paper

_SNIPPET = 180


def search_card(found: SearchPage, *, search_id: int, page: int, per_page: int) -> ui.LayoutView:
    """A page (0-based) of a search, with buttons to the ones before and after it."""
    query = fitted(found.query.text, 200)
    if not found.hits:
        hint = "Try fewer or other words, or leave out a filter. /trending shows what people read now."
        return card(look.NOTICE, [f"{look.SIGN_SEARCH} Nothing found for **{query}**", small(hint)])
    pages = -(-found.total // per_page)
    entries = [paper_entry(each.paper, number) for number, each in enumerate(found.hits, found.offset + 1)]
    foot = small(f"Page {page + 1} of {pages:,}{look.DOT}{counted(found.total, 'paper')}")
    turn = [
        press("Previous", ids.search_page(search_id, max(0, page - 1)), disabled=page == 0),
        press("Next", ids.search_page(search_id, page + 1), disabled=page + 1 >= pages),
    ]
    return card(look.LIST, [f"{look.SIGN_SEARCH} **{query}**", *entries, foot], turn if pages > 1 else [])


def similar_card(paper: Paper, near: Sequence[Scored]) -> ui.LayoutView:
    """Papers like a paper."""
    title = title_link(paper, 200)
    if not near:
        return card(look.NOTICE, [f"I have no paper that is like {title}."])
    entries = [paper_entry(each.paper, number) for number, each in enumerate(near, 1)]
    return card(look.LIST, [f"Papers like **{title}**", *entries])


def choose_card(typed: str, papers: Sequence[Paper]) -> ui.LayoutView:
    """Several titles that hold what was typed, each a button."""
    entries = [paper_entry(paper, number) for number, paper in enumerate(papers[:5], 1)]
    buttons = [press(str(number), ids.paper(paper.id)) for number, paper in enumerate(papers[:5], 1)]
    return card(look.LIST, [f"Several papers match **{fitted(typed, 100)}**. Which one?", *entries], buttons)


def paper_entry(paper: Paper, number: int) -> str:
    """A paper in a list: number, title, who and when, the first words of its abstract."""
    lines = [f"**{number}. {title_link(paper, 200)}**", first_words(paper, _SNIPPET)]
    signature = look.DOT.join(part for part in (votes_of(paper), byline(paper, room=120)) if part)
    return "\n".join(line for line in (*lines, small(signature) if signature else "") if line)


def votes_of(paper: Paper) -> str:
    """The votes in words; nothing where the source gives none."""
    return f"{look.SIGN_VOTES} {counted(paper.votes, 'vote')}" if paper.votes is not None else ""
