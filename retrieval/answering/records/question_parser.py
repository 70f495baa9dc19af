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
from retrieval.answering.records.question_forms import (
    EXTREME,
    LONGEST_FRAGMENT,
    asks_for_one,
    asks_for_papers,
    begins_a_question,
    is_about_content,
    is_continuation,
    may_name_authors,
)
from retrieval.answering.records.request import Order, Request
from retrieval.answering.records.sentence import AUTHOR, DAYS, Sentence, rule
from retrieval.answering.records.spans import FoundSpan, find_span
from retrieval.answering.records.topic import has_subject, take_unwanted, telling_words, topic_words, with_terms_of
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


_SHORT: Final = 6  # words of a question that may be nothing but a name and a topic
_LONGEST_KEYED: Final = 6  # words of a request that is no sentence: "gui agents, july 2026"
_LONGEST_LEFT: Final = 4
"""Words of a subject beside conditions that need no sentence."""
_LONGEST_TOPIC: Final = 6  # words; what says more asks an abstract
_MOST_TO_READ: Final = 60  # words of a question that is read as one for papers
_FEW: Final = 3  # words
_MOST_BARE: Final = 2
"""Telling words, at most, beside conditions, one of which may be somebody's last name."""
_RARE: Final = 3
"""Papers that have a word, at most, which is part of a name wherever it is written."""

_STATES: Final = rule("papers (?:state|show) 'that'")
_ASKS_OTHERWISE: Final = rule("^ {lead} (?:when|where|who|why|how_old)")
_THAT_PAPER: Final = rule(
    f"""
    {{the}} (?!{EXTREME}) other{{0,4}} paper (?!'the'? {EXTREME})
      (?!(?:with|function have|what have) 'the'? (?:most|least)) (?!possessive)
    """
)
_OF_THAT: Final = rule("(?:from|'in'|by|about|'on') {the} other{0,4} paper")
_GOES_ON_WITH: Final = rule("^ (?:and|'but'|or|'also'|'what' about|'how' about|same|with|without)")
_NARROWS: Final = rule(
    """
    ^ (?:and|'but'|'ok')? (?:'only'|'just') 'the'? (?:other|code){1,2} $
    ^ (?:and|'are' 'there')? any_paper (?:about|with) .
    ^ and? (?:'what'|'how') about .{1,3} 'instead' $ | ^ and about .{1,2} $ | ^ about other{1,3} $
    ^ (?:and|'only')? about .{1,3} 'only' $ | ^ other{1,3} 'only' $
    ^ (?:and|'but'|'ok')? (?:'only'|'just') about .{1,4} $
    ^ (?:'the'|'only'|'just'|'now'|'okay'|show|'me'|what|'any'|'are'|'do'|about|{lead})*
      (?:from? them|from? again|ones|any_paper) (?:function){0,2} (?:about|with) .
    """
)
"""A subject to which a follow-up narrows the papers down: "and those on speech?"."""
_ADDS: Final = rule(
    "^ (?:'ok'|'okay')? (?:and|'also'|'but'|'together'|'only')? (?:them|ones|'the')? collective? 'with'"
)
_STEPS_BACK: Final = re.compile(r"\bday before(?: that)?\W*$", re.IGNORECASE)
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
    if people and words and not (request.is_terse or rare or may_name_authors(whole) or has_subject(left)):
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
    units = with_terms_of(left.units)
    papers = next((at for at, unit in enumerate(units) if unit.has("papers", "paper", "any_paper")), None)
    before = list[str]()
    for unit in reversed(units[: papers or 0]):
        if not (telling_words([unit]) or unit.has("and", "or")):
            break
        before += unit.text.split()
    some = words if is_short and len(words) - words.count("or") <= _FEW else [word for word in words if word in before]
    return [word for word in some if names.papers.get(word.lower(), 1) > 0]


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
    asks = asks_for_papers(whole) and not _is_about_one(whole, request)
    return asks and (request.by_list or not is_about_content(whole))


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
    goes_on = is_continuation(whole) or not topic
    return len(plain.split()) <= LONGEST_FRAGMENT and goes_on and not whole.has("papers")


def _words_of_names(people: FoundAuthors) -> list[str]:
    return [word for author in people.authors for word in name_words(author.name) if len(word) > 1]
