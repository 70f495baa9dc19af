"""Why a paper doesn't match a query: the part of it that fails, in plain words."""

from __future__ import annotations

from types import MappingProxyType

from retrieval.english import counted
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
    PaperId,
    PaperText,
    Phrase,
    Place,
    Prefix,
    RecordCondition,
    TextCondition,
    Votes,
    Words,
    Written,
    fulfils,
)
from retrieval.query.query import Query

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
    return _outcome(text, query.condition)


def _outcome(text: PaperText, condition: Condition) -> str:
    """Whether the paper fulfils ``condition``, as the part that decided it says."""
    fulfilled = fulfils(text, condition)
    match condition:
        case Not(part):
            return _outcome(text, part)
        case All(parts) | Either(parts):
            deciding = [part for part in parts if fulfils(text, part) is fulfilled]
            every_one = isinstance(condition, All) is fulfilled
            return " and ".join(_outcome(text, part) for part in (deciding if every_one else deciding[:1]))
        case _:
            return _of_leaf(condition, fulfilled=fulfilled)


def _of_leaf(condition: TextCondition | RecordCondition, *, fulfilled: bool) -> str:
    match condition:
        case Words() | Prefix() | Phrase() | Written():
            return _says(_text_of(condition), fulfilled=fulfilled)
        case HasCode():
            return "comes with code" if fulfilled else "comes without code"
        case Votes(sign, number):
            votes = counted(number, "vote")
            return f"{'has' if fulfilled else 'does not have'} {_COMPARED[sign].format(votes)}"
        case _:
            return f"{'is' if fulfilled else 'is not'} {_place(condition)}"


def _text_of(condition: TextCondition) -> str:
    """What a paper should say, in quotation marks."""
    place = ""
    match condition:
        case Words(stems, where, written):
            said = " or ".join(f"“{word}”" for word in (written or stems[0]).split(" or "))
            place = "" if where is Place.ANYWHERE else f" in the {where.value}"
        case Prefix(beginning, where):
            said = f"“{beginning}…”"
            place = "" if where is Place.ANYWHERE else f" in the {where.value}"
        case Phrase(words, where):
            said = f"“{' '.join(words)}”"
            place = "" if where is Place.ANYWHERE else f" in the {where.value}"
        case Written(text):
            said = f"“{text}”"
    return said + place


def _says(what: str, *, fulfilled: bool) -> str:
    return f"{'says' if fulfilled else 'does not say'} {what}"


def _place(condition: Author | Category | After | Before | PaperId) -> str:
    match condition:
        case Author(words):
            return f"by “{' '.join(words)}”"
        case PaperId(id):
            return f"the paper {id}"
        case Category(name):
            return f"in {name}"
        case After(day):
            return f"from {day} or later"
        case Before(day):
            return f"from {day} or earlier"
