"""Papers that a question asks for by their records."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from retrieval.answering.records.authors import Author
from retrieval.answering.records.fields import UnrecordedField
from retrieval.answering.records.spans import Span


class Order(StrEnum):
    """Which papers come first."""

    NEWEST = "newest first"
    OLDEST = "oldest first"
    VOTES = "most votes first"
    FEWEST_VOTES = "fewest votes first"
    TRENDING = "trending first"


@dataclass(frozen=True, slots=True)
class Request:
    """Papers that are asked for. What is not said is empty or ``None``.

    ``authors`` must all be authors of a paper, or where ``any_author``, one of them; ``without_authors`` must not.
    ``without_topic``: words that they must not have. ``survey``: their title says that they survey a field.
    ``project``: they have a page of their project.
    ``outside``: days of which no paper is wanted. ``votes`` are written as
    in the search language (``>=20``, both ends of a range). ``counted``: how many there are is asked. ``by_list``:
    the papers of daily lists. ``rank``: only that one is wanted, in its order. ``is_terse``: the question is no
    sentence.
    """

    authors: tuple[Author, ...] = ()
    any_author: bool = False
    without_authors: tuple[Author, ...] = ()
    span: Span | None = None
    outside: Span | None = None
    by_list: bool = False
    topic: str = ""
    without_topic: str = ""
    category: str = ""
    code: bool | None = None
    project: bool = False
    survey: bool = False
    votes: str = ""
    order: Order | None = None
    most: int | None = None
    rank: int | None = None
    counted: bool = False
    unrecorded: UnrecordedField | None = None
    is_terse: bool = field(default=False, compare=False)

    @property
    def is_for_records(self) -> bool:
        """Whether it asks for anything that only records tell; a topic alone does not."""
        return self.is_telling or self.counted

    @property
    def is_telling(self) -> bool:
        """Whether it says by itself which papers are asked for; "how many" alone does not."""
        people, days = self.authors or self.without_authors, self.span or self.outside
        conditions = people or days or self.category or self.votes or self.order or self.unrecorded
        of_kind = self.by_list or self.code is not None or self.project or (self.survey and bool(self.topic))
        return bool(conditions) or of_kind

    @property
    def is_keyed(self) -> bool:
        """Whether a condition says what only records have: a year, code, votes."""
        dated = self.span is not None and self.span.has_year
        return dated or self.code is not None or bool(self.votes or self.category)

    @property
    def has_only_code(self) -> bool:
        """Whether nothing but code accompanies the topic: "CacheGen code" is no request for papers."""
        return self.code is True and replace(self, topic="", without_topic="", code=None, most=None) == _NOTHING

    @property
    def has_only_topic(self) -> bool:
        """Whether only "new" or "a survey" accompanies the topic: abstracts may tell more."""
        alone = replace(self, topic="", without_topic="", order=None, most=None, survey=False) == _NOTHING
        return bool(self.topic) and alone and self.order in {None, Order.NEWEST}

    def changed_by(self, later: Request) -> Request:
        """The request after a follow-up, which keeps what it doesn't change: "and with code?"."""
        said = {name: getattr(later, name) for name in _KEPT if getattr(later, name) != getattr(_NOTHING, name)}
        if later.span is not None:
            of_days = self.by_list and _is_day(self.span) and _is_day(later.span)  # "and on the 19th?"
            said |= {"span": _in_the_year_of(self.span, later.span), "by_list": later.by_list or of_days}
        counted = later.counted or (self.counted and later != _NOTHING and later.order is None)
        return replace(self, counted=counted, most=later.most, **said)


_KEPT: Final = tuple(
    "authors any_author without_authors outside topic without_topic category code project survey votes order unrecorded"
    " by_list".split()
)
_NOTHING: Final = Request()


def _is_day(span: Span | None) -> bool:
    return span is None or (span.first is not None and span.first == span.last)


def _in_the_year_of(before: Span | None, span: Span) -> Span:
    """A month or day that a follow-up names without a year: "papers of 2025", "only from June"."""
    if span.has_year or span.relative or before is None or before.first is None:
        return span
    year = (before.last or before.first).year
    return replace(
        span,
        first=span.first.replace(year=year) if span.first else None,
        last=span.last.replace(year=year) if span.last else None,
    )
