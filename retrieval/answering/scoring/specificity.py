"""Whether a sentence names what a question asks for: "four public datasets" doesn't answer "which datasets?"."""

from __future__ import annotations

import re
from typing import Final

from retrieval.answering.question.analysis import Analysis
from retrieval.text import stem

_WORD: Final = re.compile(r"[A-Za-z0-9](?:[\w.+/-]*\w)?")
_ASKS_WHICH: Final = re.compile(r"\b(?:which|what|who|whose)\b", re.IGNORECASE)
_ASKS_HOW_MANY: Final = re.compile(r"\bhow many\b", re.IGNORECASE)
_COUNT: Final = "two three four five six seven eight nine ten".split()
_ASKS_FOR_ALL: Final = re.compile(
    rf"\b(?:what|which|name|list)\b.*\bthe (?P<count>{'|'.join(_COUNT)}|[2-9]|10) (?:\w+ )?\w+s\b", re.IGNORECASE
)
_NUMBER: Final = re.compile(
    rf"\d|\b(?:one|{'|'.join(_COUNT)}|dozens?|hundreds?|thousands?|millions?|half|single|twice|pairs?)\b", re.IGNORECASE
)
_ITEM_BREAK: Final = re.compile(r"[,;]|\((?:[a-z]|[ivx]+|\d)\)|\band\b")
_LIST_START: Final = re.compile(r"\b(?:such as|including|namely|i\.e|e\.g|like)\b|[:(]|--|—", re.IGNORECASE)
_BEFORE, _AFTER = 4, 6
"""Words around the requested noun among which its name is looked for."""
_NEAR: Final = 60
"""Characters after the requested noun in which a list of names may start."""
_NUMBER_BEFORE, _NUMBER_AFTER = 4, 2
"""Words around what is counted among which its number is looked for."""
_MOST_BREAKS: Final = 3
"""Commas, semicolons and "and"s from which a sentence lists items, however many were asked for."""


def is_unspecific(analysis: Analysis, sentence: str, title: str) -> bool:
    """Whether a sentence mentions what was requested but doesn't name, count or list it."""
    text = analysis.text
    if _ASKS_HOW_MANY.search(text):
        return _counts_nothing(analysis, sentence)
    all_of = _ASKS_FOR_ALL.search(text)
    if all_of:
        count = all_of["count"].lower()
        items = _COUNT.index(count) + 2 if count in _COUNT else int(count)
        return len(_ITEM_BREAK.findall(sentence)) < min(items - 1, _MOST_BREAKS)
    return bool(analysis.requested) and bool(_ASKS_WHICH.search(text)) and _mentions_unnamed(analysis, sentence, title)


def _counts_nothing(analysis: Analysis, sentence: str) -> bool:
    """Whether a sentence has no number, or none near the things that it was asked to count."""
    words = _WORD.findall(sentence)
    is_number = [_NUMBER.search(word) is not None for word in words]
    found = [at for at, word in enumerate(words) if stem(word.lower()) in analysis.counted]
    near = [any(is_number[max(0, at - _NUMBER_BEFORE) : at + _NUMBER_AFTER + 1]) for at in found]
    return not any(near if found else is_number)


def _mentions_unnamed(analysis: Analysis, sentence: str, title: str) -> bool:
    """Whether the requested noun is in the sentence, but never near a name, a number or a list."""
    known = {word.lower() for word in _WORD.findall(f"{analysis.text} {title}")}
    words = list(_WORD.finditer(sentence))
    is_name = [match[0].lower() not in known and _is_name(match) for match in words]
    found = [at for at, match in enumerate(words) if stem(match[0].lower()) == analysis.requested]
    named = any(any(is_name[max(0, at - _BEFORE) : at + _AFTER + 1]) for at in found)
    listed = any(_LIST_START.search(sentence, words[at].start(), words[at].start() + _NEAR) for at in found)
    return bool(found) and not named and not listed


def _is_name(word: re.Match[str]) -> bool:
    """A capital letter that doesn't only start the sentence, or a digit."""
    return bool(re.search(r"[A-Z]", word[0][1 if word.start() == 0 else 0 :]) or re.search(r"\d", word[0]))
