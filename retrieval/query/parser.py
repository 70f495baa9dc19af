"""The parser of the search language: from text to a condition, or to an error that points at the mistake.

docs/search.md explains what each part means, and a test runs every example there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from retrieval.errors import QueryError
from retrieval.papers import arxiv_ids_in, normalise
from retrieval.query.conditions import (
    EVERY_PAPER,
    After,
    All,
    Before,
    Condition,
    Either,
    Not,
    PaperId,
    Phrase,
    Prefix,
    Words,
    Written,
    phrase_words,
)
from retrieval.query.fields import (
    ALIASES,
    FIELDS,
    FieldMistake,
    as_field,
    field_condition,
    nearest_field,
    typed_value,
)
from retrieval.query.operators import QUOTES, with_signs
from retrieval.query.terms import ParsedQuery, QueryTerm, TermKind
from retrieval.text import STOP_WORDS, WantedWord, stem, tokens, wanted_words

MAX_TERMS = 256
"""Distinct words that are searched for; words beyond them are ignored, so that even a pasted page is a query."""

MAX_CONDITIONS = 32
"""Phrases, exclusions, filters, alternatives and parentheses in one query; each takes time if there are many papers."""

_VALUE = rf"(?:[{QUOTES}][^{QUOTES}]*[{QUOTES}]|[^\s(){QUOTES}]*)"
_NAMES = "|".join([*FIELDS, *ALIASES])

GRAMMAR = rf"""
start: either?
either: together (_OR together)*
together: part+
?part: positive | _MINUS positive -> without
?positive: WORD | PHRASE | FIELD | OPEN | "(" either ")"

_OR.4: /OR(?=[\s()]|$)/
_MINUS.3: /-(?=[\w{QUOTES}@#(])/
PHRASE.3: /[{QUOTES}][^{QUOTES}]*[{QUOTES}]/
FIELD.3: /(?:(?i:{_NAMES})[:=]|(?i:votes|year|date)(?=[<>≥≤])|[@#](?=[^\W\d_]|[{QUOTES}])){_VALUE}/
OPEN.2: /[{QUOTES}]/
WORD.1: /[^\s(){QUOTES}]+(?:\([^\s(){QUOTES}]*\)[^\s(){QUOTES}]*)*/
%ignore /\s+/
"""
"""``OPEN`` is an unpaired quotation mark, which is only recognised to be refused."""

_SIGILS = {"@": "author", "#": "category"}
_LIKE_A_FIELD = re.compile(r"(?P<name>[a-z]{2,14}):(?=[^\s:/])")
_PREFIX = re.compile(r"[^\W_]{2,}\*")
_NOT_FIELDS: Final = frozenset({"arxiv", "http", "https", "ftp", "mailto"})
_PASTED: Final = 4
"""Words from which on a query with a stray sign is taken for a title that was pasted."""


_FIELD_TYPED: Final = re.compile(rf"\b(?:(?:{_NAMES})[:=]|(?:votes|year|date)[<>≥≤])\S", re.IGNORECASE)
_OPERATOR: Final = re.compile(r"\bOR\b|(?:^|[\s(])-[\w\"(]|(?:^|\s)[@#][^\W\d_]")
_TITLE_ID: Final = re.compile(r"\s*(t-[0-9a-f]{12})\s*")


def read_query(text: str) -> ParsedQuery:
    """Parse a query. Raises ``QueryError``, which points at the mistake.

    A query that names a paper by its id, a link or an arXiv DOI means that paper. Titles that were pasted are words,
    whatever signs they have. If all words are stop words, they are looked for as they are written.
    """
    if ids := _ids(text):
        found = tuple(map(PaperId, ids[:MAX_CONDITIONS]))
        return ParsedQuery(found[0] if len(found) == 1 else Either(found), (), ())
    signed = with_signs(text)
    reader = _Reader(text, signed)
    try:
        tree = _tree(signed, text)
    except QueryError:
        if len(text.split()) < _PASTED or _OPERATOR.search(signed) or _FIELD_TYPED.search(text):
            raise
        return reader.parsed(_all(reader.words(0, len(text), positive=True)))
    return reader.parsed(reader.alternatives(tree.children[0], positive=True) if tree.children else None)


def _ids(text: str) -> Sequence[str]:
    """The ids of the papers that a query names."""
    if found := _TITLE_ID.fullmatch(text):
        return (found[1],)
    return () if _FIELD_TYPED.search(text) else arxiv_ids_in(text)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic")


def _tree(signed: str, text: str) -> Tree[Token]:
    """The syntax tree of a query; ``text`` is what was typed."""
    read_query, conditions = list[Token](), 0
    parsing = _parser().parse_interactive(signed)  # pyright: ignore[reportUnknownMemberType] - lark's own gap
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
    """Turns the syntax tree into a condition, and collects the query terms.

    ``signed`` is ``text`` with the signs of the grammar; offsets are the same in both.
    """

    text: str
    signed: str
    ranked: list[str] = field(default_factory=list[str])
    query_terms: list[QueryTerm] = field(default_factory=list[QueryTerm])

    def parsed(self, condition: Condition | None) -> ParsedQuery:
        """What was read; stop words alone are looked for as they are written."""
        said = tokens(self.text)
        if condition is None and said and "-" not in self.signed and all(word.text in STOP_WORDS for word in said):
            condition = Written(normalise(self.text.strip(f"()?! {QUOTES}")))
        return ParsedQuery(condition or EVERY_PAPER, tuple(self.ranked), tuple(self.query_terms))

    def alternatives(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        """``a OR b``. ``None`` if nothing is left, as for stop words; alternatives that are words become one."""
        assert isinstance(node, Tree)
        said = [self._together(child, positive=positive) for child in node.children]
        parts = _pooled([part for part in said if part is not None])
        return parts[0] if len(parts) == 1 else Either(tuple(parts)) if parts else None

    def _together(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        """Parts next to each other: all are required."""
        assert isinstance(node, Tree)
        days, parts, at = dict[type[After | Before], After | Before](), list[Condition](), 0
        while at < len(node.children):
            child, last = node.children[at], at
            while last < len(node.children) and self._is_plain(node.children[last]):
                last += 1
            if last > at:
                end = node.children[last - 1]
                assert isinstance(child, Token)
                assert isinstance(end, Token)
                parts += self.words(_start(child), _end(end), positive=positive)
                at = last
                continue
            at += 1
            part = self._part(child, positive=positive)
            if (
                isinstance(part, After | Before)
                and isinstance(child, Token)
                and _field_of(child) in {"after", "before"}
            ):
                self._check_days(days, part, child)
            if part is not None:  # parentheses without OR only group: their parts belong here
                parts += part.parts if isinstance(part, All) else (part,)
        return _all(parts)

    def _is_plain(self, node: Tree[Token] | Token) -> bool:
        """Whether a part is plain words. Raises ``QueryError`` for a field that doesn't exist."""
        if not isinstance(node, Token) or node.type not in {"WORD", "FIELD"}:
            return False
        if node.type == "FIELD":
            return (
                node[0] not in _SIGILS and not node[_value_at(node) :] and not node[0].islower()
            )  # a title's "Code: …"
        like = _LIKE_A_FIELD.match(node)
        if like and like["name"] not in _NOT_FIELDS:
            raise self._no_field(node, like["name"])
        return not _PREFIX.fullmatch(node)

    def _no_field(self, token: Token, name: str) -> QueryError:
        near = nearest_field(name)
        if near is None:
            return self._error(
                f"{name}: isn't a field. The fields are {', '.join(f'{each}:' for each in FIELDS)}.", token
            )
        suggestion = self._replaced(token, near + token[len(name) :])
        return self._error(f"{name}: doesn't exist. Did you mean {near}:?", token, suggestion=suggestion)

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
            part = (
                self._excluded(inner, positive=not positive)
                if self._is_plain(inner)
                else self._part(inner, positive=not positive)
            )
            return None if part is None else Not(part)
        match node.type:
            case "WORD":
                return Prefix(node.rstrip("*").lower())
            case "PHRASE":
                return self._phrase(node, positive=positive)
            case _:
                return self._field(node)

    def words(self, start: int, end: int, *, positive: bool) -> Sequence[Condition]:
        """The plain words of a part of the query: each is required. They rank papers if they are ``positive``."""
        wanted = wanted_words(self.signed[start:end])
        self._note(start, end, wanted if positive else ())
        distinct = dict.fromkeys(
            Words(word.terms, written=self.text[start + word.start : start + word.end]) for word in wanted
        )
        return list(distinct)[:MAX_TERMS]

    def _excluded(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        """What ``-word`` excludes; of a compound, every form of it, but not its parts: ``-state-of-the-art``."""
        assert isinstance(node, Token)
        said, wanted = tokens(node), wanted_words(node)
        self._note(_start(node), _end(node), wanted if positive else ())
        if len(wanted) == 1 and (len(said) == 1 or wanted[0].end - wanted[0].start == said[-1].end - said[0].start):
            return Words(wanted[0].terms, written=str(node))
        if not wanted:
            return None
        phrase = Phrase(phrase_words(node))
        if len(wanted) < len(said):
            return phrase
        return Either((Words((stem("".join(word.text for word in said)),), written=str(node)), phrase))

    def _phrase(self, token: Token, *, positive: bool) -> Condition | None:
        self._note(_start(token), _end(token), ())
        words = phrase_words(token)
        if positive:
            self.ranked += [stem(word) for word in words if word not in STOP_WORDS]
        return Phrase(words) if words else None

    def _note(self, start: int, end: int, wanted: Iterable[WantedWord]) -> None:
        """Collect the words of a part of the query, without stop words, and those that rank papers."""
        said = [each for each in tokens(self.signed[start:end]) if each.text not in STOP_WORDS]
        self.query_terms += [QueryTerm(TermKind.WORD, start + at, start + to, text) for at, to, text in said]
        for word in wanted:
            stems = [stem(each.text) for each in said if word.start <= each.start and each.end <= word.end]
            self.ranked += stems if word.terms[0] in stems else [*stems, word.terms[0]]

    def _field(self, token: Token) -> Condition:
        name, value = _field_of(token), typed_value(token[_value_at(token) :], QUOTES)
        try:
            found = field_condition(name, value)
        except FieldMistake as mistake:
            suggestion = mistake.suggestion and self._replaced(token, mistake.suggestion)
            raise self._error(mistake.message, token, suggestion=suggestion) from None
        start = _start(token) + _value_at(token)
        if name in {"author", "category"}:
            kind = TermKind.AUTHOR if name == "author" else TermKind.CATEGORY
            self.query_terms.append(QueryTerm(kind, start, _end(token), value.text))
        elif name in {"title", "abstract"}:
            self._note(start, _end(token), wanted_words(self.signed[start : _end(token)]))
        return found

    def _replaced(self, token: Token, by: str) -> str:
        return normalise(self.text[: _start(token)] + by + self.text[_end(token) :])

    def _error(self, message: str, token: Token, *, suggestion: str | None = None) -> QueryError:
        return QueryError(message, query=self.text, column=_start(token), suggestion=suggestion)


def _field_of(token: Token) -> str:
    name = _SIGILS.get(token[0]) or as_field(re.split("[:=<>≥≤]", token)[0])
    assert name is not None, "the grammar knows the fields"
    return name


def _value_at(token: Token) -> int:
    if token[0] in _SIGILS:
        return 1
    found = re.search("[:=]|(?=[<>≥≤])", token)
    assert found is not None, "the grammar requires a sign"
    return found.end()


def _all(parts: Sequence[Condition]) -> Condition | None:
    """All of these parts, each once; ``None`` if there are none."""
    distinct = tuple(dict.fromkeys(parts))
    return distinct[0] if len(distinct) == 1 else All(distinct) if distinct else None


def _pooled(parts: Sequence[Condition]) -> list[Condition]:
    """The alternatives, with all plain words in one, in place of the first of them."""
    plain = [part for part in parts if isinstance(part, Words)]
    if len(plain) <= 1:
        return list(parts)
    stems = tuple(dict.fromkeys(stem for part in plain for stem in part.stems))
    words = Words(stems, written=" or ".join(part.written for part in plain))
    pooled = list[Condition]()
    for part in parts:
        if not isinstance(part, Words):
            pooled.append(part)
        elif words not in pooled:
            pooled.append(words)
    return pooled
