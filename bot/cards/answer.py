"""An answer: quotes as quotes, the answering words in bold, each under the title that it stands in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from discord import ui

from bot.cards import ids, look
from bot.cards.building import Row, byline, card, counted, press, title_link
from bot.cards.latex import marked
from bot.cards.markup import fitted, plain, quoted, small
from retrieval.answers.types import Answer, Outcome, Quote, Scored

_QUESTION = 200
_QUOTE = 900
_NEAREST = 3
_LISTED = 10


def answer_card(answer: Answer, answer_id: int) -> ui.LayoutView:
    """What goes back to a question, whatever its outcome."""
    match answer.outcome:
        case Outcome.CHAT:
            return card(look.NOTICE, [plain(answer.reply or "Ask me something about a paper.")])
        case Outcome.UNANSWERED:
            return _unanswered(answer, answer_id)
        case Outcome.ANSWERED:
            return _listed(answer, answer_id) if answer.kind == "list" else _answered(answer, answer_id)


def _answered(answer: Answer, answer_id: int) -> ui.LayoutView:
    foot = [f"Quoted from {_sources(answer.quotes)}", look.certainty(answer.confidence)]
    texts = [_asked(answer), *quote_texts(answer.quotes), small(look.DOT.join(foot))]
    return card(look.ANSWER, texts, _buttons(answer, answer_id), _verdicts(answer_id))


def quote_texts(quotes: Sequence[Quote]) -> list[str]:
    """Quotes paper by paper: the title, then its quotes in the order in which they stand in the abstract."""
    texts = list[str]()
    for _, group in groupby(quotes, key=lambda quote: quote.paper.id):
        of_one = sorted(group, key=lambda quote: quote.start)
        lines = [f"**{title_link(of_one[0].paper)}**", *(_quote(each) for each in of_one)]
        signature = byline(of_one[0].paper)
        texts.append("\n".join([*lines, small(signature)] if signature else lines))
    return texts


def _quote(quote: Quote) -> str:
    """One quote, its end cut off with an ellipsis where the sentence is longer than a card can bear."""
    end = quote.end
    while len(shown := marked(quote.paper.abstract, quote.start, end, _inside(quote, end))) > _QUOTE:
        end -= max(1, (len(shown) - _QUOTE) // 2)
    return quoted(shown if end == quote.end else f"{shown.rstrip()} …")


def _inside(quote: Quote, end: int) -> list[tuple[int, int]]:
    return [(start, min(stop, end)) for start, stop in quote.highlights if start < end]


def _listed(answer: Answer, answer_id: int) -> ui.LayoutView:
    """Papers that answer "which papers …", each with the quote that shows why."""
    by_paper = {quote.paper.id: quote for quote in reversed(answer.quotes)}
    room = 3_200 // max(1, min(len(answer.papers), _LISTED))
    lines = [_list_line(number, each, by_paper.get(each.paper.id), room) for number, each in enumerate(answer.papers, 1)]
    heading = f"**{counted(len(answer.papers), 'paper')}** on this:"
    return card(
        look.ANSWER,
        [_asked(answer), heading, "\n".join(lines[:_LISTED])],
        _buttons(answer, answer_id),
        _verdicts(answer_id),
    )


def _list_line(number: int, scored: Scored, quote: Quote | None, room: int) -> str:
    title = f"{number}. {title_link(scored.paper, 120)}"
    left = room - len(title)
    if quote is None or left < 60:
        return title
    return f"{title}\n{quoted(fitted(quote.text, left - 4, lambda text: marked(text, 0, len(text), ())))}"


def _unanswered(answer: Answer, answer_id: int) -> ui.LayoutView:
    if not answer.papers:
        sentence = "**I have no abstract that says that**, and none that comes near it."
        return card(look.UNANSWERED, [_asked(answer), sentence, small("Try other words, or look around with /search and /trending.")])
    lines = [f"- {title_link(each.paper, 160)}" for each in answer.papers[:_NEAREST]]
    return card(
        look.UNANSWERED,
        [_asked(answer), "**No abstract that I have says that.**", "The nearest papers:\n" + "\n".join(lines)],
        [press("First paper", ids.answer_paper(answer_id)), press("Similar papers", ids.answer_similar(answer_id))],
        _verdicts(answer_id),
    )


def other_quotes_card(answer_id: int, quotes: Sequence[Quote]) -> ui.LayoutView:
    """Further sentences that came near to answering."""
    if not quotes:
        return card(look.NOTICE, ["There are no other quotes for this answer."])
    return card(look.ANSWER, ["**Other quotes**", *quote_texts(quotes[:4])], [press("Paper", ids.answer_paper(answer_id))])


def _asked(answer: Answer) -> str:
    return small(fitted(" ".join(answer.question.text.split()), _QUESTION))


def _sources(quotes: Sequence[Quote]) -> str:
    return counted(len({quote.paper.id for quote in quotes}), "abstract")


def _buttons(answer: Answer, answer_id: int) -> Row:
    more = [press("Other quotes", ids.other_quotes(answer_id))] if answer.also else []
    return [
        *more,
        press("Paper", ids.answer_paper(answer_id)),
        press("Similar papers", ids.answer_similar(answer_id)),
    ]


def _verdicts(answer_id: int) -> Row:
    return [
        press("Useful", ids.feedback(answer_id, useful=True), sign=look.SIGN_USEFUL),
        press("Not useful", ids.feedback(answer_id, useful=False), sign=look.SIGN_NOT_USEFUL),
    ]
