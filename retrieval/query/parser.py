"""The parser of the search language: from text to a condition, or to an error that points at the mistake.

docs/search.md explains what each part means, and a test runs every example there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from lark import Token, Tree

from retrieval.english import Text
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
    Place,
    Prefix,
    Words,
    Written,
    phrase_words,
)
from retrieval.query.fields import FIELDS, FieldMistake, FieldValue, field_condition, nearest_field, typed_value
from retrieval.query.grammar import (
    FIELD_TYPED,
    MAX_CONDITIONS,
    SIGILS,
    end_of,
    field_of,
    is_valid,
    start_of,
    syntax_tree,
    value_at,
    value_of,
)
from retrieval.query.operators import CAPITALS, QUOTES, with_signs
from retrieval.query.terms import ParsedQuery, QueryTerm, TermKind
from retrieval.text import STOP_WORDS, WantedWord, plain, stem, tokens, wanted_words

MAX_TERMS = 256
"""Distinct words that are searched for; words beyond them are ignored, so that even a pasted page is a query."""

_LIKE_A_FIELD = re.compile(r"(?P<name>[a-z_]{2,16}(?:[A-Z][a-z]{2,12}){0,3}):(?=[^\s:/])")
_PREFIX = re.compile(r"[^\W_]{2,}\*")
_NOT_FIELDS: Final = frozenset({"arxiv", "http", "https", "ftp", "mailto"})
_PASTED: Final = 4
"""Words from which on a query with a stray sign is taken for a title that was pasted."""


_OPERATOR: Final = re.compile(r"\bOR\b|(?:^|[\s(])-[\w\"(]|(?:^|\s)[@#][^\W\d_]")
_PLAIN: Final = re.compile(r"\s*(?!t-)\w[\w-]*(?:\s+\w[\w-]*)*\s*")
"""A query of words without any sign, unless they are operators; anything that could mean more is parsed."""
_WORD_OPERATOR: Final = re.compile(r"\b(?:OR|AND|NOT|ANDNOT)\b")
_BIBTEX: Final = re.compile(
    r"\s*(?:@\w+\s*\{.*?\b)?title\s*=\s*[{\"]+(?P<title>(?:[^{}]|\{[^{}]*\})*?)[}\"]+\s*(?:,.*|\}\s*)?", re.IGNORECASE
)
CITATION: Final = re.compile(
    r"(?<=\w)\W*\s[(\[](?P<name>[^\W\d_][\w.'’-]*)(?:,? et al\b\.?|\+|,? (?:and|&) [^\W\d_][\w.'’ -]*)?"
    r",? (?P<year>(?:19|20)\d\d)[a-z]?[)\]]\W*$"
)
"""What follows a title that is cited: ``(Guo et al., 2025)``."""
_SHORTEST_CITED: Final = 3
"""Words of a title that a citation follows; after fewer, its words are searched for, too."""
_TITLE_ID: Final = re.compile(r"\s*(t-[0-9a-f]{12})\s*")


def read_query(text: str) -> ParsedQuery:
    """Parse a query. Raises ``QueryError``, which points at the mistake.

    A query that names a paper by its id, a link or an arXiv DOI means that paper. Titles that were pasted are words,
    whatever signs they have. If all words are stop words, they are looked for as they are written.
    """
    if _PLAIN.fullmatch(text) and not _WORD_OPERATOR.search(text):
        reader = _Reader(text, text)
        return reader.parsed(_all_of(reader.words(0, len(text), positive=True)))
    text = text.replace("%20", "   ")
    if bibtex := _BIBTEX.fullmatch(text):  # its title, in its place
        text = f"{' ' * bibtex.start('title')}{bibtex['title']}{' ' * (len(text) - bibtex.end('title'))}"
    if ids := _ids(text):
        found = tuple(map(PaperId, ids[:MAX_CONDITIONS]))
        return ParsedQuery(found[0] if len(found) == 1 else Either(found), (), ())
    if (cited := CITATION.search(text)) and len(text[: cited.start()].split()) >= _SHORTEST_CITED:
        text = text[: cited.start()].ljust(len(text))
    signed = with_signs(text)
    reader = _Reader(text, signed)
    try:
        tree = syntax_tree(signed, text)
    except QueryError:
        if len(text.split()) < _PASTED or _OPERATOR.search(signed) or FIELD_TYPED.search(text):
            raise
        return reader.parsed(_all(reader.words(0, len(text), positive=True)))
    return reader.parsed(reader.alternatives(tree.children[0], positive=True) if tree.children else None)


def _ids(text: str) -> Sequence[str]:
    """The ids of the papers that a query names."""
    if found := _TITLE_ID.fullmatch(text):
        return (found[1],)
    return () if FIELD_TYPED.search(text) else arxiv_ids_in(text)


@dataclass(slots=True)
class _Reader:
    """Turns the syntax tree into a condition, and collects the query terms.

    ``signed`` is ``text`` with the signs of the grammar; offsets are the same in both.
    """

    text: str
    signed: str
    ranked: list[str] = field(default_factory=list[str])
    query_terms: list[QueryTerm] = field(default_factory=list[QueryTerm])
    group: str | None = None
    """The field before the parentheses that are being read."""

    def parsed(self, condition: Condition | None) -> ParsedQuery:
        """What was read; stop words alone, and signs alone, are looked for as they are written."""
        if condition is None and self.text.strip():
            said, bare = tokens(self.text), normalise(self.text.strip(f"()?! {QUOTES}"))
            if said and "-" not in self.signed and all(word.text in STOP_WORDS for word in said):
                apart = bare.split() if bare.isupper() and len(said) < CAPITALS else [bare]  # IT US, TO BE OR NOT TO BE
                condition = _all(tuple(map(Written, apart)))
            elif not said:
                condition = Written(bare or normalise(self.text))
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
                if self.group:
                    parts.append(self._in_group(child, end))
                else:
                    parts += self.words(start_of(child), end_of(end), positive=positive)
                at = last
                continue
            at += 1
            part = self._part(child, positive=positive)
            if isinstance(part, After | Before) and isinstance(child, Token) and field_of(child) in {"after", "before"}:
                self._check_days(days, part, child)
            if part is not None:  # parentheses without OR only group: their parts belong here
                parts += part.parts if isinstance(part, All) else (part,)
        return _all(parts)

    def _is_plain(self, node: Tree[Token] | Token) -> bool:
        """Whether a part is plain words. Raises ``QueryError`` for a field that doesn't exist."""
        if not isinstance(node, Token) or node.type not in {"WORD", "FIELD"}:
            return False
        if node.type == "FIELD":
            return self._is_label(node)
        like = _LIKE_A_FIELD.match(node)
        if like and like["name"] not in _NOT_FIELDS:
            raise self._no_field(node, like["name"])
        return not _PREFIX.fullmatch(node)

    def _is_label(self, token: Token) -> bool:
        """Whether a field and its colon are words: ``Code: …`` or ``from text to code: a survey``."""
        if token[0] in SIGILS:
            return False
        at, before = value_at(token), self.text[: start_of(token)]
        if not token[at:]:
            pasted = len(self.text.split()) > _PASTED and self.text[end_of(token) :].strip()
            return not token[0].islower() or bool(pasted)
        if not token[at - 1].isspace() or token[at] in QUOTES:
            return False
        name, long = field_of(token), len(self.text.split()) > _PASTED
        if name in {"author", "title", "abstract"} and before.strip(" -("):
            return before[-1] not in "-(" and len(self.text[end_of(token) :].split()) > 1
        if name in {"title", "abstract"}:
            return long and not FIELD_TYPED.search(self.text)
        return long and not is_valid(token)

    def _no_field(self, token: Token, name: str) -> QueryError:
        near = nearest_field(name, token[len(name) + 1 :].strip(QUOTES))
        if near is None:
            fields = tuple(f"{each}:" for each in FIELDS)
            said = Text("{field}: isn't a field. The fields are {fields}.", field=name, fields=fields)
            return self._error(said, token)
        suggestion = self._replaced(token, near + token[len(name) :])
        said = Text("{field}: doesn't exist. Did you mean {near}:?", field=name, near=near)
        return self._error(said, token, suggestion=suggestion)

    def _check_days(self, days: dict[type[After | Before], After | Before], part: After | Before, token: Token) -> None:
        if type(part) in days:
            raise self._error(Text("{field}: can be used only once here.", field=field_of(token)), token)
        days[type(part)] = part
        if {After, Before} <= days.keys() and days[After].day > days[Before].day:
            raise self._error(Text("No day is after the first date and before the second."), token)

    def _part(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        if isinstance(node, Tree):
            return self._of_tree(node, positive=positive)
        if self.group and node.type != "FIELD":
            return self._in_group(node, node)
        match node.type:
            case "WORD":
                return Prefix(node.rstrip("*").lower())
            case "PHRASE":
                return self._phrase(node, positive=positive)
            case _:
                return self._field(node)

    def _of_tree(self, node: Tree[Token], *, positive: bool) -> Condition | None:
        """Parentheses, or what is excluded."""
        if node.data == "either":
            return self.alternatives(node, positive=positive)
        if node.data == "grouped":
            return self._grouped(node, positive=positive)
        (inner,) = node.children
        part = (
            self._excluded(inner, positive=not positive)
            if self._is_plain(inner)
            else self._part(inner, positive=not positive)
        )
        return None if part is None else Not(part)

    def _grouped(self, node: Tree[Token], *, positive: bool) -> Condition | None:
        """A field before parentheses, which is that of everything in them: ``title:(mamba OR rwkv)``."""
        named, inner = node.children
        assert isinstance(named, Token)
        outer, self.group = self.group, field_of(named)
        try:
            return self.alternatives(inner, positive=positive)
        finally:
            self.group = outer

    def _in_group(self, first: Token, last: Token) -> Condition:
        """Words or a phrase as the value of the field before their parentheses."""
        assert self.group is not None
        start, end = start_of(first), end_of(last)
        typed = typed_value(self.text[start:end], QUOTES)
        return self._of_field(self.group, typed, first, start, end)

    def words(self, start: int, end: int, *, positive: bool) -> Sequence[Condition]:
        """The plain words of a part of the query: each is required. They rank papers if they are ``positive``."""
        wanted = wanted_words(self.signed[start:end])
        self._note(start, end, wanted if positive else ())
        distinct = dict[tuple[str, ...], Words]()  # words with the same terms differ in how they are written
        for at, to, _, own, apart in wanted:
            said = self.text[start + at : start + to]
            parts = tuple(plain(said).lower().split()) if apart else ()
            distinct.setdefault(own + parts, Words(own, written=said, apart=parts))
        return list(distinct.values())[:MAX_TERMS]

    def _excluded(self, node: Tree[Token] | Token, *, positive: bool) -> Condition | None:
        """What ``-word`` excludes; of a compound, every form of it, but not its parts: ``-state-of-the-art``."""
        assert isinstance(node, Token)
        if self.group:
            return self._in_group(node, node)
        said, wanted = tokens(node), wanted_words(node)
        self._note(start_of(node), end_of(node), wanted if positive else ())
        if len(wanted) == 1 and (len(said) == 1 or wanted[0].end - wanted[0].start == said[-1].end - said[0].start):
            return Words(wanted[0].terms, written=str(node))
        if not wanted:
            return None
        phrase = Phrase(phrase_words(node))
        if len(wanted) < len(said):
            return phrase
        return Either((Words((stem("".join(word.text for word in said)),), written=str(node)), phrase))

    def _phrase(self, token: Token, *, positive: bool) -> Condition | None:
        self._note(start_of(token), end_of(token), ())
        if _PREFIX.fullmatch(bare := token.strip(QUOTES)):
            return Prefix(bare.rstrip("*").lower())
        words = phrase_words(token)
        if positive:
            self.ranked += [stem(word) for word in words if word not in STOP_WORDS]
        return Phrase(words) if words else None

    def _note(self, start: int, end: int, wanted: Iterable[WantedWord]) -> None:
        """Collect the words of a part of the query, without stop words, and those that rank papers."""
        said = [each for each in tokens(self.signed[start:end]) if each[2] not in STOP_WORDS]
        self.query_terms += [QueryTerm(TermKind.WORD, start + at, start + to, text) for at, to, text in said]
        left = 0
        for first, end_of_word, _, terms, _ in wanted:
            while left < len(said) and said[left][0] < first:
                left += 1
            stems = list[str]()
            for at, to, text in islice(said, left, None):
                if at >= end_of_word:
                    break
                if to <= end_of_word:
                    stems.append(stem(text))
            self.ranked += stems if terms[0] in stems else [*stems, terms[0]]

    def _field(self, token: Token) -> Condition:
        return self._of_field(field_of(token), value_of(token), token, start_of(token) + value_at(token), end_of(token))

    def _of_field(self, name: str, value: FieldValue, token: Token, start: int, end: int) -> Condition:
        """The condition of a field, whose value is at ``start`` to ``end``. Raises ``QueryError`` at the token."""
        try:
            found = field_condition(name, value)
        except FieldMistake as mistake:
            suggestion = mistake.suggestion and self._replaced(token, mistake.suggestion)
            raise self._error(mistake.message, token, suggestion=suggestion) from None
        if name in {"author", "category"}:
            kind = TermKind.AUTHOR if name == "author" else TermKind.CATEGORY
            self.query_terms.append(QueryTerm(kind, start, end, value.text))
        elif name in {"title", "abstract"}:
            self._note(start, end, wanted_words(self.signed[start:end]))
        return found

    def _replaced(self, token: Token, by: str) -> str:
        return normalise(self.text[: start_of(token)] + by + self.text[end_of(token) :])

    def _error(self, message: Text, token: Token, *, suggestion: str | None = None) -> QueryError:
        return QueryError(message, query=self.text, column=start_of(token), suggestion=suggestion)


def _all(parts: Sequence[Condition]) -> Condition | None:
    """All of these parts, each once; ``None`` if there are none."""
    return _all_of(list(dict.fromkeys(parts)))


def _all_of(distinct: Sequence[Condition]) -> Condition | None:
    """The same of different parts."""
    return distinct[0] if len(distinct) == 1 else All(tuple(distinct)) if distinct else None


def _pooled(parts: Sequence[Condition]) -> list[Condition]:
    """The alternatives, with all plain words in one, in place of the first of them."""
    plain = [part for part in parts if isinstance(part, Words) and not part.apart and part.place is Place.ANYWHERE]
    if len(plain) <= 1:
        return list(parts)
    stems = tuple(dict.fromkeys(stem for part in plain for stem in part.stems))
    words = Words(stems, written=" or ".join(part.written for part in plain))
    pooled = list[Condition]()
    for part in parts:
        if part not in plain:
            pooled.append(part)
        elif words not in pooled:
            pooled.append(words)
    return pooled
