"""Questions about a field of one paper: "who wrote X?", "how many votes has X?", "is there code for X?"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from retrieval.answering.question.phrases import phrase, questions
from retrieval.answering.records.fields import Field, UnrecordedField
from retrieval.text import STOP_WORDS


@dataclass(frozen=True, slots=True)
class FieldQuestion:
    """What is asked for, and of which paper, as it is written; ``shorter`` without words that may be no part of it.

    ``certain``: only a record can answer it. Else an abstract might ("is the code of X public?"), and where no paper
    is called so, the question isn't one for the records.
    """

    field: Field | UnrecordedField
    paper: str
    certain: bool = True
    shorter: str = ""


_PARTS: Final = {
    "x": r"(?P<x>.+?)",
    "its": r"['’]s?",
    "of": r"of|for|on|behind|to|from",
    "ask": r"(?:(?:what|where|who) (?:is|are|was|were) |(?:what|where|who)['’]?s |(?:show|give|tell|get|send|list"
    r"|name|find|need|want)"
    r"(?: me| us)? |i (?:need|want|['’]d like) )?",
    "author": r"(?:(?:first|last|lead|main|senior|corresponding|original) )?(?:co-?)?(?:authors?|writers?|author list)",
    "people": r"people|folks|team|researchers|group|minds?|persons?|scientists",
    "when": r"when|since when|(?:in |on )?(?:what|which) (?:day|date|month|year)|how long ago|from (?:what"
    r"|which) (?:year|month|day)",
    "came": r"(?:(?:published|released|posted|submitted|uploaded|written|put (?:out|online)|put|come out|came out"
    r"|appear(?:ed)?|go online"
    r"|get (?:published|released|posted)|made public|announced|out|from|online|dropped?)(?: (?:on|to) arxiv| online"
    r"| first)?)",
    "votes": r"(?:up-?)?votes|likes|thumbs[- ]ups?",
    "have": r"(?: (?:have|has|get|got|gotten|receive[d]?|earn(?:ed)?|collect(?:ed)?|gained?|now|so far|yet"
    r"|currently|in total))*",
    "category": r"(?:arxiv )?(?:categor(?:y|ies)|subject (?:area|class)(?:es|s)?|arxiv (?:section|subject|class))",
    "any": r"(?:(?:any|an?|the|its|their|some|public|open|official|available|working|released) )*",
    "code": r"(?:(?:source )?code(?: ?base)?|git ?hub(?: (?:repo(?:sitory)?|link|page|url|code))?|repo(?:sitory)?"
    r"|implementation)"
    r"(?: (?:repo(?:sitory)?|link|url|page))?",
    "out": r"(?:available|public(?:ly available)?|open(?:[- ]sourced?)?|released|out|online|on git ?hub|shared"
    r"|published|there)"
    r"(?: (?:yet|anywhere|now|online|somewhere))?",
    "site": r"project (?:page|site|website)|web ?site|home ?page|web ?page",
    "onlist": r"(?:on|in) (?:the |your )?(?:daily )?(?:lists?|papers)",
    "institution": r"university|universities|labs?|company|companies|institutions?|institutes?|organi[sz]ations?"
    r"|country|school|research group",
}

_CERTAIN: Final = {
    UnrecordedField.CITATIONS: questions(
        """
        how many citations (?:does|did|has|have|are there (?:for|of)|for|of|on) <x><have>
        how (?:many times|often|much) (?:is|was|has|have|does|did) <x> (?:been |get |got )?cited(?: so far| yet)?
        <ask>(?:the )?(?:citation count|number of citations|citations?)(?: count)? <of> <x>
        (?:who|which papers?|what(?: papers?)?) (?:has |have )?cite[sd]? <x>
        <ask><x><its> citations?(?: count)?
        """,
        _PARTS,
    ),
    UnrecordedField.H_INDEX: questions("<ask>(?:the )?h[- ]?index <of> <x>\n<ask><x><its> h[- ]?index", _PARTS),
    UnrecordedField.PAGES: questions(
        """
        how long is <x> in pages
        how many pages (?:does|did|has|is|are (?:in|there in)|in) <x><have>(?: long)?
        <ask>(?:the )?(?:number of pages|page count|length in pages) <of> <x>
        """,
        _PARTS,
    ),
    UnrecordedField.VENUE: questions(
        """
        (?:(?:at|in|to|by) )?(?:what|which) (?:conference|venue|journal|workshop)(?: is| was| did| accepted
          | published)* <x>
          (?: (?:published|presented|accepted|appear(?:ed)?|in|at|to|by|get|into))*
        <ask>(?:the )?(?:conference|venue|journal) <of> <x>
        where (?:was|were|is|has) <x> (?:been )?(?:accepted|presented|published)(?: (?:at|in))?
        (?:was|is|did|has) <x> (?:been |get )?(?:accepted|peer[- ]reviewed|presented)(?: (?:at|to|by|in) .+)?
        """,
        _PARTS,
    ),
    UnrecordedField.AFFILIATIONS: questions(
        """
        <ask>(?:the )?(?:authors?['’]? )?affiliations?(?: (?:of|for) the authors?)? <of> <x>
        (?:(?:at|in|from|for) )?(?:what|which) <institution> (?:is|are|was|were|did|does|do|made|wrote|published
          |released) <x>
          (?: (?:from|come from|at|work(?:ing)?(?: (?:at|for))?|by|affiliated with))?
        where (?:do|does|did) the authors? <of> <x> (?:work|come from|study)
        """,
        _PARTS,
    ),
    UnrecordedField.READERS: questions(
        """
        how many times (?:has|was) <x> (?:been )?(?:downloaded|read|viewed)
        how many (?:downloads|views|readers|reads) (?:does|did|has) <x><have>
        """,
        _PARTS,
    ),
    Field.LAST_AUTHOR: questions(
        """
        <ask>(?:the )?(?:last|senior) author <of> <x>
        who (?:is|was) <x><its> (?:last|senior) author
        """,
        _PARTS,
    ),
    UnrecordedField.FUNDING: questions("who (?:funded|sponsored|paid for|financed) <x>", _PARTS),
    Field.AUTHORS: questions(
        """
        (?:who|(?:what|which) <people>|<ask>(?:the )?(?:names? of )?(?:the )?(?:<people>|guys) (?:who|that))(?: all
          | else| exactly)? (?:wrote|(?:co-?)?authored|co-?wrote|penned|(?:has
          |have) (?:written|authored)) <x>
        who (?:is|are|was|were) (?:all )?(?:the |an? )?<author>(?: list)? <of> <x>
        (?:who|(?:what|which) <people>)(?:['’]s| is| are| was| were)(?: the <people>)? (?:behind|responsible for) <x>
        whose (?:work|paper|project|idea|article) is <x>
        <ask>(?:all )?(?:of )?(?:the )?(?:names? of (?:all )?(?:of )?(?:the )?|list of (?:the )?)?<author>(?: list
          | names?)? <of> <x>
        how many (?:<people>|authors|co-?authors) (?:does|did|has|have|are (?:there )?(?:on|in|for|behind)|wrote
          |worked on|on) <x><have>
        who (?:is|are|were|was) <x><its> <author>
        by whom (?:was |is |were )?<x> (?:was |is |were )?(?:written|authored|published)
        <x>,? (?:was )?(?:written|authored) by (?:whom|who)
        (?:is|was|are|were) .+ (?:the |an? |one of the )?(?:co-?)?authors? (?:of|on) (?!(?:any|some|an?) )<x>
        """,
        _PARTS,
    ),
    Field.LISTED: questions(
        """
        (?:when|(?:on )?(?:which|what) (?:day|date)|(?:on|in) (?:which|what) (?:daily )?lists?|(?:which
          |what) (?:daily )?lists?(?: day)?) (?:was|is|did
          |has) <x>
           [ ](?:been |appear |first |shown )*(?:(?:listed|featured)(?: <onlist>)?|<onlist>|on)
        """,
        _PARTS,
    ),
    Field.PUBLISHED: questions(
        """
        <when> (?:was|were|is|did|has|had) <x> (?:first |been |originally |initially |actually )?<came>
        <when> (?:did )?<x> (?:came out|appeared|(?:was|got) (?:published|released|posted))
        when['’]s <x> from
        how (?:old|recent|new) is <x>
        (?:is|was) <x> (?:published |released )?from (?:19|20)[0-9][0-9]
        how long has <x> been (?:out|around|available|published)
        <ask>(?:the )?(?:(?:publication|release|submission|publishing|posting|arxiv) )?(?:date|day|year)
          (?: of publication)? <of> <x>
        """,
        _PARTS,
    ),
    Field.COMMENTS: questions("how many comments (?:does|did|has|have|are there (?:on|for)|on|for) <x><have>", _PARTS),
    Field.VOTES: questions(
        """
        how many <votes> (?:does|did|has|have|had|are there (?:for|on)|for|on|of|were cast for|went to|is) <x><have>
        how many (?:people|members|users|folks) (?:have )?(?:(?:up-?)?voted for|up-?voted|liked) <x>
        <ask>(?:the )?(?:number of <votes>|(?:up-?)?vote (?:count|tally|total|number)|<votes>) <of> <x>
        (?:does|did|has) <x> (?:have|get|got|received?) (?:any|many|a lot of) <votes>
        """,
        _PARTS,
    ),
    Field.CATEGORY: questions(
        """
        (?:(?:in|under|to) )?(?:what|which) <category> (?:is|does|are|was|has|do|did) <x>
          (?: (?:in|under|to|(?:listed|filed|put|classified|posted)(?: (?:in|under|as))?|belongs?(?: to)?|falls?
          (?: (?:in|under|into))?|have|from|of))*
        <ask>(?:the )?<category> <of> <x>
        how is <x> (?:categori[sz]ed|classified)
        """,
        _PARTS,
    ),
    Field.VERSION: questions(
        """
        (?:what|which|how many|what['’]s the|what is the|the) (?:latest |current |newest |arxiv )*versions? (?:is|of
          |does|are there of|has|number of|do you have of) <x><have>
          (?: (?:at|on|there|is (?:this|it|here|that)|do you (?:have|know)))?
        (?:has|was) <x> (?:been )?(?:revised|updated)(?: on arxiv)?
        """,
        _PARTS,
    ),
    Field.PDF: questions(
        """
        <ask>(?:where can i (?:find|get|download|read) )?(?:a |an |the )?(?:(?:link|url) to (?:the )?)?pdf(?: link
          | file| url| version)? <of> <x>
        (?:where|how) can (?:i|we|one) download (?!.*\\bcode\\b)<x>
        (?:is|are) there (?:a |an )?pdf <of> <x>
        """,
        _PARTS,
    ),
    Field.PROJECT: questions(
        """
        <ask>(?:is there |does it have )?(?:a |an |the )?<site>(?: link)? <of> <x>
        does <x> have (?:a |an )?<site>
        """,
        _PARTS,
    ),
    Field.LINK: questions(
        """
        <ask>(?:a |an |the )?(?:arxiv )?(?!.*\\b(?:code|github|repo|repository|pdf)\\b)(?:link|url|address
          |web address|arxiv (?:page|id|number|identifier))(?: to the paper)? <of> <x>
        link me (?:to )?<x>
        """,
        _PARTS,
    ),
    Field.TITLE: questions("<ask>(?:the )?(?:full )?(?:title|name) of <x>", _PARTS),
    Field.ABSTRACT: questions(
        """
        <ask>(?:the )?(?:whole |full |entire )?abstract (?:of|for|from) <x>
        (?:show|open|read|display|pull up)(?: me| us)? (?:the )?(?:whole |full )?(?:abstract|paper|card) (?:of|for
          |called|titled|named) <x>
        """,
        _PARTS,
    ),
}  # fmt: skip
_POSSIBLE: Final = {
    Field.LINK: questions(
        "where (?:can|do|could) (?:i|we|one) (?:find|read|get|see|access) "
        r"(?!.*\b(?:code|github|repo|repository|pdf)\b)<x>",
        _PARTS,
    ),
    Field.CODE: questions(
        """
        (?:is|are|was) there <any><code>(?: <out>)? (?:<of>|with|that goes with|accompanying) <x>
        (?:does|did|do|has|have) <x> (?:have|come with|provide[d]?|release[d]?|ship(?: with)?|include|share[d]?
          |publish(?:ed)?|offer|open-?source[d]?|got|link(?: to)?|make|made) <any><code>(?: <out>)?
        (?:(?:where|what|which|how)(?:['’]s| (?:is|are|can (?:i|we|one) (?:find|get|see)|do (?:i|we) (?:find
          |get)))? |any |got |(?:show|give|send|get|link)(?: me| us)? (?:to )?)?
          <any>(?:(?:link|url) (?:to|for) )?<any><code> <of> <x>
        (?:is|are|was|has) <any><code> <of> <x> (?:been )?<out>
        (?:is|are|was|has) <x>(?:<its>)? <code> (?:been )?<out>
        (?:is|was) <x> open[- ]sourced?
        (?:do|did) (?:they|the authors) (?:release|share|publish|provide|have) <any><code> <of> <x>
        """,
        _PARTS,
    ),
    Field.VOTES: questions("how (?:popular|well[- ]liked|upvoted|highly voted) is <x>", _PARTS),
    Field.AUTHORS: questions(
        """
        (?:the )?<people> behind <x>
        who (?:made|built|created|proposed|introduced|developed|released|published|invented|designed|came up with|did
          |worked on) <x>
        """,
        _PARTS,
    ),
}  # fmt: skip

_KEYWORDS: Final = {
    UnrecordedField.CITATIONS: phrase("citations?|citation count|cited|cites"),
    UnrecordedField.H_INDEX: phrase("h[- ]?index(?:es)?"),
    UnrecordedField.CONTACT: phrase("e-?mails?(?: address(?:es)?)?|phone numbers?|contact(?: details)?"),
    UnrecordedField.VENUE: phrase(
        "conferences?|venues?|journals?|proceedings|impact factor|peer[- ]review(?:ed|ers?)?|accepted"
    ),
    UnrecordedField.AFFILIATIONS: phrase("affiliat(?:ed|ions?)|<institution>", _PARTS),
    UnrecordedField.PAGES: phrase("pages|page count"),
    UnrecordedField.READERS: phrase("downloads?|downloaded|views"),
    UnrecordedField.FUNDING: phrase("funded|funding|sponsor(?:s|ed)?"),
    Field.CODE: phrase("<code>|open[- ]sourced?", _PARTS),
    Field.PDF: phrase("pdf"),
    Field.VOTES: phrase("<votes>|(?:up-?)?vote (?:count|tally)|up-?voted", _PARTS),
    Field.COMMENTS: phrase("comments"),
    Field.CATEGORY: phrase("<category>", _PARTS),
    Field.VERSION: phrase("versions?|revisions?|revised|updated"),
    Field.PROJECT: phrase("<site>", _PARTS),
    Field.LAST_AUTHOR: phrase("(?:last|senior) author"),
    Field.AUTHORS: phrase("who|whom|whose|<author>s?|wrote|written by", _PARTS),
    Field.LISTED: phrase("daily list|(?:which|what) list|listed|featured"),
    Field.PUBLISHED: phrase("when|dates?|published|released?|year|came out|how old|publication"),
    Field.LINK: phrase("links?|url|arxiv(?: (?:id|number|page))?"),
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


_LEAD: Final = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|hey|hi|hello|also|then|well|please|pls|plz|btw|by the way|just|any idea|remind me"
    r"|i wonder|wondering"
    r"|(?:do|does|would|did) (?:you|u|anyone|anybody|somebody) (?:know|happen to know|remember)"
    r"|(?:can|could|would|will) (?:you|u)(?: please)? (?:tell|show|give) me|(?:please )?tell me"
    r"|i(?:['’]d| would)? (?:want|like|need) to know|for)[\s,:]+)+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(r"(?:[\s,]+(?:please|pls|plz|thanks|thank you|anyway|exactly|again))+$", re.IGNORECASE)
_PAPER: Final = re.compile(
    r"^(?:(?:what|who|where)(?:['’]?s| is| are) |(?:show|give|tell|send)(?: me)? )?(?:the |this |that )?"
    r"(?:(?:arxiv )?(?:paper|article|preprint|work|study|report|abstract)s?\s+(?:(?:on|about)\s+)?)?"
    r"(?:(?:of )?(?:the )?(?:first |last |senior |corresponding )?authors? (?:of|behind|on) (?:the )?)?"
    r"(?:(?:called|titled|entitled|named|with the title)\s+)?|\s+(?:paper|article|preprint)(?: authors?)?$"
    r"|\s+authors?$",
    re.IGNORECASE,
)
_QUOTES: Final = "\"'“”„‘’«»`* "
_NAMED_FIRST: Final = re.compile(r"(?P<x>[^,;–—]+?)(?: ?[,:;–—]+ ?| - )(?P<asked>\D+)")
"""The paper before the question: "LynxLM: who wrote it?"."""
_ONE_OF_MANY: Final = re.compile(
    r"\b(?:papers|most|fewest|least|best|top|newest|oldest|anything|something)\b|^(?:anyone|anybody)", re.IGNORECASE
)
"""With one of these nobody names a paper beside a field."""
_QUESTION_WORD: Final = re.compile("who|whom|whose|when", re.IGNORECASE)
_SHORT: Final = 6
"""Words of a question that "who" or "when" alone may make one about a field."""
_LONGEST: Final = 40  # words of a question about a field


def bare_question(text: str) -> str:
    """The question without what surrounds it: a greeting, "do you know", the question mark."""
    return _TAIL.sub("", _LEAD.sub("", " ".join(text.split()).rstrip(" ?!.…"))).strip()


def read_field_question(text: str) -> FieldQuestion | None:
    """The field that a question asks for, and the paper as it is written; ``None`` for other questions."""
    asked = bare_question(text)
    if len(asked.split()) > _LONGEST:
        return None
    for forms, certain in ((_CERTAIN, True), (_POSSIBLE, False)):
        for field, patterns in forms.items():
            found = next((found for pattern in patterns if (found := pattern.fullmatch(asked))), None)
            if found:
                return FieldQuestion(field, found["x"], certain)
    named_first = _NAMED_FIRST.fullmatch(asked)
    found = read_field_follow_up(named_first["asked"]) if named_first else None
    if named_first and found:
        return FieldQuestion(found.field, named_first["x"], found.certain)
    return None if _ONE_OF_MANY.search(asked) else _by_keyword(asked)


def read_field_follow_up(text: str) -> FieldQuestion | None:
    """The field that a short follow-up asks for of the paper before: "and the date?", "how many votes?"."""
    asked = bare_question(text)
    whole = {
        "who": "who wrote it",
        "by whom": "who wrote it",
        "when": "when was it published",
        "since when": "when was it published",
    }
    for completed in (asked, f"{asked} of it", f"{asked} does it have"):
        found = read_field_question(whole.get(asked.lower()) or re.sub(r"\b(?:its|their) ", "the ", completed))
        if found is not None and found.paper in {"it", "this", "that"}:
            return found
    return None


def _by_keyword(asked: str) -> FieldQuestion | None:
    """A question that says nothing but a field's name and one other thing, which may be a paper's name."""
    for field, keyword in _KEYWORDS.items():
        found = keyword.search(asked)
        if found is None or (field is Field.CATEGORY and "how many" in asked.lower()):
            continue
        if _QUESTION_WORD.fullmatch(found[0]) and len(asked.split()) > _SHORT:
            return None
        words = [*asked[: found.start()].split(), "|", *asked[found.end() :].split()]
        telling = [place for place, word in enumerate(words) if word != "|" and _may_be_named(word)]
        if not telling:
            return None
        name = words[telling[0] : telling[-1] + 1]
        whole = " ".join(words).strip("| ,;:")
        if "|" in name:
            return None
        return FieldQuestion(field, whole, certain=False, shorter=" ".join(name).strip(",;:"))
    return None


def _may_be_named(word: str) -> bool:
    bare = re.sub(r"['’]s?$", "", word.strip(',;:?!."“”()').lower())
    return bool(bare) and bare not in STOP_WORDS and bare not in _SCAFFOLD


def paper_name(written: str) -> str:
    """A paper's name without "the paper called" and quotation marks."""
    return re.sub(r"['’]s$", "", _PAPER.sub("", written.strip().rstrip("?!.,")).strip(_QUOTES))


def looks_like_a_name(name: str, unknown: Callable[[str], bool]) -> bool:
    """Whether these words call a paper by its name rather than describe it; ``unknown``: no paper has the word."""
    words = [word for word in re.findall(r"[\w'’+.-]*\w", name) if word.lower() not in STOP_WORDS]
    return all(re.search(r"[A-Z]|\d", word) or unknown(word.lower()) for word in words)
