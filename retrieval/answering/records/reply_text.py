"""What answers from records say in words."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from retrieval.answering.records.fields import Field, UnrecordedField, value_of
from retrieval.answering.records.lookup import Holdings
from retrieval.answering.records.request import Order, Request
from retrieval.answering.records.spans import Span
from retrieval.english import counted, listed, written
from retrieval.papers import Paper

_MOST_NAMES = 12  # authors that a sentence names


def span_text(span: Span) -> str:
    """A span as it follows "papers": ``from May 2025``, ``since 1 June 2025``."""
    match span.first, span.last:
        case None, None:
            return ""
        case first, None:
            assert first is not None
            return f"since {_begin(first)}"
        case None, last:
            assert last is not None
            return f"until {_end(last)}"
        case first, last:
            assert first is not None
            assert last is not None
            return _between(first, last)


def _between(first: date, last: date) -> str:
    if first == last:
        return f"from {written(first)}"
    whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if whole and (first.year, first.month) == (last.year, last.month):
        return f"from {first:%B %Y}"
    if not whole:
        return f"between {written(first)} and {written(last)}"
    if (first.month, last.month) == (1, 12):
        return f"from {first.year}" if first.year == last.year else f"from {first.year} to {last.year}"
    begin = f"{first:%B}" if first.year == last.year else f"{first:%B %Y}"
    return f"from {begin} to {last:%B %Y}"


def _begin(day: date) -> str:
    if (day.month, day.day) == (1, 1):
        return str(day.year)
    return f"{day:%B %Y}" if day.day == 1 else written(day)


def _end(day: date) -> str:
    if (day.month, day.day) == (12, 31):
        return f"the end of {day.year}"
    return f"the end of {day:%B %Y}" if (day + timedelta(days=1)).day == 1 else written(day)


def described(request: Request, of_list: str = "") -> str:
    """What was asked for, as it follows a number of papers: ``by Yann LeCun on “tokenizers” since 2025 with code``."""
    names = [author.name for author in request.authors]
    votes = request.votes.replace(" ", " and ")
    for sign, words in (">=", "at least "), ("<=", "at most "), (">", "more than "), ("<", "fewer than "):
        votes = votes.replace(sign, words)
    parts = [
        f"by {listed(names, 'or' if request.any_author else 'and')}" if names else "",
        f"without {listed([author.name for author in request.without_authors], 'or')}"
        if request.without_authors
        else "",
        f"on “{request.topic}”" if request.topic else "",
        f"but not on “{request.without_topic}”" if request.without_topic else "",
        f"in {request.category}" if request.category else "",
        of_list or (span_text(request.span) if request.span else ""),
        f"but not {span_text(request.outside)}" if request.outside else "",
        f"with {votes} votes" if votes else "",
        ("and code" if votes else "with code") if request.code else "",
        "without code" if request.code is False else "",
    ]
    return " ".join(part for part in parts if part)


_FIRST = {
    Order.NEWEST: "The newest paper",
    Order.OLDEST: "The oldest paper",
    Order.VOTES: "The paper with the most votes",
    Order.FEWEST_VOTES: "The paper with the fewest votes",
    Order.TRENDING: "The top trending paper",
}


def found_text(request: Request, total: int, shown: int, of_list: str = "") -> str:
    """The heading of ``shown`` papers of ``total``; ``of_list`` says of which daily lists they are."""
    what = described(request, of_list)
    papers = f"{counted(total, 'paper')} {what}".strip()
    if request.counted:
        return f"{papers}."
    if request.rank and request.order:
        return f"{papers}, {request.order}."
    if request.most and request.order:
        first = _FIRST[request.order]
        many = first if shown == 1 else first.replace("The", f"The {shown}").replace("paper", "papers")
        return f"{many} {what}".strip() + f" (of {total:,}):"
    order = f", {request.order or 'best match first'}" if total > 1 else ""
    first = f" The first {shown}:" if shown < total else ""
    return f"{papers}{order}.{first}"


def lists_text(span: Span) -> str:
    """The daily lists of a span as they follow "papers"."""
    assert span.last is not None
    if span.first == span.last:
        return f"on the list of {written(span.last)}"
    begin = f"between {written(span.first)} and" if span.first else "until"
    return f"on the lists {begin} {written(span.last)}"


def known_days_text(holdings: Holdings) -> str:
    """Of which days there are papers."""
    if holdings.first is None or holdings.last is None:
        return "No paper here has a date."
    return f"My papers were published between {written(holdings.first)} and {written(holdings.last)}."


_NOT_HELD = {
    UnrecordedField.CITATIONS: "I can sort papers by votes instead, for example: most upvoted papers this month.",
    UnrecordedField.AFFILIATIONS: "I can look for papers by an author's name instead.",
    UnrecordedField.VENUE: "I know the day of publication, the daily list, votes and code.",
}


def not_held_text(what: UnrecordedField) -> str:
    """That no record has what was asked for."""
    instead = _NOT_HELD.get(what, "")
    return f"My records don't include {what}. {instead}".strip()


def fact_text(field: Field, paper: Paper) -> str:
    """A field of a paper in a sentence; nothing for what the paper's card shows anyway."""
    value = value_of(field, paper)
    if not value and value != 0:
        return f"The record has no {'link to code' if field is Field.CODE else _NAMED[field]}."
    match field, value:
        case Field.AUTHORS | Field.LAST_AUTHOR, tuple():
            last = f"The last of {counted(len(paper.authors), 'author')}: {listed(value)}."
            return last if field is Field.LAST_AUTHOR else _authors_text(value)
        case Field.PUBLISHED | Field.LISTED, str():
            day = written(date.fromisoformat(value))
            return f"Published on {day}." if field is Field.PUBLISHED else f"On the list of {day}."
        case Field.VOTES | Field.COMMENTS, int():
            return f"{counted(value, field.value.removesuffix('s'))}."
        case Field.TITLE | Field.ABSTRACT, _:
            return ""
        case _:
            return (
                f"{_NAMED[field][0].upper()}{_NAMED[field][1:]}: {listed(value) if isinstance(value, tuple) else value}"
            )


def comparison_text(field: Field, papers: Sequence[Paper], *, most: bool) -> str:
    """How the first of two papers differs from the second one in a field."""
    first, second = (paper.title for paper in papers)
    if field is Field.VOTES:
        votes = [paper.votes or 0 for paper in papers]
        if votes[0] == votes[1]:
            return f"Both have {counted(votes[0], 'vote')}."
        return f"“{first}” has {'more' if most else 'fewer'} votes, {votes[0]:,}. “{second}” has {votes[1]:,}."
    days = [fact_text(field, paper).lower().rstrip(".") for paper in papers]
    if days[0] == days[1]:
        return f"Both were {days[0]}."
    return f"“{first}” is {'newer' if most else 'older'}: {days[0]}. “{second}” was {days[1]}."


def _authors_text(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    shown = [*names[:_MOST_NAMES], counted(more, "other")] if more > 0 else list(names)
    return f"By {listed(names)}." if len(names) == 1 else f"{counted(len(names), 'author')}: {listed(shown)}."


_NAMED = {
    Field.AUTHORS: "authors",
    Field.LAST_AUTHOR: "authors",
    Field.PUBLISHED: "day of publication",
    Field.LISTED: "daily list",
    Field.VOTES: "votes",
    Field.COMMENTS: "comments",
    Field.CODE: "code",
    Field.CATEGORY: "category",
    Field.VERSION: "version",
    Field.PDF: "PDF",
    Field.LINK: "link",
    Field.PROJECT: "project page",
    Field.TITLE: "title",
    Field.ABSTRACT: "abstract",
}
