"""Days, months, years and spans of them, as they are typed in a query."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

_DAY: Final = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_LOOSE_DAY: Final = re.compile(r"([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})?")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_MONTH: Final = re.compile(
    r"(?:(?P<before>[0-9]{1,2})(?:st|nd|rd|th)?\W+)?(?P<month>[a-z]{3})[a-z]*\W+"
    r"(?:(?P<after>[0-9]{1,2})(?:st|nd|rd|th)?\W+)?(?P<year>[0-9]{4})",
    re.IGNORECASE,
)
_DAY_FIRST: Final = re.compile(r"(?P<first>[0-9]{1,2})(?P<sign>[./-])(?P<second>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4})")
_MONTH_FIRST: Final = re.compile(r"(?P<month>[0-9]{1,2})[./-](?P<year>[0-9]{4})")
_LAST_MONTH: Final = 12
_SPAN: Final = re.compile(
    r"(?P<first>[0-9-]*[0-9])?(?:\.\.\.?|–|—|:|(?<=[0-9]{4})-(?=[0-9]{4}(?:$|-)))(?P<last>[0-9-]*[0-9])?"
)
_BETWEEN: Final = re.compile(r"\[(?P<first>[0-9-]{4,}) TO (?P<last>[0-9-]{4,})\]", re.IGNORECASE)
"""As arXiv's interface writes a span: ``[202401010600 TO 202405312359]``."""
_WRITTEN_DAY: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sign>/?)(?P<month>\d\d)(?P=sign)(?P<day>\d\d)(?!\d)"
)
_SIGNED: Final = re.compile(r"(?P<sign>>=|<=|>|<|=|≥|≤|)(?P<day>.+)")

Span = tuple[date | None, date | None]
"""The first and the last day, where they are given."""


def parse_day(text: str, *, last: bool) -> date:
    """A day, or the first or ``last`` day of a month or year. Raises ``ValueError`` for anything else."""
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month = int(found["year"]), int(found["month"] or (12 if last else 1))
    days_in_month = monthrange(year, month)[1]
    return date(year, month, int(found["day"] or (days_in_month if last else 1)))


def parse_span(text: str) -> Span:
    """The days of ``2024``, ``2024-05``, ``2023..2024``, ``2023-2025``, ``>=2023``, ``<2024-05``, ``2023-``.

    Days may be written as ``20240501`` and ``2024/05/01``, too.
    Raises ``ValueError`` for anything else.
    """
    text = _WRITTEN_DAY.sub(r"\g<year>-\g<month>-\g<day>", text).replace("/", "-")
    if between := _BETWEEN.fullmatch(text):
        first, last = (re.sub(r"^(\d{4})(\d\d)(\d\d)\d*$", r"\1-\2-\3", each) for each in between.groups())
        return parse_day(first, last=False), parse_day(last, last=True)
    found = _SPAN.fullmatch(text)
    if found and (found["first"] or found["last"]):
        first = parse_day(found["first"], last=False) if found["first"] else None
        return first, parse_day(found["last"], last=True) if found["last"] else None
    signed = _SIGNED.fullmatch(text)
    if signed is None:
        raise ValueError(text)
    day, sign = signed["day"], signed["sign"]
    if sign in {">=", "≥"} or (not sign and text.endswith("-")):
        return parse_day(day.rstrip("-"), last=False), None
    if sign in {"<=", "≤"}:
        return None, parse_day(day, last=True)
    first, last = parse_day(day, last=False), parse_day(day, last=True)
    match sign:
        case ">":
            span = last + timedelta(days=1), None
        case "<":
            span = None, first - timedelta(days=1)
        case _:
            span = first, last
    return span


def meant_day(value: str) -> str | None:
    """A day in another notation, as this language writes it: ``20240601``, ``June 2024``, ``1 Jun 2024``, ``1.6.2024``.

    ``None`` where the order of day and month is anybody's guess, as in ``1/6/2024``.
    """
    suggestion = _named_month(value) or _day_first(value) or _year_first(value)
    if suggestion is None:
        return None
    try:
        parse_day(suggestion, last=False)
    except ValueError:
        return None
    return suggestion


def _named_month(value: str) -> str | None:
    found = _NAMED_MONTH.fullmatch(value.strip())
    if found is None or found["month"].lower() not in _MONTHS:
        return None
    day = found["before"] or found["after"]
    month = f"{found['year']}-{_MONTHS.index(found['month'].lower()) + 1:02}"
    return f"{month}-{day.zfill(2)}" if day else month


def _day_first(value: str) -> str | None:
    """``12/2024``, ``31.12.2024`` and ``12/31/2024``; with dots, the day comes first everywhere."""
    if found := _MONTH_FIRST.fullmatch(value):
        return f"{found['year']}-{found['month'].zfill(2)}"
    found = _DAY_FIRST.fullmatch(value)
    if found is None:
        return None
    day, month = found["first"], found["second"]
    if int(month) > _LAST_MONTH:
        day, month = month, day
    elif found["sign"] != "." and int(day) <= _LAST_MONTH:
        return None
    return f"{found['year']}-{month.zfill(2)}-{day.zfill(2)}"


def _year_first(value: str) -> str | None:
    found = _LOOSE_DAY.fullmatch(value)
    return "-".join(part.zfill(2) for part in found.groups() if part) if found else None
