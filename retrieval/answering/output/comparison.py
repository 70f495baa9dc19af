"""Comparisons of systems from different papers: what each paper says about its own, side by side.

If one abstract covers all of them, the question is answered like any other. Otherwise it's asked once for each
system, without the names of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.answering.passages.names import holds_name, name_pattern, squeeze
from retrieval.answering.passages.passages import PaperPassages
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring.name_matches import SHORTEST_NAME
from retrieval.answering.types import Question

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


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = name_pattern(name).sub(" ", text.lower())
    return " ".join(text.split())
