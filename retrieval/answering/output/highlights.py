"""The words of a sentence that answer: the number with its unit, the name, the clause.

A fitted linear model scores every run of words, and a softmax turns the scores into probabilities that a run is exactly
the answer. At most half of the sentence is highlighted if that probably contains the answer, otherwise more. What
hardly adds to that probability is left out again: a last "and …" or ", respectively".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Mask
from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring.highlight_features import FUNCTION_WORDS, Runs, runs_of
from retrieval.text import Span

_HALF: Final = 0.5
_LIKELY: Final = 0.44
"""Probability of containing the answer from which half of a sentence is enough."""
_NEARLY_CERTAIN: Final = 0.93
"""The probability that a longer highlight must reach."""
_ADDS_LITTLE: Final = (0.02, 0.06)
"""Share of the probability that may be lost to a shorter highlight; and to one that ends where a part of the sentence
does, and begins with a part or where the longer one began."""
_NUMBER_ADDS_LITTLE: Final = (0.1, 0.2)
"""The same for a question that asks for a number: the number and its noun are enough."""
_PART_END: Final = re.compile(r"[,;:()–—]|--")
_PART_START: Final = frozenset("and or but which while whereas where that with by for when because thus to".split())
"""Words that begin another part of a sentence."""
_MOST_MOVED: Final = 3
"""Words by which a highlight grows at each end at most."""
_ADJECTIVE: Final = re.compile(
    r"\w{3,}(?:al|ic|ive|ous|ful|less|able|ible|ary)|(?:first|second|third|new|high|low|large|small)"
)
"""Words that seldom end a phrase."""
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}


def highlights(analysis: Analysis, passage: Passage, weights: Floats, *, brief: bool = False) -> tuple[Span, ...]:
    """The words that answer, as spans of the abstract within the passage; none if it has no words.

    ``weights`` are in the order of ``highlight_features.NAMES``. A ``brief`` highlight is at most half of the passage,
    and nothing is highlighted if that is unlikely to contain the answer.
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
    if contained[best] < _LIKELY:
        if brief:
            return ()
        best = int(np.argmin(np.where(contained >= _NEARLY_CERTAIN, length, 2 - contained)))
    loss = _NUMBER_ADDS_LITTLE if analysis.kind is Kind.NUMBER else _ADDS_LITTLE
    best = _shortened(runs, best, contained, length, passage.text, loss)
    first, last = whole_phrases(runs.spans, passage.text, int(runs.first[best]), int(runs.last[best]))
    start, end = runs.spans[first][0], runs.spans[last][1]
    start, end = _with_brackets(passage.text, start, end)
    return ((passage.span[0] + start, passage.span[0] + end),)


def _shortened(runs: Runs, best: int, contained: Floats, length: Floats, text: str, loss: tuple[float, float]) -> int:
    """The shortest run inside the best one that is hardly less likely to contain the answer."""
    inside = (runs.first >= runs.first[best]) & (runs.last <= runs.last[best])
    starts, ends = _parts(runs, text)
    is_part = (starts[runs.first] | (runs.first == runs.first[best])) & ends[runs.last]
    least = np.where(is_part, 1 - loss[1], 1 - loss[0]) * contained[best]
    return int(np.argmin(np.where(inside & (contained >= least), length, np.inf)))


def _parts(runs: Runs, text: str) -> tuple[Mask, Mask]:
    """Which words begin a part of the sentence, and which end one."""
    spans = runs.spans
    gaps = [text[end:start] for (_, end), (start, _) in pairwise(spans)]
    edges = [_PART_END.search(gap) is not None for gap in gaps]
    joins = [text[start:end].lower() in _PART_START for start, end in spans]
    starts = [True, *(edge or join for edge, join in zip(edges, joins[:-1], strict=True))]
    ends = [*(edge or join for edge, join in zip(edges, joins[1:], strict=True)), True]
    return np.array(starts), np.array(ends)


def whole_phrases(spans: Sequence[Span], text: str, first: int, last: int) -> tuple[int, int]:
    """The first and the last word, moved outwards where they would cut a noun off from the words before it.

    "of" begins no phrase that answers, and "respectively" ends none.
    """
    words = [text[start:end] for start, end in spans]
    beside = [not text[end:start].strip() for (_, end), (start, _) in pairwise(spans)]
    least, most = max(0, first - _MOST_MOVED), min(len(words) - 1, last + _MOST_MOVED)
    while first > least and beside[first - 1] and _belongs_to_next(words[first - 1], words[first]):
        first -= 1
    while last < most and beside[last] and _belongs_to_next(words[last], words[last + 1]):
        last += 1
    last -= words[last].lower() == "respectively" and first < last
    return first + (words[first] == "of" and first < last), last


def _belongs_to_next(word: str, following: str) -> bool:
    """Whether a word is an adjective, a number or part of a name, and the next one is what it belongs to."""
    if following.lower() in FUNCTION_WORDS:
        return False
    is_name = word[0].isupper() and following[0].isupper()
    return is_name or word[0].isdigit() or _ADJECTIVE.fullmatch(word.lower()) is not None


def _with_brackets(text: str, start: int, end: int) -> Span:
    """The run with the brackets right before and after it whose other half is inside."""
    while end < len(text) and any(
        text[end] == close and text.count(opening, start, end) > text.count(close, start, end)
        for opening, close in _BRACKETS.items()
    ):
        end += 1
    if start and any(
        text[start - 1] == opening and text.count(close, start, end) > text.count(opening, start, end)
        for opening, close in _BRACKETS.items()
    ):
        start -= 1
    return start, end
