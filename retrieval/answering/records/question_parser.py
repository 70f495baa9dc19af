"""Reading a question as one for papers: its conditions, and what they are about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from retrieval.answering.records.authors import (
    AuthorNames,
    FoundAuthors,
    found_authors,
    take_lone_names,
    take_names_by_place,
    take_strange_names,
    with_names_marked,
    with_unknown,
)
from retrieval.answering.records.conditions import (
    asks_for_surveys,
    take_category,
    take_code,
    take_count,
    take_list,
    take_order,
    take_rank,
    take_site,
    take_unrecorded,
    take_votes,
)
from retrieval.answering.records.corrections import corrected
from retrieval.answering.records.periods import DAY_WORDS
from retrieval.answering.records.request import Order, Request
from retrieval.answering.records.sentence import AUTHOR, DAYS, Sentence, rule
from retrieval.answering.records.spans import FoundSpan, find_span
from retrieval.answering.records.topic import has_subject, take_unwanted, telling_words, topic_words
from retrieval.names import name_words
from retrieval.query.fields import ARCHIVES


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


_SHORT: Final = 6  # words of a question that may be nothing but a name and a topic
_SHORT_STATEMENT: Final = 8  # words that may be about anybody's papers: "i want all that Ada Okafor did"
_LONGEST_FRAGMENT: Final = 12  # words
_LONGEST_KEYED: Final = 6  # words of a request that is no sentence: "gui agents, july 2026"
_LONGEST_LEFT: Final = 4
"""Words of a subject beside conditions that need no sentence."""
_LONGEST_TOPIC: Final = 6  # words; what says more asks an abstract
_MOST_TO_READ: Final = 60  # words of a question that is read as one for papers
_LONGEST_WITH_NAME: Final = 24
_LONGEST_IN_LOWER_CASE: Final = 30
_FEW: Final = 3  # words
_MOST_BARE: Final = 2
"""Telling words, at most, beside conditions, one of which may be somebody's last name."""
_RARE: Final = 3
"""Papers that have a word, at most, which is part of a name wherever it is written."""

_EXTREME: Final = "(?:most|least|best|worst|newest|oldest|trending|last|first)"
_ASKS: Final = rule(
    f"""
    papers | trending | write by | show author_name | 'all' 'that' author_name | most (?:vote|votes|cited|popular)
    (?:what|'any'|'some'|'a'|'an'|'another'|'one'|show|'every'|'each'|'no'|recent|new) (?:(?!boundary) .){{0,4}}? paper
    {_EXTREME} .{{0,3}}? (?:paper|ones|any_paper|number) | {_EXTREME} one (?!about) | best (?:days|from days|from)
    newest about | what yes_no 'there' (?:about|from|by|days|'in'|with)
    paper .{{0,5}}? (?:with|have) 'the'? (?:most|least)
    any_paper (?:function|have|show)* (?:new|recent|newer|older|oldest|newest|by|from|about|write|with|days|author_name)
    any_paper (?:function|have|show)* (?:come_out|people|without|cut|earlier|later)
    (?:what|any_paper) (?:yes_no|function|people|'on')* (?:new|recent) (?!'in'|with|from|'to')
    (?:what|any_paper) (?:yes_no|function|people|persons|'on'|have)* (?:trending|popular|come_out|vote|went_viral)
    (?:what|any_paper) (?:yes_no|function|people|'on')* feature
    (?:what|any_paper) (?:yes_no|function|people|'on')* (?:newest|list|feel|discuss|best days)
    what (?:yes_no|'on')? days (?!possessive|other) | what yes_no (?:'you'|'we') (?:have|show|feature|write|offer)
    (?:new|recent) (?:any_paper|ones|about|from|days|$) | 'any' (?:new|aside $|aside days|aside boundary)
    what yes_no? people (?:function|other)? (?:feel|vote|discuss) | how_many (?:yes_no|from|have|with)
    (?:days|newest|last|possessive|'the'|'on') .{{0,1}} list | list (?:from|days|about)
    """
)
"""How papers are asked for."""
_WORTH_A_LOOK: Final = rule(
    """
    days|author_name|list|votes|vote|code|codes|site|trending|popular|newest|oldest|new|best|most|cited|by|write|papers
    any_paper|collective|et_al|author|authors|surname|'since'|person whose? (?:name|title_of)
    """
)
_LIST_FORM: Final = (
    "new|recent|trending|most|best|newest|oldest|least|popular|people|persons|days|author_name|papers|there|come_out|'be'|'been'|vote"
    "|feature|number|'on'|'in'|from|boundary|$|last|first|how_many|count|paper|list"
)
"""What follows "what is" or "what are" where papers are asked for."""
_CONTENT: Final = (
    "why (?!'about'|popular) | what 'makes' | "
    f"what yes_no (?!{_LIST_FORM}|'the' (?:other|aside)? (?:{_LIST_FORM}|second|third))"
    "(?!(?:'you'|'we') (?:have|show|feature|write|offer|list))"
    " | how_many papers yes_no (?:'it'|'they'|'he'|'she'|'the' (?:author|authors|paper|other))"
)
"""How what papers say is asked for."""
_STATES: Final = rule("papers (?:state|show) 'that'")
_NO_PAPERS: Final = (
    "there|author_name|papers|any_paper|'the'|'this'|people|new|recent|days|list|'it'|'some'|other papers"
)
_ABOUT_CONTENT: Final = rule(f"{_CONTENT}\n^ {{lead}} yes_no (?!{_NO_PAPERS})")
_BEGINS_WITH_CONTENT: Final = rule(f"^ {{lead}} (?:{_CONTENT})\n^ yes_no (?!{_NO_PAPERS}|namelike)")
_ASKS_OTHERWISE: Final = rule("^ {lead} (?:when|where|who|why|how_old)")
_BEGINS_A_QUESTION: Final = rule("^ (?:what|why|yes_no|who|whose|when|where|how_many|how_old)")
_THAT_PAPER: Final = rule(
    f"""
    {{the}} (?!{_EXTREME}) other{{0,4}} paper (?!'the'? {_EXTREME})
      (?!(?:with|function have|what have) 'the'? (?:most|least)) (?!possessive)
    """
)
_OF_THAT: Final = rule("(?:from|'in'|by|about|'on') {the} other{0,4} paper")
_ONE: Final = rule(
    f"""
    (?:{_EXTREME}|recent|new) (?:vote|popular|votes|cited|'-'|and|other|function){{0,4}}? (?:paper|one)
    what (?:'is'|'was')? 'the' paper | winner | 'runner-up' | what paper .{{0,4}} best
    (?:(?:what (?:'is'|'was'|'the')*|possessive|and? 'the') {_EXTREME} (?:vote|popular|from (?:them|again))?) $
    what one? from (?:'the'|'these'|'those'|'all'|again|days|cut|author_name|possessive)* .{{0,9}}?
      (?:have|yes_no|with) .{{0,2}}? (?:most|least)
    (?:paper|one|what) .{{0,5}}? (?:with|have|yes_no|vote|feel) 'the'?
      (?:most|least|newest|oldest|best) (?!papers|.papers)
    ^ {_EXTREME} (?:vote|popular)? one? 'only' $
    """
)
"""How one paper is asked for, the newest or the best."""
_FIRST: Final = rule("(?:one|ones|paper|papers|vote|popular) 'first' | 'first' $")
_GOES_ON_WITH: Final = rule("^ (?:and|'but'|or|'also'|'what' about|'how' about|same|with|without)")
_GOES_ON: Final = rule(
    """
    ^ (?:and|'but'|or|'also'|'only'|'just'|'now'|'ok'|'okay'|'then'|same|ones|them|one|with|without|from|'since')
    ^ (?:'before'|'after'|'between'|'in'|by|about|order_by|how_many|best|further|newest|oldest|exclude|days|'any')
    ^ (?:'what'|'how') about | ^ what (?:ones|one|from (?:them|again)) | ^ 'the' (?:ones|same|newest|oldest|best)
    ^ yes_no 'any'
    """
)
_NARROWS: Final = rule(
    """
    ^ (?:and|'but'|'ok')? (?:'only'|'just') 'the'? (?:other|code){1,2} $
    ^ (?:and|'are' 'there')? any_paper (?:about|with) .
    ^ and? (?:'what'|'how') about .{1,3} 'instead' $ | ^ and about .{1,2} $ | ^ about other{1,3} $
    ^ (?:and|'only')? about .{1,3} 'only' $
    ^ (?:{lead}|'only'|'just'|'now'|'okay'|show|'me'|what|'any'|'are'|'do'|about)*
      (?:from? them|from? again|ones|any_paper) (?:function){0,2} (?:about|with) .
    """
)
"""A subject to which a follow-up narrows the papers down: "and those on speech?"."""
_ADDS: Final = rule(
    "^ (?:'ok'|'okay')? (?:and|'also'|'but'|'together'|'only')? (?:them|ones|'the')? collective? 'with'"
)
_STEPS_BACK: Final = re.compile(r"\bday before(?: that)?\W*$", re.IGNORECASE)
_OF_THE_AUTHOR: Final = rule(
    """
    he_or_she .* (?:papers|paper|any_paper|write|newest|oldest|best|most|code|codes|list|further)
    (?:papers|paper|any_paper|what|further|by|from) .* he_or_she
    """
)
_SHOWS_AGAIN: Final = rule(
    """
    (?:{lead}|'okay'|'now'|'can' 'you'|'could' 'you'|'would' 'you')*
      (?:show|'what' 'are'|'let' 'me' 'see') 'me'? (?:again|papers|'the' papers|them|it) (?:'all'|'please'|'then')*
    """
)
_TWO_CAPITALS: Final = re.compile(r"(?<=\s)[A-Z][\w'’.-]*\s+[A-Z]")
_HEARD: Final = re.compile(
    r"(?P<who>\b(?:i|we|he|she|they|my|our|someone|somebody|a friend|a colleague)\b[^,;?!]{1,80}?)\s(?:today"
    r"|yesterday|tonight|this morning|last night|tomorrow|the other day)\b(?<!['’]s)(?=\W*(?:and|but|so|,)\s)",
    re.IGNORECASE,
)
"""When somebody heard of what is asked for: "I saw her name yesterday and …"."""
_UNWANTED_DAYS: Final = rule("{exclude} (?:from|papers|ones|any_paper|function|'in'|year)* days")


def read(text: str, today: date, names: AuthorNames) -> ParsedRequest:
    """Read a question as one for papers. ``names`` are the authors' names in it, as the catalogue has them."""
    plain = corrected(_HEARD.sub(r"\g<who>", " ".join(text.split()[:_MOST_TO_READ]).rstrip(" ?!.…")))
    marked, known = with_names_marked(plain.replace(AUTHOR, ","), names)
    is_short = len(plain.split()) <= _SHORT and not begins_a_question(Sentence.of(plain))
    days = find_span(marked, today, terse=is_short)
    marked = f"{marked[: days.start]} {DAYS} {marked[days.end :]}" if days else marked
    whole, left = Sentence.of(marked), Sentence.of(marked)
    people = found_authors(left, known)
    request = _conditions(left, days, one=asks_for_one(whole))
    people = people or (
        take_names_by_place(left, names) or take_strange_names(left, whole, names) if names.papers else None
    )
    people = with_unknown(people, left, names)
    is_bare = is_short and telling_words(left.units) <= _MOST_BARE
    people = people or (take_lone_names(left, names) if is_bare else None)
    request = replace(request, without_topic=take_unwanted(left))
    request = replace(request, is_terse=_is_terse(plain, whole, left, request))
    words = topic_words(left, terse=request.is_terse or is_short)
    rare = bool(people) and is_short and any(names.papers.get(word, 1) <= _RARE for word in _words_of_names(people))
    if people and words and not (request.is_terse or rare or _may_name_authors(whole) or has_subject(left)):
        # somebody is named, but not asked for
        return read(text, today, replace(names, whole={}) if names.whole else AuthorNames())
    if people:
        request = _of_people(request, people, plain)
        words = words if has_subject(left) else _beside_names(left, words, names, is_short=is_short)
    request = replace(request, topic=" ".join(words))
    narrows = bool(request.topic) and _NARROWS.begins(whole) is not None
    return ParsedRequest(
        request,
        _asks_for_papers(whole, request),
        is_fragment=narrows or _is_fragment(whole, plain, request.topic),
        narrows=narrows or request.is_for_records,
        adds=bool(request.authors) and _ADDS.begins(whole) is not None,
        steps_back=bool(_STEPS_BACK.search(plain)),
    )


def _conditions(left: Sentence, days: FoundSpan | None, *, one: bool) -> Request:
    """What the question says beside authors and subject; it is taken out."""
    unwanted = left.take(_UNWANTED_DAYS) is not None
    unrecorded = take_unrecorded(left)
    votes, category, site = take_votes(left), take_category(left), take_site(left)
    code, rank = take_code(left), take_rank(left)
    order, most = take_order(left)
    order = order or (Order.VOTES if rank else None)
    by_list = take_list(left) or bool(days and days.span.by_list and not unwanted)
    return Request(
        span=days.span if days and not unwanted else None,
        outside=days.span if days and unwanted else None,
        by_list=by_list,
        category=category,
        code=code,
        project=site,
        survey=asks_for_surveys(left),
        votes=votes,
        order=order,
        most=rank or most or (1 if one and order else None),
        rank=rank,
        counted=take_count(left),
        unrecorded=unrecorded,
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


def _beside_names(left: Sentence, words: list[str], names: AuthorNames, *, is_short: bool) -> list[str]:
    """The words that tell a topic beside names: those before "papers", or the few of a short question."""
    papers = next((at for at, unit in enumerate(left.units) if unit.has("papers", "paper", "any_paper")), None)
    before = list[str]()
    for unit in reversed(left.units[: papers or 0]):
        if not (telling_words([unit]) or unit.has("and", "or")):
            break
        before += unit.text.split()
    some = words if is_short and len(words) - words.count("or") <= _FEW else [word for word in words if word in before]
    return [word for word in some if names.papers.get(word.lower(), 1) > 0]


def begins_a_question(sentence: Sentence) -> bool:
    """Whether it begins as questions do, and is more than a name."""
    return _BEGINS_A_QUESTION.begins(sentence) is not None


def _may_name_authors(whole: Sentence) -> bool:
    return whole.has(
        "by",
        "from",
        "author",
        "authors",
        "collective",
        "write",
        "papers",
        "any_paper",
        "surname",
        "paper",
        "person",
        "name",
        "ones",
        "make",
        "search",
    )


def may_ask_for_papers(text: str) -> bool:
    """Whether it is worth a look at the catalogue to read a question as one for papers: most aren't."""
    sentence = Sentence.of(text)
    short = len(text.split()) <= _SHORT_STATEMENT and not begins_a_question(sentence)
    asks = _WORTH_A_LOOK.search(sentence) or _ASKS.search(sentence) or _TELLS_DAYS.search(text)
    by_somebody = _BY_SOMEBODY.search(sentence) is not None
    return (
        short or by_somebody or has_two_capitals(text) or (bool(asks) and _BEGINS_WITH_CONTENT.begins(sentence) is None)
    )


_BY_SOMEBODY: Final = rule(
    "yes_no namelike{1,4} (?:function|recent|further)* write (?=$|boundary|days|'in'|about|recent|from|with)"
)
_TELLS_DAYS: Final = re.compile(
    rf"\b(?:{'|'.join(DAY_WORDS)}|(?:19|20)\d\d|(?:{ARCHIVES})\.[a-z]{{2}})\b", re.IGNORECASE
)


def has_two_capitals(text: str) -> bool:
    """Whether a short question has two words with capitals side by side, as names of people have."""
    return len(text.split()) <= _LONGEST_WITH_NAME and bool(_TWO_CAPITALS.search(text))


def may_hold_names(text: str) -> bool:
    """Whether it's worth a look at the catalogue's names: the text is short, or has a place for one."""
    sentence, words = Sentence.of(text), len(text.split())
    names_authors = _may_name_authors(sentence)
    if words <= _SHORT_STATEMENT and (names_authors or not begins_a_question(sentence)):
        return True
    return has_two_capitals(text) or (
        words <= _LONGEST_IN_LOWER_CASE
        and names_authors
        and sentence.has("by", "write", "author", "authors", "surname", "possessive", "person", "papers")
    )


def asks_for_one(sentence: Sentence) -> bool:
    """Whether one paper is asked for, the newest or the best: "the newest paper on X"."""
    return _ONE.search(sentence) is not None and _FIRST.search(sentence) is None


def shows_again(text: str) -> bool:
    """Whether a follow-up only asks to see what was counted or named before: "show them"."""
    return _SHOWS_AGAIN.covers(Sentence.of(text.strip(" .!?"))) is not None


def is_about_the_author(text: str) -> bool:
    """Whether a follow-up asks for papers of the author before: "does she have anything on agents?"."""
    return len(text.split()) <= _LONGEST_FRAGMENT and _OF_THE_AUTHOR.search(Sentence.of(text)) is not None


def may_go_on(text: str) -> bool:
    """Whether a question is short enough to go on from the one before it."""
    words = len(text.split())
    return words <= _LONGEST_FRAGMENT and (
        _GOES_ON.begins(Sentence.of(text)) is not None or words <= _LONGEST_FRAGMENT // 2 or is_about_the_author(text)
    )


def _asks_for_papers(whole: Sentence, request: Request) -> bool:
    if request.authors or (request.unrecorded and not request.topic):
        return True
    nouns = whole.has("papers", "paper", "any_paper", "list", "ones")
    of_one = request.has_only_code and (request.topic or whole.units[0].has("yes_no"))
    asks_otherwise = not nouns and (of_one or _ASKS_OTHERWISE.begins(whole))
    if asks_otherwise or len(request.topic.split()) > _LONGEST_TOPIC or _STATES.search(whole):
        return False
    only_conditions = request.is_telling and not request.topic and _GOES_ON_WITH.begins(whole) is None
    if only_conditions or request.is_terse:
        return not _is_about_one(whole, request)
    asks = _ASKS.search(whole) is not None and not _is_about_one(whole, request)
    return asks and (request.by_list or _ABOUT_CONTENT.search(whole) is None)


def _is_about_one(whole: Sentence, request: Request) -> bool:
    """Whether it is about "the paper", unless that is the one that is looked for: "the paper which had most votes"."""
    return _THAT_PAPER.search(whole) is not None and (request.most is None or _OF_THAT.search(whole) is not None)


def _is_terse(plain: str, whole: Sentence, left: Sentence, request: Request) -> bool:
    """Whether it is no sentence but a subject with conditions: "gui agents, july 2026", "last week robotics"."""
    if begins_a_question(whole) or not (request.is_keyed or request.span):
        return False
    words = telling_words(left.units)
    if request.is_keyed:
        return len(plain.split()) <= _LONGEST_KEYED or words <= _LONGEST_LEFT
    return words < _FEW and len(plain.split()) <= _LONGEST_KEYED


def _is_fragment(whole: Sentence, plain: str, topic: str) -> bool:
    goes_on = _GOES_ON.begins(whole) is not None or not topic
    return len(plain.split()) <= _LONGEST_FRAGMENT and goes_on and not whole.has("papers")


def _words_of_names(people: FoundAuthors) -> list[str]:
    return [word for author in people.authors for word in name_words(author.name) if len(word) > 1]
