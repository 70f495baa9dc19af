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
from retrieval.papers import normalise
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


_OWN: Final = re.compile(r"['’]s$")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.[ -]?)+[A-Z][^\W\d_]+|[A-Z][^\W\d_]+,? (?:[A-Z]\.[ -]?)+")
_FULL_NAME: Final = re.compile(r"\b[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_a-z][\w.'’]*){1,2}")
_SHORT: Final = 10
"""Words of a query in which a name is looked for: a pasted title has many words with capitals."""


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
    typed = _OWN.sub("", cited["name"])
    by = field_condition("author", FieldValue(typed, quoted=True)) if name_words(typed) else None
    authors = [by] if isinstance(by, Author) else list(by.parts) if isinstance(by, Either) else []
    ids = {
        id for each in authors if isinstance(each, Author) for id in await catalogue.records.ids_by_author(each.words)
    }
    called = set(name_words(typed))
    named = [word.stems for word in words if called.intersection(name_words(word.written))]
    said = len(select_containing(index, named)) if named else 0
    sure = bool(cited["by"] or cited["others"] or _INITIALS.fullmatch(typed))
    if by is None or not ids or (not sure and len(ids) < said):
        return None
    spelt = await catalogue.prefixes.names(name_words(typed), 2)
    name = spelt[0][0] if len(spelt) == 1 else typed
    text, condition = f"author:{as_value(name)}", by
    if cited["year"]:
        year = int(cited["year"])
        text = f"{text} year:{year}"
        condition = All((by, After(date(year, 1, 1)), Before(date(year, 12, 31))))
    return NamedPerson(name, text, condition)


async def with_named_author(query: Query, catalogue: Catalogue) -> str | None:
    """A query of few words in which the full name of an author becomes a field: ``Jason Wei chain of thought``."""
    if len(query.written.split()) > _SHORT or len(required_words(query.parts)) != len(query.parts):
        return None
    for found in _FULL_NAME.finditer(query.written):
        words = found[0].split()
        for size in range(len(words), 1, -1):
            name = " ".join(words[:size])
            if await catalogue.records.ids_by_author(name_words(name)):
                before, after = query.written[: found.start()], query.written[found.start() + len(name) :]
                return normalise(f"{before}author:{as_value(name)}{after}")
    return None
