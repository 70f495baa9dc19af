"""The words of a sentence that answer: the number with its unit, the name, the clause.

Every run of words is a rival. A fitted linear model scores each (``runs``), and a softmax makes of that
how likely it is to be just the answer. Marked is half of the sentence at most where that is likely enough
to hold the answer, and more where the answer may be anywhere in it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.scoring.highlight_features import Floats, for_kinds, runs_of
from retrieval.text import Span

_HALF: Final = 0.5
_LIKELY: Final = 0.45
"""How likely half of a sentence must hold the answer to be enough."""
_NEARLY_SURE: Final = 0.9
"""How likely what is marked otherwise holds it."""
_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}


def highlights(analysis: Analysis, passage: Passage, weights: Floats, *, briefly: bool = False) -> tuple[Span, ...]:
    """The words that answer, as spans of the abstract inside the passage; none in a passage without words.

    ``weights`` are in the order of ``runs.NAMES``. ``briefly`` marks half of the passage at most, come what may.
    """
    runs = runs_of(analysis, passage)
    if not runs.spans:
        return ()
    scores = runs.scores(for_kinds(weights, analysis.kinds))
    shares = np.zeros((len(runs.spans), len(runs.spans)))
    shares[runs.first, runs.last] = np.exp(scores - scores.max())
    # How likely the answer lies within a run: the shares of all runs inside of it.
    held = np.cumsum(np.cumsum(shares[::-1], axis=0)[::-1], axis=1)[runs.first, runs.last] / shares.sum()
    starts, ends = (np.array(each) for each in zip(*runs.spans, strict=True))
    length = (ends[runs.last] - starts[runs.first]) / len(passage.text)
    best = int(np.argmax(np.where(length <= _HALF, held, -length)))
    if held[best] < _LIKELY and not briefly:
        best = int(np.argmin(np.where(held >= _NEARLY_SURE, length, 2 - held)))
    start, end = runs.spans[int(runs.first[best])][0], runs.spans[int(runs.last[best])][1]
    return ((passage.span[0] + start, passage.span[0] + _closed(passage.text, start, end)),)


def _closed(text: str, start: int, end: int) -> int:
    """The end, after the brackets that open in the run and close right behind it."""
    while end < len(text) and any(
        text[end] == close and text.count(opening, start, end) > text.count(close, start, end)
        for opening, close in _PAIRS.items()
    ):
        end += 1
    return end
