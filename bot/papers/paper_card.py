"""One paper: who, when, votes, abstract, links."""

from __future__ import annotations

from typing import Final

import discord
from discord import ui

from bot.texts import counted, tr, written
from bot.ui import custom_ids, theme
from bot.ui.components import LINE, Row, button, card, link_button, title_link
from bot.ui.discord_limits import CHOICE_NAME, CHOICES, shorten
from bot.ui.latex import readable
from bot.ui.markdown import fitted, plain, small, visible
from retrieval.papers import SOME_DAY, Paper

_TITLE: Final = 300
_ABSTRACT: Final = 2_800
_AUTHORS: Final = 12


def paper_card(paper: Paper) -> ui.LayoutView:
    """The whole paper, with authors and abstract shortened to fit."""
    texts = [f"### {title_link(paper, _TITLE)}", _authors(paper), _facts(paper)]
    heading = "\n".join(text for text in texts if text)
    buttons = [
        button("Save", custom_ids.PAPER_SAVE(paper.id), main=True),
        button("Similar", custom_ids.PAPER_SIMILAR(paper.id)),
        button("Vote", custom_ids.VOTE(paper.id)),
        button("Discuss", custom_ids.DISCUSS(paper.id)),
        button("BibTeX", custom_ids.PAPER_BIBTEX(paper.id)),
    ]
    suggest = button("Suggest for reading", custom_ids.READING_ADD(paper.id))
    abstract = _abstract(paper).strip() or tr("*No abstract.*")
    return card(theme.PAPER, [heading, LINE, abstract], buttons, _author_menu(paper), [*_links(paper), suggest])


def _authors(paper: Paper) -> str:
    """The first authors, and the number of others."""
    shown = [fitted(name, 60) for name in paper.authors[:_AUTHORS]]
    more = len(paper.authors) - len(shown)
    names = ", ".join(shown)
    return tr("{names} and {others}", names=names, others=counted(more, "other")) if more else names


def _author_menu(paper: Paper) -> Row:
    """A menu of the authors: choosing one shows their papers. A name that Discord wouldn't take is left out."""
    names = dict.fromkeys(name for name in paper.authors if visible(name).strip() and len(name) <= CHOICE_NAME)
    options = [
        discord.SelectOption(label=shorten(visible(name), CHOICE_NAME), value=name) for name in list(names)[:CHOICES]
    ]
    menu = ui.Select[ui.LayoutView](
        custom_id=custom_ids.PAPER_AUTHOR(), placeholder=tr("More papers by an author…"), options=options
    )
    return [menu] if options else []


def _facts(paper: Paper) -> str:
    """Dates, votes and the like, on one line of small print."""
    published = tr("Published {day}", day=written(paper.published.date())) if paper.published else ""
    day = paper.listing.day if paper.listing else None
    listed = tr("listed on {day}", day=written(day)) if day else ""
    votes = counted(paper.votes, "vote") if paper.votes is not None else ""
    comments = counted(paper.comments, "comment") if paper.comments else ""
    categories = fitted(", ".join(paper.categories), 80)
    arxiv = f"arXiv\u00a0{paper.arxiv}" if paper.arxiv else ""
    when = written(paper.withdrawn.date()) if paper.withdrawn and paper.withdrawn != SOME_DAY else ""
    withdrawn = f"{tr('**Withdrawn by its authors**')} {when}".rstrip() if paper.withdrawn else ""
    facts = theme.joined(withdrawn, published, listed, votes, comments, categories, arxiv)
    return small(facts) if facts else ""


def _abstract(paper: Paper) -> str:
    return fitted(readable(paper.abstract), _ABSTRACT, lambda text: plain(text, links=True))


def _links(paper: Paper) -> Row:
    return [
        *link_button("arXiv" if paper.arxiv else "Find it", paper.url),
        *link_button("Hugging Face", paper.discussion_url),
        *link_button("Code", paper.code_url),
        *(link_button("Project", paper.project_url) if paper.project_url != paper.code_url else []),
    ]
