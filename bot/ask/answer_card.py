"""An answer: its quotes, the answering words in bold, each with its paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from discord import ui

from bot.ask.examples import EXAMPLES
from bot.ask.record_card import record_card
from bot.ask.service import Reply
from bot.texts import counted, mark, tr, tr_count, translated
from bot.ui import custom_ids, theme
from bot.ui.components import (
    GAP,
    LineBudget,
    Row,
    button,
    card,
    fit_to_limit,
    menu,
    paper_row,
    spaced,
    title_and_byline,
    title_link,
)
from bot.ui.markdown import bold, plain, quote_block, small
from bot.ui.notices import HOW_TO_ADD
from bot.ui.quotes import LINE_OF_LIST, TEXT, asked, excerpt, paper_by_paper, papers_apart, sources_apart
from retrieval.answering.types import NO_PAPERS, Answer, MatchLevel, Outcome, Quote, ScoredPaper

_NEAREST: Final = 3
_LISTED: Final = 8


_MATCHES: Final = {MatchLevel.STRONG: mark("Strong match"), MatchLevel.POSSIBLE: mark("Possible match")}


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees an answer. ``private``: only the asker, who can share it. ``shared_by``: the id of who shared it."""

    private: bool = False
    shared_by: int | None = None


CHANNEL: Final = Audience()
"""Everyone in the channel."""


def reply_card(reply: Reply, audience: Audience | None = None) -> ui.LayoutView:
    """The card of a stored answer."""
    return answer_card(
        reply.answer, reply.answer_id, EXAMPLES, audience or Audience(private=reply.private), reply.freshness
    )


def answer_card(
    answer: Answer, answer_id: int, examples: Sequence[str] = (), audience: Audience = CHANNEL, age: str = ""
) -> ui.LayoutView:
    """The answer to a question, whatever its outcome. Small talk offers the ``examples``.

    ``age`` says how old the papers are, if people should know.
    """
    match answer.outcome:
        case Outcome.CHAT:
            return _small_talk(answer, examples)
        case Outcome.RECORD:
            return record_card(
                answer, _question(answer, audience), age, _verdicts(answer_id), _share(answer_id, audience)
            )
        case Outcome.UNANSWERED:
            return _unanswered(answer, answer_id, audience, age)
        case Outcome.ANSWERED:
            draw = _listed if answer.kind == "list" else _answered
            return draw(answer, answer_id, audience, age)


def other_quotes_card(answer_id: int, quotes: Sequence[Quote]) -> ui.LayoutView:
    """Further sentences that nearly made it into the answer, as many as fit in a card."""
    if not quotes:
        return card(theme.NOTICE, [tr("There are no other quotes for this answer. Try `/ask` with other words.")])
    parts = sources_apart(paper_by_paper(quotes))
    paper = button("Paper", custom_ids.ANSWER_PAPER(answer_id))
    return card(theme.ANSWER, [bold(tr("Other quotes")), GAP, *parts], [paper])


def more_card(answer_id: int, *, quotes: bool, others: bool) -> ui.LayoutView:
    """What else there is to an answer, for the person who pressed *More*.

    ``quotes``: it has quotes, which can be shown in their abstracts. ``others``: there are other quotes.
    """
    buttons = [
        *([button("Show in context", custom_ids.ANSWER_CONTEXT(answer_id))] if quotes else []),
        *([button("Other quotes", custom_ids.OTHER_QUOTES(answer_id))] if others else []),
        button("Similar papers", custom_ids.ANSWER_SIMILAR(answer_id)),
        _why(answer_id),
        button("Report", custom_ids.ANSWER_REPORT(answer_id)),
    ]
    return card(theme.NOTICE, [bold(tr("More about this answer"))], buttons)


def _small_talk(answer: Answer, examples: Sequence[str]) -> ui.LayoutView:
    offered = [small(tr("For example:")) + "\n" + quote_block(map(plain, examples))] if examples else []
    papers = [paper_row(bold(title_link(each.paper)), each.paper) for each in answer.papers[:1]]
    said = translated(answer.reply) if answer.reply else tr("Ask me something about a paper.")
    return card(theme.NOTICE, [plain(said), *papers, *offered])


def _answered(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    blocks = paper_by_paper(answer.quotes)
    source = tr_count(
        "Quoted word for word from {number} abstract", "Quoted word for word from {number} abstracts", len(blocks)
    )
    is_comparison = answer.kind == "comparison" and len(blocks) > 1
    parts = papers_apart(blocks) if is_comparison else sources_apart(blocks)
    foot = _small_print(theme.joined(_match(answer), source), age)
    said = [plain(translated(answer.reply))] if answer.reply else []
    all_parts = [_question(answer, audience), GAP, *parts, *said, GAP, foot]
    return card(theme.ANSWER, all_parts, _row(answer, answer_id), _share(answer_id, audience))


def _listed(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    """Papers that answer "which papers …", each with a quote that shows why."""
    by_paper = {quote.paper.id: quote for quote in reversed(answer.quotes)}

    def draw(place: int, scored: ScoredPaper, budget: LineBudget) -> str:
        title = bold(f"{place + 1}. {title_link(scored.paper, budget.title, budget.address)}")
        quote = by_paper.get(scored.paper.id) if budget.words else None
        return f"{title}\n{quote_block([excerpt(quote, LINE_OF_LIST)])}" if quote else title

    lines = fit_to_limit(answer.papers[:_LISTED], draw, TEXT)
    heading = tr("**{papers}** found.", papers=counted(len(answer.papers), "paper"))
    if len(answer.papers) > len(lines):
        heading = f"{heading} {tr('The best {number}:', number=len(lines))}"
    foot = _small_print(theme.joined(_match(answer), tr("Quoted word for word")), age)
    parts = [_question(answer, audience), GAP, *spaced([heading, *lines, foot])]
    share = _share(answer_id, audience)
    if len(lines) == 1:
        return card(theme.ANSWER, parts, _row(answer, answer_id), share)
    papers = menu([each.paper for each in answer.papers[: len(lines)]], 1)
    return card(theme.ANSWER, parts, papers, [*_verdicts(answer_id), _more(answer_id)], share)


def _unanswered(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    question, share = _question(answer, audience), _share(answer_id, audience)
    not_found = plain(translated(answer.reply) if answer.reply else tr("I couldn't find this in the abstracts."))
    if not answer.papers:
        hint = tr("No paper is close to it. Try other words, or browse: `/search`, `/trending`.")
        hint = tr(HOW_TO_ADD) if answer.reply == NO_PAPERS else hint
        text = f"{bold(not_found)}\n{hint}"
        return card(theme.UNANSWERED, [question, GAP, *spaced([text, *_age(age)])], _verdicts(answer_id), share)
    if answer.also:
        return _not_in_the_abstract(answer, answer_id, audience, age)

    def draw(_: int, scored: ScoredPaper, budget: LineBudget) -> str:
        return title_and_byline(scored.paper, budget)

    nearest = [each.paper for each in answer.papers[:_NEAREST]]
    lines = fit_to_limit(answer.papers[:_NEAREST], draw, TEXT)
    entries = [paper_row(line, paper) for line, paper in zip(lines, nearest, strict=False)]
    closest = tr("The closest papers:") if len(entries) > 1 else tr("The closest paper:")
    parts = spaced([f"{bold(not_found)}\n{closest}", *entries, *_age(age)])
    return card(theme.UNANSWERED, [question, GAP, *parts], [_why(answer_id), *_verdicts(answer_id)], share)


def _not_in_the_abstract(answer: Answer, answer_id: int, audience: Audience, age: str) -> ui.LayoutView:
    """The paper in question doesn't say what was asked: what it says instead, unmarked, and other papers."""
    meant = answer.also[0].paper
    others = [each.paper for each in answer.papers[:_NEAREST] if each.paper.id != meant.id]
    titles = "\n".join(f"• {title_link(paper)}" for paper in others)
    parts = spaced(
        [
            bold(tr("I couldn't find this in the abstract.")) + f"\n{title_link(meant)}",
            f"{tr('The closest sentences:')}\n{paper_by_paper(answer.also)[0][1]}",
            *([small(tr("Similar papers:")) + f"\n{titles}"] if titles else []),
            *_age(age),
        ]
    )
    buttons = [button("Paper", custom_ids.ANSWER_PAPER(answer_id)), _why(answer_id), *_verdicts(answer_id)]
    share = _share(answer_id, audience)
    return card(theme.UNANSWERED, [_question(answer, audience), GAP, *parts], buttons, share)


def _question(answer: Answer, audience: Audience) -> str:
    """The question as typed, below who shared the answer."""
    shared = [small(tr("Shared by {person}", person=f"<@{audience.shared_by}>"))] if audience.shared_by else []
    return "\n".join([*shared, asked(answer.question.text)])


def _small_print(text: str, age: str) -> str:
    return "\n".join([small(text), *_age(age)])


def _age(age: str) -> list[str]:
    return [small(age)] if age else []


def _match(answer: Answer) -> str:
    return tr(_MATCHES[answer.match]) if answer.match else ""


def _row(answer: Answer, answer_id: int) -> Row:
    """What people do with an answer. The rest is behind *More*: on a phone there is room for two rows."""
    return [
        button("Save", custom_ids.PAPER_SAVE(answer.quotes[0].paper.id)),
        button("Paper", custom_ids.ANSWER_PAPER(answer_id)),
        *_verdicts(answer_id),
        _more(answer_id),
    ]


def _share(answer_id: int, audience: Audience) -> Row:
    return [button("Share in this channel", custom_ids.ANSWER_SHARE(answer_id))] if audience.private else []


def _why(answer_id: int) -> ui.Button[ui.LayoutView]:
    return button("Why this?", custom_ids.ANSWER_WHY(answer_id))


def _more(answer_id: int) -> ui.Button[ui.LayoutView]:
    return button("More", custom_ids.ANSWER_MORE(answer_id))


def _verdicts(answer_id: int) -> Row:
    return [
        button("Useful", custom_ids.FEEDBACK("useful", answer_id), sign=theme.SIGN_USEFUL),
        button("Not useful", custom_ids.FEEDBACK("useless", answer_id), sign=theme.SIGN_NOT_USEFUL),
    ]
