"""How an answer was found: what I looked for, what matched, and what came next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from discord import ui

from bot.ask.service import ExplainedAnswer
from bot.texts import mark, tr, translated
from bot.ui import custom_ids, theme
from bot.ui.components import GAP, LineBudget, Row, button, card, fit_to_limit, spaced, title_and_byline, title_link
from bot.ui.markdown import bold, fitted, quote_block
from bot.ui.quotes import LINE_OF_LIST, asked, excerpt
from retrieval.answering.output.explanation import Explanation, WordMatch
from retrieval.answering.types import Answer, MatchLevel, Outcome, Quote
from retrieval.english import Text, sentences

_WORDS: Final = 250
"""Characters of the question's words on one line; a question can have a thousand characters."""
_QUOTE: Final = 400
_LEVELS: Final = {
    MatchLevel.STRONG: mark("in tests, more than nine in ten of such answers are right."),
    MatchLevel.POSSIBLE: mark("this may not be what you asked for, so check the abstract."),
}
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
        return card(theme.NOTICE, [question, GAP, tr("None of my papers is close to this question.")], report)
    refused = answer.outcome is not Outcome.ANSWERED
    parts = [
        bold(tr("Why this?")),
        *([_current(answer)] if explained.changed else []),
        _refusal(why) if refused else _support(answer, why),
        *_quoted(tr("Closest sentences") if refused else tr("Runners-up"), why.rivals),
    ]
    return card(theme.UNANSWERED if refused else theme.ANSWER, [question, GAP, *spaced(parts)], report)


def _current(answer: Answer) -> str:
    """The first quote of today's answer, or that there is none."""
    quote = _drawn(answer.quotes[:1], LINE_OF_LIST, _CURRENT) or [tr("I couldn't find this in the abstracts.")]
    return "\n".join([tr("My papers have changed since that answer. This is today's:"), *quote])


def _support(answer: Answer, why: Explanation) -> str:
    if len(answer.quotes) > 1:
        words, chosen = tr("Your words in the first quote:"), tr("Why I chose the first quote:")
    else:
        words, chosen = tr("Your words in the quote:"), tr("Why I chose the quote:")
    return "\n".join(
        [
            *_understood(why),
            f"{bold(tr('Paper:'))} {title_link(why.paper)}",
            *_words(words, map(_match, why.matched)),
            *_words(tr("Your words in its title:"), why.titled),
            *_words(tr("Not found in any quote:"), why.missing),
            *_reasons(chosen, why.reasons),
            *([f"{bold(f'{tr(answer.match)}:')} {tr(_LEVELS[answer.match])}"] if answer.match else []),
        ]
    )


def _refusal(why: Explanation) -> str:
    return "\n".join(
        [
            *_understood(why),
            *_reasons(tr("What was missing:"), why.reasons),
            f"{bold(tr('Closest paper:'))} {title_link(why.paper)}",
            *_words(tr("Your words in its closest sentence:"), map(_match, why.matched)),
            *_words(tr("Your words in its title:"), why.titled),
            *_words(tr("Not found in the closest sentences:"), why.missing),
        ]
    )


def _understood(why: Explanation) -> list[str]:
    """What kind of answer was looked for, and what was read into the question."""
    read = fitted(translated(sentences(*why.understood)), _WORDS)
    return [f"{bold(tr('Looking for:'))} {translated(why.wanted)}", *([read] if read else [])]


def _match(match: WordMatch) -> str:
    """A word of the question, and the one that matched it, if that is another: ``folks → annotators``."""
    return match.asked if match.same else f"{match.asked} → {match.found}"


def _words(heading: str, words: Iterable[str]) -> list[str]:
    listed = fitted(", ".join(words), _WORDS).strip()
    return [f"{bold(heading)} {listed}"] if listed else []


def _reasons(heading: str, reasons: Sequence[Text]) -> list[str]:
    return [bold(heading), *(f"• {translated(reason)}" for reason in reasons)] if reasons else []


def _quoted(heading: str, quotes: Sequence[Quote]) -> list[str]:
    unmarked = [replace(quote, highlights=()) for quote in quotes]  # bold is for words that answer
    drawn = _drawn(unmarked, _QUOTE, _RIVALS)
    return [f"{bold(heading)}\n{drawn[0]}", *drawn[1:]] if drawn else []


def _drawn(quotes: Sequence[Quote], quote_limit: int, limit: int) -> list[str]:
    """Quotes, each above its paper, in ``limit`` characters together."""

    def draw(_: int, quote: Quote, budget: LineBudget) -> str:
        return f"{quote_block([excerpt(quote, quote_limit)])}\n{title_and_byline(quote.paper, budget)}"

    return fit_to_limit(quotes, draw, limit)
