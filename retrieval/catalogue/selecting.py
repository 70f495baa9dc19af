"""Conditions on a paper's record as SQL over the tables.

Every clause is true or false and never NULL, so that its negation is exactly the other papers. Each one
is answered from an index alone: no paper's row, with its abstract, is read to decide about it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select, true

from retrieval.catalogue.tables import authors, categories, listings, name_words, papers
from retrieval.conditions import (
    After,
    All,
    Author,
    Before,
    Category,
    Condition,
    Either,
    HasCode,
    Not,
    OfRecord,
    Phrase,
    Votes,
    Words,
)

STANDING = papers.c.id.not_in(select(papers.c.id).where(papers.c.withdrawn.is_not(None)))
"""Papers that their authors have not taken back; the few others are told by an index of their own."""

_BEYOND = "\U0010ffff"  # stands after every letter


def clause(condition: Condition) -> ColumnElement[bool]:
    """The condition on the ``papers`` table. Raises ``TypeError`` for one of text, which only the index knows."""
    match condition:
        case All(parts):
            return and_(true(), *map(clause, parts))
        case Either(parts):
            return or_(false(), *map(clause, parts))
        case Not(part):
            return not_(clause(part))
        case Words() | Phrase():
            raise TypeError(f"the catalogue cannot tell {condition}")
        case _:
            return _of_record(condition)


def _of_record(condition: OfRecord) -> ColumnElement[bool]:
    match condition:
        case Author(words):
            return _by_author(words)
        case Category(name):
            return papers.c.id.in_(select(categories.c.paper_id).where(categories.c.category.in_(_spelt_as(name))))
        case After(day):
            return _on_day(papers.c.published >= _midnight(day), _list_day() >= day)
        case Before(day):
            end = _midnight(day + timedelta(days=1)) if day < date.max else _midnight(date.max)
            return _on_day(papers.c.published < end, _list_day() <= day)
        case Votes(sign, number):
            return and_(papers.c.votes.is_not(None), papers.c.votes.op(sign, is_comparison=True)(number))
        case HasCode():
            return and_(papers.c.code_url.is_not(None), papers.c.code_url != "")


def category_names() -> Select[Any]:
    """All categories of all papers, each once: leaps from one to the next in the index, not over every row."""
    first = select(func.min(categories.c.category).label("name")).cte(recursive=True)
    following = select(func.min(categories.c.category)).where(categories.c.category > first.c.name)
    names = first.union_all(select(following.scalar_subquery()).where(first.c.name.is_not(None)))
    return select(names.c.name).where(names.c.name.is_not(None))


def names_with(word: str) -> Select[Any]:
    """The folded names that have this word, or begin one with this initial."""
    if len(word) > 1:
        return select(name_words.c.folded_name).where(name_words.c.word == word)
    return select(name_words.c.folded_name).where(beginning_with(name_words.c.word, word))


def beginning_with(column: ColumnElement[str], letters: str) -> ColumnElement[bool]:
    """What begins with these letters: a stretch of the column's index."""
    return and_(column >= letters, column < letters + _BEYOND)


def _by_author(words: tuple[str, ...]) -> ColumnElement[bool]:
    names = [authors.c.folded_name.in_(names_with(word)) for word in words]
    return papers.c.id.in_(select(authors.c.paper_id).where(*names)) if names else false()


def _spelt_as(name: str) -> Select[Any]:
    names = category_names().subquery()
    return select(names.c.name).where(func.lower(names.c.name) == name.lower())


def _list_day() -> ColumnElement[date]:
    """The newest day of a list on which the paper stands."""
    newest = select(func.max(listings.c.day)).where(listings.c.paper_id == papers.c.id)
    return newest.correlate(papers).scalar_subquery()


def _on_day(published: ColumnElement[bool], listed: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on the day of publication, or on the list's where that is unknown."""
    known = papers.c.published.is_not(None)
    return or_(and_(known, published), and_(papers.c.published.is_(None), func.coalesce(listed, false())))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
