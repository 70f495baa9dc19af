"""The fields of the search language: ``author:``, ``votes:`` and the rest, and what other tools call them."""

from __future__ import annotations

import re
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, NamedTuple

from retrieval.english import Text
from retrieval.letters import transcribed
from retrieval.names import name_words
from retrieval.papers import arxiv_id, normalise
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
    Phrase,
    Place,
    Prefix,
    Votes,
    Words,
    phrase_words,
)
from retrieval.query.days import meant_day, parse_day, parse_span
from retrieval.text import wanted_words

FIELDS: Final = MappingProxyType(
    {
        "author": 'author:lecun or author:"Yann LeCun"',
        "category": "category:cs.CL",
        "title": 'title:mamba or title:"state space"',
        "abstract": 'abstract:mamba or abstract:"state space"',
        "year": "year:2024",
        "date": "date:2024-05",
        "after": "after:2024-01-31",
        "before": "before:2024-01-31",
        "votes": "votes:>20",
        "has": "has:code",
        "code": "code:yes",
        "id": "id:2401.00001",
    }
)
"""Each field with an example."""

ALIASES: Final = MappingProxyType(
    {
        alias: name
        for name, aliases in {
            "author": "au authors inauthor by writer creator creators auth",
            "category": "cat categories subject",
            "title": "ti titles intitle",
            "abstract": "abs abstracts inabstract ab",
            "year": "years yr py pubyear pub_year publication_year yearpublished",
            "date": "published submitted submitteddate created day month pubdate publication_date first_pdate",
            "after": "since from from_publication_date from_pub_date",
            "before": "until to to_publication_date to_pub_date",
            "votes": "vote upvotes upvote likes",
            "has": "with",
            "id": "arxiv_id doi paper",
        }.items()
        for alias in aliases.split()
    }
)
"""What arXiv and other tools call a field. The names of the fields themselves may be in the plural there, too."""

ARCHIVES: Final = "cs|math|stat|eess|econ|q-bio|q-fin|physics|astro-ph|cond-mat|nlin"
"""arXiv's archives whose categories have a name behind a point: ``cs.CL``. A pattern.

Source: https://arxiv.org/category_taxonomy
"""
_OTHERWISE: Final = frozenset({"by", "from", "to", "with", "paper"})
"""Names of fields that are words in other places, and never meant by a typo."""
_NEAR: Final = 0.7
_VOTES: Final = re.compile(r"(?P<sign>>=|<=|>|<|=|)(?P<number>[0-9]{1,9})")
_LOOSE_VOTES: Final = re.compile(
    r"(?P<sign>=>|=<|>=|<=|>|<|≥|≤|=|)\s*(?P<number>[0-9]{1,3}(?:[,.' ][0-9]{3})+|[0-9]{1,9})"
    r"(?P<thousands>k?)(?P<plus>\+|\.\.\.?|-|)(?:\s*(?:up)?votes?)?",
    re.IGNORECASE,
)
_VOTES_BETWEEN: Final = re.compile(r"(?P<least>[0-9]{1,9})(?:-|–|—|\.\.\.?)(?P<most>[0-9]{1,9})")
_NEGATIVE: Final = re.compile(r"(?:>=|<=|>|<|=|)[-–−][0-9]+")
_PREFIX: Final = re.compile(r"[^\W_]{2,}\*")
_SIGNS: Final = MappingProxyType({"=>": ">=", "=<": "<=", "≥": ">=", "≤": "<="})
_YES: Final = frozenset("yes y true 1 any code github available".split())
_NO: Final = frozenset("no n false 0 none".split())
_PLACES: Final = MappingProxyType({"title": Place.TITLE, "abstract": Place.ABSTRACT})


class FieldMistake(Exception):
    """A value that a field can't have. ``suggestion`` is what was probably meant instead of the field and value."""

    def __init__(self, message: Text, suggestion: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


class FieldValue(NamedTuple):
    """What was typed after a field: without quotation marks, and whether it had them."""

    text: str
    quoted: bool


def nearest_field(name: str, value: str) -> str | None:
    """The field that was probably meant by a name that is none, if it can have this value."""
    known = [*FIELDS, *(alias for alias in ALIASES if len(alias) > 2 and alias not in _OTHERWISE)]  # noqa: PLR2004
    near = get_close_matches(name.lower(), known, n=1, cutoff=_NEAR)
    field = ALIASES.get(near[0], near[0]) if near else None
    try:
        _ = field and field_condition(field, FieldValue(value or "1", quoted=False))
    except FieldMistake as mistake:
        return field if mistake.suggestion and field in {"votes", "year", "date", "after", "before"} else None
    return field


def field_condition(name: str, value: FieldValue) -> Condition:
    """The condition of a field (a key of ``FIELDS``) with a value. Raises ``FieldMistake``."""
    text = value.text
    if not text or (name == "author" and not name_words(text)):
        needed = Text("{field}: needs a value right after it, for example {example}.", field=name, example=FIELDS[name])
        raise FieldMistake(needed)
    if name in _PLACES:
        return _in_place(_PLACES[name], value)
    match name:
        case "author":
            found = _author(text)
        case "category":
            found = Category(text)
        case "id":
            found = PaperId(arxiv_id(text) or text)
        case "votes":
            found = _votes(text)
        case "has" | "code":
            found = _code(name, text)
        case _:
            found = _days(name, text)
    return found


def _author(name: str) -> Condition:
    """Authors by this name. A letter with two transcriptions may be written in either."""
    other = transcribed(name)
    names = dict.fromkeys([name_words(name), name_words(other)] if other else [name_words(name)])
    found = tuple(Author(words) for words in names)
    return found[0] if len(found) == 1 else Either(found)


def _in_place(place: Place, value: FieldValue) -> Condition:
    if _PREFIX.fullmatch(value.text):
        return Prefix(value.text.rstrip("*").lower(), place)
    wanted = wanted_words(value.text)
    if value.quoted and len(phrase_words(value.text)) > 1:
        return Phrase(phrase_words(value.text), place)
    if not wanted:
        return Phrase(phrase_words(value.text) or ("",), place)
    found = tuple(Words(word.terms, place, word.text) for word in wanted)
    return found[0] if len(found) == 1 else All(found)


def _votes(text: str) -> Condition:
    found = _VOTES.fullmatch(text)
    if found is not None:
        return Votes(found["sign"] or "=", int(found["number"]))
    if between := _VOTES_BETWEEN.fullmatch(text):
        return All((Votes(">=", int(between["least"])), Votes("<=", int(between["most"]))))
    if _NEGATIVE.fullmatch(text):
        said = Text(
            "votes are 0 or more, for example {example}, not “{text}”.", example=FIELDS["votes"], text=text[:40]
        )
        raise FieldMistake(said)
    loose, suggestion = _LOOSE_VOTES.fullmatch(text.strip("'‘’")), None
    if loose:
        sign = ">=" if loose["plus"] else _SIGNS.get(loose["sign"], loose["sign"])
        number = re.sub(r"\D", "", loose["number"])
        suggestion = f"votes:{sign}{number}{'000' if loose['thousands'] else ''}"
    message = Text("votes: needs a number, optionally after >, >=, <, <= or =, not “{text}”.", text=text[:40])
    raise FieldMistake(message, suggestion)


def _code(name: str, text: str) -> Condition:
    lowered = text.lower()
    if name == "has" and lowered == "code":
        return HasCode()
    if name == "code" and lowered in _YES:
        return HasCode()
    if name == "code" and lowered in _NO:
        return Not(HasCode())
    said = (
        Text("has: only supports has:code, not “{text}”.")
        if name == "has"
        else Text("code: is yes or no, not “{text}”.")
    )
    raise FieldMistake(said.with_fields(text=text[:40]), "has:code")


def _days(name: str, text: str) -> Condition:
    try:
        match name:
            case "after":
                return After(parse_day(text, last=False))
            case "before":
                return Before(parse_day(text, last=True))
            case _:
                first, last = parse_span(text)
    except (ValueError, OverflowError):
        meant = meant_day(text)
        message = Text(
            "{field}: needs a valid date, for example {example}, not “{text}”.",
            field=name,
            example=FIELDS[name],
            text=text[:40],
        )
        raise FieldMistake(message, f"{name}:{meant}" if meant else None) from None
    days = tuple(each for each in (first and After(first), last and Before(last)) if each)
    return days[0] if len(days) == 1 else All(days)


def as_field(name: str) -> str | None:
    """The field that a name stands for, in any case; ``None`` if there is none."""
    lowered = name.lower()
    return lowered if lowered in FIELDS else ALIASES.get(lowered)


def typed_value(text: str, quotes: str) -> FieldValue:
    """The value as it was typed after the colon."""
    return FieldValue(normalise(text.strip(quotes)), text[:1] in quotes and bool(text))
