"""Runs of words of a sentence, and what speaks for one as just the words that answer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages.passages import Passage
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.text import STOP_WORDS, Span, terms

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]

_LONGEST: Final = 40
"""Words that a run may have."""
_MOST_WORDS: Final = 120
"""Words of a sentence that are looked at: longer ones are lists of names or formulas."""

_KEPT: Final = 8_192
"""Words whose looks are remembered."""

_WORD: Final = re.compile(r"--+|[–—]|(?:(?!--)[^\s–—])+")
_DASH: Final = re.compile(r"--+|[–—]")
_AROUND: Final = "()[]{}\"'“”‘’`*_,;:.!?"
_NUMBER: Final = re.compile(
    r".*\d.*|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|half|twice|double"
)
_CLASSES: Final[dict[str, str]] = {
    "determiner": "a an the this that these those its their our",
    "preposition": "of in on with for from at across under within among between over against into during",
    "by": "by via through using",
    "to": "to",
    "and": "and or but nor while whereas yet",
    "relative": "which who whose where when whereby how what why because since due if",
    "verb": "is are was were be been being has have had can could may might will would does do did",
    "pronoun": "we it they he she i you there",
    "about": "about around nearly approximately roughly only up almost more less fewer least most",
}
_CLASS_OF: Final = {word: name for name, words in _CLASSES.items() for word in words.split()}
_LOOKS: Final = (*_CLASSES, "number", "name", "address", "ly", "ing", "ed", "asked")
_LOOK: Final = {name: at for at, name in enumerate(_LOOKS)}
"""The column of each look."""
_SIGNS: Final = ("none", "comma", "colon", "open", "close", "dash", "edge")
_SIGN_OF: Final = {",": "comma", ";": "comma", ":": "colon", "(": "open", "[": "open", ")": "close", "]": "close"}
_LENGTHS: Final = (1, 2, 3, 4, 6, 9, 13, 18, 25)
KINDS: Final = tuple(kind for kind in Kind if kind not in {Kind.LIST, Kind.LOOKUP})
_WITH_KIND: Final = (
    *(f"words<={most}" for most in _LENGTHS),
    "number_inside", "address_inside", "to_the_end", "from_the_start", "behind_by", "behind_to", "behind_verb",
    "behind_colon", "behind_asked", "begins_by", "begins_to", "begins_relative",
)  # fmt: skip
_PLAIN: Final = (
    *(f"{place}:{look}" for place in ("first", "before", "last", "after") for look in _LOOKS),
    *(f"{place}:{sign}" for place in ("sign_before", "sign_after") for sign in _SIGNS),
    *_WITH_KIND,
    "asked_inside", "asked_just_before", "asked_just_after", "asked_further_off", "fresh", "names_inside",
    "numbers_left_out", "commas_inside", "counted_inside", "share",
)  # fmt: skip

NAMES: Final[tuple[str, ...]] = (*_PLAIN, *(f"{kind}:{name}" for kind in KINDS for name in _WITH_KIND))
"""The features in the order of the weights: of a run's edges, of what is in it, and again for each kind of question."""
_EDGE: Final = 2 * len(_LOOKS) + len(_SIGNS)
"""Features of the word at an edge of a run, of its neighbour outside, and of the sign between them."""
_FIRST_WITH_KIND: Final = _PLAIN.index(_WITH_KIND[0])


@dataclass(frozen=True, eq=False)
class Runs:
    """The runs of a sentence: words ``first[n]`` to ``last[n]``, both within, and their features without a kind.

    ``spans`` are the words, in characters of the sentence. ``at_first`` and ``at_last`` have a row a word: the
    features of a run that begins or ends with it. ``within`` has a row a run: the other features.
    """

    spans: tuple[Span, ...]
    first: Numbers
    last: Numbers
    at_first: Floats
    at_last: Floats
    within: Floats

    @property
    def described(self) -> Floats:
        """A row of features for each run, in the order of ``NAMES``."""
        first, last, looks = self.at_first[self.first], self.at_last[self.last], 2 * len(_LOOKS)
        return np.hstack([first[:, :looks], last[:, :looks], first[:, looks:], last[:, looks:], self.within])

    def scores(self, weights: Floats) -> Floats:
        """``described @ weights``, without writing out what runs with the same first or last word share."""
        looks, signs = 2 * len(_LOOKS), len(_SIGNS)
        of_first, of_last, first_sign, last_sign, rest = np.split(weights, np.cumsum([looks, looks, signs, signs]))
        firsts = self.at_first @ np.concatenate([of_first, first_sign])
        lasts = self.at_last @ np.concatenate([of_last, last_sign])
        return firsts[self.first] + lasts[self.last] + self.within @ rest


def runs_of(analysis: Analysis, passage: Passage) -> Runs:
    """All runs of a sentence's words; none where it has no words."""
    words = _words(passage.text)
    size = len(words.texts)
    if not size:
        nothing = np.zeros(0, np.intp)
        edge = np.zeros((0, _EDGE))
        return Runs((), nothing, nothing, edge, edge, np.zeros((0, len(_PLAIN) - 2 * _EDGE)))
    first, last = _edges(size)
    return Runs(words.spans, first, last, *_described(analysis, passage.text, words, first, last))


@lru_cache(maxsize=_MOST_WORDS)
def _edges(words: int) -> tuple[Numbers, Numbers]:
    """The first and the last word of every run of so many words. Not to be written to."""
    first, last = np.nonzero(np.triu(np.tri(words, words, _LONGEST - 1)))
    return first, last


def for_kinds(weights: Floats, kinds: Sequence[Kind]) -> Floats:
    """Weights of the features without a kind, for a question of these kinds, the most telling first."""
    own = weights[: len(_PLAIN)].copy()
    by_kind = weights[len(_PLAIN) :].reshape(len(KINDS), len(_WITH_KIND))
    for kind, share in _shares(kinds):
        own[_FIRST_WITH_KIND : _FIRST_WITH_KIND + len(_WITH_KIND)] += share * by_kind[KINDS.index(kind)]
    return own


def with_kinds(described: Floats, kinds: Sequence[Kind]) -> Floats:
    """All features, in the order of ``NAMES``: what ``for_kinds`` weighs, written out for fitting."""
    again = np.zeros((len(described), len(KINDS), len(_WITH_KIND)))
    for kind, share in _shares(kinds):
        again[:, KINDS.index(kind)] = share * described[:, _FIRST_WITH_KIND : _FIRST_WITH_KIND + len(_WITH_KIND)]
    return np.hstack([described, again.reshape(len(described), -1)])


def _shares(kinds: Sequence[Kind]) -> list[tuple[Kind, float]]:
    return [(kind, 1.0 if not at else 0.5) for at, kind in enumerate(each for each in kinds if each in KINDS)][:2]


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a sentence without the signs around them; ``gaps[n]`` names the sign before word n.

    There is one gap more than words: the first and the last are the edges of the sentence.
    """

    texts: tuple[str, ...]
    spans: tuple[Span, ...]
    gaps: tuple[str, ...]


def _words(text: str) -> _Words:
    texts, spans, gaps, gap = list[str](), list[Span](), list[str](), "edge"
    for match in itertools.islice(_WORD.finditer(text), _MOST_WORDS):
        raw = match[0]
        bare = raw.strip(_AROUND)
        if not bare or _DASH.fullmatch(raw):
            gap = "dash" if _DASH.fullmatch(raw) else gap
            continue
        at = raw.index(bare)
        texts.append(bare)
        spans.append((match.start() + at, match.start() + at + len(bare)))
        gaps.append(_sign(raw[:at]) or gap)
        gap = _sign(raw[at + len(bare) :]) or "none"
    return _Words(tuple(texts), tuple(spans), (*gaps, "edge"))


def _sign(signs: str) -> str:
    return next((_SIGN_OF[sign] for sign in signs if sign in _SIGN_OF), "")


@lru_cache(maxsize=_KEPT)
def _stems(word: str) -> frozenset[str]:
    return frozenset(terms(word))


@lru_cache(maxsize=_KEPT)
def _look(word: str) -> bytes:
    """How a word looks, whatever was asked: a number for each of ``_LOOKS``, as bytes, which are soon joined."""
    lowered = word.lower()
    row = [0.0] * len(_LOOKS)
    name = _CLASS_OF.get(lowered)
    if name is not None:
        row[_LOOKS.index(name)] = 1.0
    row[-7:] = (
        bool(_NUMBER.fullmatch(lowered)), bool(re.search(r"[A-Z]", word)), "://" in word or lowered.startswith("www."),
        lowered.endswith("ly"), lowered.endswith("ing"), lowered.endswith("ed"), False,
    )  # fmt: skip
    return np.array(row, np.float64).tobytes()


def _described(
    analysis: Analysis, text: str, words: _Words, first: Numbers, last: Numbers
) -> tuple[Floats, Floats, Floats]:
    """The features of words as the first of a run, as the last of one, and of the runs."""
    stems = [_stems(word) for word in words.texts]
    asked = _asked(analysis, stems)
    looks = np.frombuffer(bytearray().join(map(_look, words.texts))).reshape(-1, len(_LOOKS))
    looks[:, _LOOK["asked"]] = asked > 0
    outside = np.zeros((1, len(_LOOKS)))
    looks_before, looks_after = np.vstack([outside, looks[:-1]]), np.vstack([looks[1:], outside])
    gaps = np.eye(len(_SIGNS))[[_SIGNS.index(gap) for gap in words.gaps]]
    before, after = gaps[:-1], gaps[1:]
    comma, counted = after[:, _SIGNS.index("comma")], [bool(analysis.counted & each) for each in stems]
    values = [*(looks[:, _LOOK[look]] for look in ("number", "address", "name")), comma, asked]
    inside = _Inside.of([*values, _fresh(asked, words), np.array(counted, np.float64)], first, last)
    within = [
        *_of_kinds(looks, looks_before, before, inside, first, last),
        *_of_question(asked, inside, first, last),
        np.minimum(inside.names, 3) / 3,
        np.minimum(looks[:, _LOOK["number"]].sum() - inside.numbers, 2) / 2,
        np.minimum(inside.commas - comma[last], 3) / 3,
        inside.counted > 0,
        _share(words.spans, text, first, last),
    ]
    return (
        np.hstack([looks, looks_before, before]),
        np.hstack([looks, looks_after, after]),
        np.array(within, np.float64).T,
    )


def _asked(analysis: Analysis, stems: Sequence[frozenset[str]]) -> Floats:
    """How much of the question each word is, a meaning of its words half as much as the word."""
    meant = dict(analysis.weights)
    for word, meanings in analysis.expansion.items():
        for meaning in meanings:
            meant.setdefault(meaning, 0.5 * analysis.weights[word])
    return np.array([max((meant.get(stem, 0.0) for stem in each), default=0.0) for each in stems]) / (
        analysis.total or 1.0
    )


def _fresh(asked: Floats, words: _Words) -> Floats:
    """Words that the question did not have and that say something."""
    stop = np.array([word.lower() in STOP_WORDS for word in words.texts], np.float64)
    return (asked <= 0) * (1 - stop)


class _Inside(NamedTuple):
    """How many numbers, addresses, names and commas are in each run, how much of the question, of what is new, and
    how many words that are counted.
    """

    numbers: Floats
    addresses: Floats
    names: Floats
    commas: Floats
    asked: Floats
    fresh: Floats
    counted: Floats

    @classmethod
    def of(cls, values: Sequence[Floats], first: Numbers, last: Numbers) -> Self:
        """The sums of the words' values in each run, all in one go: a sentence has hundreds of runs."""
        sums = np.zeros((len(values[0]) + 1, len(values)))
        np.cumsum(np.array(values).T, axis=0, out=sums[1:])
        return cls(*(sums[last + 1] - sums[first]).T)


def _of_kinds(
    looks: Floats, looks_before: Floats, before: Floats, inside: _Inside, first: Numbers, last: Numbers
) -> list[Floats | Mask]:
    """The features that count differently for each kind of question, as ``_WITH_KIND`` has them."""
    size = last - first + 1
    return [
        *(size <= most for most in _LENGTHS),
        inside.numbers > 0,
        inside.addresses > 0,
        last == len(looks) - 1,
        first == 0,
        looks_before[first, _LOOK["by"]],
        looks_before[first, _LOOK["to"]],
        looks_before[first, _LOOK["verb"]],
        before[first, _SIGNS.index("colon")],
        looks_before[first, _LOOK["asked"]],
        looks[first, _LOOK["by"]],
        looks[first, _LOOK["to"]],
        looks[first, _LOOK["relative"]],
    ]


def _of_question(asked: Floats, inside: _Inside, first: Numbers, last: Numbers) -> list[Floats]:
    """How much of the question is in the run, just before it, just after it and further off; what is new in it."""
    just_before = np.concatenate([[0.0], asked[:-1]])[first]
    just_after = np.concatenate([asked[1:], [0.0]])[last]
    further_off = asked.sum() - inside.asked - just_before - just_after
    return [inside.asked, just_before, just_after, further_off, np.minimum(inside.fresh, 8) / 8]


def _share(spans: Sequence[Span], text: str, first: Numbers, last: Numbers) -> Floats:
    """The share of the sentence's characters that the run has."""
    begins, ends = np.array(spans).T
    return (ends[last] - begins[first]) / max(1, len(text))
