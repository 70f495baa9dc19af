"""Spans of days in questions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.records.periods import period
from retrieval.answering.records.spans import find_span

FRIDAY = date(2026, 8, 21)


def days(text: str) -> tuple[str, str] | None:
    """The ends of a question's span; a dash for an open one."""
    found = find_span(text, FRIDAY)
    return found and (str(found.span.first or "-"), str(found.span.last or "-"))


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("which papers were published in 2024?", "2024-01-01", "2024-12-31"),
        ("papers from May 2025 about diffusion", "2025-05-01", "2025-05-31"),
        ("2025 papers on agents", "2025-01-01", "2025-12-31"),
        ("papers since 2024", "2024-01-01", "-"),
        ("papers after May 2025", "2025-06-01", "-"),
        ("papers before 2025", "-", "2024-12-31"),
        ("up to January 2025", "-", "2025-01-31"),
        ("between March and June 2025", "2025-03-01", "2025-06-30"),
        ("from 3 May 2025 to 10 May 2025", "2025-05-03", "2025-05-10"),
        ("2025-03-01 to 2025-03-03", "2025-03-01", "2025-03-03"),
        ("on the 5th of May, 2025", "2025-05-05", "2025-05-05"),
        ("May 5, 2025", "2025-05-05", "2025-05-05"),
        ("Q3 2025 papers", "2025-07-01", "2025-09-30"),
        ("the last quarter of 2025", "2025-10-01", "2025-12-31"),
        ("late 2024", "2024-09-01", "2024-12-31"),
        ("the last two weeks of July 2025", "2025-07-18", "2025-07-31"),
        ("in the first three months of 2025", "2025-01-01", "2025-03-31"),
        ("the last 10 days of May", "2026-05-22", "2026-05-31"),
        ("the second half of last year", "2025-07-01", "2025-12-31"),
        ("start of last month", "2026-07-01", "2026-07-10"),
        ("anything from the 22nd?", "2026-07-22", "2026-07-22"),
        ("friday the 14th", "2026-08-14", "2026-08-14"),
        ("papers from Q4", "2025-10-01", "2025-12-31"),
        ("winter 2024/25", "2024-12-01", "2025-02-28"),
        ("June 3-9 2025 papers", "2025-06-03", "2025-06-09"),
        ("weekend of 8 august", "2026-08-08", "2026-08-09"),
        ("week ending 9 August", "2026-08-03", "2026-08-09"),
        ("week 32 of 2025", "2025-08-04", "2025-08-10"),
        ("the week before last", "2026-08-03", "2026-08-09"),
        ("since the beginning of the year", "2026-01-01", "-"),
        ("in May or June 2025", "2025-05-01", "2025-06-30"),
        ("yesterday and today", "2026-08-20", "2026-08-21"),
        ("pre-2025 papers", "-", "2024-12-31"),
        ("05/2025", "2025-05-01", "2025-05-31"),
        ("papers from winter 2024", "2024-12-01", "2025-02-28"),
        ("what's new today?", "2026-08-21", "2026-08-21"),
        ("the day before yesterday", "2026-08-19", "2026-08-19"),
        ("Wednesday's list", "2026-08-19", "2026-08-19"),
        ("last Friday", "2026-08-14", "2026-08-14"),
        ("this week's papers", "2026-08-17", "2026-08-23"),
        ("papers from last week", "2026-08-10", "2026-08-16"),
        ("over the weekend", "2026-08-15", "2026-08-16"),
        ("two weeks ago", "2026-08-03", "2026-08-09"),
        ("in the last 10 days", "2026-08-12", "2026-08-21"),
        ("in late December", "2025-12-21", "2025-12-31"),
        ("the last two months", "2026-06-22", "2026-08-21"),
        ("papers from last month", "2026-07-01", "2026-07-31"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("from June on", "2026-06-01", "-"),
        ("just 2026", "2026-01-01", "2026-12-31"),
        ("Q4'25 robotics", "2025-10-01", "2025-12-31"),
        ("first quarter 2026, music", "2026-01-01", "2026-03-31"),
        ("the past fortnight's papers", "2026-08-08", "2026-08-21"),
        ("day before yesterday's list", "2026-08-19", "2026-08-19"),
        ("papers of Christmas Day 2025", "2025-12-25", "2025-12-25"),
        ("papers of New Year's Eve", "2025-12-31", "2025-12-31"),
        ("papers a year ago today", "2025-08-21", "2025-08-21"),
        ("papers on this day last month", "2026-07-21", "2026-07-21"),
        ("weekend papers", "2026-08-15", "2026-08-16"),
        ("tomorrow's list", "2026-08-22", "2026-08-22"),
        ("what will be published next week", "2026-08-24", "2026-08-30"),
        ("limit to author Ada Okafor and year 2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_spans_are_found(question: str, first: str, last: str) -> None:
    """Counted from Friday, 21 August 2026, where they are relative."""
    assert days(question) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        "papers that may help",
        "NTIRE 2026 video saliency",
        "version 2.5",
        "how many march in step?",
        "papers from 31 February 2025",
        "AIME 2024 improvement",
    ],
)
def test_what_is_no_span_is_none(question: str) -> None:
    """Verbs, numbers in names, days that do not exist."""
    assert days(question) is None


def test_days_and_weeks_are_of_lists_but_months_are_of_publication() -> None:
    """People mean the daily lists by "today" and "last week"."""
    by_list = {text: find_span(text, FRIDAY) for text in ("today", "last week", "last month", "in May 2025")}
    assert [found.span.by_list for found in by_list.values() if found] == [True, True, False, False]


@given(
    text=st.from_regex(
        r"(last|this|past) (day|week|month|quarter|year)|(the )?last \d{1,3} (days|weeks|months|years)", fullmatch=True
    ),
    today=st.dates(date(1990, 1, 1), date(2090, 1, 1)),
)
def test_a_period_never_runs_backwards(text: str, today: date) -> None:
    """Whatever day it is counted from."""
    ends = period(text, today)
    assert ends is None or ends[0] <= ends[1]
