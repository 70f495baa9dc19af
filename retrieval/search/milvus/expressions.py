"""Conditions in the language of Milvus' boolean expressions, so that the engine itself leaves papers out.

Source: https://milvus.io/docs/boolean.md
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from retrieval.index.milvus.rows import NO_DAY, UNKNOWN, signed_keys
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
    RecordCondition,
    TextCondition,
    Votes,
    Words,
    Written,
)
from retrieval.search.facets import Selector
from retrieval.text import STOP_WORDS, stem, terms

EVERYTHING: Final = 'id != ""'
NOTHING: Final = 'id == ""'
_AUTHORED: Final = 10_000
"""Papers by an author that an expression names, at most; of an initial there may be more."""
_SIGNS: Final = {"=": "=="}


@dataclass(frozen=True, eq=False, slots=True)
class Expressions:
    """Expressions for conditions. ``selector`` knows the terms of prefixes and the papers of authors."""

    selector: Selector
    categories: Sequence[str] = field(default=())
    """All categories that papers have."""

    def of(self, condition: Condition, *, upper: bool = True) -> str:
        """The papers that fulfil a condition, as far as the rows tell.

        Where they can't tell, as for phrases, ``upper`` includes all papers that may match, otherwise only those that
        surely do.
        """
        match condition:
            case Not(part):
                return f"not ({self.of(part, upper=not upper)})"
            case All(parts):
                return _joined("and", (self.of(part, upper=upper) for part in parts), EVERYTHING)
            case Either(parts):
                return _joined("or", (self.of(part, upper=upper) for part in parts), NOTHING)
            case Words() | Prefix() | Phrase() | Written():
                return self._of_text(condition, upper=upper)
            case _:
                return self._of_record(condition, upper=upper)

    def _of_text(self, condition: TextCondition, *, upper: bool) -> str:
        match condition:
            case Words(stems, place, apart=apart):
                if not upper:
                    return has_any(stems) if place is Place.ANYWHERE else NOTHING
                parts = [has_all(terms(" ".join(apart)))] if apart else []
                return _joined("or", [has_any(stems), *parts], NOTHING)
            case Phrase(words):
                return has_all([stem(word) for word in words if word not in STOP_WORDS]) if upper else NOTHING
            case Prefix() if upper:
                return has_any(self.selector.terms_with(condition))
            case Prefix(place=place):
                return has_any(self.selector.completions(condition)) if place is Place.ANYWHERE else NOTHING
            case Written():
                return EVERYTHING if upper else NOTHING

    def _of_record(self, condition: RecordCondition, *, upper: bool) -> str:
        match condition:
            case PaperId(id):
                return id_in([id])
            case Author():
                ids = self.selector.authors[condition]
                return id_in(ids) if len(ids) <= _AUTHORED else (EVERYTHING if upper else NOTHING)
            case Category():
                names = [name for name in self.categories if condition.fits(name)]
                return f"array_contains_any(categories, {_list(map(_text, names))})" if names else NOTHING
            case _:
                return _of_column(condition)


def _of_column(condition: After | Before | Votes | HasCode) -> str:
    match condition:
        case After(day):
            return f"day >= {day.toordinal()}"
        case Before(day):
            return f"(day <= {day.toordinal()} and day > {NO_DAY})"
        case Votes(sign, number):
            return f"(votes {_SIGNS.get(sign, sign)} {number} and votes > {UNKNOWN})"
        case HasCode():
            return "has_code == true"


def known_ids(condition: Condition, authors: Mapping[Author, Sequence[str]]) -> list[str] | None:
    """The ids of all papers that may fulfil a condition, if it requires an id or an author; otherwise ``None``."""
    match condition:
        case PaperId(id):
            return [id]
        case Author():
            return list(authors[condition])
        case All(parts):
            each = [ids for part in parts if (ids := known_ids(part, authors)) is not None]
            return min(each, key=len, default=None)
        case Either(parts):
            each = [known_ids(part, authors) for part in parts]
            return [id for ids in each if ids for id in ids] if None not in each else None
        case _:
            return None


def has_any(words: Sequence[str]) -> str:
    """The papers that contain any of these terms."""
    return f"array_contains_any(terms, {_list(map(str, signed_keys(words)))})" if words else NOTHING


def has_all(words: Sequence[str]) -> str:
    """The papers that contain all of these terms."""
    return f"array_contains_all(terms, {_list(map(str, signed_keys(words)))})" if words else EVERYTHING


def id_in(ids: Iterable[str]) -> str:
    """The papers with these ids."""
    chosen = dict.fromkeys(ids)
    return f"id in {_list(map(_text, chosen))}" if chosen else NOTHING


def _joined(operator: str, parts: Iterable[str], otherwise: str) -> str:
    each = list(parts)
    return f"({f' {operator} '.join(each)})" if len(each) > 1 else (each[0] if each else otherwise)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(values)}]"


def _text(value: str) -> str:
    """A string of the expression language, which escapes as JSON does."""
    return json.dumps(value, ensure_ascii=False)
