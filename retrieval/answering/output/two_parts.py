"""The answer to a question of two parts: what answers each, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from retrieval.answering.types import Answer, Outcome, Quote, ScoredPaper
from retrieval.english import Text, sentences

_EACH: Final = 3
"""Quotes of each part at most."""


def joined(whole: Answer, parts: Sequence[Answer]) -> Answer:
    """One answer of those to the parts; ``whole``, to the undivided question, where no part adds to it.

    A part that nothing answers is named in the reply, below the quotes of the other.
    """
    found = [part for part in parts if part.outcome in {Outcome.ANSWERED, Outcome.RECORD}]
    if not found or (whole.outcome is Outcome.ANSWERED and len(found) < len(parts)):
        return whole
    quoted = [part for part in found if part.outcome is Outcome.ANSWERED]
    return replace(
        whole,
        outcome=Outcome.ANSWERED if quoted else Outcome.RECORD,
        kind=quoted[0].kind if quoted else "papers",
        quotes=_distinct(quote for part in quoted for quote in part.quotes[:_EACH]),
        also=(),
        papers=_each_once(paper for part in (*quoted, *found) for paper in part.papers),
        confidence=min(part.confidence for part in found),
        reply=sentences(*map(_said, parts)) or None,
        facts=tuple(fact for part in found for fact in part.facts),
        query=next((part.query for part in found if part.query), ""),
    )


def _said(part: Answer) -> Text:
    """What a record says; of a part that nothing answers, that."""
    match part.outcome:
        case Outcome.RECORD:
            return part.reply or Text("")
        case Outcome.ANSWERED:
            return Text("")
        case _:
            return Text("I couldn't find this in the abstracts: {question}", question=part.question.text)


def _distinct(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    """The quotes, each sentence once; with what it marks for either part."""
    found = dict[tuple[str, int], Quote]()
    for quote in quotes:
        found.setdefault((quote.paper.id, quote.start), quote)
    return tuple(found.values())


def _each_once(papers: Iterable[ScoredPaper]) -> tuple[ScoredPaper, ...]:
    found = dict[str, ScoredPaper]()
    for scored in papers:
        found.setdefault(scored.paper.id, scored)
    return tuple(found.values())
