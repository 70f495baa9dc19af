"""Two papers beside each other, and further papers by a paper's authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise
from typing import Final

from retrieval.answering.records.authors import Author
from retrieval.answering.records.fields import Field, FieldQuestion
from retrieval.answering.records.paper_facts import PaperFacts
from retrieval.answering.records.paper_lists import PaperLists
from retrieval.answering.records.paper_names import paper_name
from retrieval.answering.records.request import Request
from retrieval.answering.records.results import compared, facts
from retrieval.answering.records.sentence import Match, Sentence, Unit, rule
from retrieval.answering.types import Answer, Question, Turn
from retrieval.english import Text, counted, listed, sentences
from retrieval.papers import Paper

_ANYONE_OF: Final = 8
"""Authors of a paper, at most, of whom any is meant by "its authors"; else the first and the last one."""
_LONGEST_NAME: Final = 14  # words
_LONGEST: Final = 30  # words of a question that compares

_MEASURES: Final = (
    (Field.VOTES, True, rule("compare function* (?:votes about?|popularity)")),
    (Field.PUBLISHED, True, rule("compare (?:function|come_out)* (?:date|dates)")),
    (Field.VOTES, True, rule("(?:more|most) {vote} | vote function? more")),
    (Field.VOTES, False, rule("fewer {vote}")),
    (Field.PUBLISHED, True, rule("newer come_out? | newest | come_out later | later come_out")),
    (Field.PUBLISHED, False, rule("older | oldest | come_out earlier | earlier come_out | 'first' $")),
)
"""What two papers are compared by, and whether the larger value is asked for."""
_TEAM: Final = "(?:author|authors|person|persons|people|them)"
_BY_ITS_AUTHORS: Final = rule(
    f"""
    (?:further|same) .{{0,4}}? (?:by|from|about|'to') (?:function|same|'very')* .{{0,3}}? {_TEAM} | 'the'? same {_TEAM}
    'what' 'else' (?:yes_no|function)* .{{0,3}}? {_TEAM} .* (?:write|make|'do')
    (?:papers|any_paper) (?:by|from) (?:'the'|'all'|'all' 'the') {_TEAM} (?:from|behind|$)
    (?:papers|any_paper) (?:by|from) 'its' {_TEAM} | (?:papers|any_paper) (?:by|from) 'the'? (?:author|last_author) $
    """
)


_WROTE_WITH: Final = rule(
    """
    who .{1,8} (?:write|collective|come_out|make|'work'|'works'|'worked'|'working') .{0,2} with
    with who .{1,8} (?:write|collective|come_out|make|'work'|'works'|'worked'|'working')
    collaborators
    """
)
_MOST_CO_AUTHORS: Final = 5
"""Names of co-authors that a sentence has."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two papers as they are written, the field that they are compared by, and whether more of it is asked for."""

    field: Field
    most: bool
    papers: tuple[tuple[str, str], ...]
    """Pairs that may be meant, likeliest first."""


def read_comparison(text: str) -> Comparison | None:
    """What of two papers is compared; ``None`` for another question."""
    text = text.strip().rstrip(" ?!.…")
    sentence = Sentence.of(text)
    if len(text.split()) > _LONGEST:
        return None
    for field, most, measure in _MEASURES:
        found = measure.search(sentence)
        if found is not None:
            pairs = tuple(_pairs(text, sentence, found))
            return Comparison(field, most, pairs) if pairs else None
    return None


def _pairs(text: str, sentence: Sentence, measure: Match) -> Iterator[tuple[str, str]]:
    """The words on the two sides of "or", "than", "and" and a comma."""
    measured = sentence.units[measure.first : measure.last]
    sides = groupby(sentence.units, lambda unit: unit in measured or unit.has("against"))
    names = [name for splits, units in sides if not splits and (name := _name(text, list(units)))]
    yield from (pair for pair in pairwise(names) if all(len(name.split()) <= _LONGEST_NAME for name in pair))


def _name(text: str, units: Sequence[Unit]) -> str:
    """The units from the first to the last one that may be of a name."""
    named = [unit for unit in units if unit.has("other", "number") or (unit.has("capital") and unit.start)]
    return text[named[0].start : named[-1].end] if named else ""


def asks_for_others(text: str) -> str | None:
    """The paper whose authors' papers are asked for, "it" for the one before; ``None`` for another question."""
    text = text.strip().rstrip(" ?!.…")
    sentence = Sentence.of(text)
    if _BY_ITS_AUTHORS.search(sentence) is None:
        return None
    name = _name(text, sentence.units)
    return name or ("it" if len(text.split()) <= _LONGEST_NAME else None)


class PaperRelations:
    """Answers to questions that begin with a paper and go on to others."""

    def __init__(self, facts: PaperFacts, lists: PaperLists) -> None:
        self._facts = facts
        self._lists = lists

    async def answer(self, question: Question, today: date) -> Answer | None:
        """The two papers that a question compares, or those by a paper's authors; ``None`` for another question."""
        comparison = read_comparison(question.text)
        if comparison is not None:
            for one, other in comparison.papers:
                papers = [*await self._named(one, question.history), *await self._named(other, question.history)]
                if len(papers) > 1 and papers[0].id != papers[1].id:
                    return compared(question, comparison.field, papers[:2], most=comparison.most)
        if _WROTE_WITH.search(Sentence.of(question.text)):
            return await self._co_authors(question, today)
        others = asks_for_others(question.text)
        if others is None:
            return None
        papers = await self._named(others, question.history)
        authors = papers[0].authors if papers else ()
        if not authors:
            return None
        some = authors if len(authors) <= _ANYONE_OF else (authors[0], authors[-1])
        text = question.text.lower()
        some = authors[:1] if "first author" in text else authors[-1:] if "last author" in text else some
        request = Request(authors=tuple(Author(name, known=True) for name in dict.fromkeys(some)), any_author=True)
        return await self._lists.run(question, request, today)

    async def _co_authors(self, question: Question, today: date) -> Answer | None:
        """With whom an author wrote, and the papers; ``None`` where the question names no author."""
        request = (await self._lists.read(question.text, today)).request
        if len(request.authors) != 1 or not request.authors[0].known:
            return None
        author = request.authors[0].name
        found = await self._lists.run(question, replace(request, topic="", order=None, most=None, counted=False), today)
        papers = [each.paper for each in found.papers]
        together = Counter(name for paper in papers for name in dict.fromkeys(paper.authors) if name != author)
        if not together:
            return found
        names = [
            Text("{name} ({papers})", name=name, papers=counted(number, "paper"))
            for name, number in together.most_common(_MOST_CO_AUTHORS)
        ]
        written = Text(
            "{author} wrote {papers} with {people}.",
            author=author,
            papers=counted(len(papers), "paper"),
            people=counted(len(together), "other person", "other people"),
        )
        most = Text("Most often with {names}.", names=listed(names))
        return replace(facts(question, Field.AUTHORS, papers), reply=sentences(written, most), query=found.query)

    async def _named(self, name: str, history: Sequence[Turn]) -> list[Paper]:
        """The paper of a name; the one with most votes where there are several."""
        asked = FieldQuestion(Field.AUTHORS, name, certain=False, names=(name, paper_name(name)))
        found = await self._facts.meant(asked, history)
        return sorted(found, key=lambda paper: -(paper.votes or 0))[:1]
