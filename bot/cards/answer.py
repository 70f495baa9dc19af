"""An answer: quotes as quotes, the answering words in bold, each with the paper that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.cards import ids, look
from bot.cards.building import (
    GAP,
    LINE,
    Between,
    Entry,
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
from bot.cards.latex import last_break, readable_with_marks
from bot.cards.markup import bold, fitted, plain, quote_block, small
from retrieval.answers.types import Answer, Outcome, Quote, Scored, Span
from retrieval.papers import Paper

_TEXT: Final = 3_500
_QUESTION: Final = 200
_QUOTE: Final = 800
_LINE: Final = 220
"""Characters of a quote that stands in a list."""
_NEAREST: Final = 3
_LISTED: Final = 8
_CUT: Final = r"\[…\]"
"""Marks words of the abstract that are left out, as scholars do."""


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
    parts = _sources_apart(_blocks(quotes))
    return card(look.ANSWER, ["**Other quotes**", GAP, *parts], [press("Paper", ids.answer_paper(answer_id))])


def _talk(reply: str, examples: Sequence[str]) -> ui.LayoutView:
    offered = [small("For example:") + "\n" + quote_block(map(plain, examples))] if examples else []
    return card(look.NOTICE, [plain(reply), *offered])


def _answered(answer: Answer, answer_id: int) -> ui.LayoutView:
    blocks = _blocks(answer.quotes)
    from_where = f"Word for word from {look.counted(len(blocks), 'abstract')}"
    foot = small(f"{from_where}. I am {look.certainty(answer.confidence)}.")
    side_by_side = answer.kind == "comparison" and len(blocks) > 1
    parts = _papers_apart(blocks) if side_by_side else _sources_apart(blocks)
    return card(look.ANSWER, [_asked(answer), GAP, *parts, GAP, foot], _buttons(answer, answer_id))


_Block = tuple[Paper, str]
"""A paper and what is quoted from it."""


def _blocks(quotes: Sequence[Quote]) -> list[_Block]:
    """Quotes paper by paper, best paper first; as many papers as a card holds."""
    by_paper = dict[str, list[Quote]]()
    for quote in quotes:
        by_paper.setdefault(quote.paper.id, []).append(quote)
    blocks, left = list[_Block](), _TEXT
    for of_one in by_paper.values():
        paper, block = of_one[0].paper, _quoted(of_one)
        left -= len(block) + len(_source(paper))
        if left < 0 and blocks:
            break
        blocks.append((paper, block))
    return blocks


def _quoted(quotes: Sequence[Quote]) -> str:
    """Quotes of one paper as one block, in the order of the abstract; gaps between them are marked."""
    in_order = sorted(quotes, key=lambda quote: quote.start)
    room = max(_LINE, _QUOTE * 2 // (len(in_order) + 1))
    lines, used, end = list[str](), 0, None
    for quote in in_order:
        skipped = end is not None and quote.start > end + 1
        line = (f"{_CUT} " if skipped else "") + _shown(quote, room)
        used, end = used + len(line), quote.end
        if lines and used > _TEXT - room:
            break
        lines.append(line)
    return quote_block(lines)


def _shown(quote: Quote, room: int) -> str:
    """The quote in ``room`` characters: its answering words, and what fits before and behind them."""
    text, start, end = quote.paper.abstract, quote.start, quote.end
    if quote.highlights and quote.highlights[0][0] - start > room * 2 // 3 and end - start > room:
        start = last_break(text, start, quote.highlights[0][0] - room // 3) + 1
    lead = f"{_CUT} " if start > quote.start else ""
    while len(shown := lead + _marked(quote, start, end)) > room:
        end = min(last_break(text, start, end - max(1, (len(shown) - room) // 2)), end - 1)
    return shown if end == quote.end else f"{shown.rstrip()} {_CUT}"


def _marked(quote: Quote, start: int, end: int) -> str:
    marks: list[Span] = [(max(first, start), min(last, end)) for first, last in quote.highlights]
    marks = [(first, last) for first, last in marks if first < last]
    return readable_with_marks(quote.paper.abstract, start, end, marks)


def _sources_apart(blocks: Sequence[_Block]) -> list[str | Between | Entry]:
    """Each quote, and under it where it stands."""
    return spaced([text for paper, block in blocks for text in (f"{block}\n\n{_source(paper)}",)])


def _papers_apart(blocks: Sequence[_Block]) -> list[str | Between | Entry]:
    """Paper after paper, each title above what is quoted from it: for comparing them."""
    return spaced([f"{bold(title_link(paper))}\n{_signature(paper)}{block}" for paper, block in blocks], LINE)


def _source(paper: Paper) -> str:
    return f"{bold(title_link(paper))}\n{_signature(paper)}".rstrip()


def _signature(paper: Paper) -> str:
    signature = byline(paper)
    return f"{small(signature)}\n" if signature else ""


def _listed(answer: Answer, answer_id: int) -> ui.LayoutView:
    """Papers that answer "which papers …", each with the quote that shows why."""
    by_paper = {quote.paper.id: quote for quote in reversed(answer.quotes)}

    def draw(place: int, scored: Scored, room: Room) -> str:
        title = bold(f"{place + 1}. {title_link(scored.paper, room.title, room.address)}")
        quote = by_paper.get(scored.paper.id) if room.words else None
        return f"{title}\n{quote_block([_shown(quote, _LINE)])}" if quote else title

    lines = fitting(answer.papers[:_LISTED], draw, _TEXT)
    left = len(answer.papers) - len(lines)
    more = f" The best {len(lines)} of them:" if left > 0 else ""
    heading = f"**{look.counted(len(answer.papers), 'paper')}** on this.{more}"
    foot = small(f"Quotes are word for word. I am {look.certainty(answer.confidence)}.")
    parts = [_asked(answer), GAP, *spaced([heading, *lines, foot])]
    if len(lines) == 1:
        return card(look.ANSWER, parts, _buttons(answer, answer_id))
    listed = menu([each.paper for each in answer.papers[: len(lines)]], 1)
    return card(look.ANSWER, parts, listed, [*_more(answer, answer_id), *_verdicts(answer_id)])


def _unanswered(answer: Answer, answer_id: int) -> ui.LayoutView:
    sentence = "**No abstract I have says that.**"
    if not answer.papers:
        hint = "No paper comes near it either. Try other words, or look around: `/search`, `/trending`."
        return card(look.UNANSWERED, [_asked(answer), GAP, f"{sentence}\n{hint}"], _verdicts(answer_id))

    def draw(_: int, scored: Scored, room: Room) -> str:
        signature = byline(scored.paper)
        title = title_link(scored.paper, room.title, room.address)
        return f"{bold(title)}\n{small(signature)}" if signature else bold(title)

    nearest = [each.paper for each in answer.papers[:_NEAREST]]
    lines = fitting(answer.papers[:_NEAREST], draw, _TEXT)
    entries = [openable(line, paper) for line, paper in zip(lines, nearest, strict=False)]
    hint = small("Name the paper you mean, or use words that its abstract would use.")
    parts = spaced([f"{sentence}\nThe nearest papers:", *entries, hint])
    return card(look.UNANSWERED, [_asked(answer), GAP, *parts], _verdicts(answer_id))


def _asked(answer: Answer) -> str:
    return small(fitted(" ".join(answer.question.text.split()), _QUESTION))


def _buttons(answer: Answer, answer_id: int) -> Row:
    return [
        *_more(answer, answer_id),
        press("Paper", ids.answer_paper(answer_id)),
        press("Similar", ids.answer_similar(answer_id)),
        *_verdicts(answer_id),
    ]


def _more(answer: Answer, answer_id: int) -> Row:
    return [press("Other quotes", ids.other_quotes(answer_id))] if answer.also else []


def _verdicts(answer_id: int) -> Row:
    return [
        press("Useful", ids.feedback(answer_id, useful=True), sign=look.SIGN_USEFUL),
        press("Not useful", ids.feedback(answer_id, useful=False), sign=look.SIGN_NOT_USEFUL),
    ]
