"""A search: what a member types, read into a condition, and the words to rank by.

The language is told in docs/search.md, its grammar stands in ``retrieval.query.parser``. Anything that is no
operator there, a lone dash or ``arXiv:2405.15738`` for instance, is a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from retrieval.errors import QueryError
from retrieval.papers import Paper, normalise
from retrieval.query.conditions import EVERY_PAPER, All, Condition, Words, matches
from retrieval.query.parser import QUOTES, QueryTerm, read

MAX_TERMS = 256
"""Distinct terms that a query is searched by; words beyond them are ignored, so that a pasted page is a query."""


_ALTERNATIVES = re.compile(r"(?:^|[\s)])OR(?=[\s(]|$)")


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for. ``terms`` are analysed as the papers are, in their order, words and phrases alike.

    ``named`` are the pieces of ``written``, the query as it was typed, which may be misspelt.
    """

    text: str
    condition: Condition = EVERY_PAPER
    terms: tuple[str, ...] = ()
    written: str = ""
    named: tuple[QueryTerm, ...] = ()

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that must all hold."""
        return self.condition.parts if isinstance(self.condition, All) else (self.condition,)

    def matches(self, paper: Paper) -> bool:
        """Whether this one paper fits, with its votes as they stand in it."""
        return matches(self.condition, paper)


def parse(text: str) -> Query:
    """Read a query. Raises ``QueryError`` that points at the part that cannot be understood."""
    # One space for each white-space character: the caret below a printed query then stands right.
    written = re.sub(r"\s", " ", text)
    reading = read(written)
    return Query(normalise(text), reading.condition, tuple(_bounded(reading.words)), written, reading.named)


def every_word(query: Query) -> Query:
    """The query asking for each of its plain words rather than any one of them.

    Where it offers alternatives itself (``OR``) it stays as it is. A search can show what has only some of
    the words further down; what picks papers without a rank cannot.
    """
    if _ALTERNATIVES.search(query.written):
        return query
    parts = [Words((stem,)) for part in query.parts if isinstance(part, Words) for stem in part.stems]
    others = [part for part in query.parts if not isinstance(part, Words)]
    return replace(query, condition=All((*parts, *others))) if len(parts) > 1 else query


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
    quote that is left open there does not swallow the options; its ``mend`` has the options too.
    """
    options = {"author": author, "category": category, "after": after, "before": before}
    values = {name: as_value(str(value)) for name, value in options.items() if value is not None}
    filters = [f"{name}:{value}" for name, value in values.items() if value]
    try:
        grouped = f"({words})" if filters and _offers_alternatives(words) else words
    except QueryError as error:
        if error.mend is None:
            raise
        mend = normalise(" ".join([error.mend, *filters]))
        raise QueryError(error.reason, query=error.query, column=error.column, mend=mend) from None
    return normalise(" ".join([grouped, *filters]))


def _offers_alternatives(words: str) -> bool:
    """Whether options behind these words would belong to the last of several alternatives only."""
    parse(words)
    return bool(_ALTERNATIVES.search(words))


def as_value(value: str) -> str:
    """``value`` as one would type it behind a field's colon: in quotation marks if it has spaces or parentheses."""
    bare = normalise(re.sub(f"[{QUOTES}]", " ", value))
    return f'"{bare}"' if re.search(r"[\s()]", bare) else bare


def _bounded(words: Iterable[str]) -> Iterator[str]:
    """``words`` with their repeats, without those that come after the first ``MAX_TERMS`` distinct ones."""
    seen = set[str]()
    for word in words:
        if len(seen) < MAX_TERMS:
            seen.add(word)
        if word in seen:
            yield word
