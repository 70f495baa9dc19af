"""The search language: what a member types becomes terms, phrases and filters.

    graph neural networks       words: papers with any of them, best first
    "mixture of experts"        these words in this order, in the title or in the abstract
    -survey  -"in this survey"  without this word (in any form), without this phrase
    author:lecun  @"Yann LeCun" by this author
    category:cs.CL  #cs.CL      in this arXiv category
    after:2024-01-31            from this day on; after:2024-01 and after:2024 from their first day on
    before:2024-06-30           up to and with this day; before:2024-06 and before:2024 with their last day

Parts stand in any order. Anything that is none of these, a lone dash or ``arXiv:2405.15738`` for
instance, is a word. A query of filters alone is legal: it has no terms.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from retrieval.catalogue import Filters
from retrieval.errors import QueryError
from retrieval.papers import Paper, normalise
from retrieval.text import stem, terms, tokens

MAX_TERMS = 256
"""Distinct terms that a query is searched by; words beyond them are ignored, so that a pasted page is a query."""

MAX_CONDITIONS = 32
"""Phrases, exclusions, authors and categories together; each of them is checked against many papers."""

_QUOTES = '"“”„'
_PART = re.compile(
    rf"""
    (?P<minus> - (?=[\w{_QUOTES}@#]) )?
    (?: (?P<field> (?i:author|category|after|before) ) : | (?P<sigil> [@#] ) (?=[^\W\d_]|[{_QUOTES}]) )?
    (?P<value> [{_QUOTES}] (?P<quoted> [^{_QUOTES}]* ) (?P<closed> [{_QUOTES}]? ) | [^\s{_QUOTES}]* )
    """,
    re.VERBOSE,
)
_SIGILS = {"@": "author", "#": "category"}
_DAY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_EXAMPLES = {
    "author": 'author:lecun or author:"Yann LeCun"',
    "category": "category:cs.CL",
    "after": "after:2024-01-31",
    "before": "before:2024-01-31",
}


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for. ``terms`` are analysed as the papers are, words and phrases in their order.

    Of ``excluded``, a single word stands for all of its forms, several words for that very phrase.
    ``after`` and ``before`` include their day.
    """

    text: str
    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None

    @property
    def filters(self) -> Filters:
        """The conditions that the catalogue checks."""
        return Filters(authors=self.authors, categories=self.categories, after=self.after, before=self.before)


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a query: ``field`` is empty for a word or phrase; ``column`` is where it begins."""

    column: int
    negated: bool
    field: str
    value: str
    quoted: bool


@dataclass(slots=True)
class _Draft:
    """The parts of a query, sorted as they are read."""

    text: str
    words: list[str] = field(default_factory=list[str])
    phrases: list[str] = field(default_factory=list[str])
    excluded: list[str] = field(default_factory=list[str])
    authors: list[str] = field(default_factory=list[str])
    categories: list[str] = field(default_factory=list[str])
    days: dict[str, date] = field(default_factory=dict[str, date])

    def take(self, part: _Part) -> None:
        """Put ``part`` where it belongs. Raises ``QueryError`` where it belongs nowhere."""
        if part.field:
            self._take_field(part)
        elif part.negated:
            self._take_excluded(part)
        else:
            self._take_words(part)
        conditions = (*self.phrases, *self.excluded, *self.authors, *self.categories)
        if len(conditions) > MAX_CONDITIONS:
            raise self._error(f"A query can have {MAX_CONDITIONS} phrases, exclusions and filters at most.", part)

    def _take_words(self, part: _Part) -> None:
        self.words.append(part.value)
        if part.quoted and _words(part.value):
            self.phrases.append(part.value)

    def _take_excluded(self, part: _Part) -> None:
        if _words(part.value):
            self.excluded.append(part.value)

    def _take_field(self, part: _Part) -> None:
        if part.negated:
            raise self._error("Only words and phrases can be excluded with a dash.", part)
        if not part.value:
            raise self._error(f"{part.field}: needs a value right behind it, as in {_EXAMPLES[part.field]}.", part)
        match part.field:
            case "author":
                self.authors.append(part.value)
            case "category":
                self.categories.append(part.value)
            case _:
                self._take_day(part)

    def _take_day(self, part: _Part) -> None:
        if part.field in self.days:
            raise self._error(f"{part.field}: can stand in a query only once.", part)
        try:
            self.days[part.field] = _day(part.value, last=part.field == "before")
        except ValueError:
            wanted = f"needs a day that exists, as in {_EXAMPLES[part.field]}"
            raise self._error(f"{part.field}: {wanted}, not “{part.value[:40]}”.", part) from None
        if {"after", "before"} <= self.days.keys() and self.days["after"] > self.days["before"]:
            raise self._error("No day is both after the one date and before the other.", part)

    def _error(self, message: str, part: _Part) -> QueryError:
        return QueryError(message, query=self.text, column=part.column)

    def finished(self) -> Query:
        """The query that the parts make."""
        return Query(
            text=normalise(self.text),
            terms=tuple(_bounded(terms(" ".join(self.words)))),
            phrases=tuple(self.phrases),
            excluded=tuple(self.excluded),
            authors=tuple(self.authors),
            categories=tuple(self.categories),
            after=self.days.get("after"),
            before=self.days.get("before"),
        )


def parse(text: str) -> Query:
    """Read a query. Raises ``QueryError`` that points at the part that cannot be understood."""
    # One space for each white-space character: the caret below a printed query then stands right.
    draft = _Draft(re.sub(r"\s", " ", text))
    for part in _scan(draft.text):
        draft.take(part)
    return draft.finished()


def compose_query(
    words: str,
    *,
    author: str | None = None,
    category: str | None = None,
    after: date | str | None = None,
    before: date | str | None = None,
) -> str:
    """The text that one would type for the options of a search form; empty if nothing was filled in.

    ``words`` may itself use the whole language. Raises ``QueryError`` where it is malformed, so that a
    quote that is left open there does not swallow the options.
    """
    parse(words)
    options = {"author": author, "category": category, "after": after, "before": before}
    values = {name: _typed(str(value)) for name, value in options.items() if value is not None}
    return normalise(" ".join([words, *(f"{name}:{value}" for name, value in values.items() if value)]))


def matches_text(query: Query, paper: Paper) -> bool:
    """Whether ``paper`` holds every phrase of ``query`` and nothing that it excludes.

    Words are compared without regard to case and punctuation. A phrase does not run on from the title
    into the abstract.
    """
    title, abstract = _words(paper.title), _words(paper.abstract)
    line = _as_line(title) + _as_line(abstract)
    excluded = [_condition_words(each) for each in query.excluded]
    return (
        all(_as_line(_condition_words(phrase)) in line for phrase in query.phrases)
        and not any(_as_line(words) in line for words in excluded)
        and {stem(words[0]) for words in excluded if len(words) == 1}.isdisjoint(map(stem, title + abstract))
    )


def _scan(text: str) -> Iterator[_Part]:
    """The parts of ``text`` from left to right. Raises ``QueryError`` for a quote that is not closed."""
    at = 0
    while (at := _next_part(text, at)) < len(text):
        found = _PART.match(text, at)
        assert found is not None, "every alternative of the pattern can be empty"
        quoted = found["quoted"] is not None
        if quoted and not found["closed"]:
            raise QueryError("This quotation mark is never closed.", query=text, column=found.start("value"))
        name = _SIGILS.get(found["sigil"], (found["field"] or "").lower())
        value = normalise(found["quoted"]) if quoted else found["value"]
        yield _Part(at, bool(found["minus"]), name, value, quoted)
        at = found.end()


def _next_part(text: str, at: int) -> int:
    while at < len(text) and text[at] == " ":
        at += 1
    return at


def _typed(value: str) -> str:
    """``value`` as one would type it behind a field's colon: in quotation marks if it has spaces."""
    bare = normalise(re.sub(f"[{_QUOTES}]", " ", value))
    return f'"{bare}"' if " " in bare else bare


def _day(text: str, *, last: bool) -> date:
    """A day; of a whole month or year its first or its ``last`` one. Raises ``ValueError`` for anything else."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month = int(found["year"]), int(found["month"] or (12 if last else 1))
    days_in_month = monthrange(year, month)[1]
    return date(year, month, int(found["day"] or (days_in_month if last else 1)))


def _bounded(words: Iterable[str]) -> Iterator[str]:
    """``words`` with their repeats, without those that come after the first ``MAX_TERMS`` distinct ones."""
    seen = set[str]()
    for word in words:
        if len(seen) < MAX_TERMS:
            seen.add(word)
        if word in seen:
            yield word


def _words(text: str) -> tuple[str, ...]:
    """The words of ``text``, lower-cased."""
    return tuple(token.text for token in tokens(text))


@lru_cache(maxsize=MAX_CONDITIONS * 2)
def _condition_words(condition: str) -> tuple[str, ...]:
    """``_words`` of a phrase or an exclusion, remembered because it meets one paper after another."""
    return _words(condition)


def _as_line(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "
