"""Comparisons of systems from different papers: what each paper says about its own, side by side.

If one abstract covers all of them, the question is answered like any other. Otherwise it's asked once for each
system, without the names of the others. If it asks for nothing but a comparison ("X vs Y"), each is introduced.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from retrieval.answering.passages.names import holds_name, name_pattern, squeeze
from retrieval.answering.passages.passages import SHORTEST_NAME, PaperPassages
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.types import Answer, Outcome, Question, Quote
from retrieval.english import Text, listed

_CUE: Final = re.compile(
    r"\b(?:than|compared|comparison|versus|vs|over|outperform\w*|surpass\w*|exceed\w*|beats?|unlike|whereas|while"
    r"|relative to|in contrast)\b",
    re.IGNORECASE,
)
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class ComparisonSide:
    """One of the compared systems: the position of its paper among the candidates, and the question about it."""

    place: int
    question: Question


def comparison_sides(analysis: Analysis, papers: Sequence[PaperPassages]) -> tuple[ComparisonSide, ...]:
    """The sides of a comparison, in the order of the papers; none if it isn't a comparison across papers."""
    if Kind.COMPARISON not in analysis.kinds:
        return ()
    squeezed = squeeze(analysis.text)
    named = {
        place: paper.head
        for place, paper in enumerate(papers)
        if len(paper.head) >= SHORTEST_NAME and holds_name(analysis.text, squeezed, paper.head)
    }
    heads = tuple(dict.fromkeys(named.values()))
    places = dict(reversed([(head, place) for place, head in named.items()]))  # the first paper of each name
    if not 1 < len(heads) <= _MOST or any(all(head in each.squeezed for head in heads) for each in papers):
        return ()
    return tuple(
        ComparisonSide(places[head], Question(_without(analysis.text, [*set(heads) - {head}]))) for head in heads
    )


def introduced_side_by_side(whole: Answer, names: Sequence[str], introductions: Sequence[Answer]) -> Answer:
    """The sentences that introduce each of two systems; that no abstract compares them, where one has none.

    ``whole`` is the answer to the comparison itself, which stays if it does compare them.
    """
    if whole.outcome is Outcome.ANSWERED and any(_compares(quote, names) for quote in whole.quotes[:1]):
        return whole
    sides = [each for each, name in zip(introductions, names, strict=True) if _introduces(each, name)]
    if len(sides) < len(names):
        reply = Text("No abstract compares {names}.", names=listed(names))
        return replace(whole, outcome=Outcome.UNANSWERED, quotes=(), also=(), confidence=0.0, reply=reply)
    return replace(
        whole,
        outcome=Outcome.ANSWERED,
        kind=Kind.COMPARISON,
        quotes=tuple(dict.fromkeys(each.quotes[0] for each in sides)),
        also=(),
        papers=tuple({each.papers[0].paper.id: each.papers[0] for each in sides}.values()),
        confidence=min(each.confidence for each in sides),
    )


def _compares(quote: Quote, names: Sequence[str]) -> bool:
    """Whether a sentence compares two systems, rather than a third with both.

    The one must be its subject, so before what compares, and the other behind it; or it is from the paper on one.
    """
    first, second = (_places(quote.text, name) for name in names)
    cue = _CUE.search(quote.text)
    if first and second and cue:
        return min(first) < cue.start() < max(second) or min(second) < cue.start() < max(first)
    head, _, _ = quote.paper.title.partition(":")
    own, other = ((names[0], second), (names[1], first))[squeeze(head) == squeeze(names[1])]
    return squeeze(head) == squeeze(own) and bool(other) and cue is not None


def _introduces(answer: Answer, name: str) -> bool:
    """Whether an answer to "what is X?" begins with a sentence that has the name, or is of the paper on it."""
    if answer.outcome is not Outcome.ANSWERED:
        return False
    quote = answer.quotes[0]
    return bool(_places(quote.text, name)) or answer.question.about == quote.paper.id


def _places(text: str, name: str) -> list[int]:
    return [found.start() for found in name_pattern(squeeze(name)).finditer(text.lower())]


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = name_pattern(name).sub(" ", text.lower())
    return " ".join(text.split())
