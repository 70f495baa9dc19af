"""Papers by their records: a request is run, and what it finds or lacks is said."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from retrieval.answering.question.analysis import picks_a_paper
from retrieval.answering.records.authors import Author, AuthorNames, possible_names
from retrieval.answering.records.field_questions import read_field_question
from retrieval.answering.records.fields import UnrecordedField
from retrieval.answering.records.lookup import FoundPapers, RecordLookup
from retrieval.answering.records.query_text import query_text
from retrieval.answering.records.question_forms import (
    is_about_the_author,
    may_ask_for_papers,
    may_go_on,
    may_hold_names,
    shows_again,
)
from retrieval.answering.records.question_parser import ParsedRequest, read
from retrieval.answering.records.reply_text import (
    described,
    found_text,
    known_days_text,
    lists_text,
    none_found_text,
    not_held_text,
    unrecorded_text,
    without_number_shown,
)
from retrieval.answering.records.request import Order, Request
from retrieval.answering.records.results import PARTLY, record
from retrieval.answering.records.spans import Span
from retrieval.answering.types import Answer, Question, Turn
from retrieval.english import Text, counted, either, sentences, written
from retrieval.names import name_words
from retrieval.text import STOP_WORDS

_MOST: Final = 50
"""Papers that an answer names at most."""
_SEVERAL: Final = 3
"""Authors who hardly wrote anything together: papers by any of them are meant if there are none by all."""
_READ_FOR_PROJECTS: Final = 1_000
"""Papers, at most, among which those with a page of their project are looked for: no index knows them."""
_MORE_PAPERS: Final = re.compile(
    r"\b(?:more|most|fewer|less) (?:papers|publications|works|articles|stuff)\b|\bmore (?:prolific|productive|active)\b"
    r"|\b(?:publish\w*|wr[io]tes?|written|contribut\w+) (?:the )?(?:more|most|less)\b",
    re.IGNORECASE,
)
"""How two authors are compared."""
_INITIALS: Final = 2
"""Letters of a short word that may be a name, too: "He", "An"."""
_DAY: Final = timedelta(days=1)
_TOPIC_OF_SURVEYS: Final = 4
"""Words of a topic, at most, on which surveys or what is new are asked for; what says more asks the abstracts."""
_RECENT: Final = timedelta(days=30)
_FRESH: Final = timedelta(days=4)
"""A newest list that is older than this is what "today" is counted from."""
_ENOUGH: Final = 3
"""Papers with a topic as a phrase that are enough without those that have its words anywhere."""
_MANY_TIMES: Final = 5
"""Fewer are enough unless so many times as many have the words."""


class PaperLists:
    """Answers to questions for papers."""

    def __init__(
        self, lookup: RecordLookup, is_word: Callable[[str], bool], repaired: Callable[[str], Awaitable[str]]
    ) -> None:
        self._lookup = lookup
        self._is_word = is_word
        self._repaired = repaired

    async def answer(self, question: Question, today: date) -> Answer | None:
        """The papers that a question asks for by their records; ``None`` where it asks for something else."""
        if not may_ask_for_papers(question.text) and not (question.history and may_go_on(question.text)):
            return None
        request = await self.request(question, today)
        if request is None or (request.has_only_topic and len(request.topic.split()) > _TOPIC_OF_SURVEYS):
            return None
        if len(request.authors) > 1 and _MORE_PAPERS.search(question.text):
            return await self._beside_each_other(question, request)
        answer = await self.run(question, request, today)
        if request.rank and len(answer.papers) >= request.rank:
            one = answer.papers[request.rank - 1 : request.rank]
            whole = without_number_shown(answer.reply) if answer.reply else ""
            said = Text("Number {rank} of {papers}", rank=request.rank, papers=whole)
            answer = replace(answer, papers=one, reply=said)
        return None if request.has_only_topic and answer.kind == PARTLY else answer

    async def request(self, question: Question, today: date) -> Request | None:
        """What a question asks for, which may go on from its conversation; ``None`` for something else."""
        reading = await self.read(question.text, today)
        of_author = is_about_the_author(question.text)
        if question.history and ((reading.narrows and reading.is_fragment) or of_author or shows_again(question.text)):
            before = await self._before(question.history, today)
            if before is not None and (before.authors or not of_author):
                return _changed(before, reading)
        return reading.request if reading.asks_for_papers and reading.request.is_for_records else None

    async def read(self, text: str, today: date) -> ParsedRequest:
        """A question as it is read; "today" is the day of the newest list where that is old."""
        words = [word for word in name_words(text) if word not in STOP_WORDS or len(word) <= _INITIALS]
        words += [word.removesuffix("s") for word in words if word.endswith("s") and len(word) > _INITIALS]
        names = await self._names_in(text, words)
        reading = read(text, today, names)
        if reading.request.span is None or not reading.request.span.relative:
            return reading
        newest = await self._lookup.newest_list()
        return read(text, newest, names) if newest is not None and today - newest > _FRESH else reading

    async def _names_in(self, text: str, words: Sequence[str]) -> AuthorNames:
        in_names = await self._lookup.words_in_names(words)
        phrases = possible_names(text, in_names)
        whole = await self._lookup.whole_names(phrases) if phrases else dict[str, str]()
        if not whole and not may_hold_names(text):
            return AuthorNames()
        papers = await self._lookup.numbers_of_papers(words)
        return AuthorNames(whole, in_names, {word: papers[word] or int(self._is_word(word)) for word in words})

    async def _before(self, history: Sequence[Turn], today: date) -> Request | None:
        """The request that a conversation has come to; ``None`` where it was about something else last."""
        request: Request | None = None
        for turn in history:
            reading = await self.read(await self._repaired(turn.question), today)
            goes_on = reading.narrows and reading.is_fragment
            if request is not None and (goes_on or is_about_the_author(turn.question) or shows_again(turn.question)):
                request = _changed(request, reading)
            elif reading.asks_for_papers:
                request = reading.request
            elif not (picks_a_paper(turn.question) or read_field_question(turn.question)):
                request = None
        return request

    async def run(self, question: Question, request: Request, today: date) -> Answer:
        """The papers that fit a request, or what is missing."""
        if request.unrecorded is not None:
            return await self._not_held(question, request, request.unrecorded)
        for author in request.authors:
            if not await self._is_known(author):
                return record(question, await self._unknown_author(author.name))
        if request.span is not None and request.span.first is not None and request.span.first > today:
            return await self._to_come(question, request.span.first, today)
        asks_what_is_new = replace(request, order=None) == Request() and request.order is Order.NEWEST
        if request.by_list or asks_what_is_new or (request.order is Order.TRENDING and not request.authors):
            if request.topic and request.span is None:
                return await self._trending_of_topic(question, request, today)
            return await self._on_lists(question, request, today)
        return await self._in_catalogue(question, request)

    async def _trending_of_topic(self, question: Question, request: Request, today: date) -> Answer:
        """Papers of the newest list, else those with most votes of the last weeks, else of all: few are of a topic."""
        answer = await self._on_lists(question, request, today)
        by_votes = replace(request, by_list=False, order=Order.VOTES)
        for span in (Span(today - _RECENT, today), None):
            answer = answer if answer.papers else await self._in_catalogue(question, replace(by_votes, span=span))
        return answer

    async def _beside_each_other(self, question: Question, request: Request) -> Answer:
        """How many papers each author has, the one with most first: "who has more papers, X or Y?"."""
        found = list[tuple[FoundPapers, str, str]]()
        for author in request.authors:
            alone = replace(request, authors=(author,), any_author=False, order=None, most=None)
            query = query_text(alone)
            papers = await self._lookup.find(query, Order.NEWEST, _MOST, whole_names=_whole_names(alone))
            found.append((papers, author.name, query))
        found.sort(key=lambda each: -each[0].total)
        reply = [
            Text("{author} has {papers}.", author=name, papers=counted(papers.total, "paper"))
            for papers, name, _ in found
        ]
        return record(question, sentences(*reply), found[0][0].papers, query=found[0][2])

    async def _not_held(self, question: Question, request: Request, field: UnrecordedField) -> Answer:
        """That no record holds it; where the most cited papers are asked for, which has the most votes instead."""
        by_votes = replace(request, unrecorded=None, order=Order.VOTES, most=1)
        if field is not UnrecordedField.CITATIONS or by_votes == Request(order=Order.VOTES, most=1):
            return record(question, not_held_text(field))
        answer = await self.run(question, by_votes, date.max)
        said = sentences(unrecorded_text(field), answer.reply or "")
        return record(question, said, [each.paper for each in answer.papers], query=answer.query)

    async def _to_come(self, question: Question, day: date, today: date) -> Answer:
        newest = await self._lookup.newest_list(today)
        until = Text("My newest list is from {day}.", day=written(newest)) if newest else ""
        return record(question, sentences(Text("{day} is still to come.", day=written(day)), until))

    async def _in_catalogue(self, question: Question, request: Request) -> Answer:
        order = request.order or (None if request.topic else Order.NEWEST)
        query, found = await self._found(request, order)
        if not found.total and len(request.authors) >= _SEVERAL and not request.any_author:
            answer = await self._in_catalogue(question, replace(request, any_author=True))
            reply = sentences(Text("No paper is by all of them."), answer.reply or "")
            return replace(answer, reply=reply) if answer.papers else answer
        respelt = await self._lookup.respelt(request.topic) if request.topic and not found.total else None
        if respelt is not None:
            return await self._in_catalogue(question, replace(request, topic=respelt))
        if not found.total:
            return record(question, await self._nothing(request, query), query=query, kind=PARTLY)
        if found.partly:
            said = Text("No paper has all of these words: {words}. These have most of them.", words=request.topic)
            return record(question, said, found.papers, query=query, kind=PARTLY)
        count = found.total if request.counted else None
        reply = found_text(replace(request, order=order), found.total, len(found.papers))
        return record(question, reply, found.papers, query=query, count=count)

    async def _found(self, request: Request, order: Order | None) -> tuple[str, FoundPapers]:
        """The query and what it finds; with the topic as a phrase where enough papers have it: "sign language"."""
        words = query_text(request)
        if len(request.topic.split()) <= 1 or " or " in request.topic:
            return words, _with_pages(request, await self._search(request, words, order))
        phrase = query_text(request, phrase=True)
        query, found = phrase, await self._search(request, phrase, order)
        if found.total < _ENOUGH:
            of_words = await self._search(request, words, order)
            if not found.total or not (of_words.partly or found.total * _MANY_TIMES >= of_words.total):
                query, found = words, of_words
        return query, _with_pages(request, found)

    async def _search(self, request: Request, query: str, order: Order | None) -> FoundPapers:
        most = _READ_FOR_PROJECTS if request.project else min(request.most or _MOST, _MOST)
        return await self._lookup.find(query, order, most, whole_names=_whole_names(request))

    async def _on_lists(self, question: Question, request: Request, today: date) -> Answer:
        """Papers of the daily lists of some days; of the newest list where none are named."""
        newest = await self._lookup.newest_list(today)
        if newest is None:
            return record(question, Text("I have no daily lists, so I can't tell what is new."))
        asked = request.span or Span(newest, newest, relative=True)
        span, query, note = await self._with_a_list(asked, newest), query_text(request, days=False), Text("")
        if span != asked and asked.first is not None:
            note = Text("There is no list of {day}.", day=written(asked.first))
        elif asked.relative and newest < today:
            note = Text("My newest list is from {day}.", day=written(newest))
        by_votes = request.order is Order.VOTES or request.order is Order.FEWEST_VOTES
        order = request.order if request.order and by_votes else Order.TRENDING
        first, last = span.first or date.min, min(span.last or newest, newest)
        papers = await self._lookup.on_lists(first, last, query, order)
        papers = [paper for paper in papers if paper.project_url or not request.project]
        days = lists_text(replace(span, last=last))
        if not papers:
            known = known_days_text(await self._lookup.holdings())
            return record(question, sentences(note, none_found_text(described(request, days)), known), query=query)
        shown = papers[: min(request.most or _MOST, _MOST)]
        reply = found_text(replace(request, order=order), len(papers), len(shown), days, note)
        answer = record(question, reply, shown, query=query, count=len(papers) if request.counted else None)
        return replace(answer, list_days=(first, last))

    async def _with_a_list(self, span: Span, newest: date) -> Span:
        """The span; the day of the list before where it is a day without one, counted from today."""
        if span.first is None or span.first != span.last or not span.relative:
            return span
        day = await self._lookup.newest_list(span.first) or newest
        return replace(span, first=day, last=day)

    async def _is_known(self, author: Author) -> bool:
        return author.known or await self._lookup.has_author(author.name)

    async def _unknown_author(self, name: str) -> Text:
        near = await self._lookup.near_authors(name)
        hint = Text("Did you mean {names}?", names=either(near)) if near else ""
        return sentences(Text("I have no paper by {name}.", name=name), hint)

    async def _nothing(self, request: Request, query: str) -> Text:
        """Why nothing was found, and what there is."""
        lacking = await self._lookup.unrecorded(query)
        if lacking:
            return sentences(*lacking)
        sentence = none_found_text(described(request))
        if len(request.authors) > 1 and not request.any_author:
            each = await self._beside_each_other(Question(""), Request(authors=request.authors))
            return sentences(sentence, each.reply or "")
        if request.authors and not request.any_author:
            alone = Request(authors=request.authors)
            found = await self._lookup.find(query_text(alone), Order.NEWEST, 1, whole_names=_whole_names(alone))
            held = Text("I have {papers} {what}.", papers=counted(found.total, "paper"), what=described(alone))
            return sentences(sentence, held)
        return sentences(sentence, known_days_text(await self._lookup.holdings())) if request.span else sentence


def _changed(before: Request, reading: ParsedRequest) -> Request:
    """The request after a follow-up; one that adds an author wants papers by all of them."""
    changed, day = before.changed_by(reading.request), before.span and before.span.first
    if reading.steps_back and before.span and day and day == before.span.last:
        changed = replace(changed, span=replace(before.span, first=day - _DAY, last=day - _DAY), by_list=before.by_list)
    authors = (*before.authors, *reading.request.authors) if reading.adds else changed.authors
    return replace(changed, authors=tuple(dict.fromkeys(authors)))


def _with_pages(request: Request, found: FoundPapers) -> FoundPapers:
    """The papers that have a page of their project, if those are asked for."""
    if not request.project:
        return found
    papers = tuple(paper for paper in found.papers if paper.project_url)
    return FoundPapers(papers[: min(request.most or _MOST, _MOST)], len(papers), found.partly)


def _whole_names(request: Request) -> bool:
    return all(author.known for author in request.authors)
