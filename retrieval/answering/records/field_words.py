"""Words that name a field of a record, and names of papers beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from retrieval.answering.question.phrases import phrase
from retrieval.answering.records.fields import Field, FieldQuestion, UnrecordedField
from retrieval.answering.records.periods import MONTH, WEEKDAY, YEAR
from retrieval.text import STOP_WORDS

PARTS: Final = {
    "x": r"(?P<x>.+?)",
    "its": r"['’]s?",
    "of": r"of|for|on|behind|to|from",
    "ask": r"(?:(?:what|where|who) (?:is|are|was|were) |(?:what|where|who)['’]?s |(?:show|give|tell|get|send|list"
    r"|name|find|need|want)"
    r"(?: me| us)? |i (?:need|want|['’]d like) |(?:can|could|may|might) (?:i|we) (?:get|have|see) )?",
    "author": r"(?:(?:first|last|lead|main|senior|corresponding|original) )?(?:co-?)?(?:authors?|writers?|author list)",
    "people": r"people|folks|team|researchers|group|(?:genius )?minds?|persons?|scientists|guys?|dudes?|brains?"
    r"|genius(?:es)?|crew|lot",
    "when": r"when|since when|(?:in |on )?(?:what|which) (?:day|date|month|year)|how long ago|from (?:what"
    r"|which) (?:year|month|day)",
    "came": r"(?:(?:published|released|posted|submitted|uploaded|written|put (?:out|online)|put|come out|came out"
    r"|appear(?:ed)?|go online"
    r"|get (?:published|released|posted)|made public|announced|out|from|online|drop(?:ped)?"
    r"|publicated|publicised|presented|existing|exist(?:ed)?|around)(?: (?:on|to) arxiv| online"
    r"| first)?)",
    "votes": r"(?:up-?)?votes|likes|thumbs(?:[- ]ups?)?|ups(?! and)",
    "have": r"(?: (?:have|has|get|got|gotten|receive[d]?|earn(?:ed)?|collect(?:ed)?|gained?|now|so far|yet"
    r"|currently|in total))*",
    "category": r"(?:arxiv )?(?:categor(?:y|ies)|subject (?:area|class)(?:es|s)?|arxiv (?:section|subject|class))",
    "any": r"(?:(?:any|an?|the|its|their|some|public|open|official|available|working|released) )*",
    "code": r"(?:(?:source )?code(?: ?base)?|git(?: ?hub)?(?: (?:repo(?:sitory)?|link|page|url|code))?|repo(?:sitory)?"
    r"|implementations?|impl)"
    r"(?: (?:repo(?:sitory)?|link|url|page))?",
    "out": r"(?:available|public(?:ly available)?|open(?:[- ]sourced?)?|released|out|online|on git ?hub|shared"
    r"|published|there)"
    r"(?: (?:yet|anywhere|now|online|somewhere))?",
    "name": r"(?P<x>[^,;:]+?)",
    "time": rf"(?:{MONTH}|{YEAR}|{WEEKDAY}|year|month|week|today|yesterday)\b",
    "site": r"(?:demo ?/ ?|demo or )?project (?:page|site|website|url|link)|web ?site|home ?page|web ?page|demo"
    r" (?:page|site"
    r"|link)",
    "onlist": r"(?:on|in) (?:the |your )?(?:daily )?(?:lists?|papers)",
    "institution": r"university|universities|unis?|labs?|company|companies|institutions?|institutes?|organi[sz]ations?"
    r"|country|school|research group",
}

_KEYWORDS: Final = {
    UnrecordedField.CITATIONS: phrase("citations?(?: (?:counts?|numbers?|figures?|statistics))?|cited|cites"),
    UnrecordedField.H_INDEX: phrase("h[- ]?index(?:es)?"),
    UnrecordedField.CONTACT: phrase("e-?mails?(?: address(?:es)?)?|phone numbers?|contact(?: details)?"),
    UnrecordedField.VENUE: phrase(
        "conferences?|venues?|journals?|proceedings|impact(?: factor)?|peer[- ]review(?:ed|ers?|s)?"
        r"|accepted(?: (?:at|to|by|in) (?:the )?\S+)?"
    ),
    UnrecordedField.AFFILIATIONS: phrase("affiliat(?:ed|ions?)|<institution>", PARTS),
    UnrecordedField.PAGES: phrase("pages|page count"),
    UnrecordedField.READERS: phrase("downloads|downloaded|views|times read"),
    UnrecordedField.FUNDING: phrase("funded|funding|sponsor(?:s|ed)?"),
    UnrecordedField.STARS: phrase("(?:git ?hub )?stars"),
    Field.CODE: phrase("<code>|open(?:ly)?[- ]sourced?|sources?", PARTS),
    Field.PDF: phrase("pdf|download"),
    Field.VOTES: phrase("<votes>|(?:up-?)?vote (?:count|tally)|up-?voted", PARTS),
    Field.COMMENTS: phrase("comments"),
    Field.CATEGORY: phrase("<category>", PARTS),
    Field.VERSION: phrase("versions?|revisions?|revised|updated"),
    Field.PROJECT: phrase("<site>", PARTS),
    Field.LAST_AUTHOR: phrase("(?:last|senior) author"),
    Field.AUTHORS: phrase("who|whom|whose|<author>s?|wrote|written by|names? of (?:everyone|everybody|all)", PARTS),
    Field.LISTED: phrase(
        "daily list|(?:which|what) list(?! of)|(?:make|made) the (?:daily )?list|listed|featured|in the daily papers"
    ),
    Field.PUBLISHED: phrase(
        "when|dates?|published|(?:publication|release|posting) (?:date|day)|released?|year|how old|publication"
        "|(?:put|went|go) online"
    ),
    Field.LINK: phrase("links?|url|(?:web )?address|arxiv(?: (?:id|number|page))?"),
}
"""One of these beside nothing but a paper's name asks for the field."""
_SCAFFOLD: Final = frozenset(
    """
    paper papers article preprint work list name names people wrote written publish published released release
    submitted posted put arxiv date day days month year number count available public link url show give tell find
    need want get got see look please pls know many much there come came out online first latest currently folks
    researchers made behind id page repo repository github code source open pdf votes upvotes likes vote author
    authors who when where what which been updated revised institution university lab company conference venue
    journal accepted address version versions first last senior lead corresponding did does affiliated
    proceedings list daily
    """.split()
)


_POLITE: Final = frozenset(
    """
    kindly provide thank thanks advance say grab send share drop pull look need wants know interested like
    whether if quick asap thing stuff anyone anybody somebody someone info information details data exact exactly
    current currently total overall far yet still again also all every makers maker creators creator creator's writers
    writer folk persons person scientist scientists colleagues contributors full complete cite citation
    bibliography reference references hot popular dropped accessible publicly anywhere somewhere release releases
    remember recall wondering wonder curious idea read today paper's papers please sir dear check entry record
    download implement implementation web website site collection short quickly big tell anyways any happen
    well received liked goes comes popularity colleague friend boss professor advisor
    supervisor asked asks called behind needs
    offers offer opened mind telling stays project possible times talk slides
    """.split()
)
"""Words around a question for a field that are no part of a paper's name, unless a question word alone asks."""


def has_a_keyword(text: str, *, alone: bool = False) -> bool:
    """Whether a text names any field; ``alone``: by more than a question word."""
    found = _ANY_KEYWORD.finditer(text)
    return any(not alone or not _QUESTION_WORD.fullmatch(each[0]) for each in found)


_ANY_KEYWORD: Final = re.compile("|".join(keyword.pattern for keyword in _KEYWORDS.values()), re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?:(?:and|so|but) )?(?:(?:by )?(?:who|whom)|when|since when)"
    r"(?: (?:(?:was|is|did) )?(?:it|this|that|they)(?: (?:out|from|come|drop|appear))?)?",
    re.IGNORECASE,
)
"""A question word that asks for a field where hardly anything accompanies it: "and when was it?"."""


def by_keyword(asked: str) -> FieldQuestion | None:
    """A question that says nothing but a field's name and one other thing, which may be a paper's name."""
    for field, found in _keywords_in(asked):
        words = [*asked[: found.start()].split(), "|", *asked[found.end() :].split()]
        of_question_word = bool(_QUESTION_WORD.fullmatch(found[0]))
        telling = [place for place, word in enumerate(words) if word != "|" and _may_be_named(word, of_question_word)]
        if not telling:
            return None
        name = words[telling[0] : telling[-1] + 1]
        beside = () if of_question_word else _names_beside(field, asked, [words[place] for place in telling])
        if "|" in name and beside:
            return FieldQuestion(field, asked, certain=False, names=beside)
        if "|" not in name:
            whole, shorter = " ".join(words).strip("| ,;:"), " ".join(name).strip(",;:-–—")
            longer = (whole,) if "|" not in whole and _BEGINS_A_TITLE.match(whole) else ()
            without_noun = re.sub(r" (?:technical )?(?:report|paper|model|benchmark|dataset|framework)$", "", shorter)
            return FieldQuestion(
                field, whole, certain=False, names=tuple(dict.fromkeys((*longer, shorter, without_noun, *beside)))
            )
        if of_question_word:
            return None
    return None


_MOST_BESIDE: Final = 2
"""Words of a question, at most, that are neither its field nor the name of its paper."""
_ONLY_RECORDS: Final = frozenset({Field.VOTES, Field.AUTHORS, Field.PDF, Field.PROJECT, Field.LINK, Field.LISTED})
"""Fields of which abstracts hardly tell."""


def _names_beside(field: Field | UnrecordedField, asked: str, telling: Sequence[str]) -> tuple[str, ...]:
    """The names beside a field's that a question may be about, where it says little else: "votes for X by now"."""
    if _OF_OTHER_THINGS.search(asked) or (
        field not in _ONLY_RECORDS and not (field is Field.CODE and _CODE_OF.search(asked))
    ):
        return ()
    return tuple(
        name
        for name in names_written(asked)
        if sum(word.strip(_SIGNS) not in name for word in telling) <= _MOST_BESIDE and not _SHORT_WORD.fullmatch(name)
    )


_OF_OTHER_THINGS: Final = re.compile(
    r"\b(?:data|data ?sets?|weights|checkpoints?|models?|stuff|videos?|samples|demos?)\b", re.IGNORECASE
)
"""What is linked to and downloaded beside papers."""
_SIGNS: Final = ",;:?!.\"“”()'’+"
_SHORT_WORD: Final = re.compile(r"[A-Z]?[a-z]*")
_CODE_OF: Final = re.compile(
    r"\b(?:code|repo(?:sitory)?|github|implementation) (?:of|for)\b|['’]s (?:source )?(?:code|repo|github)\b"
    r"|\brepo\b|\bgithub\b",
    re.IGNORECASE,
)


def only_keyword(asked: str) -> Field | UnrecordedField | None:
    """The field that a text names beside which it says nothing at all: "and the date?", "votes so far"."""
    if _POPULAR.fullmatch(asked):
        return Field.VOTES
    for field, found in _keywords_in(asked):
        if _QUESTION_WORD.fullmatch(found[0]):
            return field if _BARE.fullmatch(asked) else None
        if _NARROWS.search(asked):
            return None
        words = f"{asked[: found.start()]} {asked[found.end() :]}".split()
        if not any(_may_be_named(word, strictly=False) for word in words) and found[0].lower() != "download":
            return field
    return None


_POPULAR: Final = re.compile(
    r"(?:(?:and |so )?(?:is|was) (?:it|this|that)(?: one| paper)? )?(?:very |that )?(?:popular|well[- ](?:liked"
    r"|received))",
    re.IGNORECASE,
)
_CITING: Final = re.compile(r"\b(?:we|i|you|they|to|for a|for the|for my|must|should) $", re.IGNORECASE)
"""What comes before "cited" or "citation" where nobody asks for the number of citations."""
_NARROWS: Final = re.compile(
    r"\b(?:with|without|only|just|by|sort\w*|order\w*|rank\w*|those|ones|them|these|most|least|top|from|since|before"
    r"|after"
    r"|this|last|new\w*|old\w*|best|filter\w*|which are|having|available)\b",
    re.IGNORECASE,
)
"""With one of these a field says which papers are wanted: "only with code", "by votes"."""


def _keywords_in(asked: str) -> Iterator[tuple[Field | UnrecordedField, re.Match[str]]]:
    if not has_a_keyword(asked):
        return
    for field, keyword in _KEYWORDS.items():
        all_found = list(keyword.finditer(asked))
        found = next((each for each in all_found if not _QUESTION_WORD.fullmatch(each[0])), next(iter(all_found), None))
        if found is None or (field is Field.CATEGORY and "how many" in asked.lower()):
            continue
        if _QUESTION_WORD.fullmatch(found[0]) and len(asked.split()) > _SHORT:
            return
        if field is UnrecordedField.CITATIONS and _CITING.search(asked[: found.start()]):
            continue
        yield field, found


def _may_be_named(word: str, strictly: bool) -> bool:
    bare = re.sub(r"['’]s?$", "", word.strip(',;:?!."“”()-–—+&/').lower())
    return bool(bare) and bare not in STOP_WORDS and bare not in _SCAFFOLD and (strictly or bare not in _POLITE)


_QUESTION_WORD: Final = re.compile("who|whom|whose|when", re.IGNORECASE)
_SHORT: Final = 6
"""Words of a question that "who" or "when" alone may make one about a field."""
_BEGINS_A_TITLE: Final = re.compile(r"[A-Z]|(?:an?|the|on|towards?|from|is|are|do|does|beyond)\b")
_WRITTEN: Final = (
    re.compile(r"[\"“„«]([^\"”“»]{3,200})[\"”“»]|(?<!\w)['‘]([^'’]{3,200})['’](?!\w)"),
    re.compile(r"\b(?:called|titled|entitled|named|with the title)\s+([^,;?!]+)", re.IGNORECASE),
    re.compile(
        r"\b(?:[A-Z][\w'’+-]*|\d[\w.]*)(?::? (?:(?:of|the|for|in|on|and|to|with|an?|is|by|from|via|at) )*"
        r"(?:[A-Z][\w'’+-]*|\d[\w.]*))+"
    ),
    re.compile(r"(?<![\w-])(?=[\w.+^-]*(?:\d|[a-z][A-Z]|[A-Z]{2}|-[A-Z]))[A-Za-z][\w.+^-]*\w"),
    re.compile(r"\b(?:the|this|that) ([\w+-]+(?: [\w+-]+)?) (?:paper|article|preprint|report)\b", re.IGNORECASE),
    re.compile(r"\b(?:paper|article|preprint|report)(?: (?:on|about))? ([\w+-]+)", re.IGNORECASE),
)
"""Where a sentence has a paper's name: in quotation marks, behind "called", in capitals, "the X paper"."""
_MOST_NAMES: Final = 6


def names_written(text: str) -> tuple[str, ...]:
    """What a sentence may name a paper by, likeliest first."""
    found = [
        next(part for part in (*match.groups(), match[0]) if part)
        for pattern in _WRITTEN
        for match in pattern.finditer(text)
    ]
    return tuple(dict.fromkeys(each.strip(" :,.") for each in found))[:_MOST_NAMES]


_PAPER: Final = re.compile(
    r"^(?:(?:what|who|where)(?:['’]?s| is| are) |(?:show|give|tell|send)(?: me)? )?(?:the |this |that )?"
    r"(?:(?:arxiv )?(?:paper|article|preprint|work|study|report|abstract)s?\s+(?:(?:on|about)\s+)?)?"
    r"(?:(?:of )?(?:the )?(?:first |last |senior |corresponding )?authors? (?:of|behind|on) (?:the )?)?"
    r"(?:(?:called|titled|entitled|named|with the title)\s+)?|\s+(?:paper|article|preprint)(?: authors?)?$"
    r"|\s+authors?$",
    re.IGNORECASE,
)
_QUOTES: Final = "\"'“”„‘’«»`* "


def paper_name(written: str) -> str:
    """A paper's name without "the paper called" and quotation marks."""
    return re.sub(r"['’]s$", "", _PAPER.sub("", written.strip().rstrip("?!.,")).strip(_QUOTES))


def looks_like_a_name(name: str, unknown: Callable[[str], bool]) -> bool:
    """Whether these words call a paper by its name rather than describe it; ``unknown``: no paper has the word."""
    words = [word for word in re.findall(r"[\w'’+.-]*\w", name) if word.lower() not in STOP_WORDS]
    return all(re.search(r"[A-Z]|\d", word) or unknown(word.lower()) for word in words)
