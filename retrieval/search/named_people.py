"""People whose names are typed as plain words: ``Yann LeCun``, ``Deng 2025``, ``the Vaswani paper``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.index import Index
from retrieval.index.term_groups import select_containing
from retrieval.names import name_words
from retrieval.query.conditions import After, All, Author, Before, Condition, Either
from retrieval.query.fields import FieldValue, field_condition
from retrieval.query.query import Query, as_value
from retrieval.search.most_words import required_words

_CITED: Final = re.compile(
    r"(?:the\s+)?(?:(?P<by>(?:papers?|works?|articles?)\s+by|by)\s+)?"
    r"(?P<name>[^\W\d_][\w.'’-]*(?:,?\s+[^\W\d_][\w.'’-]*){0,3}?)"
    r"(?P<others>,?\s+et\.?\s+al\b\.?|\s+(?:and|&)\s+(?:others|colleagues))?(?:'s|’s)?(?P<paper>\s+(?:papers?|works?|articles?))?"
    r"(?:[\s,]*\(?(?P<year>(?:19|20)\d\d)[a-z]?\)?)?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """An author whom a query names; ``query`` is the search for the papers, ``condition`` what it means."""

    name: str
    query: str
    condition: Condition


async def named_person(query: Query, catalogue: Catalogue, index: Index) -> NamedPerson | None:
    """The author whom a query of nothing but plain words names; ``None`` if papers rather say these words.

    A name is taken for one if its authors have written at least as many papers as there are papers that say its words.
    """
    cited = _CITED.fullmatch(query.written.strip(" ()[]."))
    words = required_words(query.parts)
    if cited is None or not words or len(words) != len(query.parts):
        return None
    by = field_condition("author", FieldValue(cited["name"], quoted=True)) if name_words(cited["name"]) else None
    authors = [by] if isinstance(by, Author) else list(by.parts) if isinstance(by, Either) else []
    ids = {
        id for each in authors if isinstance(each, Author) for id in await catalogue.records.ids_by_author(each.words)
    }
    said = select_containing(index, [word.stems for word in words if word.written.lower() in cited["name"].lower()])
    sure = bool(cited["by"] or cited["others"])
    if by is None or not ids or (not sure and len(ids) < len(said)):
        return None
    spelt = await catalogue.prefixes.names(name_words(cited["name"]), 2)
    name = spelt[0][0] if len(spelt) == 1 else cited["name"]
    text, condition = f"author:{as_value(name)}", by
    if cited["year"]:
        year = int(cited["year"])
        text = f"{text} year:{year}"
        condition = All((by, After(date(year, 1, 1)), Before(date(year, 12, 31))))
    return NamedPerson(name, text, condition)
