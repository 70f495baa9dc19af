"""Reading a question as one for papers: its conditions, and what they are about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from retrieval.answering.question.phrases import phrase
from retrieval.answering.records.corrections import corrected
from retrieval.answering.records.cues import (
    AFFILIATED,
    CITED,
    IN_VENUE,
    PARTS,
    PROJECT,
    take_category,
    take_code,
    take_count,
    take_list,
    take_order,
    take_rank,
    take_votes,
)
from retrieval.answering.records.fields import UnrecordedField
from retrieval.answering.records.people import (
    BEGINS_A_QUESTION,
    AuthorNames,
    FoundAuthors,
    has_two_capitals,
    may_name_authors,
    take_lone_names,
    take_names_by_place,
    take_whole_names,
)
from retrieval.answering.records.remainder import Remainder
from retrieval.answering.records.request import Order, Request
from retrieval.answering.records.spans import find_span
from retrieval.answering.records.topic import PAPERS, SUBJECT, WITHOUT_SUBJECT, run_before, tells, topic_words
from retrieval.names import name_words


@dataclass(frozen=True, slots=True)
class ParsedRequest:
    """A question as it was read. ``asks_for_papers``: its form is that of a question for papers.

    ``adds``: its authors are wanted beside those before: "and with Ada Okafor?". ``steps_back``: the day before the one
    before is meant.

    ``is_fragment``: it is short and says little but conditions, and may go on from the request before it, as also
    where it ``narrows`` that to a subject.
    """

    request: Request
    asks_for_papers: bool
    is_fragment: bool
    narrows: bool
    adds: bool
    steps_back: bool


_SHORT: Final = 5  # words of a question that may be nothing but a name and a topic
_SHORT_STATEMENT: Final = 8  # words that may be about anybody's papers: "i want all that Ada Okafor did"
_LONGEST_FRAGMENT: Final = 12  # words
_LONGEST_KEYED: Final = 6  # words of a request that is no sentence: "gui agents, july 2026"
_LONGEST_LEFT: Final = 4
"""Words of a subject beside conditions that need no sentence."""
_LONGEST_TOPIC: Final = 6  # words; what says more asks an abstract
_MOST_TO_READ: Final = 60  # words of a question that is read as one for papers

_ASKS: Final = phrase(
    r"""
    <papers>
    (?:which|what|any|some|an?|another|one|show|find|list|give me|every|each|no)(?: \S+){0,4}? <paper>
    <superlative>(?: \S+){0,3}? <paper>
    <superlative> (?!one\b|thing\b)<ones>
    <paper>(?: \S+){0,5}? (?:with|got|has|had|received) (?:the )?<extreme>
    (?:newest|latest) <anything>
    <anything> (?:new|recent|newer|older|later|earlier|before|after|between|by|from|since|of|on|about|published
      |written|with|out|in|come|came|<people>)
    what(?:['’]?s| is| was| are| were) (?:new(?! (?:in|with|of|to|for) )|fresh|hot|trending|popular|out|up-?voted|recent
      |on (?:the|today|yesterday)\S*|the (?:latest|newest)(?= (?:on|about|from|in|by|with|<ones>|<papers>)\b|\W*$))
    what (?:blew up|took off|went viral|made waves|caught on|stood out)
    any(?:thing)? (?:news|good|interesting|cool)|fav(?:ou?)rites|daily (?:digest|post|update|news)
    what(?:['’]?s| is) new in (?!.*\b(?:vs|versus|compared|over|than)\b)
    (?:new|latest|newest|hot|trending)(?: (?:stuff|things?|ones|on|about|from|today|this|right now|now))
    what (?:will|is going to) (?:be )?(?:published|listed|posted|come out|released|appear)
    what did (?:you|we) (?:post|list|share|feature|get)|what (?:did|has|have) (?:come|came) out
    what (?:came|appeared|dropped|landed|arrived|showed up|popped up|has come|is coming|got|gets|was|were|has been
      |have been) (?:\S+ )?(?:out|in|up
      |published|posted|released|listed|added|up-?voted|(?:the )?most|liked|about|on)
    what(?: are| do| did| were)? <people> (?:\w+ )?(?:read(?:ing)?|publish(?:ed)?|up-?vot(?:e|ed|ing)|lik(?:e|ed|ing)
      |talking about|excited about|crazy about|into|vot(?:e|ed|ing) for|discussing)
    (?:did|has|have|was|were) (?:anything|something) (?:\S+ )?(?:come out|out|published|posted|released|appear|appeared)
    (?:today|yesterday|day|daily|latest|newest|monday|tuesday|wednesday|thursday|friday|week)(?:['’]?s)? (?:\w+ )?list
    (?:which|what|any) of (?:today|yesterday|(?:this|last) week)['’]?s
    the list (?:of|from|for)|on the list|daily list|how many (?:did|do) (?:we|you)
    (?:what|which) (?:was|were|is|are) (?:\S+ )?(?:big|huge|popular|winners?)
    (?:the )?(?:top|best) (?!one\b)<number>
    top-<number>(?= (?:<papers>|of|on|about|from|in|this|(?:19|20)\d\d)\b|\W*$)
    (?:the )?<number> (?:best|top|newest|latest|most)
    (?:most (?:up-?voted|liked|cited)|most popular)(?!<thing>)|most (?:up-?votes|votes|likes|citations)|highest[- ]voted
      |trending
    (?:written|authored|co-?authored|published) by
    """,
    PARTS,
)
_TELLING: Final = phrase(
    r"today|yesterday|(?:this|last|past|the) (?:week|month)|weeks?['’]?s|list|<votes>|(?:up-?)?voted|upvote"
    r"|months|weeks|days|code|github|(?:19|20)\d\d"
    r"|trending|newest|latest|best|top|news|citations|cited|since|(?:cs|stat|math|eess)\.[a-z]{2}",
    PARTS,
)
"""Words of conditions that may be all that a question says."""
_THAT_PAPER: Final = phrase(
    r"(?:the|this|that|its|their|his|her)(?! <superlative>) (?:\S+ )?<paper>(?! (?:the )?<superlative>)(?! (?:with"
    r"|that has) (?:the )?<extreme>)"
    r"(?!['’]s? )",
    PARTS,
)
_ABOUT_CONTENT: Final = phrase(
    r"""
    (?:why|how) (?:do|does|did|is|are|was|were|can|could|would|should|much(?! <papers>)|to|long|far|fast|large|big
      |well|accurate)
    what (?:does|do|did|is|are|was|were) (?!new|(?:you|we) (?:post|list|share|feature|get)|come out|appear|(?:the
      |your|these|those) <paper>s? (?:with|that|of)|hot|trending
      |the (?:\d|new|lat|most|best|top|old|tre|high|least|first
      |fav|number of papers|paper)|people|folks|on|some|everyone|your|recent|published|there|out|up-?voted|popular
      |<papers>|<number>)
    how many <papers> (?:do|does|did) (?:it|they|he|she|the (?:authors?|paper|team|study|survey|model|work)s?)
    ^(?:does|do|is|are|can|will|would|should|was|were)(?! (?:there|any|you|we|i|someone|anyone|anything|something|the
      |this|people|it true|some|recent|new|<papers>|\S+ \S+ (?:\S+ )?(?:do|have) (?:any|some)(?:thing)?)\b)
    explain|compare|summari[sz]e(?! (?:\S+ ){0,2}(?:papers|list|today))
    """,
    PARTS,
)
_ONE: Final = phrase(
    r"""
    (?:the )?<superlative>(?: [^\s|]+){0,3}? <paper>(?!s)
    (?:which|what)(?: is| was|['’]s) the <paper>(?!s)
    which (?:one )?of (?:the|these|those|all)(?: \S+){1,9}? (?:has|got|had|have|received|is|was)(?: \S+){0,2}?
      [ ](?:the )?<extreme>
    (?:the |['’]s )?winner(?!s)
    (?<=['’]s )(?!new\b)<superlative>(?=\W*$)
    (?:which|what) <paper>(?!s) (?:was|is|got) \S+ the most
    (?:the )?<superlative> (?:thing(?!s)|one(?!s)|(?:one )?(?:of|among) (?:these|them|those|(?:the|this
      |that) (?:list|bunch|lot)))
    (?:<paper>(?!s)|one|which(?: (?:of|among) (?:these|them|those))?)(?: \S+){0,5}? (?:with|got|gets|has|had|received
      |gathered|have|is|was|do <people> like) (?:the )?(?:<extreme>|newest|oldest|latest|best|top)
    (?:which|what)(?:['’]?s| is| was)(?: the)? (?!new\b)<superlative>(?=\W*$)
    (?:and |but )?the <superlative>(?=\W*$)
    ^<superlative> (?:one )?only(?=\W*$)
    """,
    PARTS,
)
_IN_ORDER: Final = re.compile(r"\b(?:ones?|papers?|works?|voted|liked|popular) first\b", re.IGNORECASE)
_GOES_ON_WITH: Final = re.compile(r"(?:and|but|or|also|plus|what about|how about|same|with|without)\b", re.IGNORECASE)
_GOES_ON: Final = re.compile(
    r"(?:and|but|or|also|only|just|now|ok(?:ay)?|then|what about|how about|same|plus|those|the ones|ones"
    r"|which (?:of (?:them|these|those)|ones?)"
    r"|with|without|from|since|before|after|between|in|by|on|of (?:these|those|them)|sort|order|rank|how many|top"
    r"|more|newest|oldest"
    r"|do any|any(?: of (?:them|these|those))?)\b",
    re.IGNORECASE,
)
_NARROWS: Final = re.compile(
    r"(?:and |but |ok )?(?:only|just) (?:the )?[\w-]+(?: [\w-]+)?$|(?:and |are there )?any(?:thing)? (?:on|about"
    r"|with) \S|"
    r"(?:and )?(?:what|how) about (?:\S+ ){1,3}instead$|and (?:on|about) \S+(?: \S+)?$|(?:and |only )?(?:on|about)"
    r" \S+(?: \S+)?(?: \S+)? only$|"
    r"(?:and|but|only|just|now|ok(?:ay)?|then|please|show(?: me)?|which|any|what about|how about|do any|are any|[, ])*"
    r"(?:of (?:these|those|them)|these|those|them|(?:the )?ones|anything|something)\b(?: \w+){0,2}? (?:on|about"
    r"|regarding|concerning"
    r"|cover(?:s|ing)?|mention(?:s|ing)?|deal(?:s|ing)? with|related to) \S",
    re.IGNORECASE,
)
"""A subject to which a follow-up narrows the papers down: "and those on speech?"."""
_ADDS: Final = re.compile(
    r"(?:ok(?:ay)? )?(?:and|also|but|together|only)? ?(?:those |the ones )?(?:together |jointly )?with\b", re.IGNORECASE
)
"""How a follow-up begins that names another author of the same papers."""
_STEPS_BACK: Final = re.compile(r"\bday before(?: that)?\W*$", re.IGNORECASE)
_FEW: Final = 3  # words
_MOST_BARE: Final = 2
"""Telling words, at most, beside conditions, one of which may be somebody's last name."""
_RARE: Final = 3
"""Papers that have a word, at most, which is part of a name wherever it is written."""


def read(text: str, today: date, names: AuthorNames) -> ParsedRequest:
    """Read a question as one for papers. ``names`` are the authors' names in it, as the catalogue has them."""
    plain = corrected(_HEARD.sub(r"\g<who>", " ".join(text.split()[:_MOST_TO_READ]).rstrip(" ?!.…")))
    rest = Remainder(plain)
    people = take_whole_names(rest, names)  # first: "May Chen" is no month
    is_short = len(plain.split()) <= _SHORT + 1 and not BEGINS_A_QUESTION.match(plain)
    request = _conditions(rest, today, one=asks_for_one(plain), terse=is_short)
    people = people or (take_names_by_place(rest, names) if names.papers else None)
    is_bare = is_short and sum(map(tells, rest.text.split())) <= _MOST_BARE
    people = people or (take_lone_names(rest, names) if is_bare else None)
    unwanted = rest.take(WITHOUT_SUBJECT)
    request = replace(request, without_topic=(unwanted["about"] or unwanted["words"]) if unwanted else "")
    request = replace(request, is_terse=_is_terse(plain, rest.text, request))
    words = list(topic_words(rest.text, terse=request.is_terse or is_short))
    rare = bool(people) and is_short and any(names.papers.get(word, 1) <= _RARE for word in _words_of_names(people))
    if people and words and not (request.is_terse or rare or may_name_authors(plain) or SUBJECT.search(rest.text)):
        # somebody is named, but not asked for
        return read(text, today, replace(names, whole={}) if names.whole else AuthorNames())
    if people:
        request = _of_people(request, people, plain)
        words = words if SUBJECT.search(rest.text) else _topic_beside_names(rest.text, words, names, is_short=is_short)
    request = replace(request, topic=" ".join(words))
    narrows = bool(request.topic and _NARROWS.match(plain))
    return ParsedRequest(
        request,
        _asks_for_papers(plain, request),
        is_fragment=narrows or _is_fragment(plain, request.topic),
        narrows=narrows or request.is_for_records,
        adds=bool(request.authors and _ADDS.match(plain)),
        steps_back=bool(_STEPS_BACK.search(plain)),
    )


def _of_people(request: Request, people: FoundAuthors, plain: str) -> Request:
    """The request with its authors."""
    of_lists = (request.span is not None and request.span.by_list) or "listed" in plain.split()
    return replace(
        request,
        authors=people.authors,
        any_author=people.any_of_them,
        without_authors=people.without,
        by_list=request.by_list and of_lists,  # else "Ada Okafor paper list"
    )


def _topic_beside_names(text: str, words: list[str], names: AuthorNames, *, is_short: bool) -> list[str]:
    """The words that tell a topic beside names: those before "papers", or the few of a short question."""
    papers = PAPERS.search(text)
    beside = run_before(text[: papers.start()]).split() if papers and not is_short else ()
    some = words if is_short and len(words) <= _FEW else [word for word in words if word in beside]
    return [word for word in some if _is_known(word, names)]


_HEARD: Final = re.compile(
    r"(?P<who>\b(?:i|we|he|she|they|my|our|someone|somebody|a friend|a colleague)\b[^,;?!]{1,80}?)\s(?:today"
    r"|yesterday|tonight|this morning|last night|tomorrow|the other day)\b(?<!['’]s)(?=\W*(?:and|but|so|,)\s)",
    re.IGNORECASE,
)
"""When somebody heard of what is asked for: "I saw her name yesterday and …"."""


def may_ask_for_papers(text: str) -> bool:
    """Whether it is worth a look at the catalogue to read a question as one for papers: most aren't."""
    short = len(text.split()) <= _SHORT_STATEMENT and not BEGINS_A_QUESTION.match(text)
    asks = _ASKS.search(text) or may_name_authors(text) or _TELLING.search(text)
    return short or has_two_capitals(text) or (bool(asks) and not _ABOUT_CONTENT.match(text))


def asks_for_one(text: str) -> bool:
    """Whether one paper is asked for, the newest or the best: "the newest paper on X"."""
    return bool(_ONE.search(text)) and not _IN_ORDER.search(text)


def shows_again(text: str) -> bool:
    """Whether a follow-up only asks to see what was counted or named before: "show them"."""
    return bool(_SHOWS_AGAIN.fullmatch(text.strip(" .!?")))


_SHOWS_AGAIN: Final = re.compile(
    r"(?:(?:and|ok(?:ay)?|please|so|now|then|can you|could you|would you|yes)[, ]+)*(?:show|list|give|display|name"
    r"|send|see"
    r"|let me see|what are|which are|tell)(?: me)? (?:them|these|those|it|all|the list"
    r"|the papers)(?: all)?(?: please| then)?",
    re.IGNORECASE,
)


def may_go_on(text: str) -> bool:
    """Whether a question is short enough to go on from the one before it."""
    words = len(text.split())
    return words <= _LONGEST_FRAGMENT and (bool(_GOES_ON.match(text)) or words <= _LONGEST_FRAGMENT // 2)


def _asks_for_papers(text: str, request: Request) -> bool:
    if request.authors or (request.unrecorded and not request.topic):
        return True
    if request.is_telling and not request.topic and not _GOES_ON_WITH.match(text):  # nothing but conditions
        return not _is_about_one(text, request)
    if len(request.topic.split()) > _LONGEST_TOPIC:
        return False
    if request.is_terse:
        return not _is_about_one(text, request)
    asks = bool(_ASKS.search(text)) and not _is_about_one(text, request)
    return asks and (request.by_list or not _ABOUT_CONTENT.search(text))


def _is_about_one(text: str, request: Request) -> bool:
    """Whether it is about "the paper", unless that is the one that is looked for: "the paper which had most votes"."""
    that = _THAT_PAPER.search(text)
    return that is not None and (request.most is None or bool(_OF.search(text[: that.start()])))


_OF: Final = re.compile(r"\b(?:of|in|from|by|on)\s+$", re.IGNORECASE)
_UNWANTED: Final = re.compile(
    r"(?<!\w)(?:exclud(?:e|ing)|without|not|neither|except(?: for)?|(?:other|rather) than|minus|(?<![|\w] )drop|skip"
    r"|ignor(?:e|ing)"
    r"|leave out|hide|remove)"
    r"(?: (?:the|those|ones|papers|from|in|of|year|everything))*\s*$",
    re.IGNORECASE,
)
"""What comes before days of which no papers are wanted."""


def _is_terse(text: str, left: str, request: Request) -> bool:
    """Whether it is no sentence but a subject with conditions: "gui agents, july 2026", "last week robotics"."""
    if BEGINS_A_QUESTION.match(text) or not (request.is_keyed or request.span):
        return False
    words = sum(map(tells, left.split()))
    if request.is_keyed:
        return len(text.split()) <= _LONGEST_KEYED or words <= _LONGEST_LEFT
    return words <= _FEW - 1 and len(text.split()) <= _LONGEST_KEYED


def _words_of_names(people: FoundAuthors) -> list[str]:
    return [word for author in people.authors for word in name_words(author.name) if len(word) > 1]


def _conditions(rest: Remainder, today: date, *, one: bool, terse: bool) -> Request:
    """What the question says beside authors and subject; it is taken out of ``rest``."""
    unrecorded = UnrecordedField.CITATIONS if rest.take(CITED) else None
    votes = take_votes(rest)
    found = find_span(rest.text, today, terse=terse)
    unwanted = _UNWANTED.search(rest.text[: found.start]) if found else None
    if found is not None:
        rest.cut(unwanted.start() if unwanted else found.start, found.end)
    category, project, code = take_category(rest), bool(rest.take(PROJECT)), take_code(rest)
    if unrecorded is None and rest.take(IN_VENUE):
        unrecorded = UnrecordedField.VENUE
    rank = take_rank(rest)
    order, most = take_order(rest)
    order = order or (Order.VOTES if rank else None)
    by_list = take_list(rest) or bool(not unwanted and found is not None and found.span.by_list)
    counted = take_count(rest)
    if unrecorded is None and rest.take(AFFILIATED):
        unrecorded = UnrecordedField.AFFILIATIONS
    return Request(
        span=found.span if found and not unwanted else None,
        outside=found.span if found and unwanted else None,
        by_list=by_list,
        category=category,
        code=code,
        project=project,
        votes=votes,
        order=order,
        most=rank or most or (1 if one and order else None),
        rank=rank,
        counted=counted,
        unrecorded=unrecorded,
    )


def _is_known(word: str, names: AuthorNames) -> bool:
    """Whether papers have a word, as far as is known: else it is a slip beside a name, and no subject."""
    return names.papers.get(word.lower(), 1) > 0


def _is_fragment(text: str, topic: str) -> bool:
    names_papers = re.search(rf"\b(?:{PARTS['papers']})\b", text, re.IGNORECASE)
    return len(text.split()) <= _LONGEST_FRAGMENT and (bool(_GOES_ON.match(text)) or not topic) and not names_papers
