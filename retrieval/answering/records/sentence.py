"""A question as a row of units, each with its concepts, and rules that are held against them.

A rule is written in concepts: ``have? at_least number votes`` finds "have at least 20 upvotes". A name of a concept
means one unit, a word in quotation marks for itself, ``.`` for any unit; the rest is a regular expression.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, count, islice
from textwrap import dedent
from types import MappingProxyType
from typing import Final

from retrieval.answering.records.vocabulary import vocabulary
from retrieval.text import STOP_WORDS
from retrieval.text.spelling import one_spelling

AUTHOR: Final = "|"
"""What a text has in the place of an author's name that was found."""
DAYS: Final = "§"
"""What a text has in the place of a span of days that was found."""
CUT: Final = "cut"
"""The concept of a unit that was read: those on its two sides were not adjacent."""
NUMBER_WORDS: Final = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
} | {
    "dozen": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
    "thousand": 1_000,
}
_TOKEN: Final = re.compile(
    r"[|§]|['’]s(?!\w)|[A-Z]\.(?=\s?[A-Z])|\d[\d,]*(?:\.\d+)?k?(?![\w-])|>=|<=|[\w@](?:[\w.'’@/^*-]|(?<=\w)\+(?=\w)|(?<=[a-zA-Z])\+\+)*(?<![.'’/-])|w/o?|\S"
)
_POSSESSIVE: Final = re.compile(r"['’]s?$")
_BOUNDARIES: Final = frozenset(',;:.!?()[]–—-/…"“”')
_MOST_UNITS: Final = 200
"""Units of a text that are read: more than the words of a question, with its signs."""
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_SIGNS: Final = frozenset("*_`{}")
_END: Final = " ?!.…"


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or phrase as it is written, where it begins and ends in the text, and its concepts."""

    text: str
    start: int
    end: int
    concepts: frozenset[str]

    def has(self, *concepts: str) -> bool:
        """Whether it has one of these."""
        return not self.concepts.isdisjoint(concepts)

    @property
    def may_be_named(self) -> bool:
        """Whether it is none of the words by which records are asked for: a name, or what papers are about."""
        if self.has("other", "number") and not self.has("year_number"):
            return len(self.text) > 1 or self.text.isupper()
        return False

    @property
    def number(self) -> int:
        """What a number counts."""
        digits = self.text.lower().replace(",", "")
        if digits[0].isdigit():
            return int(float(digits.removesuffix("k")) * (1_000 if digits.endswith("k") else 1))
        words = [NUMBER_WORDS[word] for word in digits.split() if word in NUMBER_WORDS]
        return next(accumulate(words, lambda one, other: one * other)) if len(words) == 1 else words[0] * words[-1]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a rule fits: units from ``first`` to before ``last``; the units of its named parts."""

    first: int
    last: int
    parts: dict[str, tuple[Unit, ...]]

    def text(self, name: str) -> str:
        """The words of a part."""
        return " ".join(unit.text for unit in self.parts.get(name, ()))


_codes: dict[str, str] = {}


def _code(concept: str) -> str:
    return _codes.setdefault(concept, chr(0xE000 + len(_codes)))


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern of concepts."""

    pattern: re.Pattern[str]

    def search(self, sentence: Sentence, *, start: int = 0) -> Match | None:
        """Where it fits first."""
        return sentence.match_of(self.pattern.search(sentence.code, sentence.place(start)))

    def begins(self, sentence: Sentence) -> Match | None:
        """Whether it fits the beginning."""
        return sentence.match_of(self.pattern.match(sentence.code))

    def covers(self, sentence: Sentence) -> Match | None:
        """Whether it fits the whole."""
        return sentence.match_of(self.pattern.fullmatch(sentence.code))


_ELEMENT: Final = re.compile(r"'(?P<word>(?:[^'|() ]|'')+)'|(?P<concept>[a-z_]{2,})|(?P<any>\.)|(?P<group>\?P<\w+>)| +")


_SHORTHANDS: Final = MappingProxyType(
    {
        "superlative": "(?:most|least|best|worst|newest|oldest|trending|popular|last|first|recent)",
        "any_noun": "(?:papers|paper|any_paper|one|ones)",
        "exclude": "(?:exclude|^ (?:function|boundary|filler)* drop (?!'me'|'us'))",
        "lead": "(?:and|'so'|'but'|'ok'|'then'|'please'|filler|aside|boundary)*",
        "the": "(?:'the'|'this'|'that'|'its'|'their'|'his'|'her')",
        "vote": "(?:vote|votes|popular|popularity|feel)",
    }
)
"""What rules write in braces."""


@cache
def rule(text: str) -> Rule:
    """A rule out of its alternatives, one or more a line; an indented line goes on from the one above."""
    numbers = count()
    text = re.sub(r"\n +", " ", dedent(text).strip())
    lines = (
        _SHORTHAND.sub(lambda found: _SHORTHANDS[found[1]], line.strip()) for line in text.splitlines() if line.strip()
    )
    compiled = (_ELEMENT.sub(lambda found: _compiled(found, numbers), _with_atomic_loops(line)) for line in lines)
    return Rule(re.compile("|".join(f"(?:{line})" for line in compiled)))


_SHORTHAND: Final = re.compile(r"\{([a-z_]+)\}")


def _with_atomic_loops(text: str) -> str:
    """A rule whose loops try one way for each unit: a unit of several concepts could be passed in as many ways.

    Without that, the ways multiply, and a rule that fails takes time exponential in the units.
    """
    opened, added = list[int](), list[tuple[int, str]]()
    for place, sign in enumerate(text):
        if sign == "(":
            opened.append(place)
        elif sign == ")":
            first = opened.pop()
            if text.startswith("(?:", first) and text[place + 1 : place + 2] in {"*", "+"}:
                added += [(first + len("(?:"), "(?>"), (place, ")")]
    for place, part in sorted(added, reverse=True):
        text = text[:place] + part + text[place:]
    return text


def _compiled(found: re.Match[str], numbers: Iterator[int]) -> str:
    if found["group"]:
        return f"{found[0][:-1]}{next(numbers)}>"  # alternatives may have a part of the same name
    if found["any"]:
        return "(?:<[^<>]*>)"
    if not found["word"] and not found["concept"]:
        return ""
    code = _code(f"'{found['word'].replace(2 * chr(39), chr(39))}" if found["word"] else found["concept"])
    return f"(?:<[^<>]*{code}[^<>]*>)"


@dataclass(slots=True)
class Sentence:
    """The units of a question."""

    units: list[Unit]
    code: str = ""
    _starts: Sequence[int] = ()

    def __post_init__(self) -> None:
        """Write the units down as rules read them."""
        if not self._starts:
            self._encode()

    @classmethod
    def of(cls, text: str) -> Sentence:
        """The units of a text but for the signs that end it, the longest phrases of the vocabulary first."""
        units, code, starts = _read(text.rstrip(_END))
        return cls(list(units), code, starts)

    def _encode(self) -> None:
        self.code, self._starts = _encoded(self.units)

    def place(self, unit: int) -> int:
        """Where a unit begins in the code."""
        return self._starts[unit]

    def match_of(self, found: re.Match[str] | None) -> Match | None:
        """What was found, in units."""
        if found is None:
            return None
        parts = {
            name.rstrip("0123456789"): tuple(self._between(*found.span(name)))
            for name in found.groupdict()
            if found[name]
        }
        return Match(self._unit(found.start()), self._unit(found.end()), parts)

    def _unit(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1 if place < self._starts[-1] else len(self.units)

    def _between(self, start: int, end: int) -> Sequence[Unit]:
        return self.units[self._unit(start) : self._unit(end)]

    def take(self, of: Rule) -> Match | None:
        """Where a rule fits first; these units are cut out."""
        found = of.search(self)
        if found is not None:
            self.cut(found.first, found.last)
        return found

    def cut(self, first: int, last: int) -> None:
        """Cut units out, except for names and days."""
        kept = [unit for unit in self.units[first:last] if unit.has("author_name", "days")]
        at = self.units[first].start if first < len(self.units) else 0
        self.units[first:last] = kept or [Unit("|", at, at, frozenset({CUT}))]
        self._encode()

    def has(self, *concepts: str) -> bool:
        """Whether any unit has one of these concepts."""
        return any(unit.has(*concepts) for unit in self.units)


@lru_cache(maxsize=4096)
def _unit_code(lowered: str, concepts: frozenset[str]) -> str:
    word = _codes.get(f"'{lowered}", "")
    return f"<{word}{''.join(map(_code, sorted(concepts)))}>"


def _encoded(units: Sequence[Unit]) -> tuple[str, Sequence[int]]:
    """What rules read, and where each unit begins in it."""
    codes = [_unit_code(unit.text.lower().replace("’", "'"), unit.concepts) for unit in units]
    return "".join(codes), [0, *accumulate(map(len, codes))]


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[Sequence[Unit], str, Sequence[int]]:
    """A question and its clauses are read for several purposes."""
    units = tuple(islice(_units(text), _MOST_UNITS))
    return units, *_encoded(units)


def _units(text: str) -> Iterator[Unit]:
    words, known = list(_words(text)), vocabulary()
    keys = [one_spelling(word.lower().replace("’", "'")) for _, _, word in words]
    at = 0
    while at < len(words):
        size = next(
            (
                size
                for size in range(min(known.longest.get(keys[at], 1), len(words) - at), 1, -1)
                if tuple(keys[at : at + size]) in known.concepts
            ),
            _number_size(keys, at),
        )
        start, end = words[at][0], words[at + size - 1][1]
        yield Unit(text[start:end], start, end, _concepts(text[start:end], tuple(keys[at : at + size])))
        at += size


def _number_size(keys: Sequence[str], at: int) -> int:
    """How many words a number in words has: "a dozen", "two hundred"."""
    pair = keys[at : at + 2]
    return 2 if len(pair) > 1 and pair[1] in NUMBER_WORDS and (pair[0] in {"a", *NUMBER_WORDS}) else 1


_SLOTS: Final = MappingProxyType({AUTHOR: frozenset({"author_name"}), DAYS: frozenset({"days"})})
_DIGITS: Final = re.compile(r"\d[\d,]*(?:\.\d+)?k?")


@lru_cache(maxsize=4096)
def _concepts(text: str, keys: tuple[str, ...]) -> frozenset[str]:
    if text in _SLOTS:
        return _SLOTS[text]
    concepts = set(vocabulary().concepts.get(keys, ()))
    if kind := _kind(text, keys, known=bool(concepts)):
        concepts.add(kind)
    if _YEAR.fullmatch(text):
        concepts.add("year_number")
    if text[0].isupper():
        concepts.add("capital")
    if _may_be_name(text, concepts):
        concepts.add("namelike")
    return frozenset(concepts)


def _kind(text: str, keys: tuple[str, ...], *, known: bool) -> str:
    """What a unit is by its form."""
    if text in _BOUNDARIES:
        return "boundary"
    if (keys[-1] in NUMBER_WORDS and not known) or _DIGITS.fullmatch(text):
        return "number"
    if text in {"'s", "’s", "'", "’"}:
        return "possessive"
    if len(keys) == 1 and (keys[0] in STOP_WORDS or text.lower() in STOP_WORDS):
        return "function"
    if known:
        return ""
    return "other" if re.search(r"\w", text) and text not in _SIGNS else "sign"


def _may_be_name(text: str, concepts: Collection[str]) -> bool:
    """Whether a word may be a part of a person's name, as far as the word itself tells."""
    if text[0].isdigit() or "number" in concepts:
        return False
    if "function" in concepts:
        return text in _NAMES_LIKE_WORDS
    return "other" in concepts or ("capital" in concepts and _NO_NAME.isdisjoint(concepts))


_NAMES_LIKE_WORDS: Final = frozenset("He An So May Will You Do Her".split())
_NO_NAME: Final = frozenset(
    "paper papers any_paper newest oldest most least best recent popular trending votes author authors what why yes_no"
    " cut author_name days filler".split()
)


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of a text with their places; what makes a name a genitive is a word by itself."""
    known = vocabulary()
    for found in _TOKEN.finditer(text):
        word, lowered = found[0], found[0].lower().replace("’", "'")
        genitive = (
            None if (one_spelling(lowered),) in known.concepts or lowered in STOP_WORDS else _POSSESSIVE.search(word)
        )
        if genitive is None or not genitive.start():
            yield found.start(), found.end(), word
            continue
        at = found.start() + genitive.start()
        yield found.start(), at, text[found.start() : at]
        yield at, found.end(), text[at : found.end()]
