"""The words, authors and categories of a query as they were typed, and a parsed query."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from retrieval.query.conditions import Condition


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
