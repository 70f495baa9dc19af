"""Why a paper does not fit a query: the part of it that fails, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from retrieval.papers import Paper
from retrieval.query.conditions import (
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
    OfText,
    PaperText,
    Phrase,
    Votes,
    Words,
    holds,
)
from retrieval.query.parser import Kind
from retrieval.query.query import Query
from retrieval.text import stem

_COMPARED = MappingProxyType(
    {
        ">": "more than {}",
        ">=": "{} or more",
        "<": "fewer than {}",
        "<=": "{} or fewer",
        "=": "just {}",
    }
)


def why_not(query: Query, paper: Paper) -> str | None:
    """The first part of ``query``, as it was written, that ``paper`` fails, in a few words; ``None`` if it fits.

    The words go on behind "it": ``is not in cs.CL``. They name the condition alone and nothing of the paper,
    so that papers that fail one condition have one reason.
    """
    reading = PaperText(paper)
    if holds(query.condition, reading):
        return None
    written = {stem(named.text): named.text for named in query.named if named.kind is Kind.WORD}
    return _said(query.condition, reading, written)


def _said(condition: Condition, reading: PaperText, written: Mapping[str, str]) -> str:
    """How ``condition`` came out for the paper, by that part of it that decided."""
    held = holds(condition, reading)
    match condition:
        case Not(part):
            return _said(part, reading, written)
        case All(parts) | Either(parts):
            deciding = [part for part in parts if holds(part, reading) is held]
            every_one = isinstance(condition, All) is held
            return " and ".join(_said(part, reading, written) for part in (deciding if every_one else deciding[:1]))
        case _:
            return _of_leaf(condition, written, held=held)


def _of_leaf(condition: OfText | OfRecord, written: Mapping[str, str], *, held: bool) -> str:
    match condition:
        case Words(stems):
            words = [written.get(each, each) for each in stems]
            return _says(" or ".join(f"“{word}”" for word in words), held=held)
        case Phrase(words):
            return _says(f"“{' '.join(words)}”", held=held)
        case HasCode():
            return "comes with code" if held else "comes without code"
        case Votes(sign, number):
            votes = f"{number:,} vote{'' if number == 1 else 's'}"
            return f"{'has' if held else 'does not have'} {_COMPARED[sign].format(votes)}"
        case _:
            return f"{'is' if held else 'is not'} {_place(condition)}"


def _says(what: str, *, held: bool) -> str:
    return f"{'says' if held else 'does not say'} {what}"


def _place(condition: Author | Category | After | Before) -> str:
    match condition:
        case Author(words):
            return f"by “{' '.join(words)}”"
        case Category(name):
            return f"in {name}"
        case After(day):
            return f"from {day} or later"
        case Before(day):
            return f"from {day} or earlier"
