"""What answers from records say in words."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, cast

from retrieval.answering.records.fields import Field, UnrecordedField, value_of
from retrieval.answering.records.lookup import Holdings
from retrieval.answering.records.request import Order, Request
from retrieval.answering.records.spans import Span
from retrieval.english import MONTHS, Text, counted, either, figure, listed, phrase, sentences, written
from retrieval.papers import Paper

_MOST_NAMES = 12  # authors that a sentence names


def span_text(span: Span) -> Text:
    """A span as it follows "papers": ``from May 2025``, ``since 1 June 2025``."""
    match span.first, span.last:
        case None, None:
            return Text("")
        case first, None:
            assert first is not None
            return Text("since {begin}", begin=_begin(first))
        case None, last:
            assert last is not None
            return Text("until {day}", day=_end(last))
        case first, last:
            assert first is not None
            assert last is not None
            return _between(first, last)


def _between(first: date, last: date) -> Text:
    whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if whole and (first.year, first.month) == (last.year, last.month):
        return Text("from {month}", month=_month(first))
    if not whole:
        between = Text("between {first} and {last}", first=written(first), last=written(last))
        return Text("from {day}", day=written(first)) if first == last else between
    if (first.month, last.month) == (1, 12):
        if first.year == last.year:
            return Text("from {month}", month=_year(first))
        return Text("from {first} to {last}", first=_year(first), last=_year(last))
    if first.year == last.year:
        begin, end = MONTHS[first.month - 1], MONTHS[last.month - 1]
        return Text("from {first} to {last} {year}", first=begin, last=end, year=first.year)
    return Text("from {first} to {last}", first=_month(first), last=_month(last))


def _begin(day: date) -> Text:
    if (day.month, day.day) == (1, 1):
        return _year(day)
    return _month(day) if day.day == 1 else written(day)


def _end(day: date) -> Text:
    if (day.month, day.day) == (12, 31):
        return Text("the end of {month}", month=_year(day))
    return Text("the end of {month}", month=_month(day)) if (day + timedelta(days=1)).day == 1 else written(day)


def _month(day: date) -> Text:
    return Text("{month} {year}", month=MONTHS[day.month - 1], year=day.year)


def _year(day: date) -> Text:
    return Text("{year}", year=day.year)


def described(request: Request, of_list: str = "") -> Text:
    """What was asked for, as it follows a number of papers: ``by Yann LeCun on “tokenizers” since 2025 with code``."""
    names = [author.name for author in request.authors]
    without = [author.name for author in request.without_authors]
    return phrase(
        Text("by {names}", names=either(names) if request.any_author else listed(names)) if names else "",
        Text("without {names}", names=either(without)) if without else "",
        Text("on “{topic}”", topic=request.topic) if request.topic else "",
        Text("but not on “{topic}”", topic=request.without_topic) if request.without_topic else "",
        Text("that are surveys") if request.survey else "",
        Text("in {category}", category=request.category) if request.category else "",
        of_list or (span_text(request.span) if request.span else ""),
        Text("but not {span}", span=span_text(request.outside)) if request.outside else "",
        Text("with {votes} votes", votes=_votes(request.votes)) if request.votes else "",
        (Text("and code") if request.votes else Text("with code")) if request.code else "",
        Text("without code") if request.code is False else "",
        Text("with a project page") if request.project else "",
    )


_BOUNDS: Final = {
    ">=": Text("at least {number}"),
    "<=": Text("at most {number}"),
    ">": Text("more than {number}"),
    "<": Text("fewer than {number}"),
}


def _votes(conditions: str) -> Text:
    """``at least 10 and fewer than 50`` for ``>=10 <50``."""
    parts = [(each.rstrip("0123456789"), each.lstrip("<>=")) for each in conditions.split()]
    return listed([_BOUNDS[sign].with_fields(number=number) if sign in _BOUNDS else number for sign, number in parts])


_ORDERS: Final = {
    Order.NEWEST: Text("newest first"),
    Order.OLDEST: Text("oldest first"),
    Order.VOTES: Text("most votes first"),
    Order.FEWEST_VOTES: Text("fewest votes first"),
    Order.TRENDING: Text("trending first"),
    None: Text("best match first"),
}


def _first(order: Order, number: int) -> Text:
    match order:
        case Order.NEWEST:
            return Text.plural("The newest paper", "The {number} newest papers", number)
        case Order.OLDEST:
            return Text.plural("The oldest paper", "The {number} oldest papers", number)
        case Order.VOTES:
            return Text.plural("The paper with the most votes", "The {number} papers with the most votes", number)
        case Order.FEWEST_VOTES:
            return Text.plural("The paper with the fewest votes", "The {number} papers with the fewest votes", number)
        case Order.TRENDING:
            return Text.plural("The top trending paper", "The {number} top trending papers", number)


def found_text(request: Request, total: int, shown: int, of_list: str = "", note: str = "") -> Text:
    """The heading of ``shown`` papers of ``total``; ``of_list`` says of which daily lists they are."""
    what = described(request, of_list)
    papers = _with(counted(total, "paper"), what)
    if request.counted:
        return sentences(note, Text("{papers}.", papers=papers))
    if request.rank and request.order:
        return sentences(note, Text("{papers}, {order}.", papers=papers, order=_ORDERS[request.order]))
    if request.most and request.order:
        first = _with(_first(request.order, shown), what)
        return sentences(note, Text("{papers} (of {number}):", papers=first, number=figure(total)))
    ordered = Text("{papers}, {order}.", papers=papers, order=_ORDERS[request.order])
    found = sentences(note, ordered if total > 1 else Text("{papers}.", papers=papers))
    return _SOME.with_fields(papers=found, number=shown) if shown < total else found


_SOME: Final = Text("{papers} The first {number}:")


def without_number_shown(reply: Text) -> Text:
    """A heading that doesn't say how many of the papers follow."""
    return cast("Text", reply.fields["papers"]) if reply.template == _SOME else reply


def _with(papers: Text, what: Text) -> Text:
    return Text("{papers} {what}", papers=papers, what=what) if what else papers


def none_found_text(what: Text) -> Text:
    """That no paper is as asked for."""
    return Text("I found no paper {what}.", what=what) if what else Text("I found no paper.")


def lists_text(span: Span) -> Text:
    """The daily lists of a span as they follow "papers"."""
    assert span.last is not None
    if span.first == span.last:
        return Text("on the list of {day}", day=written(span.last))
    if span.first:
        return Text("on the lists between {first} and {last}", first=written(span.first), last=written(span.last))
    return Text("on the lists until {day}", day=written(span.last))


def known_days_text(holdings: Holdings) -> Text:
    """Of which days there are papers."""
    if holdings.first is None or holdings.last is None:
        return Text("No paper here has a date.")
    first, last = written(holdings.first), written(holdings.last)
    return Text("My papers were published between {first} and {last}.", first=first, last=last)


_UNRECORDED: Final = {
    UnrecordedField.CITATIONS: Text("My records don't include citations."),
    UnrecordedField.H_INDEX: Text("My records don't include h-index."),
    UnrecordedField.AFFILIATIONS: Text("My records don't include affiliations."),
    UnrecordedField.PAGES: Text("My records don't include the number of pages."),
    UnrecordedField.VENUE: Text("My records don't include the venue."),
    UnrecordedField.REVIEWS: Text("My records don't include reviews."),
    UnrecordedField.REFERENCES: Text("My records don't include references."),
    UnrecordedField.READERS: Text("My records don't include views or downloads."),
    UnrecordedField.FUNDING: Text("My records don't include funding."),
    UnrecordedField.STARS: Text("My records don't include GitHub stars."),
    UnrecordedField.CONTACT: Text("My records don't include contact details."),
    UnrecordedField.PRODUCTIVITY: Text("My records don't include a ranking of authors."),
}
_INSTEAD: Final = {
    UnrecordedField.CITATIONS: Text("I can sort papers by votes instead, for example: most upvoted papers this month."),
    UnrecordedField.AFFILIATIONS: Text("I can look for papers by an author's name instead."),
    UnrecordedField.VENUE: Text("I know the day of publication, the daily list, votes and code."),
}


def unrecorded_text(what: UnrecordedField) -> Text:
    """That no record has what was asked for."""
    return _UNRECORDED[what]


def not_held_text(what: UnrecordedField) -> Text:
    """That no record has what was asked for, and what to ask for instead."""
    return sentences(unrecorded_text(what), _INSTEAD.get(what, ""))


def fact_text(field: Field, paper: Paper) -> Text:  # noqa: PLR0911 - one line for each kind of field
    """A field of a paper in a sentence; nothing for what the paper's card shows anyway."""
    value = value_of(field, paper)
    if not value and value != 0:
        return _LACKING[field]
    match field, value:
        case Field.LAST_AUTHOR, tuple():
            return Text("The last of {authors}: {name}.", authors=counted(len(paper.authors), "author"), name=value[0])
        case Field.AUTHORS, tuple():
            return _authors_text(value)
        case Field.PUBLISHED, str():
            return Text("Published on {day}.", day=written(date.fromisoformat(value)))
        case Field.LISTED, str():
            return Text("On the list of {day}.", day=written(date.fromisoformat(value)))
        case Field.VOTES, int():
            return Text("{number}.", number=counted(value, "vote"))
        case Field.COMMENTS, int():
            return Text("{number}.", number=counted(value, "comment"))
        case ((Field.TITLE | Field.ABSTRACT), _):
            return Text("")
        case _:
            shown = listed(value) if isinstance(value, tuple) else value
            return Text("{field}: {value}", field=_HEADINGS[field], value=shown)


def comparison_text(field: Field, papers: Sequence[Paper], *, most: bool) -> Text:
    """How the first of two papers differs from the second one in a field."""
    first, second = (paper.title for paper in papers)
    if field is Field.VOTES:
        return _votes_compared(papers, most=most)
    days = [fact_text(field, paper) for paper in papers]
    if any(paper.published is None for paper in papers):
        return sentences(
            *(Text("{title}: {fact}", title=paper.title, fact=day) for paper, day in zip(papers, days, strict=True))
        )
    one, other = (each.fields["day"] for each in days)
    if one == other:
        return Text("Both were published on {day}.", day=one)
    template = (
        Text("“{first}” is newer: published on {day}. “{second}” was published on {other}.")
        if most
        else Text("“{first}” is older: published on {day}. “{second}” was published on {other}.")
    )
    return template.with_fields(first=first, second=second, day=one, other=other)


def _votes_compared(papers: Sequence[Paper], *, most: bool) -> Text:
    one, other = (paper.votes or 0 for paper in papers)
    if one == other:
        return Text("Both have {votes}.", votes=counted(one, "vote"))
    template = (
        Text("“{first}” has more votes, {one}. “{second}” has {other}.")
        if most
        else Text("“{first}” has fewer votes, {one}. “{second}” has {other}.")
    )
    first, second = (paper.title for paper in papers)
    return template.with_fields(first=first, second=second, one=figure(one), other=figure(other))


def _authors_text(names: Sequence[str]) -> Text:
    if len(names) == 1:
        return Text("By {name}.", name=names[0])
    more = len(names) - _MOST_NAMES
    shown = [*names[:_MOST_NAMES], counted(more, "other")] if more > 0 else list(names)
    return Text("{authors}: {names}.", authors=counted(len(names), "author"), names=listed(shown))


_LACKING: Final = {
    Field.AUTHORS: Text("The record has no authors."),
    Field.LAST_AUTHOR: Text("The record has no authors."),
    Field.PUBLISHED: Text("The record has no day of publication."),
    Field.LISTED: Text("The record has no daily list."),
    Field.VOTES: Text("The record has no votes."),
    Field.COMMENTS: Text("The record has no comments."),
    Field.CODE: Text("The record has no link to code."),
    Field.CATEGORY: Text("The record has no category."),
    Field.VERSION: Text("The record has no version."),
    Field.PDF: Text("The record has no PDF."),
    Field.LINK: Text("The record has no link."),
    Field.PROJECT: Text("The record has no project page."),
    Field.TITLE: Text("The record has no title."),
    Field.ABSTRACT: Text("The record has no abstract."),
}
_HEADINGS: Final = {
    Field.CODE: Text("Code"),
    Field.CATEGORY: Text("Category"),
    Field.VERSION: Text("Version"),
    Field.PDF: Text("PDF"),
    Field.LINK: Text("Link"),
    Field.PROJECT: Text("Project page"),
}
