"""Conditions on papers: the meaning of a query, independent of its spelling and of where papers are stored.

``matches`` tells whether one paper fulfils a condition: searches use it if texts must be read, and saved rules use it
for each new paper. Searches in the catalogue and the index find all papers that fulfil the same conditions.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType

from retrieval.names import all_name_words
from retrieval.papers import Paper
from retrieval.text import index_terms, one_spelling, plain, words


@dataclass(frozen=True, slots=True)
class Words:
    """At least one of these stems is in the title or the abstract."""

    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words (from ``phrase_words``) in this order, all in the title or all in the abstract."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Author:
    """One author's name has all these folded words, in any order; a single letter is an initial."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """The paper has this arXiv category, ignoring case."""

    name: str


@dataclass(frozen=True, slots=True)
class After:
    """Published on this day or later; if that is unknown, on a list of this day or later."""

    day: date


@dataclass(frozen=True, slots=True)
class Before:
    """Published on this day or earlier; if that is unknown, on a list of this day or earlier."""

    day: date


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes are known and compare to ``number`` as ``sign`` says, a key of ``SIGNS``."""

    sign: str
    number: int


@dataclass(frozen=True, slots=True)
class HasCode:
    """The paper has a link to its code."""


@dataclass(frozen=True, slots=True)
class Not:
    """The part isn't fulfilled."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part is fulfilled; without parts, every paper matches."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part is fulfilled."""

    parts: tuple[Condition, ...]


TextCondition = Words | Phrase
"""Conditions on the text of a paper."""

RecordCondition = Author | Category | After | Before | Votes | HasCode
"""Conditions on the record of a paper in the catalogue."""

Condition = TextCondition | RecordCondition | Not | All | Either

EVERY_PAPER = All(())

SIGNS: MappingProxyType[str, Callable[[int, int], bool]] = MappingProxyType(
    {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}
)


def phrase_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` as phrases are compared: in lower case and one spelling, without accents."""
    return tuple(one_spelling(plain(word)) for word in words(text))


def leaves(condition: Condition) -> Iterator[TextCondition | RecordCondition]:
    """The conditions that a condition consists of, in their order."""
    match condition:
        case All() | Either():
            for part in condition.parts:
                yield from leaves(part)
        case Not():
            yield from leaves(condition.part)
        case _:
            yield condition


def matches(condition: Condition, paper: Paper) -> bool:
    """Whether ``paper`` fulfils a condition, with the votes and the list position that it has."""
    return fulfils(PaperText(paper), condition)


class PaperText:
    """A paper whose text is analysed once, and only as far as a condition needs it."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of title and abstract."""
        return frozenset((*index_terms(self.paper.title), *index_terms(self.paper.abstract)))

    def contains(self, phrase: tuple[str, ...]) -> bool:
        """Whether these words (from ``phrase_words``) are next to each other in the title or the abstract."""
        if self._plain is not None and not _adjacent(phrase).search(self._plain):
            return False  # most papers of a search for a phrase are ruled out here, in a tenth of the time
        return _line(phrase) in self._line

    @cached_property
    def _plain(self) -> str | None:
        """Title and abstract in lower case; ``None`` unless they are ASCII."""
        text = f"{self.paper.title}\n{self.paper.abstract}"
        return text.lower() if text.isascii() else None

    @cached_property
    def _line(self) -> str:
        """The words of title and abstract; no phrase can match across the line break between them."""
        return f"{_line(phrase_words(self.paper.title))}\n{_line(phrase_words(self.paper.abstract))}"

    @cached_property
    def authors(self) -> list[tuple[str, ...]]:
        """The folded words of each author's name, in both transcriptions."""
        return [all_name_words(name) for name in self.paper.authors]

    @property
    def day(self) -> date | None:
        """The day of publication; if that is unknown, the day of its list."""
        if self.paper.published is not None:
            return self.paper.published.date()
        return self.paper.listing.day if self.paper.listing else None


def fulfils(text: PaperText, condition: Condition) -> bool:
    """``matches`` for callers that check several conditions for one paper."""
    match condition:
        case All(parts):
            return all(fulfils(text, part) for part in parts)
        case Either(parts):
            return any(fulfils(text, part) for part in parts)
        case Not(part):
            return not fulfils(text, part)
        case Words(stems):
            return not text.stems.isdisjoint(stems)
        case Phrase(words):
            return text.contains(words)
        case _:
            return _record_fulfils(text, condition)


def _record_fulfils(text: PaperText, condition: RecordCondition) -> bool:
    paper, day = text.paper, text.day
    match condition:
        case Author(words):
            return any(all(_in_name(word, name) for word in words) for name in text.authors)
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
def _adjacent(phrase: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that every lower-case ASCII text with this phrase matches: no letter or digit between two tokens."""
    return re.compile("[^a-z0-9]*".join(map(re.escape, phrase)))


def _line(words: tuple[str, ...]) -> str:
    return f" {' '.join(words)} "
