"""What a paper must be like: the meaning of a search, apart from how it is written and where papers are kept.

A condition says of one given paper whether it fits (``matches``): searches use it where a text must be
read, and saved rules for each paper that comes in. The catalogue and the index find all papers that fit a
condition, and mean the same by it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType

from retrieval.names import name_words
from retrieval.papers import Paper
from retrieval.text import plain, terms, words


@dataclass(frozen=True, slots=True)
class Words:
    """At least one of these stems stands in the title or in the abstract."""

    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words in this order, all in the title or all in the abstract. ``words`` as ``phrase_words`` makes them."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """One author's name has all these folded words, in any order; a single letter is an initial."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """An arXiv category of the paper, case aside."""

    name: str


@dataclass(frozen=True, slots=True)
class After:
    """Published on this day or later; where that is unknown, on a list of this day or later."""

    day: date


@dataclass(frozen=True, slots=True)
class Before:
    """Published on this day or earlier; where that is unknown, on a list of this day or earlier."""

    day: date


@dataclass(frozen=True, slots=True)
class Votes:
    """Known votes that stand to ``number`` as ``sign`` says: a key of ``SIGNS``."""

    sign: str
    number: int


@dataclass(frozen=True, slots=True)
class HasCode:
    """The paper comes with a link to its code."""


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts every paper fits."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Condition, ...]


OfText = Words | Phrase
"""What the text of a paper decides."""

OfRecord = Author | Category | After | Before | Votes | HasCode
"""What the catalogue's record of a paper decides."""

Condition = OfText | OfRecord | Not | All | Either

EVERY_PAPER = All(())

SIGNS: MappingProxyType[str, Callable[[int, int], bool]] = MappingProxyType(
    {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}
)


def phrase_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` as phrases are compared: lower-cased, without accents and punctuation."""
    return tuple(word if word.isascii() else plain(word) for word in words(text))


def leaves(condition: Condition) -> Iterator[OfText | OfRecord]:
    """The conditions that a condition is made of, in their order."""
    match condition:
        case All() | Either():
            for part in condition.parts:
                yield from leaves(part)
        case Not():
            yield from leaves(condition.part)
        case _:
            yield condition


def matches(condition: Condition, paper: Paper) -> bool:
    """Whether ``paper``, with its votes and its place on a list as they stand there, fits."""
    return holds(condition, PaperText(paper))


class PaperText:
    """A paper whose words are looked at once, and only where a condition asks for them."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of title and abstract."""
        return frozenset((*terms(self.paper.title), *terms(self.paper.abstract)))

    def says(self, phrase: tuple[str, ...]) -> bool:
        """Whether these words, as ``phrase_words`` makes them, stand side by side in the title or in the abstract."""
        if self._plain is not None and not _side_by_side(phrase).search(self._plain):
            return False  # most papers of a search for a phrase are told apart by this, in a tenth of the time
        return _line(phrase) in self._line

    @cached_property
    def _plain(self) -> str | None:
        """Title and abstract, lowered; ``None`` where they have other letters than ASCII's."""
        text = f"{self.paper.title}\n{self.paper.abstract}"
        return text.lower() if text.isascii() else None

    @cached_property
    def _line(self) -> str:
        """The words of title and abstract; no phrase can reach over the break between them."""
        return f"{_line(phrase_words(self.paper.title))}\n{_line(phrase_words(self.paper.abstract))}"

    @cached_property
    def authors(self) -> list[tuple[str, ...]]:
        """The folded words of each author's name."""
        return [name_words(name) for name in self.paper.authors]

    @property
    def day(self) -> date | None:
        """When it was published; where that is unknown, the day of its list."""
        if self.paper.published is not None:
            return self.paper.published.date()
        return self.paper.listing.day if self.paper.listing else None


def holds(condition: Condition, reading: PaperText) -> bool:
    """Whether the paper that is read fits: for those who ask several conditions of one paper."""
    match condition:
        case All(parts):
            return all(holds(part, reading) for part in parts)
        case Either(parts):
            return any(holds(part, reading) for part in parts)
        case Not(part):
            return not holds(part, reading)
        case Words(stems):
            return not reading.stems.isdisjoint(stems)
        case Phrase(words):
            return reading.says(words)
        case _:
            return _recorded(condition, reading)


def _recorded(condition: OfRecord, reading: PaperText) -> bool:
    paper, day = reading.paper, reading.day
    match condition:
        case Author(words):
            return any(all(_in_name(word, name) for word in words) for name in reading.authors)
        case Category(name):
            return name.casefold() in {each.casefold() for each in paper.categories}
        case After():
            return day is not None and day >= condition.day
        case Before():
            return day is not None and day <= condition.day
        case Votes(sign, number):
            return paper.votes is not None and SIGNS[sign](paper.votes, number)
        case HasCode():
            return bool(paper.code_url)


def _in_name(word: str, name: tuple[str, ...]) -> bool:
    return word in name or (len(word) == 1 and any(each.startswith(word) for each in name))


@lru_cache(maxsize=64)
def _side_by_side(phrase: tuple[str, ...]) -> re.Pattern[str]:
    """Finds something in every lowered ASCII text that says it: between two tokens stands no letter or digit."""
    return re.compile("[^a-z0-9]*".join(map(re.escape, phrase)))


def _line(words: tuple[str, ...]) -> str:
    return f" {' '.join(words)} "
