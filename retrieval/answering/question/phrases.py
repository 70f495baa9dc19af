"""Phrases that questions are read by, written as one pattern a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from textwrap import dedent

_PART = re.compile(r"(?<!\?P)<([a-z_]+)>")


def lines(text: str, parts: Mapping[str, str] | None = None) -> Iterator[str]:
    """The patterns of a text: one a line, ``<name>`` standing for a part; an indented line goes on from the one above.

    Parts are put in parentheses. A question has one space between words when it is read.
    """
    joined = re.sub(r"\n +", "", dedent(text).strip())
    for line in joined.split("\n"):
        yield _PART.sub(lambda found: f"(?:{(parts or {})[found[1]]})", line)


def phrase(text: str, parts: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """Finds any of the patterns of a text as whole words, case aside."""
    alternatives = "|".join(lines(text, parts))
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)


def questions(text: str, parts: Mapping[str, str] | None = None) -> tuple[re.Pattern[str], ...]:
    """The patterns of a text, case aside, each to be held against a whole question."""
    return tuple(re.compile(line, re.IGNORECASE) for line in lines(text, parts))
