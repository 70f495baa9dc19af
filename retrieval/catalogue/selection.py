"""Statements that several lookups share: names by their words, all categories, withdrawn papers.

Each is answered from a database index alone, without reading rows of papers, which contain abstracts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, false, func, select

from retrieval.catalogue.tables import authors, categories, name_words, papers

NOT_WITHDRAWN = papers.c.id.not_in(select(papers.c.id).where(papers.c.withdrawn.is_not(None)))
"""Papers that weren't withdrawn; the few others have an index of their own."""

_BEYOND = "\U0010ffff"  # after every letter


def category_names() -> Select[Any]:
    """All categories of all papers: jumps from one to the next in the index instead of reading every row."""
    first = select(func.min(categories.c.category).label("name")).cte(recursive=True)
    following = select(func.min(categories.c.category)).where(categories.c.category > first.c.name)
    names = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))


def names_containing(word: str | BindParameter[Any]) -> Select[Any]:
    """The folded names with this word, or with a word that starts with this initial; a parameter is a word."""
    if not isinstance(word, str) or len(word) > 1:
        return select(name_words.c.folded_name).where(name_words.c.word == word)
    return select(name_words.c.folded_name).where(starts_with(name_words.c.word, word))


def starts_with(column: ColumnElement[str], letters: str) -> ColumnElement[bool]:
    """Values that start with these letters: a range of the column's index."""
    return and_(column >= letters, column < letters + _BEYOND)


def by_author(words: Sequence[str | BindParameter[Any]]) -> Select[Any]:
    """The ids of papers by authors whose name has all these words, with repeats; nothing without a word."""
    names = [authors.c.folded_name.in_(names_containing(word)) for word in words]
    return select(authors.c.paper_id).where(*(names or [false()]))
