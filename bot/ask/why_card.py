"""Why an answer is what it is, for who asks: what was looked for, what matched, what came next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from discord import ui

from bot.ui import custom_ids, theme
from bot.ui.components import GAP, LineBudget, Row, button, byline, card, fit_to_limit, spaced, title_link
from bot.ui.markdown import bold, fitted, quote_block, small
from bot.ui.quotes import LINE_OF_LIST, asked, excerpt
from retrieval.answering.output.explanation import Explanation, WordMatch
from retrieval.answering.types import Answer, Outcome, Quote

_WORDS: Final = 400
"""Characters of a line of words of the question, which may be a thousand characters long."""
_QUOTE: Final = 400
_RIVALS: Final = 1_500
"""Characters of the sentences that came next, with their papers."""
_TODAY: Final = 900
"""Characters of the quote that would be given now, with its paper."""
_CHANGED: Final = "My papers have changed since I wrote that. This is what I would say now, and why."


def why_card(
    answer: Answer, why: Explanation | None, *, changed: bool = False, answer_id: int | None = None
) -> ui.LayoutView:
    """What an answer rests on; for a refusal, what was missing and which sentences came nearest.

    ``changed``: the answer differs from the one in the channel; it is then
    shown in short. With the ``answer_id`` of the one in the channel, what is wrong with it can be reported.
    """
    question = asked(answer.question.text)
    report: Row = [button("Report", custom_ids.ANSWER_REPORT(answer_id))] if answer_id is not None else []
    if why is None:
        return card(theme.NOTICE, [question, GAP, "No paper that I have comes near this question now."], report)
    refused = answer.outcome is not Outcome.ANSWERED
    parts = [
        "**Why this?**",
        *([_now(answer)] if changed else []),
        _refusal(why) if refused else _support(answer, why),
        *_quoted("The sentences that came nearest" if refused else "What came next", why.rivals),
    ]
    return card(theme.UNANSWERED if refused else theme.ANSWER, [question, GAP, *spaced(parts)], report)


def _now(answer: Answer) -> str:
    """What would be said today: the first quote of it, or that there is none."""
    said = _drawn(answer.quotes[:1], LINE_OF_LIST, _TODAY) or ["No abstract I have says that."]
    return "\n".join([_CHANGED, *said])


def _support(answer: Answer, why: Explanation) -> str:
    it = "the best quote" if len(answer.quotes) > 1 else "the quote"
    it = "the sentence that came nearest" if answer.kind == "list" else it
    return "\n".join(
        [
            f"{bold('I looked for:')} {why.wanted}",
            *_words(f"Your words in {it}:", map(_both, why.matched)),
            *_words(f"Your words that are not in {it}:", why.missing),
            *_reasons(f"What spoke for {it}:", why.reasons),
            f"I am {theme.certainty(answer.confidence)}.",
        ]
    )


def _refusal(why: Explanation) -> str:
    return "\n".join(
        [
            f"{bold('I looked for:')} {why.wanted}",
            *_reasons("What was missing:", why.reasons),
            *_words("Your words that the nearest sentence lacks:", why.missing),
            *_words("Your words that it has:", map(_both, why.matched)),
        ]
    )


def _both(match: WordMatch) -> str:
    """The word asked for, and the one that stands for it where that is another: ``folks → annotators``."""
    return match.asked if match.same else f"{match.asked} → {match.found}"


def _words(heading: str, words: Iterable[str]) -> list[str]:
    listed = fitted(", ".join(words), _WORDS).strip()
    return [f"{bold(heading)} {listed}"] if listed else []


def _reasons(heading: str, reasons: Sequence[str]) -> list[str]:
    return [bold(heading), *(f"• {reason}" for reason in reasons)] if reasons else []


def _quoted(heading: str, quotes: Sequence[Quote]) -> list[str]:
    unmarked = [replace(quote, highlights=()) for quote in quotes]  # bold words are those that answer: these do not
    drawn = _drawn(unmarked, _QUOTE, _RIVALS)
    return [f"{bold(heading)}\n{drawn[0]}", *drawn[1:]] if drawn else []


def _drawn(quotes: Sequence[Quote], room_of_quote: int, limit: int) -> list[str]:
    """Quotes, each with its source below, in ``limit`` characters together."""

    def draw(_: int, quote: Quote, room: LineBudget) -> str:
        signature = byline(quote.paper)
        title = bold(title_link(quote.paper, room.title, room.address))
        source = f"{title}\n{small(signature)}" if signature else title
        return f"{quote_block([excerpt(quote, room_of_quote)])}\n{source}"

    return fit_to_limit(quotes, draw, limit)
