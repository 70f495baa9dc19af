"""Authors in a question: names that the catalogue has, and what must be a name by its place ("papers by …")."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Final

from retrieval.answering.records.sentence import AUTHOR, Sentence, Unit, rule
from retrieval.names import folded, name_words
from retrieval.text import STOP_WORDS

_LONGEST_NAME: Final = 6  # words
_LONGEST_TEXT: Final = 40  # words of a question that are looked at
_LONGEST_LAST_NAME: Final = 3
"""Words of the last name, and of the others, where the last name is first: "de Melo, Celso"."""
_FEW: Final = 4  # words of a question that may have a name with the last name first, and no comma
_HYPHENATED: Final = 4  # words of a name, at most, of which two may be joined by a hyphen elsewhere
_RARE: Final = 3
"""A word that more papers hold is rather one of the subject than a name, where only its place says that it is one."""
_INITIALS: Final = 2  # letters
_TWO: Final = 2
_PARTICLES: Final = frozenset("de van von der la di el al bin".split())


@dataclass(frozen=True, slots=True)
class Author:
    """A name that is asked for; ``known`` where it is a whole name of the catalogue, spelt as there."""

    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class AuthorNames:
    """What the catalogue and the index know of a question's words.

    ``whole`` maps folded names without hyphens and points to names as papers spell them; ``words`` counts the authors'
    names that have a folded word; ``papers`` counts the papers whose text has a word.
    """

    whole: Mapping[str, str] = field(default_factory=dict[str, str])
    words: Mapping[str, int] = field(default_factory=dict[str, int])
    papers: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class FoundAuthors:
    """The authors of a question: papers by all of them are asked for, or by any, and by none of ``without``."""

    authors: tuple[Author, ...]
    any_of_them: bool
    without: tuple[Author, ...] = ()


# --- whole names of the catalogue ----------------------------------------------------------------


def without_signs(name: str) -> str:
    """A folded name without hyphens and points, as ``AuthorNames.whole`` has it."""
    return name.replace("-", " ").replace(".", "")


def possible_names(text: str, in_names: Collection[str]) -> list[str]:
    """What may be an author's whole name, folded as the catalogue folds names; its words are ``in_names``."""
    places = list(_words(text))
    words = [folded(word) for _, _, word in places]
    fits = [all(part in in_names for part in name_words(word)) for word in words]
    names = list[str]()
    for at in range(len(words) - 1):
        if fits[at] and fits[at + 1] and (len(words) <= _FEW or _has_capitals(places[at : at + 2])):
            names.append(f"{words[at + 1]} {words[at]}")
        for end in range(at + 1, min(at + _LONGEST_NAME + 1, len(words) + 1)):
            if not (fits[end - 1] or words[end - 1].removesuffix("s") in in_names):
                break
            names += _spellings(words[at:end]) if end > at + 1 else ()
    turned = (name for _, _, name in _turned(places, text)) if "," in text else ()
    return [*names, *(name for name in turned if all(part in in_names for part in name_words(name)))]


def _has_capitals(words: Sequence[tuple[int, int, str]]) -> bool:
    return all(word[:1].isupper() for _, _, word in words)


def _spellings(words: Sequence[str]) -> Iterator[str]:
    """A name as it is written, without hyphens, and with one between two of its words: "tsung yi lin"."""
    written = " ".join(words)
    yield written
    if len(words[-1]) > _INITIALS and words[-1].endswith("s"):
        yield written.removesuffix("s")  # "ada okafors papers"
    if any(len(word) == 1 for word in words):
        yield " ".join(f"{word}." if len(word) == 1 else word for word in words)  # "thomas l griffiths"
    if "-" in written:
        yield written.replace("-", " ")
    elif len(words) <= _HYPHENATED:
        yield from (f"{' '.join(words[:at])}-{' '.join(words[at:])}" for at in range(1, len(words)))


def _turned(words: Sequence[tuple[int, int, str]], text: str) -> Iterator[tuple[int, int, str]]:
    """Folded names that are written with the last name first and a comma, with the places of their words."""
    for at in range(1, len(words)):
        if text[words[at - 1][1] : words[at][0]].strip() != ",":
            continue
        for last in range(1, min(at, _LONGEST_LAST_NAME) + 1):
            for others in range(1, min(len(words) - at, _LONGEST_LAST_NAME) + 1):
                first, end = at - last, at + others
                yield first, end, folded(" ".join(word for _, _, word in (*words[at:end], *words[first:at])))


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of a text with their places, without the signs around them."""
    for number, found in enumerate(re.finditer(r"[^\s,;:?!()|\"“”]+", text)):
        if number == _LONGEST_TEXT:
            return
        word = re.sub(r"['’]s?$", "", found[0])
        word = word if re.search(r"(?:^|\W)\w\.$", word) else word.rstrip(".")
        yield found.start(), found.start() + len(word), word


def with_names_marked(text: str, names: AuthorNames) -> tuple[str, list[Author]]:
    """The text with ``AUTHOR`` in the place of each whole name, and these names in their order."""
    authors = list[Author]()
    if not names.whole:
        return text, authors
    marked, end = "", 0
    for start, after, name in _whole_names(text, names):
        marked, end = f"{marked}{text[end:start]}{AUTHOR}", after
        authors.append(Author(name, known=True))
    return marked + text[end:], authors


def _whole_names(text: str, names: AuthorNames) -> Iterator[tuple[int, int, str]]:
    """Where whole names of authors are written, the longest one at each place."""
    words, at = list(_words(text)), 0
    turned = {
        first: (end, without_signs(name))
        for first, end, name in _turned(words, text)
        if without_signs(name) in names.whole
    }
    while at < len(words):
        for size in range(min(_LONGEST_NAME, len(words) - at), 1, -1):
            some = words[at : at + size]
            written = without_signs(folded(" ".join(word for _, _, word in some)))
            name = names.whole.get(written) or names.whole.get(written.removesuffix("s"))
            if name is None and (len(words) <= _FEW or (size == _TWO and _has_capitals(some))):  # "okafor ada papers"
                name = names.whole.get(without_signs(folded(" ".join(word for _, _, word in reversed(some)))))
            if name is not None and not all(word in STOP_WORDS for _, _, word in some):
                yield some[0][0], some[-1][1], name
                at += size - 1
                break
        else:
            if at in turned:
                end, name = turned[at]
                yield words[at][0], words[end - 1][1], names.whole[name]
                at = end - 1
        at += 1


# --- which of the names are wanted ----------------------------------------------------------------

_UNWANTED: Final = rule(
    """
    {exclude} (?:(?!'surveys') papers|ones|any_paper|function|by|with|from|collective)*
      author_name(?: (?:or|and) author_name)*
    """
)
_TAKEN_BACK: Final = rule(
    "author_name boundary* function? boundary* taken_back (?:boundary|taken_back|by|from)* (?=author_name)"
)


def found_authors(sentence: Sentence, authors: Sequence[Author]) -> FoundAuthors | None:
    """The whole names of a sentence as they are asked for; ``None`` where it has none."""
    places = [at for at, unit in enumerate(sentence.units) if unit.has("author_name")]
    if not places:
        return None
    named = dict(zip(places, authors, strict=True))
    unwanted, start = set[int](), 0
    while (found := _TAKEN_BACK.search(sentence, start=start)) is not None:
        named.pop(found.first, None)
        start = found.first + 1
    found = _UNWANTED.search(sentence)
    if found is not None:
        last = max(at for at in places if at < found.last)
        unwanted = {at for at in named if found.first < at <= last}
    between = sentence.units[places[0] : places[-1]]
    any_of_them = any(unit.has("or") for unit in between) or sentence.units[places[0] - 1].text.lower() == "either"
    wanted = tuple(dict.fromkeys(named[at] for at in named if at not in unwanted))
    return FoundAuthors(wanted, any_of_them, tuple(dict.fromkeys(named[at] for at in sorted(unwanted))))


# --- names by their place -------------------------------------------------------------------------

_NAME: Final = "(?P<N>namelike(?:(?:','? (?:and|or)|','|'.')? namelike){0,5})"
_BY: Final = "by (?:function|person|aside|newest)*"
_PAPERS: Final = "(?:papers|paper|any_paper|ones|one|write|author|authors)"
_CERTAIN: Final = rule(
    f"""
    {_PAPERS} (?:function|write|make|boundary|cut|days|come_out|newest)* {_BY} {_NAME}
    yes_no {_NAME} (?:function|further|recent|aside)* (?:write|have) (?:about? any_paper|'any'? papers)
    yes_no {_NAME} (?:function|further|recent|aside)* write (?=boundary|cut|days|about|with|from|'in'|$|further|recent)
    'what' yes_no {_NAME} 'do' (?=days|boundary|$|'in' days) | 'what' (?:yes_no)* {_NAME} (?:function)* write
    (?:author|authors) (?:'is'|'are'|'was'|'named'|'called'|':'|'='|include)+ {_NAME}
    (?:by|from|with|':') (?:function)? author {_NAME} | author ':' {_NAME}
    (?:person|surname) (?:function|possessive|whose|name|',')* (?:title_of|call|'is'|':') {_NAME} | surname {_NAME}
    (?:with|where|have) {_NAME} (?:function|as|among)* author
    """
)
"""Where nothing but a name can be meant."""
_POSSIBLE: Final = rule(
    f"""
    {_NAME} possessive (?:(?!days) .){{0,3}}? (?:papers|paper|any_paper) | {_NAME} ','? et_al
    {_NAME} (?:papers|any_paper $) | {_NAME} paper (?:have|with|cut|most|yes_no) | {_NAME} (?:yes_no|function)? write
    {_BY} {_NAME} | {_PAPERS} cut? from (?:function|person|aside|newest)* {_NAME} | who (?:function)? {_NAME}
    """
)
"""Where a name may be meant, if it looks like one."""


def take_names_by_place(sentence: Sentence, names: AuthorNames) -> FoundAuthors | None:
    """Who must be meant by "papers by …", whether or not the catalogue has such an author; ``None`` for nobody."""
    for pattern, certain in ((_CERTAIN, True), (_POSSIBLE, False)):
        start = 0
        while (found := pattern.search(sentence, start=start)) is not None:
            units = found.parts["N"]
            for some in _candidates(units):
                several = re.split(r",? (?:and|or|&) |, ", " ".join(unit.text for unit in some).replace(" ,", ","))
                if all(_looks_like_a_name(name, names, certain=certain) for name in several):
                    first = sentence.units.index(some[0])
                    any_of_them = any(unit.has("or") for unit in some)
                    sentence.cut(first, first + len(some))
                    return FoundAuthors(tuple(Author(name, known=False) for name in several), any_of_them)
            start = found.first + 1
    return None


_RUN: Final = rule("(?P<N>namelike{2,4})")
_OF_AUTHORS: Final = """
    papers any_paper author authors write make have list person persons who new recent newest best how_many count there
""".split()
_OF_SYSTEMS: Final = rule(
    """
    ^ (?:why|when|where) | what yes_no namelike+ $ | namelike paper | (?:code|codes|site|available|open_source) $
    title_of namelike | about namelike{2,4} $
    """
)


def take_strange_names(sentence: Sentence, whole: Sentence, names: AuthorNames) -> FoundAuthors | None:
    """A person whom no paper knows, wherever a sentence names one and asks for little else: "is X Y in here?".

    ``whole``: the sentence with its conditions.
    """
    if _OF_SYSTEMS.search(whole) or not whole.has(*_OF_AUTHORS):
        return None
    start = 0
    while (found := _RUN.search(sentence, start=start)) is not None:
        parts = [unit.text for unit in found.parts["N"]]
        is_strange = any(names.papers.get(word) == 0 for part in parts for word in name_words(part) if len(word) > 1)
        others = [unit for unit in sentence.units[: found.first] if unit.has("other")]
        behind = takewhile(lambda unit: not unit.has("about"), sentence.units[found.last :])
        alone = not (others or any(unit.has("other") for unit in behind))
        if is_strange and alone and all(_PERSON.fullmatch(part) for part in parts):
            sentence.cut(found.first, found.last)
            return FoundAuthors((Author(" ".join(parts), known=False),), any_of_them=False)
        start = found.last
    return None


_BESIDE: Final = rule("author_name and (?P<N>namelike{2,3}) | (?P<N>namelike{2,3}) and author_name")


def with_unknown(found: FoundAuthors | None, sentence: Sentence, names: AuthorNames) -> FoundAuthors | None:
    """The authors with one beside them whom no paper has: "did Ada Okafor and Zebedee Quark write together?"."""
    beside = _BESIDE.search(sentence)
    if found is None or beside is None:
        return found
    name = beside.text("N")
    if not (all(word[0].isupper() for word in name.split()) and _looks_like_a_name(name, names, certain=False)):
        return found
    first = sentence.units.index(beside.parts["N"][0])
    sentence.cut(first, first + len(name.split()))
    return replace(found, authors=(*found.authors, Author(name, known=False)))


def _candidates(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """All of the words, or those with capitals where only some have one."""
    yield units
    capitals = [unit for unit in units if unit.has("capital")]
    if capitals and len(capitals) < len(units):
        yield capitals


def _looks_like_a_name(name: str, names: AuthorNames, *, certain: bool) -> bool:
    words = [word for word in name_words(name) if len(word) > 1 and word not in {"and", "or"}]
    in_names = [word for word in words if names.words.get(word)]
    strange = [word for word in words if not names.papers.get(word)]
    parts = [part for part in re.split(r"[\s-]+", name) if part and part.lower() not in {*_PARTICLES, "and", "or"}]
    capitals = all(part[0].isupper() for part in parts)
    codes = [part for part in name.split() if _CODENAME.search(part)]
    of_a_system = any(not _PERSON.fullmatch(part) or part.count("-") > 1 for part in codes)
    if not words or name.lower() in STOP_WORDS or of_a_system:
        return False
    if certain:
        return bool(in_names or strange or capitals)
    rare = [word for word in in_names if names.papers.get(word, 0) <= _RARE]
    if " " not in name:
        return bool(rare) and (capitals or words[0] in strange)
    like_one = capitals or len(in_names) == len(words) or all(names.papers.get(word, 1) == 0 for word in words)
    return like_one and bool(strange or rare) and len({*in_names, *strange}) >= len(words) - 1


_CODENAME: Final = re.compile(r"\d|\+|[A-Z]{2}|[a-z][A-Z]|-[A-Z]?[a-z]+-")
"""What names of systems have and hardly any person's."""

# --- a last name alone ----------------------------------------------------------------------------

_PERSON: Final = re.compile(r"(?:Mc|Mac|De|Di|Le|La|O['’])?[A-Z][a-zà-ÿ]+(?:-[A-Z][a-zà-ÿ]+)*")
_INITIAL: Final = re.compile(r"[A-Z]\.?")


def take_lone_names(sentence: Sentence, names: AuthorNames) -> FoundAuthors | None:
    """A last name by itself, or with an initial, that is hardly anything else: "lecun 2024", "K. Swersky"."""
    authors = list[Author]()
    for at in reversed(range(len(sentence.units))):
        if at >= len(sentence.units) or not _is_lone_name(sentence.units[at], names):
            continue
        first, last = at, at + 1
        while first and _INITIAL.fullmatch(sentence.units[first - 1].text):
            first -= 1
        if first == at and first and _is_first_name(sentence.units[first - 1], names):
            first -= 1
        while last < len(sentence.units) and _INITIAL.fullmatch(sentence.units[last].text.strip(",")):
            last += 1
        parts = [unit.text.replace(".", "") for unit in sentence.units[first:last]]
        authors.insert(0, Author(" ".join(parts), known=False))
        sentence.cut(first, last)
    return FoundAuthors(tuple(authors), any_of_them=False) if authors else None


def _is_lone_name(unit: Unit, names: AuthorNames) -> bool:
    word = next((word for word in name_words(unit.text) if len(word) > 1), "")
    rarest = _RARE if unit.text[0].isupper() else 0
    like_a_name = unit.has("namelike") and (unit.text.islower() or bool(_PERSON.fullmatch(unit.text)))
    return like_a_name and len(word) > _INITIALS and bool(names.words.get(word)) and names.papers.get(word, 0) <= rarest


def _is_first_name(unit: Unit, names: AuthorNames) -> bool:
    """Whether a word is rather a first name than one of papers: "james" before "rehg"."""
    word = next(iter(name_words(unit.text)), "")
    return unit.has("namelike") and names.words.get(word, 0) > names.papers.get(word, 0) > 0
