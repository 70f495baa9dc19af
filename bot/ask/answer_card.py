"""An answer: quotes as quotes, the answering words in bold, each with its paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from discord import ui

from bot.ask.record_card import record_card
from bot.ui import custom_ids, theme
from bot.ui.components import (
    GAP,
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
from bot.ui.markdown import bold, plain, quote_block, small
from bot.ui.quotes import LINE_OF_LIST, TEXT, asked, excerpt, paper_by_paper, papers_apart, sources_apart
from retrieval.answering.types import Answer, Outcome, Quote, ScoredPaper

_NEAREST: Final = 3
_LISTED: Final = 8


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees an answer. ``private``: who asked alone, who may share it. ``shared_by``: the id of who did."""

    private: bool = False
    shared_by: int | None = None


CHANNEL: Final = Audience()
"""Everybody in the channel where it was asked."""


def answer_card(
    answer: Answer, answer_id: int, examples: Sequence[str] = (), audience: Audience = CHANNEL, age: str = ""
) -> ui.LayoutView:
    """What goes back to a question, whatever its outcome. ``examples`` are offered in small talk.

    ``age`` says how old the papers are, where people should know.
    """
    match answer.outcome:
        case Outcome.CHAT:
            return _talk(answer, examples)
        case Outcome.RECORD:
            return record_card(answer, answer_id, _question(answer, audience), age, _share(answer_id, audience))
        case Outcome.UNANSWERED:
            return _unanswered(answer, answer_id, audience, age)
        case Outcome.ANSWERED:
            draw = _listed if answer.kind == "list" else _answered
            return draw(answer, answer_id, audience, age)


def _question(answer: Answer, audience: Audience) -> str:
    """The question as it was typed; above it who shared the answer."""
    shared = [small(f"Shared by <@{audience.shared_by}>")] if audience.shared_by else []
    return "\n".join([*shared, asked(answer.question.text)])


def _share(answer_id: int, audience: Audience) -> Row:
    return [button("Share in this channel", custom_ids.ANSWER_SHARE(answer_id))] if audience.private else []


def other_quotes_card(answer_id: int, quotes: Sequence[Quote]) -> ui.LayoutView:
    """Further sentences that came near to answering, as many as a card holds."""
    if not quotes:
        return card(theme.NOTICE, ["There are no other quotes for this answer. `/ask` again in other words?"])
    parts = sources_apart(paper_by_paper(quotes))
    return card(theme.ANSWER, ["**Other quotes**", GAP, *parts], [button("Paper", custom_ids.ANSWER_PAPER(answer_id))])


def _talk(answer: Answer, examples: Sequence[str]) -> ui.LayoutView:
    offered = [small("For example:") + "\n" + quote_block(map(plain, examples))] if examples else []
    named = [paper_row(bold(title_link(each.paper)), each.paper) for each in answer.papers[:1]]
    return card(theme.NOTICE, [plain(answer.reply or "Ask me something about a paper."), *named, *offered])


def _answered(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    blocks = paper_by_paper(answer.quotes)
    from_where = f"Word for word from {theme.counted(len(blocks), 'abstract')}"
    foot = _foot(f"{from_where}. I am {theme.certainty(answer.confidence)}.", age)
    side_by_side = answer.kind == "comparison" and len(blocks) > 1
    parts = papers_apart(blocks) if side_by_side else sources_apart(blocks)
    rows = [*_rows(answer, answer_id), _share(answer_id, audience)]
    return card(theme.ANSWER, [_question(answer, audience), GAP, *parts, GAP, foot], *rows)


def _listed(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    """Papers that answer "which papers …", each with the quote that shows why."""
    by_paper = {quote.paper.id: quote for quote in reversed(answer.quotes)}

    def draw(place: int, scored: ScoredPaper, room: LineBudget) -> str:
        title = bold(f"{place + 1}. {title_link(scored.paper, room.title, room.address)}")
        quote = by_paper.get(scored.paper.id) if room.words else None
        return f"{title}\n{quote_block([excerpt(quote, LINE_OF_LIST)])}" if quote else title

    lines = fit_to_limit(answer.papers[:_LISTED], draw, TEXT)
    left = len(answer.papers) - len(lines)
    more = f" The best {len(lines)} of them:" if left > 0 else ""
    heading = f"**{theme.counted(len(answer.papers), 'paper')}** on this.{more}"
    foot = _foot(f"Quotes are word for word. I am {theme.certainty(answer.confidence)}.", age)
    parts = [_question(answer, audience), GAP, *spaced([heading, *lines, foot])]
    share = _share(answer_id, audience)
    if len(lines) == 1:
        return card(theme.ANSWER, parts, *_rows(answer, answer_id), share)
    listed = menu([each.paper for each in answer.papers[: len(lines)]], 1)
    further = [*_more(answer, answer_id), _context(answer_id), _why(answer_id), *_verdicts(answer_id)]
    return card(theme.ANSWER, parts, listed, further, share)


def _unanswered(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    sentence = "**No abstract I have says that.**"
    if not answer.papers:
        hint = "No paper comes near it either. Try other words, or look around: `/search`, `/trending`."
        parts = [_question(answer, audience), GAP, *spaced([f"{sentence}\n{hint}", *_old(age)])]
        return card(theme.UNANSWERED, parts, _verdicts(answer_id), _share(answer_id, audience))

    def draw(_: int, scored: ScoredPaper, room: LineBudget) -> str:
        signature = byline(scored.paper)
        title = title_link(scored.paper, room.title, room.address)
        return f"{bold(title)}\n{small(signature)}" if signature else bold(title)

    if answer.also:
        return _not_in_the_abstract(answer, answer_id, audience, age)
    nearest = [each.paper for each in answer.papers[:_NEAREST]]
    lines = fit_to_limit(answer.papers[:_NEAREST], draw, TEXT)
    entries = [paper_row(line, paper) for line, paper in zip(lines, nearest, strict=False)]
    hint = _foot("Name the paper you mean, or use words that its abstract would use.", age)
    parts = spaced([f"{sentence}\nThe nearest papers:", *entries, hint])
    rows = [[_why(answer_id), *_verdicts(answer_id)], _share(answer_id, audience)]
    return card(theme.UNANSWERED, [_question(answer, audience), GAP, *parts], *rows)


def _not_in_the_abstract(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    """The paper that was meant does not say what was asked: what it says instead, unmarked, and what else is near."""
    meant = answer.also[0].paper
    others = [each.paper for each in answer.papers[:_NEAREST] if each.paper.id != meant.id]
    near = "\n".join(f"• {title_link(paper)}" for paper in others)
    parts = spaced(
        [
            f"**The abstract does not say that.**\n{title_link(meant)}",
            f"What it does say, nearest to your question:\n{paper_by_paper(answer.also)[0][1]}",
            *([small("Other papers near it:") + f"\n{near}"] if near else []),
            *_old(age),
        ]
    )
    further = [button("Paper", custom_ids.ANSWER_PAPER(answer_id)), _why(answer_id), *_verdicts(answer_id)]
    share = _share(answer_id, audience)
    return card(theme.UNANSWERED, [_question(answer, audience), GAP, *parts], further, share)


def _foot(text: str, age: str) -> str:
    """Small print below an answer."""
    return "\n".join(map(small, [text, age] if age else [text]))


def _old(age: str) -> list[str]:
    """The same, where nothing but the age is to be said."""
    return [small(age)] if age else []


def _rows(answer: Answer, answer_id: int) -> list[Row]:
    """What leads on from an answer, and the verdicts on it in a row below."""
    further = [
        _context(answer_id),
        *_more(answer, answer_id),
        button("Paper", custom_ids.ANSWER_PAPER(answer_id)),
        button("Similar", custom_ids.ANSWER_SIMILAR(answer_id)),
        _why(answer_id),
    ]
    return [further, _verdicts(answer_id)]


def _context(answer_id: int) -> ui.Button[ui.LayoutView]:
    return button("Show in context", custom_ids.ANSWER_CONTEXT(answer_id))


def _why(answer_id: int) -> ui.Button[ui.LayoutView]:
    return button("Why this?", custom_ids.ANSWER_WHY(answer_id))


def _more(answer: Answer, answer_id: int) -> Row:
    return [button("Other quotes", custom_ids.OTHER_QUOTES(answer_id))] if answer.also else []


def _verdicts(answer_id: int) -> Row:
    return [
        button("Useful", custom_ids.FEEDBACK("useful", answer_id), sign=theme.SIGN_USEFUL),
        button("Not useful", custom_ids.FEEDBACK("useless", answer_id), sign=theme.SIGN_NOT_USEFUL),
    ]
