"""An answer: quotes as quotes, the answering words in bold, each with the paper that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.cards import ids, look
from bot.cards.building import (
    GAP,
    Room,
    Row,
    byline,
    card,
    fitting,
    menu,
    openable,
    press,
    spaced,
    title_link,
)
from bot.cards.limits import BUTTONS_IN_ROW
from bot.cards.markup import bold, plain, quote_block, small
from bot.cards.quoting import LINE_OF_LIST, TEXT, asked, excerpt, paper_by_paper, papers_apart, sources_apart
from retrieval.answers.types import Answer, Outcome, Quote, Scored

_NEAREST: Final = 3
_LISTED: Final = 8


def answer_card(answer: Answer, answer_id: int, examples: Sequence[str] = ()) -> ui.LayoutView:
    """What goes back to a question, whatever its outcome. ``examples`` are offered in small talk."""
    match answer.outcome:
        case Outcome.CHAT:
            return _talk(answer.reply or "Ask me something about a paper.", examples)
        case Outcome.UNANSWERED:
            return _unanswered(answer, answer_id)
        case Outcome.ANSWERED:
            return _listed(answer, answer_id) if answer.kind == "list" else _answered(answer, answer_id)


def other_quotes_card(answer_id: int, quotes: Sequence[Quote]) -> ui.LayoutView:
    """Further sentences that came near to answering, as many as a card holds."""
    if not quotes:
        return card(look.NOTICE, ["There are no other quotes for this answer. `/ask` again in other words?"])
    parts = sources_apart(paper_by_paper(quotes))
    return card(look.ANSWER, ["**Other quotes**", GAP, *parts], [press("Paper", ids.answer_paper(answer_id))])


def _talk(reply: str, examples: Sequence[str]) -> ui.LayoutView:
    offered = [small("For example:") + "\n" + quote_block(map(plain, examples))] if examples else []
    return card(look.NOTICE, [plain(reply), *offered])


def _answered(answer: Answer, answer_id: int) -> ui.LayoutView:
    blocks = paper_by_paper(answer.quotes)
    from_where = f"Word for word from {look.counted(len(blocks), 'abstract')}"
    foot = small(f"{from_where}. I am {look.certainty(answer.confidence)}.")
    side_by_side = answer.kind == "comparison" and len(blocks) > 1
    parts = papers_apart(blocks) if side_by_side else sources_apart(blocks)
    return card(look.ANSWER, [asked(answer.question.text), GAP, *parts, GAP, foot], *_rows(answer, answer_id))


def _listed(answer: Answer, answer_id: int) -> ui.LayoutView:
    """Papers that answer "which papers …", each with the quote that shows why."""
    by_paper = {quote.paper.id: quote for quote in reversed(answer.quotes)}

    def draw(place: int, scored: Scored, room: Room) -> str:
        title = bold(f"{place + 1}. {title_link(scored.paper, room.title, room.address)}")
        quote = by_paper.get(scored.paper.id) if room.words else None
        return f"{title}\n{quote_block([excerpt(quote, LINE_OF_LIST)])}" if quote else title

    lines = fitting(answer.papers[:_LISTED], draw, TEXT)
    left = len(answer.papers) - len(lines)
    more = f" The best {len(lines)} of them:" if left > 0 else ""
    heading = f"**{look.counted(len(answer.papers), 'paper')}** on this.{more}"
    foot = small(f"Quotes are word for word. I am {look.certainty(answer.confidence)}.")
    parts = [asked(answer.question.text), GAP, *spaced([heading, *lines, foot])]
    if len(lines) == 1:
        return card(look.ANSWER, parts, *_rows(answer, answer_id))
    listed = menu([each.paper for each in answer.papers[: len(lines)]], 1)
    return card(look.ANSWER, parts, listed, [*_more(answer, answer_id), _why(answer_id), *_verdicts(answer_id)])


def _unanswered(answer: Answer, answer_id: int) -> ui.LayoutView:
    sentence = "**No abstract I have says that.**"
    if not answer.papers:
        hint = "No paper comes near it either. Try other words, or look around: `/search`, `/trending`."
        return card(look.UNANSWERED, [asked(answer.question.text), GAP, f"{sentence}\n{hint}"], _verdicts(answer_id))

    def draw(_: int, scored: Scored, room: Room) -> str:
        signature = byline(scored.paper)
        title = title_link(scored.paper, room.title, room.address)
        return f"{bold(title)}\n{small(signature)}" if signature else bold(title)

    if answer.also:
        return _not_in_the_abstract(answer, answer_id)
    nearest = [each.paper for each in answer.papers[:_NEAREST]]
    lines = fitting(answer.papers[:_NEAREST], draw, TEXT)
    entries = [openable(line, paper) for line, paper in zip(lines, nearest, strict=False)]
    hint = small("Name the paper you mean, or use words that its abstract would use.")
    parts = spaced([f"{sentence}\nThe nearest papers:", *entries, hint])
    return card(look.UNANSWERED, [asked(answer.question.text), GAP, *parts], [_why(answer_id), *_verdicts(answer_id)])


def _not_in_the_abstract(answer: Answer, answer_id: int) -> ui.LayoutView:
    """The paper that was meant does not say what was asked: what it says instead, unmarked, and what else is near."""
    meant = answer.also[0].paper
    others = [each.paper for each in answer.papers[:_NEAREST] if each.paper.id != meant.id]
    near = "\n".join(f"• {title_link(paper)}" for paper in others)
    parts = spaced(
        [
            f"**The abstract does not say that.**\n{title_link(meant)}",
            f"What it does say, nearest to your question:\n{paper_by_paper(answer.also)[0][1]}",
            *([small("Other papers near it:") + f"\n{near}"] if near else []),
        ]
    )
    further = [press("Paper", ids.answer_paper(answer_id)), _why(answer_id), *_verdicts(answer_id)]
    return card(look.UNANSWERED, [asked(answer.question.text), GAP, *parts], further)


def _rows(answer: Answer, answer_id: int) -> list[Row]:
    """All buttons of an answer in a row; where they are too many for one, the verdicts in a row below."""
    further = [
        *_more(answer, answer_id),
        press("Paper", ids.answer_paper(answer_id)),
        press("Similar", ids.answer_similar(answer_id)),
        _why(answer_id),
    ]
    verdicts = _verdicts(answer_id)
    return [[*further, *verdicts]] if len(further) + len(verdicts) <= BUTTONS_IN_ROW else [further, verdicts]


def _why(answer_id: int) -> ui.Button[ui.LayoutView]:
    return press("Why this?", ids.answer_why(answer_id))


def _more(answer: Answer, answer_id: int) -> Row:
    return [press("Other quotes", ids.other_quotes(answer_id))] if answer.also else []


def _verdicts(answer_id: int) -> Row:
    return [
        press("Useful", ids.feedback(answer_id, useful=True), sign=look.SIGN_USEFUL),
        press("Not useful", ids.feedback(answer_id, useful=False), sign=look.SIGN_NOT_USEFUL),
    ]
