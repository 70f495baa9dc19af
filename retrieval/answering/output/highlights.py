"""The words of a sentence that answer: the number with its unit, the name, the clause.

A fitted linear model scores every run of words, and a softmax turns the scores into probabilities that a run is exactly
the answer. At most half of the sentence is highlighted if that probably contains the answer, otherwise more.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats
from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.scoring.highlight_features import runs_of
from retrieval.text import Span

_HALF: Final = 0.5
_LIKELY: Final = 0.42
"""Probability of containing the answer from which half of a sentence is enough."""
_NEARLY_CERTAIN: Final = 0.9
"""The probability that a longer highlight must reach."""
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}


def highlights(analysis: Analysis, passage: Passage, weights: Floats, *, brief: bool = False) -> tuple[Span, ...]:
    """The words that answer, as spans of the abstract within the passage; none if it has no words.

    ``weights`` are in the order of ``highlight_features.NAMES``. ``brief`` limits the highlight to half of the passage.
    """
    runs = runs_of(analysis, passage)
    if not runs.spans:
        return ()
    scores = runs.scores(weights, analysis.kinds)
    shares = np.zeros((len(runs.spans), len(runs.spans)))
    shares[runs.first, runs.last] = np.exp(scores - scores.max())
    # The probability that a run contains the answer is the sum over all runs inside it.
    contained = np.cumsum(np.cumsum(shares[::-1], axis=0)[::-1], axis=1)[runs.first, runs.last] / shares.sum()
    starts, ends = (np.array(each) for each in zip(*runs.spans, strict=True))
    length = (ends[runs.last] - starts[runs.first]) / len(passage.text)
    best = int(np.argmax(np.where(length <= _HALF, contained, -length)))
    if contained[best] < _LIKELY and not brief:
        best = int(np.argmin(np.where(contained >= _NEARLY_CERTAIN, length, 2 - contained)))
    start, end = runs.spans[int(runs.first[best])][0], runs.spans[int(runs.last[best])][1]
    return ((passage.span[0] + start, passage.span[0] + _with_closing_brackets(passage.text, start, end)),)


def _with_closing_brackets(text: str, start: int, end: int) -> int:
    """The end of the run, extended by the closing brackets right after it that were opened inside it."""
    while end < len(text) and any(
        text[end] == close and text.count(opening, start, end) > text.count(close, start, end)
        for opening, close in _BRACKETS.items()
    ):
        end += 1
    return end
