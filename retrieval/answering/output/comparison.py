"""Comparisons of systems that different papers are about: what each says of its own, side by side.

Where one abstract speaks of all of them it is asked as a whole, as for any other question. Where none does,
the question is asked once for each system, without the names of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.answering.passages.names import holds_name, spaced, squeeze
from retrieval.answering.passages.passages import PaperPassages
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.types import Question

_MOST: Final = 3
_SHORTEST: Final = 3
"""Letters of a name: shorter ones stand for too many things."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the systems compared: the place of its paper among the readings, and what to ask of it."""

    place: int
    question: Question


def sides(analysis: Analysis, readings: Sequence[PaperPassages]) -> tuple[Side, ...]:
    """The sides of a comparison, in the order of the readings; none where no comparison cuts across papers."""
    if Kind.COMPARISON not in analysis.kinds:
        return ()
    squeezed = squeeze(analysis.text)
    named = {
        place: reading.head
        for place, reading in enumerate(readings)
        if len(reading.head) >= _SHORTEST and holds_name(analysis.text, squeezed, reading.head)
    }
    heads = tuple(dict.fromkeys(named.values()))
    places = dict(reversed([(head, place) for place, head in named.items()]))  # the first paper of a name
    if not 1 < len(heads) <= _MOST or any(all(head in each.squeezed for head in heads) for each in readings):
        return ()
    return tuple(Side(places[head], Question(_without(analysis.text, [*set(heads) - {head}]))) for head in heads)


def _without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = spaced(name).sub(" ", text.lower())
    return " ".join(text.split())
