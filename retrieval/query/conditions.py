"""Conditions on papers: the meaning of a query, independent of its spelling and of where papers are stored.

``matches`` tells whether one paper fulfils a condition: searches use it if texts must be read, and saved rules use it
for each new paper. Searches in the catalogue and the index find all papers that fulfil the same conditions.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final

from retrieval.names import all_name_words
from retrieval.papers import Paper
from retrieval.text import STOP_WORDS, index_terms, one_spelling, plain, words
from retrieval.text.compounds import ONE_WORD
from retrieval.text.spelling import may_vary


class Place(Enum):
    """Where in a paper words must be."""

    ANYWHERE = "title or abstract"
    TITLE = "title"
    ABSTRACT = "abstract"


@dataclass(frozen=True, slots=True)
class Words:
    """At least one of these terms is in the paper. ``written`` is the word as it was typed.

    ``apart``: or these parts of it next to each other, for ``GPT 4``.
    """

    stems: tuple[str, ...]
    place: Place = Place.ANYWHERE
    written: str = field(default="", compare=False)
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prefix:
    """A word of the paper begins with these letters, in any spelling: ``optimis`` finds ``optimize``."""

    beginning: str
    place: Place = Place.ANYWHERE

    def begins(self, word: str) -> bool:
        """Whether a word in lower case is such a word."""
        return word.startswith(self.beginning) or _with_z(word).startswith(_with_z(self.beginning))

    def fits(self, term: str) -> bool:
        """Whether a term may be that of such a word: ``token`` for ``tokenization``."""
        shorter = len(self.beginning) - _ENDING
        return term.startswith(self.beginning) or (
            len(term) >= max(_SHORTEST_TERM, shorter) and self.beginning.startswith(term)
        )


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words (from ``phrase_words``) in this order, all in the title or all in the abstract."""

    words: tuple[str, ...]
    place: Place = Place.ANYWHERE


@dataclass(frozen=True, slots=True)
class Written:
    """The text as it was typed, as whole words; in capitals, if it is a word in capitals: IT, US."""

    text: str


@dataclass(frozen=True, slots=True)
class PaperId:
    """The paper with this id."""

    id: str


@dataclass(frozen=True, slots=True)
class Author:
    """One author's name has all these folded words, in any order; a single letter is an initial."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Category:
    """The paper has this arXiv category, ignoring case; ``cs`` and ``cs.*`` are all categories of the archive."""

    name: str

    def fits(self, category: str) -> bool:
        """Whether a category is the one that is meant."""
        wanted, category = self.name.casefold().removesuffix(".*"), category.casefold()
        return category == wanted or ("." not in wanted and category.startswith(f"{wanted}."))


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


TextCondition = Words | Prefix | Phrase | Written
"""Conditions on the text of a paper."""

RecordCondition = Author | Category | After | Before | Votes | HasCode | PaperId
"""Conditions on the record of a paper in the catalogue."""

Condition = TextCondition | RecordCondition | Not | All | Either

EVERY_PAPER = All(())

_ENDING: Final = 5
"""Letters by which a term may be shorter than the beginning of its word."""
_SHORTEST_TERM: Final = 4

SIGNS: MappingProxyType[str, Callable[[int, int], bool]] = MappingProxyType(
    {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}
)


def phrase_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` as phrases are compared: in lower case and one spelling, without accents."""
    return tuple(map(_in_one_spelling, words(text)))


@lru_cache(maxsize=200_000)
def _in_one_spelling(word: str) -> str:
    return one_spelling(plain(word))


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
    def words(self) -> frozenset[str]:
        """The words of title and abstract in lower case, compounds as a whole, too."""
        return self._words_of(f"{self.paper.title} {self.paper.abstract}", self.stems)

    def words_in(self, place: Place) -> frozenset[str]:
        """The words in a place."""
        return self.words if place is Place.ANYWHERE else self._words_of(self._text(place), self.stems_in(place))

    @staticmethod
    def _words_of(text: str, stems: frozenset[str]) -> frozenset[str]:
        return frozenset((*map(plain, words(text)), *(term for term in stems if term not in STOP_WORDS)))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The terms of title and abstract, joined ones too."""
        return frozenset((*index_terms(self.paper.title), *index_terms(self.paper.abstract)))

    def stems_in(self, place: Place) -> frozenset[str]:
        """The terms in a place."""
        return self.stems if place is Place.ANYWHERE else frozenset(index_terms(self._text(place)))

    def contains(self, phrase: Phrase) -> bool:
        """Whether these words are next to each other in the title or the abstract."""
        if phrase.place is not Place.ANYWHERE:
            return _line(phrase.words) in _line(phrase_words(self._text(phrase.place)))
        if self._plain is not None:  # nearly always this is enough, in a tenth of the time that all words would take
            found = _adjacent(phrase.words).search(self._plain)
            if found is None:
                return False
            around = _whole_words(self._plain, *found.span())
            if "\n" not in around and _line(phrase.words) in _line(phrase_words(around)):
                return True
        return _line(phrase.words) in self._line

    def says(self, written: Written) -> bool:
        """Whether the text is in the title or the abstract as it was typed."""
        pattern = _as_written(written.text)
        return bool(pattern.search(self.paper.title) or pattern.search(self.paper.abstract))

    def says_apart(self, words: Words) -> bool:
        """Whether the parts of a word are next to each other: ``GPT 4``, but not ``GPT 4o``."""
        places = (Place.TITLE, Place.ABSTRACT) if words.place is Place.ANYWHERE else (words.place,)
        return any(_apart(words.apart).search(plain(self._text(place))) for place in places)

    def _text(self, place: Place) -> str:
        return self.paper.title if place is Place.TITLE else self.paper.abstract

    @cached_property
    def _plain(self) -> str | None:
        """Title and abstract in lower case; ``None`` unless each word is surely spelt as in a phrase."""
        text = f"{self.paper.title}\n{self.paper.abstract}"
        return text.lower() if text.isascii() and "\\" not in text and "&" not in text else None

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
        case Words() | Prefix() | Phrase() | Written():
            return _text_fulfils(text, condition)
        case _:
            return _record_fulfils(text, condition)


def _text_fulfils(text: PaperText, condition: TextCondition) -> bool:
    match condition:
        case Words(stems, place):
            if not text.stems_in(place).isdisjoint(stems):
                return True
            return bool(condition.apart) and text.says_apart(condition)
        case Prefix():
            return any(map(condition.begins, text.words_in(condition.place)))
        case Phrase():
            return text.contains(condition)
        case Written():
            return text.says(condition)


def _record_fulfils(text: PaperText, condition: RecordCondition) -> bool:
    paper, day = text.paper, text.day
    match condition:
        case PaperId(id):
            return paper.id == id
        case Author(words):
            return any(all(_in_name(word, name) for word in words) for name in text.authors)
        case Category():
            return any(map(condition.fits, paper.categories))
        case After() | Before():
            return day is not None and (day >= condition.day if isinstance(condition, After) else day <= condition.day)
        case Votes(sign, number):
            return paper.votes is not None and SIGNS[sign](paper.votes, number)
        case HasCode():
            return bool(paper.code_url)


def _in_name(word: str, name: tuple[str, ...]) -> bool:
    return word in name or (len(word) == 1 and any(each.startswith(word) for each in name))


@lru_cache(maxsize=64)
def _adjacent(phrase: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that every lower-case ASCII text with this phrase matches: no letter or digit between two words,
    but the 2 of ``text2image``.
    """
    return re.compile("(?:[^a-z0-9]|2)*".join(map(_spellings, phrase)))


def _spellings(word: str) -> str:
    """A pattern for all that is read as this word of a phrase."""
    if may_vary(word):
        return rf"{re.escape(word[:1].replace('e', '')) or '[aeo]'}\w*"
    cut = ONE_WORD.get(word)
    return f"{re.escape(word)}s?" if cut is None else f"{re.escape(word[:cut])}-?{re.escape(word[cut:])}"


@lru_cache(maxsize=64)
def _apart(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"[\s-]+".join(map(re.escape, words)) + r"(?!\w|\.\d)", re.IGNORECASE)


@lru_cache(maxsize=64)
def _as_written(text: str) -> re.Pattern[str]:
    words = text.split()
    exactly = len(words) == 1 and not re.search("[a-z]", text)
    dotted = re.fullmatch(r"(?:\w\.)+\w?\.?", text)
    pattern = r"\.?".join(re.findall(r"\w", text)) if dotted else r"\s+".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.NOFLAG if exactly else re.IGNORECASE)


def _with_z(word: str) -> str:
    return re.sub("(?<=.{3})is", "iz", word)


def _whole_words(text: str, start: int, end: int) -> str:
    """This slice of a text, extended to the white space around it: what is between spaces is read by itself."""
    first = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
    last = text.find(" ", end)
    return text[first : len(text) if last < 0 else last]


def _line(words: tuple[str, ...]) -> str:
    return f" {' '.join(words)} "
