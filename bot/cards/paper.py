"""One paper: who, when, votes, abstract, links."""

from __future__ import annotations

from discord import ui

from bot.cards import ids, look
from bot.cards.building import Row, card, counted, leave, press, title_link
from bot.cards.latex import readable
from bot.cards.markup import fitted, plain, small
from retrieval.papers import Paper

_ABSTRACT = 2_800
_AUTHORS = 400


def paper_card(paper: Paper) -> ui.LayoutView:
    """The whole paper; its authors and abstract shortened only where Discord's limits demand it."""
    texts = [f"### {title_link(paper)}", _facts(paper), None, _abstract(paper)]
    return card(look.PAPER, [text for text in texts if text != ""], _links(paper))


def _facts(paper: Paper) -> str:
    published = f"<t:{int(paper.published.timestamp())}:D>" if paper.published else ""
    listed = f"listed {paper.listing.day:%d %B %Y}" if paper.listing and paper.listing.day else ""
    votes = counted(paper.votes, "vote") if paper.votes is not None else ""
    comments = counted(paper.comments, "comment") if paper.comments else ""
    categories = fitted(", ".join(paper.categories), 80)
    facts = [published, listed, votes, comments, categories, paper.id if paper.is_arxiv else ""]
    lines = [_authors(paper), small(look.DOT.join(fact for fact in facts if fact)) if any(facts) else ""]
    return "\n".join(line for line in lines if line)


def _authors(paper: Paper) -> str:
    """As many authors as fit, and how many more there are."""
    names, used = list[str](), 0
    for name in paper.authors:
        used += len(name) + 2
        if used > _AUTHORS:
            break
        names.append(name)
    more = len(paper.authors) - len(names)
    return fitted(", ".join(names) + (f" and {more} more" if more else ""), _AUTHORS * 2)


def _abstract(paper: Paper) -> str:
    if not paper.abstract:
        return "*No abstract.*"
    return fitted(readable(paper.abstract), _ABSTRACT, lambda text: plain(text, links=True))


def _links(paper: Paper) -> Row:
    links = [
        ("arXiv" if paper.is_arxiv else "Find it", paper.url),
        ("Hugging Face", paper.discussion_url),
        ("Code", _web(paper.code_url)),
        ("Project", _web(paper.project_url)),
    ]
    buttons = [leave(label, url) for label, url in links if url]
    return [press("Similar papers", ids.paper_similar(paper.id)), *buttons]


def _web(url: str | None) -> str | None:
    """The address, if it is one that Discord takes for a button."""
    return url if url and url.startswith(("https://", "http://")) and len(url) <= 512 and " " not in url else None
