"""The parser of the search language: from text to a condition, or to an error that points at the mistake.

docs/search.md explains what each part means, and a test runs every example there.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import Enum
from functools import cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from retrieval.errors import QueryError
from retrieval.names import name_words
from retrieval.papers import normalise
from retrieval.query.conditions import (
    EVERY_PAPER,
    After,
    All,
    Author,
    Before,
    Category,
    Condition,
    Either,
    HasCode,
    Not,
    Phrase,
    Votes,
    Words,
    phrase_words,
)
from retrieval.text import STOP_WORDS, stem, tokens

MAX_CONDITIONS = 32
"""Phrases, exclusions, filters, alternatives and parentheses in one query; each takes time if there are many papers."""

QUOTES = '"“”„'

_VALUE = rf"(?:[{QUOTES}][^{QUOTES}]*[{QUOTES}]|[^\s(){QUOTES}]*)"

GRAMMAR = rf"""
start: either?
either: together (_OR together)*
together: part+
?part: positive | _MINUS positive -> without
?positive: WORD | PHRASE | FIELD | OPEN | "(" either ")"

_OR.4: /OR(?=[\s()]|$)/
_MINUS.3: /-(?=[\w{QUOTES}@#(])/
PHRASE.3: /[{QUOTES}][^{QUOTES}]*[{QUOTES}]/
FIELD.3: /(?:(?i:author|category|after|before|votes|has):|[@#](?=[^\W\d_]|[{QUOTES}])){_VALUE}/
OPEN.2: /[{QUOTES}]/
WORD.1: /[^\s(){QUOTES}]+(?:\([^\s(){QUOTES}]*\)[^\s(){QUOTES}]*)*/
%ignore /\s+/
"""
"""``OPEN`` is an unpaired quotation mark, which is only recognised to be refused."""

FIELDS = ("author", "category", "after", "before", "votes", "has")

_SIGILS = {"@": "author", "#": "category"}
_EXAMPLES = {
    "author": 'author:lecun or author:"Yann LeCun"',
    "category": "category:cs.CL",
    "after": "after:2024-01-31",
    "before": "before:2024-01-31",
    "votes": "votes:>20",
    "has": "has:code",
}
_DAY = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_LOOSE_DAY = re.compile(r"([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})?")
_VOTES = re.compile(r"(?P<sign>>=|<=|>|<|=|)(?P<number>[0-9]{1,9})")
_LOOSE_VOTES = re.compile(r"(?P<sign>=>|=<|>|<|)\D{0,3}(?P<number>[0-9]{1,9})(?P<plus>\+?)\D{0,6}")
_LIKE_A_FIELD = re.compile(r"(?P<name>[A-Za-z]{4,10}):(?=\S)")


class TermKind(Enum):
    """The kinds of query terms for which the catalogue or the index knows whether they exist."""

    WORD = "word"
    AUTHOR = "author"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word, author or category in a query: ``query[start:end] == text``."""

    kind: TermKind
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A parsed query. ``words`` are the stems to rank by, in their order, without excluded ones."""

    condition: Condition
    words: tuple[str, ...]
    query_terms: tuple[QueryTerm, ...]


def read_query(text: str) -> ParsedQuery:
    """Parse a query. Raises ``QueryError``, which points at the mistake."""
    reader = _Reader(text)
    tree = _tree(text)
    condition = reader.alternatives(tree.children[0], positive=True) if tree.children else None
    return ParsedQuery(condition or EVERY_PAPER, tuple(reader.words), tuple(reader.query_terms))


def parse_day(text: str, *, last: bool) -> date:
    """A day, or the first or ``last`` day of a month or year. Raises ``ValueError`` for anything else."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month = int(found["year"]), int(found["month"] or (12 if last else 1))
    days_in_month = monthrange(year, month)[1]
    return date(year, month, int(found["day"] or (days_in_month if last else 1)))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic")


def _tree(text: str) -> Tree[Token]:
    """The syntax tree of a query."""
    read_query, conditions = list[Token](), 0
    parsing = _parser().parse_interactive(text)  # pyright: ignore[reportUnknownMemberType] - lark's own gap
    try:
        for token in parsing.iter_parse():
            if token.type == "OPEN":
                raise QueryError(
                    "This quotation mark is never closed.",
                    query=text,
                    column=_start(token),
                    suggestion=f'{text.rstrip()}"',
                )
            excluded = bool(read_query) and read_query[-1].type == "_MINUS"
            conditions += token.type not in {"WORD", "RPAR"} and not (excluded and token.type in {"PHRASE", "FIELD"})
            if conditions > MAX_CONDITIONS:
                most = f"A query can have {MAX_CONDITIONS} phrases, exclusions, filters and parentheses at most."
                raise QueryError(most, query=text, column=_start(token))
            read_query.append(token)
        return parsing.feed_eof(read_query[-1] if read_query else None)  # pyright: ignore[reportUnknownMemberType] - as above
    except UnexpectedToken as error:
        token: Token = error.token  # pyright: ignore[reportUnknownVariableType] - as above
        raise _misplaced(text, read_query, token) from None


def _misplaced(text: str, read: Sequence[Token], token: Token) -> QueryError:
    """The error for a token that can't follow those in ``read``; the last of them may be the mistake.

    The parser consumes a token before it returns it, so ``read`` may end with ``token`` itself.
    """
    before = [each for each in read if each is not token]
    last = before[-1] if before else None
    if token.type == "_OR" or (last is not None and last.type == "_OR"):
        lone = token if token.type == "_OR" else last
        assert lone is not None
        words = 'OR needs something on both sides. To search for the word, write "or".'
        return QueryError(words, query=text, column=_start(lone), suggestion=_without(text, lone))
    if token.type == "RPAR" and last is not None and last.type == "LPAR":
        return QueryError("There is nothing between these parentheses.", query=text, column=_start(last))
    if token.type == "RPAR":
        unopened = "This parenthesis was never opened."
        return QueryError(unopened, query=text, column=_start(token), suggestion=_without(text, token))
    return _unclosed(text, before)


def _unclosed(text: str, read: Sequence[Token]) -> QueryError:
    open_ones = list[Token]()
    for token in read:
        if token.type == "LPAR":
            open_ones.append(token)
        elif token.type == "RPAR":
            open_ones.pop()
    suggestion = None if read[-1].type == "LPAR" else text.rstrip() + ")" * len(open_ones)
    return QueryError(
        "This parenthesis is never closed.", query=text, column=_start(open_ones[-1]), suggestion=suggestion
    )


def _without(text: str, token: Token) -> str:
    return normalise(text[: _start(token)] + " " + text[_end(token) :])


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return _start(token) + len(token)


@dataclass(slots=True)
class _Reader:
    """Turns the syntax tree into a condition, and collects the query terms."""

    text: str
    words: list[str] = field(default_factory=list[str])
    query_terms: list[QueryTerm] = field(default_factory=list[QueryTerm])

    def alternatives(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        """``a OR b``. ``None`` if nothing is left, as for stop words; alternatives that are words become one."""
        assert isinstance(node, Tree)
        said = [self._together(child, positive=positive) for child in node.children]
        parts = _pooled([part for part in said if part is not None])
        return parts[0] if len(parts) == 1 else Either(tuple(parts)) if parts else None

    def _together(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        """Parts next to each other: all are required, but one of the plain words among them is enough."""
        assert isinstance(node, Tree)
        days, plain_words, others = dict[type[After | Before], After | Before](), list[Words](), list[Condition]()
        for child in node.children:
            part = self._part(child, positive=positive)
            match part:
                case None:
                    continue
                case After() | Before() if isinstance(child, Token):
                    self._check_days(days, part, child)
                case _:
                    pass
            # Parentheses without OR only group: their parts belong here.
            for each in part.parts if isinstance(part, All) else (part,):
                if isinstance(each, Words) and not _has_or(child):
                    plain_words.append(each)
                else:
                    others.append(each)
        parts = [*_pooled(plain_words), *others]
        return parts[0] if len(parts) == 1 else All(tuple(parts)) if parts else None

    def _check_days(self, days: dict[type[After | Before], After | Before], part: After | Before, token: Token) -> None:
        if type(part) in days:
            raise self._error(f"{_field_of(token)}: can be used only once here.", token)
        days[type(part)] = part
        if {After, Before} <= days.keys() and days[After].day > days[Before].day:
            raise self._error("No day is after the first date and before the second.", token)

    def _part(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        if isinstance(node, Tree):
            if node.data == "either":
                return self.alternatives(node, positive=positive)
            (inner,) = node.children
            if isinstance(inner, Token) and inner.type == "WORD" and len(tokens(inner)) > 1:
                part = self._phrase(inner, positive=not positive)  # -state-of-the-art excludes exactly this word
            else:
                part = self._part(inner, positive=not positive)
            return None if part is None else Not(part)
        match node.type:
            case "WORD":
                return self._word(node, positive=positive)
            case "PHRASE":
                return self._phrase(node, positive=positive)
            case _:
                return self._field(node)

    def _word(self, token: Token, *, positive: bool) -> Condition | None:
        like = _LIKE_A_FIELD.match(token)
        meant = get_close_matches(like["name"].lower(), FIELDS, n=1, cutoff=0.75) if like else []
        if like and meant:
            suggestion = self._replaced(token, meant[0] + token[like.end("name") :])
            raise self._error(f"{like['name']}: doesn't exist. Did you mean {meant[0]}:?", token, suggestion=suggestion)
        stems = self._rank_by(token, positive=positive)
        return Words(tuple(dict.fromkeys(stems))) if stems else None

    def _phrase(self, token: Token, *, positive: bool) -> Condition | None:
        self._rank_by(token, positive=positive)
        words = phrase_words(token)
        return Phrase(words) if words else None

    def _rank_by(self, token: Token, *, positive: bool) -> list[str]:
        """The stems of a token's words, without stop words; they rank papers if they are ``positive``."""
        words = [each for each in tokens(token) if each.text not in STOP_WORDS]
        at = _start(token)
        self.query_terms += [QueryTerm(TermKind.WORD, at + each.start, at + each.end, each.text) for each in words]
        stems = [stem(each.text) for each in words]
        if positive:
            self.words += stems
        return stems

    def _field(self, token: Token) -> Condition:
        name, written = _field_of(token), token[_value_at(token) :]
        value = normalise(written.strip(QUOTES))
        if not value or (name == "author" and not name_words(value)):
            raise self._error(f"{name}: needs a value right after it, for example {_EXAMPLES[name]}.", token)
        start = _start(token) + _value_at(token)
        match name:
            case "author":
                self.query_terms.append(QueryTerm(TermKind.AUTHOR, start, _end(token), value))
                return Author(name_words(value))
            case "category":
                self.query_terms.append(QueryTerm(TermKind.CATEGORY, start, _end(token), value))
                return Category(value)
            case "after" | "before":
                return self._day(name, value, token)
            case "votes":
                return self._votes(value, token)
            case _:
                return self._has(value, token)

    def _day(self, name: str, value: str, token: Token) -> After | Before:
        try:
            day = parse_day(value, last=name == "before")
        except ValueError:
            suggestion = _normalised_day(value)
            message = f"{name}: needs a valid date, for example {_EXAMPLES[name]}, not “{value[:40]}”."
            suggested = self._replaced(token, f"{name}:{suggestion}") if suggestion else None
            raise self._error(message, token, suggestion=suggested) from None
        return After(day) if name == "after" else Before(day)

    def _votes(self, value: str, token: Token) -> Votes:
        found = _VOTES.fullmatch(value)
        if found is None:
            message = f"votes: needs a number, optionally after >, >=, <, <= or =, not “{value[:40]}”."
            loose = _LOOSE_VOTES.fullmatch(value)
            suggestion = None
            if loose:
                sign = {"=>": ">=", "=<": "<="}.get(loose["sign"], loose["sign"])
                suggestion = self._replaced(token, f"votes:{'>=' if loose['plus'] else sign}{loose['number']}")
            raise self._error(message, token, suggestion=suggestion)
        return Votes(found["sign"] or "=", int(found["number"]))

    def _has(self, value: str, token: Token) -> HasCode:
        if value.lower() != "code":
            suggestion = self._replaced(token, "has:code")
            raise self._error(f"has: only supports has:code, not “{value[:40]}”.", token, suggestion=suggestion)
        return HasCode()

    def _replaced(self, token: Token, by: str) -> str:
        return normalise(self.text[: _start(token)] + by + self.text[_end(token) :])

    def _error(self, message: str, token: Token, *, suggestion: str | None = None) -> QueryError:
        return QueryError(message, query=self.text, column=_start(token), suggestion=suggestion)


def _field_of(token: Token) -> str:
    return _SIGILS.get(token[0]) or token.partition(":")[0].lower()


def _value_at(token: Token) -> int:
    return 1 if token[0] in _SIGILS else token.index(":") + 1


def _has_or(node: Tree[Token] | Token) -> bool:
    return isinstance(node, Tree) and node.data == "either" and len(node.children) > 1


def _pooled(parts: Sequence[Condition]) -> list[Condition]:
    """The parts, with all plain words in one part, in place of the first of them."""
    stems = [stem for part in parts if isinstance(part, Words) for stem in part.stems]
    words = Words(tuple(dict.fromkeys(stems)))
    pooled = list[Condition]()
    for part in parts:
        if not isinstance(part, Words):
            pooled.append(part)
        elif words not in pooled:
            pooled.append(words)
    return pooled


def _normalised_day(value: str) -> str | None:
    """A day in another notation, as this language writes it."""
    found = _LOOSE_DAY.fullmatch(value)
    if found is None:
        return None
    suggestion = "-".join(part.zfill(2) for part in found.groups() if part)
    try:
        parse_day(suggestion, last=False)
    except ValueError:
        return None
    return suggestion
