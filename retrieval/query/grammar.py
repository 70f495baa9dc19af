"""The grammar of the search language: from text to a syntax tree, or to an error that points at the mistake."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from retrieval.english import Text
from retrieval.errors import QueryError
from retrieval.papers import normalise
from retrieval.query.fields import ALIASES, FIELDS, FieldMistake, FieldValue, as_field, field_condition, typed_value
from retrieval.query.operators import QUOTES

MAX_CONDITIONS = 32
"""Phrases, exclusions, filters, alternatives and parentheses in one query; each takes time if there are many papers."""

_VALUE = rf"(?:[{QUOTES}][^{QUOTES}]*[{QUOTES}]|[^\s(){QUOTES}]*)"
_NAMES = "|".join([*FIELDS, *ALIASES])
_COMPARED = "votes|upvotes|likes|year|date"
_SPACED_NAMES = "|".join([*FIELDS, "au", "authors", "ti", "abs", "cat"])
_SPACED = (
    rf"(?<![^\s(-])(?:(?:[Aa]uthors?|au):[ ]+{_VALUE}(?:[ ]+[^\W\d_a-z][\w.'’-]*){{0,3}}"
    rf"|(?:{_SPACED_NAMES}):[ ]+(?:[<>=≥≤]+[ ]*)?{_VALUE})"
)
"""A field with a space after the colon, in lower case: titles have "Code: …"."""
_FIELD = "|".join(
    [
        _SPACED,
        rf"(?i:{_NAMES})[:=]\[[^\]]*\]",
        rf"(?i:{_COMPARED})[ ]?[<>≥≤]=?[ ]*{_VALUE}",
        rf"(?i:{_COMPARED})(?:[ ]=[ ]|[:=][<>=≥≤]+[ ]+)(?=[0-9]){_VALUE}",
        rf"(?:(?i:{_NAMES})[:=]|[@#](?=[^\W\d_]|[{QUOTES}])){_VALUE}",
    ]
)
_GROUPED = rf"(?<![^\s(-])(?i:{_NAMES})[:=](?=\()"
"""A field whose value is in parentheses: ``title:(mamba OR rwkv)``."""

GRAMMAR = rf"""
start: either?
either: together (_OR together)*
together: part+
?part: positive | _MINUS positive -> without
?positive: WORD | PHRASE | FIELD | OPEN | "(" either ")" | GROUPED "(" either ")" -> grouped

_OR.4: /OR(?=[\s()]|$)/
_MINUS.3: /-(?=[\w{QUOTES}@#(])/
GROUPED.4: /{_GROUPED}/
PHRASE.3: /[{QUOTES}][^{QUOTES}]*[{QUOTES}]/
FIELD.3: /{_FIELD}/
OPEN.2: /[{QUOTES}]/
WORD.1: /[^\s(){QUOTES}]+(?:\([^\s(){QUOTES}]*\)[^\s(){QUOTES}]*)*/
%ignore /\s+/
"""
"""``OPEN`` is an unpaired quotation mark, which is only recognised to be refused."""

SIGILS = {"@": "author", "#": "category"}
FIELD_TYPED: Final = re.compile(rf"(?<![^\s(-])(?:(?:{_NAMES})[:=]|(?:{_COMPARED}) ?[<>≥≤])\S", re.IGNORECASE)


@cache
def load_grammar() -> Lark:
    """The parser, which takes a tenth of a second to make."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic")


def syntax_tree(signed: str, text: str) -> Tree[Token]:
    """The syntax tree of a query; ``text`` is what was typed."""
    read, conditions = list[Token](), 0
    parsing = load_grammar().parse_interactive(signed)  # pyright: ignore[reportUnknownMemberType] - lark's own gap
    try:
        for token in parsing.iter_parse():
            if token.type == "OPEN":
                raise QueryError(
                    Text("This quotation mark is never closed."),
                    query=text,
                    column=start_of(token),
                    suggestion=f'{text.rstrip()}"',
                )
            excluded = bool(read) and read[-1].type == "_MINUS"
            conditions += token.type not in {"WORD", "RPAR"} and not (excluded and token.type in {"PHRASE", "FIELD"})
            if conditions > MAX_CONDITIONS:
                most = Text(
                    "A query can have {number} phrases, exclusions, filters and parentheses at most.",
                    number=MAX_CONDITIONS,
                )
                raise QueryError(most, query=text, column=start_of(token))
            read.append(token)
        return parsing.feed_eof(read[-1] if read else None)  # pyright: ignore[reportUnknownMemberType] - as above
    except UnexpectedToken as error:
        token: Token = error.token  # pyright: ignore[reportUnknownVariableType] - as above
        raise _misplaced(text, read, token) from None


def _misplaced(text: str, read: Sequence[Token], token: Token) -> QueryError:
    """The error for a token that can't follow those in ``read``; the last of them may be the mistake.

    The parser consumes a token before it returns it, so ``read`` may end with ``token`` itself.
    """
    before = [each for each in read if each is not token]
    last = before[-1] if before else None
    if token.type == "_OR" or (last is not None and last.type == "_OR"):
        lone = token if token.type == "_OR" else last
        assert lone is not None
        words = Text('OR needs something on both sides. To search for the word, write "or".')
        return QueryError(words, query=text, column=start_of(lone), suggestion=_without(text, lone))
    if token.type == "RPAR" and last is not None and last.type == "LPAR":
        return QueryError(Text("There is nothing between these parentheses."), query=text, column=start_of(last))
    if token.type == "RPAR":
        unopened = Text("This parenthesis was never opened.")
        return QueryError(unopened, query=text, column=start_of(token), suggestion=_without(text, token))
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
        Text("This parenthesis is never closed."), query=text, column=start_of(open_ones[-1]), suggestion=suggestion
    )


def _without(text: str, token: Token) -> str:
    return normalise(text[: start_of(token)] + " " + text[end_of(token) :])


def start_of(token: Token) -> int:
    """Where a token begins in the query."""
    return token.start_pos or 0


def end_of(token: Token) -> int:
    """Where a token ends in the query."""
    return start_of(token) + len(token)


def field_of(token: Token) -> str:
    """The field (a key of ``FIELDS``) of a token that is one."""
    name = SIGILS.get(token[0]) or as_field(re.split("[:=<>≥≤]", token)[0].rstrip())
    assert name is not None, "the grammar knows the fields"
    return name


def is_valid(token: Token) -> bool:
    """Whether a field can have its value."""
    try:
        field_condition(field_of(token), value_of(token))
    except FieldMistake:
        return False
    return True


def value_at(token: Token) -> int:
    """Where the value of a field begins in its token."""
    if token[0] in SIGILS:
        return 1
    found = re.search("[:=] *|(?=[<>≥≤])", token)
    assert found is not None, "the grammar requires a sign"
    return found.end()


def value_of(token: Token) -> FieldValue:
    """The value of a field; signs and numbers may be apart: ``votes: >= 20``."""
    typed = token[value_at(token) :]
    return typed_value(re.sub(r"(?<=[<>=≥≤]) +", "", typed), QUOTES)
