"""A query: the condition that a member typed, and the words to rank by.

docs/search.md describes the language; its grammar is in ``retrieval.query.grammar``. Anything that isn't an operator
there, for example a single dash or ``arXiv:2405.15738``, is a word.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from retrieval.errors import QueryError
from retrieval.papers import Paper, normalise
from retrieval.query.conditions import EVERY_PAPER, All, Condition, matches
from retrieval.query.notations import translated
from retrieval.query.operators import QUOTES
from retrieval.query.parser import MAX_TERMS, read_query
from retrieval.query.terms import QueryTerm

_REPEATS = 8
"""Times that one word of a query counts, at most."""
_MISTAKES = 4
"""Mistakes in one query that a suggestion corrects, at most."""
_ALTERNATIVES = re.compile(r"(?:^|[\s)])OR(?=[\s(]|$)")


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. ``terms`` are the stems of its words and phrases in their order.

    ``query_terms`` are the words, authors and categories in ``written``, the query as it was typed; they may be
    misspelt.
    """

    text: str
    condition: Condition = EVERY_PAPER
    terms: tuple[str, ...] = ()
    written: str = ""
    query_terms: tuple[QueryTerm, ...] = ()

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that must all be fulfilled."""
        return self.condition.parts if isinstance(self.condition, All) else (self.condition,)

    def matches(self, paper: Paper) -> bool:
        """Whether a paper matches, with the votes that it has."""
        return matches(self.condition, paper)


def parse(text: str) -> Query:
    """Parse a query; other programs' notations are translated. Raises ``QueryError``, which points at the mistake."""
    # One space for each white-space character, so that the caret below a printed query is in the right column.
    written = translated(re.sub(r"\s", " ", text))
    try:
        parsed = read_query(written)
    except QueryError as error:
        error.suggestion = _valid(error.suggestion)
        raise
    return Query(normalise(written), parsed.condition, _bounded(parsed.words), written, parsed.query_terms)


def _valid(suggestion: str | None) -> str | None:
    """A suggestion without other mistakes; each is corrected as suggested for it."""
    for _ in range(_MISTAKES):
        try:
            _ = suggestion and read_query(suggestion)
        except QueryError as error:
            suggestion = error.suggestion
        else:
            return suggestion
    return None


def compose_query(
    words: str,
    *,
    author: str | None = None,
    category: str | None = None,
    after: date | str | None = None,
    before: date | str | None = None,
) -> str:
    """The query for the options of a search form; empty if nothing was filled in.

    ``words`` can itself be a query. Raises ``QueryError`` if it is malformed, so that an open quotation mark in it
    doesn't swallow the options; the error's ``suggestion`` includes the options.
    """
    options = {"author": author, "category": category, "after": after, "before": before}
    values = {name: as_value(str(value)) for name, value in options.items() if value is not None}
    filters = [f"{name}:{value}" for name, value in values.items() if value]
    try:
        grouped = f"({words})" if filters and _offers_alternatives(words) else words
    except QueryError as error:
        if error.suggestion is None:
            raise
        suggestion = normalise(" ".join([error.suggestion, *filters]))
        raise QueryError(error.reason, query=error.query, column=error.column, suggestion=suggestion) from None
    return normalise(" ".join([grouped, *filters]))


def _offers_alternatives(words: str) -> bool:
    """Whether options after these words would only belong to the last of several alternatives."""
    parse(words)
    return bool(_ALTERNATIVES.search(words))


def as_value(value: str) -> str:
    """``value`` as it is typed after the colon of a field: in quotation marks if it has spaces or parentheses."""
    bare = normalise(re.sub(f"[{QUOTES}]", " ", value))
    return f'"{bare}"' if re.search(r"[\s()]", bare) else bare


def _bounded(words: tuple[str, ...]) -> tuple[str, ...]:
    """``words`` with repeats, but only the first ``MAX_TERMS`` distinct ones, and few repeats of each."""
    if len(words) <= _REPEATS:
        return words
    seen, kept = Counter[str](), list[str]()
    for word in words:
        if (word in seen or len(seen) < MAX_TERMS) and seen[word] < _REPEATS:
            seen[word] += 1
            kept.append(word)
    return tuple(kept)
