"""Why a paper doesn't match a query: the part of it that fails, in plain words."""

from __future__ import annotations

from functools import reduce
from types import MappingProxyType
from typing import Final

from retrieval.english import Text, counted
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

_COMPARED: Final = MappingProxyType(
    {
        (">", True): Text("has more than {votes}"),
        (">=", True): Text("has {votes} or more"),
        ("<", True): Text("has fewer than {votes}"),
        ("<=", True): Text("has {votes} or fewer"),
        ("=", True): Text("has just {votes}"),
        (">", False): Text("does not have more than {votes}"),
        (">=", False): Text("does not have {votes} or more"),
        ("<", False): Text("does not have fewer than {votes}"),
        ("<=", False): Text("does not have {votes} or fewer"),
        ("=", False): Text("does not have just {votes}"),
    }
)


def mismatch_reason(query: Query, paper: Paper) -> Text | None:
    """The first part of ``query`` that ``paper`` fails, in a few words that continue "it …"; ``None`` if it matches.

    For example ``is not in cs.CL``. The words only name the condition, so that all papers that fail one condition
    have the same reason.
    """
    text = PaperText(paper)
    if fulfils(text, query.condition):
        return None
    return _outcome(text, query.condition)


def _outcome(text: PaperText, condition: Condition) -> Text:
    """Whether the paper fulfils ``condition``, as the part that decided it says."""
    fulfilled = fulfils(text, condition)
    match condition:
        case Not(part):
            return _outcome(text, part)
        case All(parts) | Either(parts):
            deciding = [part for part in parts if fulfils(text, part) is fulfilled]
            every_one = isinstance(condition, All) is fulfilled
            said = [_outcome(text, part) for part in (deciding if every_one else deciding[:1])]
            return reduce(lambda one, other: Text("{one} and {other}", one=one, other=other), said)
        case _:
            return _of_leaf(condition, fulfilled=fulfilled)


def _of_leaf(condition: TextCondition | RecordCondition, *, fulfilled: bool) -> Text:
    match condition:
        case Words() | Prefix() | Phrase() | Written():
            said = _text_of(condition)
            return Text("says {text}", text=said) if fulfilled else Text("does not say {text}", text=said)
        case HasCode():
            return Text("comes with code") if fulfilled else Text("comes without code")
        case Votes(sign, number):
            return _COMPARED[sign, fulfilled].with_fields(votes=counted(number, "vote"))
        case _:
            return _of_record(condition, fulfilled=fulfilled)


def _text_of(condition: TextCondition) -> Text:
    """What a paper should say, in quotation marks."""
    where = Place.ANYWHERE
    match condition:
        case Words(stems, where, written):
            words = (written or stems[0]).split(" or ")
            said = reduce(
                lambda one, other: Text("{one} or {other}", one=one, other=other),
                [Text("“{word}”", word=word) for word in words],
            )
        case Prefix(beginning, where):
            said = Text("“{word}…”", word=beginning)
        case Phrase(words, where):
            said = Text("“{word}”", word=" ".join(words))
        case Written(text):
            said = Text("“{word}”", word=text)
    match where:
        case Place.TITLE:
            return Text("{words} in the title", words=said)
        case Place.ABSTRACT:
            return Text("{words} in the abstract", words=said)
        case Place.ANYWHERE:
            return said


def _of_record(condition: Author | Category | After | Before | PaperId, *, fulfilled: bool) -> Text:
    match condition:
        case Author(words):
            said = Text("is by “{name}”") if fulfilled else Text("is not by “{name}”")
            return said.with_fields(name=" ".join(words))
        case PaperId(id):
            return (Text("is the paper {id}") if fulfilled else Text("is not the paper {id}")).with_fields(id=id)
        case Category(name):
            return (Text("is in {name}") if fulfilled else Text("is not in {name}")).with_fields(name=name)
        case After(day):
            said = Text("is from {day} or later") if fulfilled else Text("is not from {day} or later")
            return said.with_fields(day=day)
        case Before(day):
            said = Text("is from {day} or earlier") if fulfilled else Text("is not from {day} or earlier")
            return said.with_fields(day=day)
