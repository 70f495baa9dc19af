"""Runs of words in a sentence, and what suggests that a run is exactly the words that answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Rows
from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring.kind_features import KindFeatures
from retrieval.text import Span, terms

_LONGEST: Final = 40
"""Words in a run."""
_MOST_WORDS: Final = 120
"""Words of a sentence that are considered; longer ones are lists of names or formulas."""
_CACHED: Final = 8_192

_WORD: Final = re.compile(r"--+|[–—]|(?:(?!--)[^\s–—])+")
_DASH: Final = re.compile(r"--+|[–—]")
_PUNCTUATION: Final = "()[]{}\"'“”‘’`*_,;:.!?"
_NUMBER: Final = re.compile(
    r".*\d.*|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|half|twice|double"
)
_CLASSES: Final[dict[str, str]] = {
    "determiner": "a an the this that these those its their our",
    "preposition": "of in on with for from at across under within among between over against into during",
    "to": "to",
    "and": "and or but nor while whereas yet",
    "relative": "which who whose where when whereby how what why because since due if",
    "verb": "is are was were be been being has have had can could may might will would does do did",
    "about": "about around nearly approximately roughly only up almost more less fewer least most",
}
_CLASS_OF: Final = {word: name for name, words in _CLASSES.items() for word in words.split()}
FUNCTION_WORDS: Final = frozenset(_CLASS_OF)
"""Words that begin or join phrases."""
_WORD_TRAITS: Final = (*_CLASSES, "number", "name", "url", "ly", "ing", "ed", "asked")
_TRAIT: Final = {name: at for at, name in enumerate(_WORD_TRAITS)}
_GAPS: Final = ("none", "open", "comma", "other")
"""The punctuation between two words."""
_GAP_OF: Final = {",": "comma", ";": "comma", ":": "other", "(": "open", "[": "open", ")": "other", "]": "other"}

_AT_FIRST: Final = {
    "first": "determiner and relative verb about number name url ly ing asked",
    "before": "determiner preposition and relative name ing asked",
    "gap_before": "none comma open",
}
"""Traits of a run's first word, of the word before it, and the punctuation between them."""
_AT_LAST: Final = {
    "last": "determiner preposition to and number ed asked",
    "after": "preposition to relative name ing asked",
    "gap_after": "none open",
}
"""The same for its last word and the word after it."""
_LENGTHS: Final = (2, 9, 25, 1, 3, 4, 6, 13, 18)
_WITHIN: Final = (
    "words<=2", "words<=9", "words<=25", "from_start", "asked_inside", "asked_just_after", "asked_elsewhere",
    "names_inside", "numbers_outside", "counted_inside",
)  # fmt: skip
_BY_KIND: Final[dict[Kind, str]] = {
    Kind.NUMBER: "words<=4 words<=6 words<=9 words<=13 number_inside after_asked",
    Kind.DEFINITION: "number_inside",
    Kind.REASON: "words<=6 words<=18 to_end after_to after_asked",
    Kind.RESULT: "words<=13 words<=18 after_asked",
    Kind.COMPARISON: "words<=3",
    Kind.ITEMS: "words<=4 words<=13 number_inside",
    Kind.AVAILABILITY: "words<=1 after_asked",
    Kind.OTHER: "words<=1 words<=18 after_asked",
}
_SOURCES: Final = (
    *_WITHIN, *(f"words<={most}" for most in _LENGTHS[3:]), "number_inside", "to_end", "after_to", "after_asked",
)  # fmt: skip
"""The columns of ``Runs.within``."""
_KIND_FEATURES: Final = KindFeatures.of(_BY_KIND, _SOURCES)


def _names(edge: dict[str, str]) -> tuple[str, ...]:
    return tuple(f"{place}:{name}" for place, names in edge.items() for name in names.split())


NAMES: Final[tuple[str, ...]] = (*_names(_AT_FIRST), *_names(_AT_LAST), *_WITHIN, *_KIND_FEATURES.names)
"""The features in the order of the weights: of a run's edges, of its content, and those of single kinds."""
_FIRSTS: Final = len(_names(_AT_FIRST))
_EDGES: Final = _FIRSTS + len(_names(_AT_LAST))
_SELECTED: Final = [
    [[columns.index(name) for name in names.split()] for names, columns in zip(edge.values(), all_names, strict=True)]
    for edge in (_AT_FIRST, _AT_LAST)
    for all_names in [(_WORD_TRAITS, _WORD_TRAITS, _GAPS)]
]


@dataclass(frozen=True, eq=False)
class Runs:
    """The runs of a sentence: words ``first[n]`` to ``last[n]``, both included.

    ``spans`` are the words' spans in the sentence. ``at_first`` and ``at_last`` have a row a word: the features of runs
    that begin or end with it. ``within`` has a row a run and the columns of ``_SOURCES``.
    """

    spans: tuple[Span, ...]
    first: Rows
    last: Rows
    at_first: Floats
    at_last: Floats
    within: Floats

    def described(self, kinds: Sequence[Kind]) -> Floats:
        """A row of features for each run, in the order of ``NAMES``, for a question of these kinds."""
        by_kind = _KIND_FEATURES.describe(self.within, kinds)
        return np.hstack([self.at_first[self.first], self.at_last[self.last], self.within[:, : len(_WITHIN)], by_kind])

    def scores(self, weights: Floats, kinds: Sequence[Kind]) -> Floats:
        """``described(kinds) @ weights``, without writing out the features that many runs share."""
        of_first, of_last, plain, by_kind = np.split(weights, (_FIRSTS, _EDGES, _EDGES + len(_WITHIN)))
        sources = np.bincount(_KIND_FEATURES.columns, by_kind * _KIND_FEATURES.factors(kinds), len(_SOURCES))
        sources[: len(plain)] += plain
        return (self.at_first @ of_first)[self.first] + (self.at_last @ of_last)[self.last] + self.within @ sources


def runs_of(analysis: Analysis, passage: Passage) -> Runs:
    """All runs of words in a sentence; none if it has no words."""
    words = _words(passage.text)
    if not words.texts:
        nothing = np.zeros(0, np.intp)
        edges = np.zeros((0, _FIRSTS)), np.zeros((0, _EDGES - _FIRSTS))
        return Runs((), nothing, nothing, *edges, np.zeros((0, len(_SOURCES))))
    first, last = _edges(len(words.texts))
    return Runs(words.spans, first, last, *_described(analysis, words, first, last))


@lru_cache(maxsize=_MOST_WORDS)
def _edges(words: int) -> tuple[Rows, Rows]:
    """The first and the last word of every run in a sentence with this many words. Read only."""
    first, last = np.nonzero(np.triu(np.tri(words, words, _LONGEST - 1)))
    return first, last


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a sentence without punctuation; ``gaps[n]`` is the punctuation before word n.

    There is one gap more than words; the first and the last are the edges of the sentence.
    """

    texts: tuple[str, ...]
    spans: tuple[Span, ...]
    gaps: tuple[str, ...]


def _words(text: str) -> _Words:
    texts, spans, gaps, gap = list[str](), list[Span](), list[str](), "other"
    for match in itertools.islice(_WORD.finditer(text), _MOST_WORDS):
        raw = match[0]
        bare = raw.strip(_PUNCTUATION)
        if not bare or _DASH.fullmatch(raw):
            gap = "other" if _DASH.fullmatch(raw) else gap
            continue
        at = raw.index(bare)
        texts.append(bare)
        spans.append((match.start() + at, match.start() + at + len(bare)))
        gaps.append(_gap(raw[:at]) or gap)
        gap = _gap(raw[at + len(bare) :]) or "none"
    return _Words(tuple(texts), tuple(spans), (*gaps, "other"))


def _gap(signs: str) -> str:
    return next((_GAP_OF[sign] for sign in signs if sign in _GAP_OF), "")


@lru_cache(maxsize=_CACHED)
def _stems(word: str) -> frozenset[str]:
    return frozenset(terms(word))


@lru_cache(maxsize=_CACHED)
def _traits(word: str) -> bytes:
    """A float for each of ``_WORD_TRAITS``, whatever was asked; as bytes, which are quick to join."""
    lowered = word.lower()
    row = np.zeros(len(_WORD_TRAITS))
    if lowered in _CLASS_OF:
        row[_TRAIT[_CLASS_OF[lowered]]] = 1.0
    row[_TRAIT["number"]] = bool(_NUMBER.fullmatch(lowered))
    row[_TRAIT["name"]] = bool(re.search(r"[A-Z]", word))
    row[_TRAIT["url"]] = "://" in word or lowered.startswith("www.")
    for ending in ("ly", "ing", "ed"):
        row[_TRAIT[ending]] = lowered.endswith(ending)
    return row.tobytes()


def _described(analysis: Analysis, words: _Words, first: Rows, last: Rows) -> tuple[Floats, Floats, Floats]:
    """The features of words as the first of a run, as the last of one, and of the runs."""
    stems = [_stems(word) for word in words.texts]
    asked = _asked(analysis, stems)
    traits = np.frombuffer(bytearray().join(map(_traits, words.texts))).reshape(-1, len(_WORD_TRAITS))
    traits[:, _TRAIT["asked"]] = asked > 0
    outside = np.zeros((1, len(_WORD_TRAITS)))
    before, after = np.vstack([outside, traits[:-1]]), np.vstack([traits[1:], outside])
    gaps = np.eye(len(_GAPS))[[_GAPS.index(gap) for gap in words.gaps]]
    counted = np.array([bool(analysis.counted & each) for each in stems], np.float64)
    within = _within(traits, before, asked, counted, first, last)
    return _edge(_SELECTED[0], traits, before, gaps[:-1]), _edge(_SELECTED[1], traits, after, gaps[1:]), within


def _edge(selected: list[list[int]], traits: Floats, neighbours: Floats, gaps: Floats) -> Floats:
    own, neighbour, gap = selected
    return np.hstack([traits[:, own], neighbours[:, neighbour], gaps[:, gap]])


def _within(traits: Floats, before: Floats, asked: Floats, counted: Floats, first: Rows, last: Rows) -> Floats:
    """The columns of ``_SOURCES``, a row a run."""
    values = np.column_stack([traits[:, _TRAIT["number"]], traits[:, _TRAIT["name"]], asked, counted])
    sums = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    numbers, names, asked_inside, counted_inside = (sums[last + 1] - sums[first]).T
    just_before, just_after = np.append(0.0, asked[:-1])[first], np.append(asked[1:], 0.0)[last]
    shorter = _shorter(len(traits))
    within = np.empty((len(_SOURCES), len(first)))
    within[:3] = shorter[:3]
    within[3] = first == 0
    within[4] = asked_inside
    within[5] = just_after
    within[6] = asked.sum() - asked_inside - just_before - just_after
    within[7] = np.minimum(names, 3) / 3
    within[8] = np.minimum(sums[-1, 0] - numbers, 2) / 2
    within[9] = counted_inside > 0
    within[10:-4] = shorter[3:]
    within[-4] = numbers > 0
    within[-3] = last == len(traits) - 1
    within[-2:] = before[first][:, [_TRAIT["to"], _TRAIT["asked"]]].T
    return within.T


@lru_cache(maxsize=_MOST_WORDS)
def _shorter(words: int) -> Floats:
    """Whether each run in a sentence with this many words is at most as long as each of ``_LENGTHS``. Read only."""
    first, last = _edges(words)
    return np.array([last - first < most for most in _LENGTHS], np.float64)


def _asked(analysis: Analysis, stems: Sequence[frozenset[str]]) -> Floats:
    """The share of the question's weight that each word has; a lexicon term has half the weight of its word."""
    weights = dict(analysis.weights)
    for word, expansion in analysis.expansion.items():
        for term in expansion:
            weights.setdefault(term, 0.5 * analysis.weights[word])
    best = np.array([max((weights.get(stem, 0.0) for stem in each), default=0.0) for each in stems])
    return best / (analysis.total or 1.0)
