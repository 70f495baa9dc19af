"""Units of measurement: those that a question asks for, and those that a sentence gives."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

_NUMBER: Final = r"\d[\d.,]*\s?(?:\\times|\\,)?-?\s?"
# "$2\times$" is a formula, not a price. Pandoc's rule: a formula's closing $ has no space before and no digit after it.
# Source: https://pandoc.org/MANUAL.html#extension-tex_math_dollars
_DOLLARS: Final = r"(?<!\\)\$(?!(?:[^$\\]|\\.)+(?<!\s)\$(?!\d))\d"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_ASKED: Final[dict[str, re.Pattern[str]]] = {
    "money": _pattern(
        r"\b(?:cost|price|dollars?|usd|money|budget|pay|paid|cheap|expensive|bucks)\b",
        "[€£]",
        _DOLLARS,
        r"(?<!\S)\$+(?![^\s?!.,])",
    ),
    "share": _pattern(
        r"\b(?:percent\w*|fraction|share|proportion|rates?|accurac\w+|prevalence|sensitivity|specificity)\b", "%"
    ),
    "time": _pattern(
        r"\bhow (?:long|fast|quick\w*|old)\b",
        r"\b(?:latenc\w+|seconds?|minutes?|hours?|days?|weeks?|months?|years?|time|duration|ms|milliseconds?)\b",
    ),
    "times": _pattern(
        r"\bhow much (?:faster|cheaper|slower|smaller|larger|bigger|less|more|better|quicker)\b",
        r"\b(?:speed-?ups?|fold|factor|times (?:faster|less|more|cheaper))\b",
    ),
    "size": _pattern(r"\b(?:how (?:big|large|small)|param\w*|memory|vram|ram|disk|gb|size|weigh)\b"),
    "score": _pattern(
        r"\b(?:scores?|f1|bleu|rouge|auc|auroc|map|fid|fvd|psnr|ssim|elo|points?|dice|iou|pass@\d+)\b",
        r"\b(?:perplexity|kappa|correlation|odds|hazard|risk ratio)\b",
    ),
    "rate": _pattern(r"\b(?:fps|frames per|tokens per|throughput|hz|per second)\b"),
    "count": _pattern(r"\bh[ow]{2} m[any]{2,5}\b", r"\bnumber of\b", r"\bcount\b", "#"),
    "date": _pattern(r"^when\b", r"\b(?:what|which) (?:year|date|month|day)\b"),
}

_GIVEN: Final[dict[str, re.Pattern[str]]] = {
    "money": _pattern(_DOLLARS, r"[€£]\s?\d", rf"{_NUMBER}(?:dollars?|usd|cents?|euros?)", r"\\\$\s?\d"),
    "share": _pattern(rf"{_NUMBER}(?:\\?%|percent|pp\b|per cent)"),
    "time": _pattern(
        rf"{_NUMBER}(?:ms|milliseconds?|s|secs?|seconds?|minutes?|mins?|h|hrs?|hours?|gpu[- ]hours?)\b",
        rf"{_NUMBER}(?:days?|weeks?|months?|years?)\b",
        r"\breal[- ]time\b",
    ),
    "times": _pattern(
        r"\d[\d.,]*\s?\$?(?:\\times|×|x\b|times|-?fold)",
        r"\b(?:half|twice|double|triple|orders? of magnitude|(?:two|three|four|five|ten)(?:[ -]fold| times))\b",
    ),
    "size": _pattern(rf"{_NUMBER}(?:b|m|k|bn|billion|million|[gmkt]i?b|params?|parameters?|bits?)\b"),
    "score": _pattern(r"\b\d+\.\d+\b", r"\d\s?\\?%", r"\bpoints?\b"),
    "rate": _pattern(rf"{_NUMBER}(?:fps|hz|frames|tokens?)\b", r"(?:per|/)\s?s(?:econd)?\b"),
    "count": _pattern(
        r"\d", r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?)\b"
    ),
    "date": _pattern(
        r"\b(?:19|20)\d\d\b",
        r"\b(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    ),
}

_DIGIT: Final = re.compile(r"\d")
_IN_WORDS: Final = {name: _GIVEN[name] for name in ("time", "times", "score", "rate", "count", "date")}
"""Units that can be given without digits."""
_NONE: Final = frozenset[str]()
_MEASURES: Final = re.compile(
    r"real|half|twice|double|triple|orders?|points?|\w*per(?:s|second)?|s|second|two|three|four|five|six|seven|eight|"
    r"nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|january|february|march|april|june|july|august|september|"
    r"october|november|december"
)
"""Every unit without digits contains one of these words."""


def asked_units(question: str) -> frozenset[str]:
    """The units that would answer a question; empty if it doesn't ask for a measurement."""
    return frozenset(name for name, pattern in _ASKED.items() if pattern.search(question))


def given_units(sentence: str, among: Collection[str] = tuple(_GIVEN), *, in_words: bool = True) -> frozenset[str]:
    """The units in a sentence, out of ``among``. ``in_words`` is false if none of its words ``may_measure``."""
    if _DIGIT.search(sentence):
        patterns = _GIVEN
    elif in_words:
        patterns = _IN_WORDS
    else:
        return _NONE
    return frozenset(name for name, pattern in patterns.items() if name in among and pattern.search(sentence))


def may_measure(parts: Sequence[str]) -> bool:
    """Whether a lowercased word, split at anything but letters and digits, may be part of a unit without digits."""
    return any(map(_MEASURES.fullmatch, parts))
