"""How an answer was found: what I looked for, what matched, and what came next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from discord import ui

from bot.ask.service import ExplainedAnswer
from bot.ui import custom_ids, theme
from bot.ui.components import GAP, LineBudget, Row, button, card, fit_to_limit, spaced, title_and_byline
from bot.ui.markdown import bold, fitted, quote_block
from bot.ui.quotes import LINE_OF_LIST, asked, excerpt
from retrieval.answering.output.explanation import Explanation, WordMatch
from retrieval.answering.types import Answer, Outcome, Quote

_WORDS: Final = 400
"""Characters of the question's words on one line; a question can have a thousand characters."""
_QUOTE: Final = 400
_RIVALS: Final = 1_500
"""Characters of the runner-up sentences, with their papers."""
_CURRENT: Final = 900
"""Characters of the quote that would be given now, with its paper."""


def why_card(explained: ExplainedAnswer, *, answer_id: int | None = None) -> ui.LayoutView:
    """What an answer is based on; for a refusal, what was missing and the closest sentences.

    With an ``answer_id``, there is a button to report that answer.
    """
    answer, why = explained.answer, explained.why
    question = asked(answer.question.text)
    report: Row = [button("Report", custom_ids.ANSWER_REPORT(answer_id))] if answer_id is not None else []
    if why is None:
        return card(theme.NOTICE, [question, GAP, "None of my papers is close to this question."], report)
    refused = answer.outcome is not Outcome.ANSWERED
    parts = [
        "**Why this?**",
        *([_current(answer)] if explained.changed else []),
        _refusal(why) if refused else _support(answer, why),
        *_quoted("Closest sentences" if refused else "Runners-up", why.rivals),
    ]
    return card(theme.UNANSWERED if refused else theme.ANSWER, [question, GAP, *spaced(parts)], report)


def _current(answer: Answer) -> str:
    """The first quote of today's answer, or that there is none."""
    quote = _drawn(answer.quotes[:1], LINE_OF_LIST, _CURRENT) or ["I couldn't find this in the abstracts."]
    return "\n".join(["My papers have changed since that answer. This is today's:", *quote])


def _support(answer: Answer, why: Explanation) -> str:
    it = "the best quote" if len(answer.quotes) > 1 else "the quote"
    it = "the closest sentence" if answer.kind == "list" else it
    return "\n".join(
        [
            f"{bold('Looking for:')} {why.wanted}",
            *_words(f"Your words in {it}:", map(_match, why.matched)),
            *_words(f"Your words not in {it}:", why.missing),
            *_reasons(f"Why I chose {it}:", why.reasons),
            theme.match_strength(answer.confidence),
        ]
    )


def _refusal(why: Explanation) -> str:
    return "\n".join(
        [
            f"{bold('Looking for:')} {why.wanted}",
            *_reasons("What was missing:", why.reasons),
            *_words("Your words not in the closest sentence:", why.missing),
            *_words("Your words in it:", map(_match, why.matched)),
        ]
    )


def _match(match: WordMatch) -> str:
    """A word of the question, and the one that matched it, if that is another: ``folks → annotators``."""
    return match.asked if match.same else f"{match.asked} → {match.found}"


def _words(heading: str, words: Iterable[str]) -> list[str]:
    listed = fitted(", ".join(words), _WORDS).strip()
    return [f"{bold(heading)} {listed}"] if listed else []


def _reasons(heading: str, reasons: Sequence[str]) -> list[str]:
    return [bold(heading), *(f"• {reason}" for reason in reasons)] if reasons else []


def _quoted(heading: str, quotes: Sequence[Quote]) -> list[str]:
    unmarked = [replace(quote, highlights=()) for quote in quotes]  # bold is for words that answer
    drawn = _drawn(unmarked, _QUOTE, _RIVALS)
    return [f"{bold(heading)}\n{drawn[0]}", *drawn[1:]] if drawn else []


def _drawn(quotes: Sequence[Quote], quote_limit: int, limit: int) -> list[str]:
    """Quotes, each above its paper, in ``limit`` characters together."""

    def draw(_: int, quote: Quote, budget: LineBudget) -> str:
        return f"{quote_block([excerpt(quote, quote_limit)])}\n{title_and_byline(quote.paper, budget)}"

    return fit_to_limit(quotes, draw, limit)
