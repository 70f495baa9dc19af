"""Spans of days in a question: "since 2024", "between March and June 2025", "last week"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from retrieval.answering.question.phrases import lines
from retrieval.answering.records.periods import (
    BARE,
    HOLIDAY,
    MONTH,
    NAMED,
    OF_LISTS,
    RELATIVE,
    WEEKDAY,
    YEAR,
    Days,
    period,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that papers are asked for, both ends included; ``None`` where an end is open.

    ``relative``: counted from the present day. ``by_list``: people mean the daily lists of these days rather
    than days of publication, as with "today" and "this week". ``has_year``: the year is written.
    """

    first: date | None
    last: date | None
    relative: bool = False
    by_list: bool = False
    has_year: bool = True


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A span and where it is written: ``text[start:end]``."""

    span: Span
    start: int
    end: int


_PARTS: Final = {
    "period": rf"(?:the )?(?:{NAMED}|{RELATIVE}|{BARE})",
    "named": NAMED,
    "relative": RELATIVE,
    "bare": BARE,
    "weekday": WEEKDAY,
    "unwanted": r"(?:drop|exclude|excluding|remove|skip|hide|ignore|leave out|without|nothing|none|no|not|minus|except)"
    r"(?: (?:the|those|ones|everything|anything|all|papers?|from|published|that|is|are|were))*",
    "not": "|".join(
        rf"(?<={each} )"
        for word in ("neither", "not", "except", "without", "excluding", "exclude")
        for each in (word, f"{word} in", f"{word} from")
    ),
    "month": MONTH,
    "holiday": HOLIDAY,
    "year": YEAR,
    "dayno": r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d)",
    "of": r"(?:the )?(?:(?:month|day|year) of )?",
    "to": r" ?(?:and|to|until|till|through|up to|[-–—]|(?<=[a-z])/(?=[a-z])) ?",
    "in": r"(?:back )?in|at|now|instead|on|from|of|during|within|over|for|throughout|dated|published|released|posted"
    "|just|only|what about"
    r"|how about|^and",
    "papers": r"papers?|works?|publications|articles|preprints|list|research|stuff|ones",
}


def _form(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(lines(text, _PARTS))})(?![\w-]|\.\d)", re.IGNORECASE)


_Ends = Callable[[list[Days]], tuple[date | None, date | None]]
"""Makes the ends of a span out of the periods that are written."""

_NEAR_A_DAY: Final = timedelta(days=7)
_BARE_PAPERS: Final = _form(r"(?P<a><year>|<month>|week-?end|<weekday>)(?:['’]?s)?(?= (?:\w+ ){0,2}<papers>\b)")
_YEARS: Final = _form(r"(?P<a><year>)['’]s(?= (?:number one|best|top|fav|most|winner|newest|latest|last|first|oldest))")
_LAST_YEAR: Final = _form(
    r"(?:(?<=[,|:(] )|(?<=[,|(])|(?<=top[ -]\d )|(?<=top[ -]\d\d )|(?<=year is )|<papers> |^)(?:only )?(?P<a><year>)"
    r"(?: (?:only|please))*(?=\W*$| ?[,;|)])"
)
_FORMS: Final[tuple[tuple[re.Pattern[str], _Ends], ...]] = (
    (
        _form(
            r"""
            (?:between|from|in) (?P<a><period>)<to>(?P<b><period>)
            (?P<g><year>)(?:, ?| ?/ ?| or | )(?P<h><year>)
            (?P<c><named>|<bare>|<weekday>)<to>(?P<d><named>|<bare>|<weekday>)(?: (?:of )?(?:this|the|last) week)?
            (?:(?:between|from) )?(?:the )?(?P<e><dayno>)<to>(?:the )?(?P<f><dayno>\.? (?:of )?<month>(?:,? <year>)?)
            (?:(?:between|from) )?(?P<i><month> <dayno>)<to>(?:the )?(?P<j><dayno>(?:,? <year>)?)(?! ?<month>)
            (?:<in> )?(?:the )?(?P<k><period>) (?:or|and) (?:in |on |from )?(?P<l><named>|<relative>)
            """
        ),
        lambda days: (min(days)[0], max(days)[1]),
    ),
    (
        _form(r"<not>(?P<a><bare>)(?:,? (?:and|n?or)(?: not)?(?: in| from)?|,) (?P<b><bare>)"),
        lambda days: (min(days)[0], max(days)[1]),
    ),
    (
        _form(r"(?:around|near|about|close to) (?:the )?(?P<a><holiday>|<named>)"),
        lambda days: (days[0][0] - _NEAR_A_DAY, days[0][1] + _NEAR_A_DAY) if days[0][0] == days[0][1] else days[0],
    ),
    (
        _form(r"<unwanted> (?:before|(?:earlier|older) than|prior to) (?P<a><period>)"),
        lambda days: (days[0][0], None),
    ),
    (
        _form(r"<unwanted> (?:after|(?:later|newer) than|since) (?P<a><period>)"),
        lambda days: (None, days[0][1]),
    ),
    (
        _form(
            r"""
            after:(?P<d><period>)
            (?:since|(?:no|not) (?:older|earlier) than|(?:starting|beginning) (?:from|in|with|on)
              |as of) <of>(?P<a><period>)
            (?:from|in) (?P<b><period>) (?:onwards?|on(?= ?(?:$|[|,;])|$)|or (?:later|newer)|(?:till|until|to) (?:now
              |date))
            (?P<c><period>) (?:(?:or|and) (?:later|newer|after)|onwards?)
            (?:on or after|not before) (?P<e><period>)
            """
        ),
        lambda days: (days[0][0], None),
    ),
    (
        _form(r"(?:after|(?:later|newer|more recent) than) (?P<a><period>)|post-(?P<b><year>)"),
        lambda days: (days[0][1] + timedelta(days=1), None),
    ),
    (
        _form(
            r"""
            before:(?P<c><period>)
            (?:until|till|up to|through|(?:no|not) later than|by the end of) (?P<a><period>)
            (?P<b><period>) (?:or|and) (?:earlier|older)
            """
        ),
        lambda days: (None, days[0][1]),
    ),
    (
        _form(r"(?:(?<!day )before|prior to|(?:earlier|older) than) (?P<a><period>)|pre-(?P<b><year>)"),
        lambda days: (None, days[0][0] - timedelta(days=1)),
    ),
    (
        _form(
            r"""
            <in> <of>(?P<a><period>)(?:['’]?s)?
            (?P<b><named>|<relative>)(?:['’]?s)?
            (?:and |, )?year:? (?P<d><year>)
            ^(?P<f><bare>)(?= ?:)
            (?:(?<=minus )|(?<=except )|(?<=without )|(?<=excluding ))(?P<e><year>)
            """
        ),
        lambda days: days[0],
    ),
    (_BARE_PAPERS, lambda days: days[0]),
    (_YEARS, lambda days: days[0]),
    (_LAST_YEAR, lambda days: days[0]),
)
"""How questions write spans, the most telling first."""
_MODAL: Final = re.compile(r"may|march|sat|sun|mon|wed")
"""Months that are verbs in lower case: a preposition must say that they are months."""


_YEAR_BESIDE: Final = re.compile(
    rf"(?:(?:^|(?<=\s))[a-z][\w'’-]* |(?<=[|,+] ))(?P<a>{YEAR})(?=\W*$| [a-z|\d])"
    rf"|^(?:(?:[A-Z]\. ?){{1,2}})?[A-Z][a-z][A-Za-z'’-]* (?P<b>{YEAR})(?=\W*$)"
)
"""A year beside other words, which is a span where the text is no sentence: "quantization 2024"."""


_HINT: Final = re.compile(
    r"\d|\b(?:to|yester|mon|tue|tues|wednes|thurs|fri|satur|sun)day|\b(?:day|week|month|year|quarter|fortnight|season"
    r"|tonight"
    r"|right now|tomorrow|spring|summer|autumn|fall|winter|christmas|boxing|valentine|halloween|jan|feb|mar|apr|may"
    r"|jun|jul"
    r"|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
"""Without one of these no span is written."""


def find_span(text: str, today: date, *, terse: bool = False) -> FoundSpan | None:
    """The span that a question names, counted from ``today`` where it is relative; ``None`` where it names none.

    ``terse``: the question is no sentence.
    """
    if not _HINT.search(text):
        return None
    for pattern, ends in (*_FORMS, *(((_YEAR_BESIDE, _FORMS[-1][1]),) if terse else ())):
        for found in pattern.finditer(text):
            span = _span(found, ends, today)
            if span is not None and not (pattern is _BARE_PAPERS and _MODAL.match(found[0])):
                year = found.lastgroup if pattern in {_LAST_YEAR, _YEAR_BESIDE} else None
                return FoundSpan(span, found.start(year or 0), found.end())
    return None


def _in_two_years(written: Sequence[str], days: list[Days], today: date) -> list[Days]:
    """The days where the year is that of one end: "between Christmas and New Year 2024", "December to May 2025"."""
    at, change = (1, 1) if written[1].lower().startswith("new year") else (0, -1)
    other = re.sub(YEAR, lambda year: str(int(year[0]) + change), written[at] if re.search(YEAR, written[at]) else "")
    moved = period(other, today) if other else None
    return [*days[:at], moved, *days[at + 1 :]] if moved else days


def _span(found: re.Match[str], ends: _Ends, today: date) -> Span | None:
    written = [part for part in found.groups() if part]
    years = re.findall(YEAR, found[0])
    if len(written) > 1 and re.fullmatch(r"\d{1,2}\w{0,2}", written[0]):
        written[0] = re.sub(r"^\d{1,2}\w{0,2}", written[0], written[1])  # "1 to 5 August"
    if len(written) > 1 and re.match(r"\d{1,2}(?:st|nd|rd|th)?(?:$|,? \d{4})", written[1]):
        written[1] = re.sub(r"(?<= )\d.*", written[1], written[0])  # "August 1 to 5"
    if len(written) > 1 and years and not re.search(YEAR, written[0]) and not re.fullmatch(RELATIVE, written[0]):
        written[0] = f"{written[0]} {years[-1]}"  # "May to July 2025"
    days = [each for part in written if (each := period(part, today)) is not None]
    if len(days) < len(written):
        return None
    if len(days) > 1 and days[1] < days[0] and len(years) == 1:
        days = _in_two_years(written, days, today)
    first, last = ends(days)
    relative = any(re.fullmatch(RELATIVE, part, re.IGNORECASE) for part in written)
    return Span(first, last, relative, relative and not OF_LISTS.search(written[0]), bool(years))
