"""What the catalogue's records answer: papers with the field that was asked for, and the search that finds them."""

from __future__ import annotations

from typing import Final

from discord import ui

from bot.ui import custom_ids, theme
from bot.ui.components import (
    GAP,
    Entry,
    LineBudget,
    Row,
    button,
    byline,
    card,
    fit_to_limit,
    menu,
    paper_row,
    spaced,
    title_link,
)
from bot.ui.markdown import bold, fitted, plain, small
from retrieval.answering.records.fields import Field
from retrieval.answering.records.reply_text import fact_text
from retrieval.answering.types import Answer, ScoredPaper
from retrieval.papers import Paper

_LISTED: Final = 8
_TEXT: Final = 2_800
_FACT: Final = 900
_QUERY: Final = 200


def record_card(answer: Answer, answer_id: int, question: str, age: str, share: Row) -> ui.LayoutView:
    """Papers in their order, each with what was asked of it, and the query to search for them oneself."""
    field = Field(answer.kind) if answer.kind in Field else None
    shown = answer.papers[:_LISTED]
    heading = [] if field and len(shown) == 1 else [bold(plain(answer.reply or ""))]
    entries = _one(shown[0].paper, field) if len(shown) == 1 else _several(shown, field)
    foot = "\n".join(small(line) for line in (_search(answer.query), age) if line)
    parts = [question, GAP, *spaced([*heading, *entries, *([foot] if foot else [])])]
    listed: Row = menu([each.paper for each in shown], 1) if len(shown) > 1 else []
    colour = theme.LIST if shown else theme.UNANSWERED
    return card(colour, parts, listed, _verdicts(answer_id), share)


def _one(paper: Paper, field: Field | None) -> list[Entry | str]:
    fact = fitted(fact_text(field, paper), _FACT) if field else ""
    lines = (bold(title_link(paper)), fact, small(_about(paper)))
    return [paper_row("\n".join(line for line in lines if line), paper)]


def _several(shown: tuple[ScoredPaper, ...], field: Field | None) -> list[Entry | str]:
    def draw(place: int, scored: ScoredPaper, room: LineBudget) -> str:
        paper = scored.paper
        title = bold(f"{place + 1}. {title_link(paper, room.title, room.address)}")
        fact = fitted(fact_text(field, paper), max(room.words, _FACT // _LISTED)) if field else ""
        return "\n".join(line for line in (title, fact, small(_about(paper))) if line)

    return list(fit_to_limit(shown, draw, _TEXT))


def _about(paper: Paper) -> str:
    """Day, votes, code and authors, whatever was asked for."""
    day = theme.written(paper.published.date()) if paper.published else ""
    votes = theme.counted(paper.votes, "vote") if paper.votes is not None else ""
    return theme.joined(day, votes, "code" if paper.code_url else "", byline(paper))


def _search(query: str) -> str:
    """The query as one types it for ``/search``."""
    written = query.replace("`", "'")
    return f"Search: `{written}`" if query and len(query) <= _QUERY else ""


def _verdicts(answer_id: int) -> Row:
    return [
        button("Useful", custom_ids.FEEDBACK("useful", answer_id), sign=theme.SIGN_USEFUL),
        button("Not useful", custom_ids.FEEDBACK("useless", answer_id), sign=theme.SIGN_NOT_USEFUL),
    ]
