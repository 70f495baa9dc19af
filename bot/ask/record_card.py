"""An answer from the papers' records: papers with the field that was asked for, and the search that finds them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.texts import counted, tr, translated, written
from bot.ui import theme
from bot.ui.components import (
    GAP,
    Entry,
    LineBudget,
    Row,
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
from retrieval.answering.records.reply_text import fact_text, without_number_shown
from retrieval.answering.types import Answer, ScoredPaper
from retrieval.english import Text
from retrieval.papers import Paper

_FIELDS: Final = {field.value: field for field in Field}
_LISTED: Final = 8
_TEXT: Final = 2_800
_FACT: Final = 900
_QUERY: Final = 200


def record_card(answer: Answer, question: str, age: str, verdicts: Row, share: Row) -> ui.LayoutView:
    """The papers in their order, each with the field that was asked for, and the query to search for them."""
    fields = _fields(answer)
    shown = answer.papers[:_LISTED]
    reply = without_number_shown(answer.reply or Text(""))  # a card shows fewer than a line of a batch
    heading = [] if fields and len(shown) == 1 else [bold(plain(translated(reply)))]
    entries = _one(shown[0].paper, fields) if len(shown) == 1 else _several(shown, fields)
    more = tr("The first {number} are shown", number=len(shown)) if len(answer.papers) > len(shown) else ""
    foot = "\n".join(small(line) for line in (_command(answer, more), age) if line)
    parts = [question, GAP, *spaced([*heading, *entries, *([foot] if foot else [])])]
    papers: Row = menu([each.paper for each in shown], 1) if len(shown) > 1 else []
    return card(theme.LIST if shown else theme.UNANSWERED, parts, papers, verdicts, share)


def _fields(answer: Answer) -> Sequence[Field]:
    """What was asked for, the field that names the kind of answer first: "who wrote it and when?"."""
    first = _FIELDS.get(answer.kind)
    if first is None or first is Field.LAST_AUTHOR:
        return [first] if first else []
    return list(dict.fromkeys([first, *(_FIELDS[fact.field] for fact in answer.facts if fact.field in _FIELDS)]))


def _facts_text(fields: Sequence[Field], paper: Paper, most: int) -> str:
    return fitted(" ".join(filter(None, (translated(fact_text(field, paper)) for field in fields))), most)


def _one(paper: Paper, fields: Sequence[Field]) -> list[Entry | str]:
    fact = _facts_text(fields, paper, _FACT)
    lines = (bold(title_link(paper)), fact, small(_facts(paper)))
    return [paper_row("\n".join(line for line in lines if line), paper)]


def _several(shown: Sequence[ScoredPaper], fields: Sequence[Field]) -> list[Entry | str]:
    def draw(place: int, scored: ScoredPaper, budget: LineBudget) -> str:
        paper = scored.paper
        title = bold(f"{place + 1}. {title_link(paper, budget.title, budget.address)}")
        fact = _facts_text(fields, paper, max(budget.words, _FACT // _LISTED))
        return "\n".join(line for line in (title, fact, small(_facts(paper))) if line)

    return list(fit_to_limit(shown, draw, _TEXT))


def _facts(paper: Paper) -> str:
    """Date, votes, code and authors, whatever was asked for."""
    day = written(paper.published.date()) if paper.published else ""
    votes = counted(paper.votes, "vote") if paper.votes is not None else ""
    return theme.joined(day, votes, tr("code") if paper.code_url else "", byline(paper))


def _command(answer: Answer, more: str) -> str:
    """What people type for these papers; ``more``: how many of them are shown, if not all."""
    if answer.list_days and (answer.query or not more):
        return more and f"{more}."  # no command shows what a search finds on some lists
    if answer.list_days:
        first, last = answer.list_days
        return f"{more}. {tr('See all:')} `/trending since:{first} until:{last}`"
    typed = answer.query.replace("`", "'")
    if not typed or len(typed) > _QUERY:
        return more and f"{more}."
    return f"{more}. {tr('See all:')} `/search words:{typed}`" if more else f"{tr('Search:')} `{typed}`"
