"""Authors in a question: names that the catalogue has, and what must be a name by its place ("papers by …")."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from retrieval.answering.question.phrases import lines, phrase
from retrieval.answering.records.corrections import takes_back
from retrieval.answering.records.fillers import FILLERS
from retrieval.answering.records.remainder import Remainder
from retrieval.names import folded, name_words
from retrieval.text import STOP_WORDS

_LONGEST_NAME: Final = 6  # words
_LONGEST_TEXT: Final = 40  # words of a question that are looked at
_SHORT: Final = 8  # words of a question that may be a name and hardly anything else
_OF_SOMEBODY: Final = (
    re.compile(
        r"\b(?:papers?|works?|publications?|articles?|stuff|anything|everything|something|bibliography|output|all that"
        r"|search for)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:authors?|co-?authors?|wrote|written|publish\w*|by|his|her|he|she|together|both|prof|did|done|search for"
        r"|has|lists? of)\b"
        r"|['’]s? (?:\S+ )?(?:papers|works?|publications|articles|stuff|research|output)\b"
        r"|\b(?:papers?|works?|publications|articles|stuff|anything|everything|something) (?:of|from|for)\b"
        r"|\w{3,}s (?:papers|stuff)\b",
        re.IGNORECASE,
    ),
)
"""What a question for somebody's papers says, both of it, whatever the case of the name."""
_LONGEST_IN_LOWER_CASE: Final = 30
_LONGEST_WITH_NAME: Final = 24  # words
BEGINS_A_QUESTION: Final = re.compile(
    r"\W*(?:what|how|why|is|are|was|were|does|do|did|can|could|will|would|should|has|have|had|who|whose|which|when"
    r"|where|explain|compare)\b",
    re.IGNORECASE,
)
"""With these begins no question that is nothing but a name."""
_TWO_CAPITALS: Final = re.compile(r"(?<=\s)[A-Z][\w'’.-]*\s+[A-Z]")
_LONGEST_LAST_NAME: Final = 3
"""Words of the last name, and of the others, where the last name is first: "de Melo, Celso"."""
_FEW: Final = 4  # words of a question that may have a name with the last name first, and no comma
_HYPHENATED: Final = 4  # words of a name, at most, of which two may be joined by a hyphen elsewhere
_RARE: Final = 3
"""A word that more papers hold is rather one of the subject than a name, where only its place says that it is one."""


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


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    name: str


_PARTS: Final = {
    "noun": r"collabs?|pap(?:er|re)s?|works?|articles?|publications?|preprints?|stud(?:y|ies)|research|anything"
    r"|something"
    r"|everything"
    r"|stuff|ones?|manuscripts?|whatever|titles|submissions|entries",
    "nouns": r"papers|publications|works|articles|preprints|studies|submissions|stuff|things|output",
    "wrote": r"write|written|wrote|publish(?:ed)?|author(?:ed)?|co-?author(?:ed)?|post(?:ed)?|put out|been up to"
    r"|contributed?(?: to)?|work(?:ed|ing)? on|been working on|done|released|have (?:any )?(?:papers?|publications?)",
    "name": r"(?P<name>[^\W\d_][\w.'’-]*(?:,? [^\W\d_][\w.'’-]*){0,5})",
    "often": r"(?:ever|also|recently|already|all|else|lately) ",
    "anyone": r"(?:someone|somebody|anyone|anybody|nobody|guy|person|author|researcher|scientist|professor|woman|man)",
    "author": r"(?:first |last |lead |senior )?(?:co-?)?authors?",
}
_ASKS_FOR_AUTHOR: Final = phrase(
    """
    (?:that|the|this) name|in (?:your|the|this) (?:database|catalogu?e?|library|collection|index)|took part|by|from
      |between
      |collaborat(?:ions?|ed)|joint|together|et\\.? al|(?:co-?)?authors?|(?:co-?)?authored|co-?written
      |wr[io]te|written|(?:sur|last |family )name|been (?:doing|up to|working|writing)|publish(?:ed)?|posted|been up to
    <noun>|bibliography|work(?:ed|ing) on|contributed?|who is|who['’]s|put out|done
    """,
    _PARTS,
)
_LEADING_TO: Final = re.compile(
    r"(?<!\w)(?:(?:written|authored|co-?authored|co-?written|published|posted|released|made|penned|done) )?"
    r"(?:(?:both|either|between|by|from|of|with|and|or|&|,|but|plus|not|never|other than|except|without|excluding"
    r"|exclude|minus|did|has"
    r"|have|does|is|(?:the )?(?:co-?)?authors?(?: (?:is|are"
    r"|named|called"
    r"|includes?|including))?:?|who(?:['’]s| is)|author:) ?)*$",
    re.IGNORECASE,
)
"""What comes before a name and leads to it."""


_UNWANTED: Final = re.compile(
    r"\b(?:not|never|except(?: for)?|without|excluding|exclude|minus|leave out|ignore|(?:other|rather) than|apart from)"
    r"(?: (?:those|the ones|papers|anything|together))*"
    r"(?: (?:by|with|from|of))?\s+$",
    re.IGNORECASE,
)
"""What comes before the name of somebody whose papers aren't wanted."""


def _compiled(text: str, flags: re.RegexFlag = re.NOFLAG) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?<![\w-]){line}", flags) for line in lines(text, _PARTS))


_CERTAIN: Final = _compiled(
    """
    <noun> (?:(?:that (?:were|was|are) )?(?:written|(?:co-?)?authored|published|posted|released|made|done) )?by
      [ ](?:(?:the|famous|great|renowned|well-known|researcher|scientist|prof\\.?|professor|surname|last name|author
      |person|dr\\.?|mr\\.?
      |a certain) )*<name>
    (?:written|(?:co-?)?authored|penned|co-?written) by <name>
    (?:did|has|have|does|do) <name>(?<!['’]s) <often>*(?:<wrote>|(?:do|have) (?:any(?:thing)?|something|papers))(?!\\w)
    what(?:['’]s| has) <name> been (?:doing|writing|publishing|researching|cooking|up to|working on)(?! \\w)
    <author> (?:is|are|was|named|called|includes?|including) <name>
    (?:(?:by|from|with|of) (?:the )?(?:co-?)?author|author ?[:=]) ?<name>
    <anyone>(?: (?:is|was|who is|whose name (?:is|was)))? (?:called|named) <name>
    (?:sur|last |family |author['’]?s? )name(?: (?:is|was))?:? <name>
    (?:with|where|having) <name> (?:is |as |among )?(?:an? |the |one of the )?<author>\\b
    """,
    re.IGNORECASE,
)
"""Where nothing but a name can be meant."""
_BEFORE_NOUN: Final = _compiled(
    """
    <name>['’]s? (?:[\\w|]+ ){0,3}?(?i:<noun>)\\b
    <name>,? et\\.? al\\b
    <name> (?i:<nouns>)\\b
    <name> (?i:<noun>) (?:(?:got|gets|has|had|received|with)\\b|\\|)
    <name> (?:co-?)?(?:wrote|written|authored|published)\\b
    """
)
_POSSIBLE: Final = (
    *_compiled("[Bb]y <name>\n(?i:<noun>) (?:\\| )?(?:from|of) <name>\n[Ww]ho(?:['’]s| is) <name>"),
    *_BEFORE_NOUN,
)
"""Where a name may be meant, if it looks like one."""
_NO_NAME: Final = frozenset(
    """
    vote upvotes popularity recency relevance others humans hand students default far monday tuesday wednesday
    thursday friday saturday sunday january february april june july august september october november december today
    yesterday most newest latest oldest recent best top whatever using
    """.split()
)
_NAMES_LIKE_WORDS: Final = frozenset("he an so may will you do her".split())
_PARTICLES: Final = frozenset("de van von der la di el al bin".split())


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
        names += [f"{words[at + 1]} {words[at]}"] if len(words) <= _FEW and fits[at] and fits[at + 1] else ()
        for end in range(at + 1, min(at + _LONGEST_NAME + 1, len(words) + 1)):
            if not (fits[end - 1] or words[end - 1].removesuffix("s") in in_names):
                break
            names += _spellings(words[at:end]) if end > at + 1 else ()
    turned = (name for _, _, name in _turned(places, text)) if "," in text else ()
    return [*names, *(name for name in turned if all(part in in_names for part in name_words(name)))]


def _turned(words: Sequence[tuple[int, int, str]], text: str) -> Iterator[tuple[int, int, str]]:
    """Folded names that are written with the last name first and a comma, with the places of their words."""
    for at in range(1, len(words)):
        if text[words[at - 1][1] : words[at][0]].strip() != ",":
            continue
        for last in range(1, min(at, _LONGEST_LAST_NAME) + 1):
            for others in range(1, min(len(words) - at, _LONGEST_LAST_NAME) + 1):
                first, end = at - last, at + others
                yield first, end, folded(" ".join(word for _, _, word in (*words[at:end], *words[first:at])))


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


def may_name_authors(text: str) -> bool:
    """Whether a question has a word with which authors are asked for."""
    return bool(_ASKS_FOR_AUTHOR.search(text))


def may_hold_names(text: str) -> bool:
    """Whether it's worth a look at the catalogue's names: the text is short, or has a place for one."""
    words = len(text.split())
    if words <= _SHORT and (may_name_authors(text) or not BEGINS_A_QUESTION.match(text)):
        return True
    if has_two_capitals(text) or any(pattern.search(text) for pattern in _CERTAIN):
        return True
    names = (found["name"] for pattern in _POSSIBLE for found in pattern.finditer(text))
    if any(name[0].isupper() for name in names):
        return True
    return words <= _LONGEST_IN_LOWER_CASE and all(pattern.search(text) for pattern in _OF_SOMEBODY)


def has_two_capitals(text: str) -> bool:
    """Whether a short question has two words with capitals side by side, as names of people have."""
    return len(text.split()) <= _LONGEST_WITH_NAME and bool(_TWO_CAPITALS.search(text))


def take_whole_names(rest: Remainder, names: AuthorNames) -> FoundAuthors | None:
    """The authors whose whole names a question has, which are cut out of it; ``None`` where it has none."""
    whole, text = list(_whole_names(rest.text, names)), rest.text
    if not whole:
        return None
    between = text[whole[0].end : whole[-1].start]
    for place in reversed(whole):
        rest.cut(_begin(text, place.start), place.end)
    taken_back = {place.name for place, after in pairwise(whole) if takes_back(text[place.end : after.start])}
    whole = [place for place in whole if place.name not in taken_back]
    wanted = [place for place in whole if not _UNWANTED.search(text[: place.start])]
    known = {place.name: Author(place.name, known=True) for place in whole}
    authors = tuple(dict.fromkeys(known[place.name] for place in wanted))
    without = tuple(author for author in known.values() if author not in authors)
    return FoundAuthors(authors, bool(re.search(r"\bor\b|\beither\b", between)), without)


def take_names_by_place(rest: Remainder, names: AuthorNames) -> FoundAuthors | None:
    """Who must be meant by "papers by …", whether or not the catalogue has such an author; ``None`` for nobody."""
    for patterns, certain in ((_CERTAIN, True), (_POSSIBLE, False)):
        for pattern in patterns:
            for found in pattern.finditer(rest.text):
                name = _name_in(found["name"], names, certain=certain, ends=pattern in _BEFORE_NOUN)
                if name:
                    start = found.start("name") + found["name"].index(name)
                    rest.cut(_begin(rest.text, start), start + len(name))
                    several = re.split(r",? (?:and|or|&) |, ", name)
                    return FoundAuthors(tuple(Author(each, known=False) for each in several), " or " in name)
    return None


def take_lone_names(rest: Remainder, names: AuthorNames) -> FoundAuthors | None:
    """A last name by itself, or with an initial, that is hardly anything else: "lecun 2024", "K. Swersky"."""
    authors = list[Author]()
    cut = len(rest.text)
    for found in reversed(list(_LONE.finditer(rest.text))):  # from the end: what is cut out moves nothing before it
        if found.end() > cut:
            continue
        name = re.sub(r"['’]s?$", "", found["name"])
        word = next(iter(word for word in name_words(name) if len(word) > 1), "")
        known = names.papers.get(word, 0)
        like_a_name = name.islower() or _PERSON.fullmatch(name)
        if (
            len(word) > _INITIALS
            and like_a_name
            and names.words.get(word)
            and known <= (_RARE if name[0].isupper() else 0)
        ):
            first = _first_name(rest.text[: found.start()], names) if not found["before"] else ""
            cut = found.start() - len(first)
            rest.cut(cut, found.end())
            before = found["before"] or first
            initials = (f"{before or ''} {name} {found['after'] or ''}").replace(",", " ").replace(".", " ")
            authors.insert(0, Author(" ".join(initials.split()), known=False))
    return FoundAuthors(tuple(authors), any_of_them=False) if authors else None


def _first_name(before: str, names: AuthorNames) -> str:
    """The word that a text ends with if it's rather a first name than a word of papers: "james" before "rehg"."""
    found = re.search(r"(?<![\w'’-])[^\W\d_][\w'’-]+ $", before)
    word = next(iter(name_words(found[0])), "") if found else ""
    is_name = names.words.get(word, 0) > names.papers.get(word, 0) > 0 and not _is_no_name(word)
    return found[0] if found and is_name else ""


_INITIALS: Final = 2
_PERSON: Final = re.compile(r"(?:Mc|Mac|De|Di|Le|La|O['’])?[A-Z][a-zà-ÿ]+(?:-[A-Z][a-zà-ÿ]+)*")
_LONE: Final = re.compile(
    r"(?<![\w'’-])(?:(?P<before>(?:[A-Z]\.? ?){1,2}) )?(?P<name>[^\W\d_][\w'’-]{2,})"
    r"(?:,? (?P<after>(?:[A-Z]\.? ?){1,2}(?![\w'’])))?"
)


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of a text with their places, without the signs around them."""
    for number, found in enumerate(re.finditer(r"[^\s,;:?!()|\"“”]+", text)):
        if number == _LONGEST_TEXT:
            return
        word = re.sub(r"['’]s?$", "", found[0])
        word = word if re.search(r"(?:^|\W)\w\.$", word) else word.rstrip(".")
        yield found.start(), found.start() + len(word), word


def _whole_names(text: str, names: AuthorNames) -> Iterator[_Place]:
    """Where whole names of authors are written, the longest one at each place."""
    if not names.whole:
        return
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
            if name is None and len(words) <= _FEW:  # "okafor ada papers"
                name = names.whole.get(without_signs(folded(" ".join(word for _, _, word in reversed(some)))))
            if name is not None and not all(word in STOP_WORDS for _, _, word in some):
                yield _Place(some[0][0], some[-1][1], name)
                at += size - 1
                break
        else:
            if at in turned:
                end, name = turned[at]
                yield _Place(words[at][0], words[end - 1][1], names.whole[name])
                at = end - 1
        at += 1


def _begin(text: str, start: int) -> int:
    """Where what leads to a name begins: "written by", "from"."""
    before = _LEADING_TO.search(text[:start])
    return before.start() if before else start


def _name_in(written: str, names: AuthorNames, *, certain: bool, ends: bool) -> str:
    """The words of a name in a text where a name may be; empty if there is none. ``ends``: they end it."""
    words = written.split()
    while ends and words and _is_no_name(words[-1]):  # "what LeCun has"
        words.pop()
    others = [place for place, word in enumerate(words) if _is_no_name(word)]
    words = words[(others[-1] + 1 if others else 0) :] if ends else words[: (others[0] if others else len(words))]
    name = re.sub(r"['’]s?$|(?<=\w\w)[.,]+$", "", " ".join(words))
    return name if name and _looks_like_a_name(name, names, certain=certain) else ""


def _is_no_name(word: str) -> bool:
    bare = word.strip(".,'’").lower()
    if bare in {"and", "or"} or re.fullmatch(r"[A-Z]\.", word):
        return False
    like_a_word = bare in _NO_NAME or bare in STOP_WORDS or bare in FILLERS
    return like_a_word and not (word[0].isupper() and bare in _NAMES_LIKE_WORDS)


def _looks_like_a_name(name: str, names: AuthorNames, *, certain: bool) -> bool:
    words = [word for word in name_words(name) if len(word) > 1 and word not in {"and", "or"}]
    in_names = [word for word in words if names.words.get(word)]
    strange = [word for word in words if not names.papers.get(word)]
    parts = [part for part in re.split(r"[\s-]+", name) if part and part.lower() not in {*_PARTICLES, "and", "or"}]
    capitals = all(part[0].isupper() for part in parts)
    if certain or not words:
        return bool(in_names or strange or (words and capitals))
    rare = [word for word in in_names if names.papers.get(word, 0) <= _RARE]
    if " " not in name:
        return bool(rare) and (capitals or words[0] in strange)
    like_one = capitals or len(in_names) == len(words) or all(names.papers.get(word, 1) == 0 for word in words)
    return like_one and bool(strange or rare) and len({*in_names, *strange}) >= len(words) - 1
