"""Why a paper doesn't match a query: the part of it that fails, in plain words."""

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
    PaperText,
    Phrase,
    RecordCondition,
    TextCondition,
    Votes,
    Words,
    fulfils,
)
from retrieval.query.parser import TermKind
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


def mismatch_reason(query: Query, paper: Paper) -> str | None:
    """The first part of ``query`` that ``paper`` fails, in a few words that continue "it …"; ``None`` if it matches.

    For example ``is not in cs.CL``. The words only name the condition, so that all papers that fail one condition
    have the same reason.
    """
    text = PaperText(paper)
    if fulfils(text, query.condition):
        return None
    written = {stem(term.text): term.text for term in query.query_terms if term.kind is TermKind.WORD}
    return _outcome(text, query.condition, written)


def _outcome(text: PaperText, condition: Condition, written: Mapping[str, str]) -> str:
    """Whether the paper fulfils ``condition``, as the part that decided it says."""
    fulfilled = fulfils(text, condition)
    match condition:
        case Not(part):
            return _outcome(text, part, written)
        case All(parts) | Either(parts):
            deciding = [part for part in parts if fulfils(text, part) is fulfilled]
            every_one = isinstance(condition, All) is fulfilled
            return " and ".join(_outcome(text, part, written) for part in (deciding if every_one else deciding[:1]))
        case _:
            return _of_leaf(condition, written, fulfilled=fulfilled)


def _of_leaf(condition: TextCondition | RecordCondition, written: Mapping[str, str], *, fulfilled: bool) -> str:
    match condition:
        case Words(stems):
            words = [written.get(each, each) for each in stems]
            return _says(" or ".join(f"“{word}”" for word in words), fulfilled=fulfilled)
        case Phrase(words):
            return _says(f"“{' '.join(words)}”", fulfilled=fulfilled)
        case HasCode():
            return "comes with code" if fulfilled else "comes without code"
        case Votes(sign, number):
            votes = f"{number:,} vote{'' if number == 1 else 's'}"
            return f"{'has' if fulfilled else 'does not have'} {_COMPARED[sign].format(votes)}"
        case _:
            return f"{'is' if fulfilled else 'is not'} {_place(condition)}"


def _says(what: str, *, fulfilled: bool) -> str:
    return f"{'says' if fulfilled else 'does not say'} {what}"


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
