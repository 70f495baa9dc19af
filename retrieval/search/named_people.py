"""People whose names are typed as plain words: ``Yann LeCun``, ``Deng 2025``, ``the Vaswani paper``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.catalogue import Catalogue
from retrieval.index import Index
from retrieval.index.term_groups import select_containing
from retrieval.names import all_name_words, name_words
from retrieval.papers import normalise
from retrieval.query.conditions import All, Author, Condition, Phrase, leaves
from retrieval.query.fields import FieldValue, field_condition
from retrieval.query.operators import QUOTES
from retrieval.query.parser import CITATION
from retrieval.query.query import Query, as_value, parse
from retrieval.query.terms import TermKind
from retrieval.search.most_words import required_words
from retrieval.search.results import SearchPage

_CITED: Final = re.compile(
    r"(?:(?:cf|see(?:\s+also)?|e\.g)[.,]*\s+)?"
    r"(?:(?P<by>(?:(?:(?:show|find|give|list)(?:\s+me)?\s+)?(?:the|all|any|some|new|latest|recent)?\s*"
    r"(?:papers?|works?|articles?|publications?|anything|everything|something|stuff)\s+)?(?:by|from|of)"
    r"|what\s+(?:did|has)|authors?)\s+)?(?:the\s+)?(?:(?:prof(?:essor)?|dr)\b\.?\s+)?"
    r"(?P<name>[^\W\d_][\w.'’-]*(?:,?\s+(?:&\s+)?[^\W\d_][\w.'’-]*){0,4}?)"
    r"(?P<others>,?\s+et\.?\s+al\b\.?|\s+(?:and|&)\s+(?:others|colleagues))?(?:'s|’s)?"
    r"(?:\s+(?:papers?|works?|articles?|publications?|write|written|wrote|publish(?:ed)?))?"
    r"(?:[\s,]*\(?(?P<when>(?:(?:in|from|since|after|before|until)\s+)?(?:19|20)\d\d)[a-z]?"
    r"(?:\s*(?:[-–]|to|and)\s*(?P<last>(?:19|20)\d\d))?\)?|\s+['’](?P<short>\d\d))?\s*",
    re.IGNORECASE,
)


_NAMES: Final = re.compile(
    r"(?P<name>{0}(?:(?:,|,? (?:and|&)) {0}){{1,7}})(?P<by>)(?P<others>)(?P<when>)(?P<last>)(?P<short>)".format(
        r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){1,3}"
    )
)
"""Full names of several people."""
_OWN: Final = re.compile(r"['’]s$")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.[ -]?)+[A-Z][^\W\d_]+|[A-Z][^\W\d_]+,? (?:[A-Z]\.[ -]?)+")
_FULL_NAME: Final = re.compile(r"\b[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_a-z][\w.'’]*){1,2}")
_CUT_OFF: Final = re.compile(r"\b(?i:author|au)[:=] *(?P<first>[^\W\d_][\w.'’-]*) (?P<rest>[^\W\d_][\w'’-]*)")
"""A name after the field without quotation marks, of which the field has the first word only."""
_SEVERAL: Final = re.compile(
    r"\b(?P<field>(?i:author|au|by)[:=])\"?(?P<names>[^\W\d_][\w.'’-]*(?:, ?[^\W\d_][\w.'’-]*)+)\"?(?!\S)"
)
"""``author:LeCun,Bengio``, which is read as one name."""
_HASHTAG: Final = re.compile(r"(?<!\S)#(?=[\w-]+(?!\S))")
_YEARS: Final = re.compile(
    r"(?<!\S)(?:(?P<word>in|from|of|between|since|after|before|until|by)\s+)?[(>]?(?P<first>(?:19|20)\d\d)"
    r"(?:(?:\s*[-–]\s*|\s+(?:to|and|until)\s+)(?P<last>(?:19|20)\d\d))?(?P<open>\s*-|\s+onwards?)?\)?(?!\S)",
    re.IGNORECASE,
)
"""``2024–2025``, ``from 2024 to 2025``, ``since 2024``, ``(2024)``."""
_SINCE: Final = frozenset({"since", "after"})
_UNTIL: Final = frozenset({"before", "until", "by"})
_YEAR: Final = re.compile(
    r"\s*(?P<author>(?:author|au|by)[:=] ?(?:\w[\w.'’-]*|\"[^\"]+\"))\s+(?P<year>(?:19|20)\d\d)\s*"
)
_ON: Final = re.compile(
    r"(?:the\s+|any\s+)?(?:(?:papers?|works?|articles?)\s+(?:by|from|of)\s+(?P<by>[\w.'’ -]+?)|(?P<of>[\w.'’ -]+?)"
    r"(?:['’]s?)?\s+(?:papers?|works?|articles?))\s+(?:on|about)\s+(?P<topic>.+)",
    re.IGNORECASE,
)
"""``the LeCun paper on world models``, ``papers by Yann LeCun about world models``."""
_OF: Final = re.compile(
    r"(?P<of>[^\W\d_a-z][\w.-]+(?: [^\W\d_a-z][\w.-]+)?)['’]s? (?P<topic>.+?)(?: (?:papers?|works?))?"
)
"""``Steinhardt's RLHF paper``."""
_AMONG_WORDS: Final = re.compile(
    r"(?<!\S)\(?(?P<name>[^\W\d_a-z][\w'’-]+)(?P<others>,? et\.? al\b\.?,?|\+|,? (?:and|&) (?:others|colleagues))?"
    r"(?:,? \(?(?P<year>(?:19|20)\d\d)[a-z]?)?\)?(?!\S)"
)
"""``Snell et al. 2024 test-time compute``, ``test-time compute (Snell, 2024)``."""
_KEY: Final = re.compile(
    r"\s*(?:\\?[a-z]*cite[a-z]*\{|@\w+\{|\[?-?@)?(?P<name>[^\W\d_]{2,})[:_-]?(?P<year>(?:19|20)\d\d)[:_-]?"
    r"(?P<word>[^\W\d_]{3,})?[}\]]?,?\s*"
)
"""The key of a reference: ``snell2024scaling``."""
_AND: Final = re.compile(r",?\s+(?:and|&)\s+")
_AND_OR_COMMA: Final = re.compile(r",?\s+(?:and|&)\s+|,\s*")
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
    key = _KEY.fullmatch(query.written)
    return await (_by_key(key, catalogue) if key else _by_name(query, catalogue, index))


async def _by_name(query: Query, catalogue: Catalogue, index: Index) -> NamedPerson | None:
    typed = query.written.strip(f" ()[].{QUOTES}")
    cited = _CITED.fullmatch(typed) or _NAMES.fullmatch(typed)
    words = required_words(query.parts)
    quoted = len(query.parts) == 1 and isinstance(query.parts[0], Phrase)
    if cited is None or not (quoted or (words and len(words) == len(query.parts))):
        return None
    typed = _OWN.sub("", cited["name"])
    if all(len(word) == 1 for word in name_words(typed)):  # letters name nobody
        return None
    for separator in (_AND, _AND_OR_COMMA) if "," in typed else (_AND,):  # LeCun, Yann is one; LeCun, Bengio are two
        together = [name for name in separator.split(typed) if name_words(name)]
        by = [field_condition("author", FieldValue(name, quoted=True)) for name in together]
        if ids := await _ids_by_all(by, catalogue):
            break
    else:
        return None
    called = set(name_words(typed))
    named = [word.stems for word in words if called.intersection(name_words(word.written))]
    said = len(select_containing(index, named)) if named else 0
    sure = bool(cited["by"] or cited["others"] or _INITIALS.fullmatch(typed))
    if not sure and len(ids) < said:
        return None
    spelt = await catalogue.prefixes.names(name_words(typed), 2) if len(together) == 1 else []
    name = spelt[0][0] if len(spelt) == 1 else typed
    fields = [f"author:{as_value(each)}" for each in ([name] if len(together) == 1 else together)]
    when = _when(cited)
    if not when:
        return NamedPerson(name, " ".join(fields), All(tuple(by)))
    return NamedPerson(name, " ".join([*fields, when]), All((*by, parse(when).condition)))


def _when(cited: re.Match[str]) -> str:
    """The field for the years behind a name; empty if there are none."""
    *word, year = (f"20{cited['short']}" if cited["short"] else cited["when"] or "").lower().split() or [""]
    if word in (["since"], ["after"]):
        return f"after:{year}"
    if word in (["before"], ["until"]):
        return f"before:{year}"
    return f"year:{year}" + (f"-{cited['last']}" if cited["last"] else "") if year else ""


async def _by_key(key: re.Match[str], catalogue: Catalogue) -> NamedPerson | None:
    """The author, the year and perhaps the first word of the title."""
    name, word = key["name"], key["word"]
    if not await catalogue.records.ids_by_author(name_words(name)):
        return None
    meant = parse(f"author:{name} year:{key['year']}" + (f" title:{word}" if word else ""))
    return NamedPerson(name, meant.text, meant.condition)


async def _ids_by_all(authors: Sequence[Condition], catalogue: Catalogue) -> set[str]:
    """The papers by all of these authors; an author with two transcriptions is ``Either`` of two names."""
    found = list[set[str]]()
    for author in authors:
        names = [each.words for each in leaves(author) if isinstance(each, Author)]
        found.append({id for words in names for id in await catalogue.records.ids_by_author(words)})
    return set[str].intersection(*found) if found else set()


def author_meant(page: SearchPage) -> Query | None:
    """The suggested search for papers by an author who is named just so in a query, if no paper has what that wants."""
    nothing = not page.total or page.complete == 0
    if not nothing or page.person is not None or "author:" not in (page.suggestion or ""):
        return None
    meant = parse(page.suggestion or "")
    named = {word for leaf in leaves(meant.condition) if isinstance(leaf, Author) for word in leaf.words}
    return meant if named and named.issubset(all_name_words(page.query.written)) else None


def author_of(query: Query) -> str:
    """The authors in a query."""
    return " and ".join(term.text for term in query.query_terms if term.kind is TermKind.AUTHOR)


async def with_named_author(query: Query, catalogue: Catalogue) -> str | None:
    """A query of few words in which the full name of an author becomes a field: ``Jason Wei chain of thought``."""
    if len(query.written.split()) > _SHORT:
        return None
    for found in (_with_field, _with_topic, _with_full_name, _with_cited, _with_years):
        if better := await found(query, catalogue):
            return better
    return None


async def _with_field(query: Query, catalogue: Catalogue) -> str | None:
    """A field for the rest of a name, for the year after an author, or for a citation after words."""
    typed = query.written
    if field := _CUT_OFF.search(typed):
        name = f"{field['first']} {field['rest']}"
        if await catalogue.records.ids_by_author(name_words(name)):
            return normalise(f"{typed[: field.start()]}author:{as_value(name)}{typed[field.end() :]}")
    if _HASHTAG.search(typed):  # no category that papers have, for then there would be results
        return _HASHTAG.sub("", typed)
    if several := _SEVERAL.search(typed):
        names = re.split(", ?", several["names"])
        if all([await catalogue.records.ids_by_author(name_words(name)) for name in names]):
            either = f"{several['field']}({' OR '.join(names)})"
            return normalise(f"{typed[: several.start()]}{either}{typed[several.end() :]}")
    if year := _YEAR.fullmatch(typed):
        return normalise(f"{year['author']} year:{year['year']}")
    cited = CITATION.search(typed)
    if cited and await catalogue.records.ids_by_author(name_words(cited["name"])):
        return normalise(f"{typed[: cited.start()]} author:{as_value(cited['name'])} year:{cited['year']}")
    return None


async def _with_topic(query: Query, catalogue: Catalogue) -> str | None:
    typed = query.written.strip(" ?.!")
    on = _ON.fullmatch(typed) or _OF.fullmatch(typed) if _is_plain(query) else None
    name = (on.groupdict().get("by") or on["of"]) if on else ""
    if on and name_words(name) and await catalogue.records.ids_by_author(name_words(name)):
        return normalise(f"author:{as_value(name)} {on['topic']}")
    return None


async def _with_full_name(query: Query, catalogue: Catalogue) -> str | None:
    for found in _FULL_NAME.finditer(query.written) if _is_plain(query) else ():
        words = found[0].split()
        for size in range(len(words), 1, -1):
            name = " ".join(words[:size])
            if await catalogue.records.ids_by_author(name_words(name)):
                before, after = query.written[: found.start()], query.written[found.start() + len(name) :]
                return normalise(f"{before}author:{as_value(name)}{after}")
    return None


async def _with_cited(query: Query, catalogue: Catalogue) -> str | None:
    """A field for an author who is cited among other words, with others or a year."""
    for found in _AMONG_WORDS.finditer(query.written) if _is_plain(query) else ():
        name, others = found["name"], f"{query.written[: found.start()]} {query.written[found.end() :]}"
        if not (found["others"] or found["year"]) or not others.strip():
            continue
        if await catalogue.records.ids_by_author(name_words(name)):
            year = f" year:{found['year']}" if found["year"] else ""
            return normalise(f"{others} author:{as_value(name)}{year}")
    return None


async def _with_years(query: Query, _: Catalogue) -> str | None:
    """A field for a year or a span of years beside other words: ``mamba since 2024``."""
    found = _YEARS.search(query.written) if _is_plain(query) else None
    others = f"{query.written[: found.start()]} {query.written[found.end() :]}".strip() if found else ""
    if found is None or not others:
        return None
    word = (found["word"] or "").lower()
    if word in _SINCE or found["open"]:
        field = f"after:{found['first']}"
    elif word in _UNTIL:
        field = f"before:{found['first']}"
    else:
        field = f"year:{found['first']}" + (f"-{found['last']}" if found["last"] else "")
    return normalise(f"{others} {field}")


def _is_plain(query: Query) -> bool:
    """Whether a query is nothing but plain words."""
    return len(required_words(query.parts)) == len(query.parts)
