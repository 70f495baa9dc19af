"""Two papers beside each other, and further papers by a paper's authors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from retrieval.answering.question.phrases import phrase, questions
from retrieval.answering.records.cues import PARTS
from retrieval.answering.records.field_questions import bare_question
from retrieval.answering.records.field_words import paper_name
from retrieval.answering.records.fields import Field, FieldQuestion
from retrieval.answering.records.paper_facts import PaperFacts
from retrieval.answering.records.paper_lists import PaperLists
from retrieval.answering.records.people import Author
from retrieval.answering.records.request import Request
from retrieval.answering.records.results import compared
from retrieval.answering.types import Answer, Question, Turn
from retrieval.papers import Paper

_ANYONE_OF: Final = 8
"""Authors of a paper, at most, of whom any is meant by "its authors"; else the first and the last one."""
_LONGEST_NAME: Final = 14  # words
_LONGEST: Final = 30  # words of a question that compares

_PARTS: Final = {
    **PARTS,
    "x": r"(?P<x>.+?)",
    "team": r"(?:same |very )?(?:authors?|people|team|group|folks|guys|researchers|writers|crew|ones)",
    "works": r"papers?|works?|stuff|publications?|articles?|research|things|anything|something",
    "out": r"(?:come|came|coming|go|went|got|get|put) out|c[ao]me|publish(?:ed)?|released?|appear(?:ed)?|post(?:ed)?"
    r"|out"
    r"|from|written",
}
_MEASURES: Final = (
    (
        Field.VOTES,
        True,
        phrase(
            r"more <votes>|(?:more|better|higher) (?:popular|(?:up-?)?voted|liked|loved|rated|ranked)|more ups"
            r"|(?:up-?)?voted (?:higher|more)|(?:most|highest) (?:<votes>|(?:up-?)?voted|popular)",
            _PARTS,
        ),
    ),
    (Field.VOTES, False, phrase(r"(?:fewer|less) <votes>|less (?:popular|(?:up-?)?voted|liked)", _PARTS)),
    (
        Field.PUBLISHED,
        True,
        phrase(
            r"newer|more recent(?:ly)?(?: <out>)?|younger|newest|most recent|<out> (?:later|last|after)|later <out>",
            _PARTS,
        ),
    ),
    (
        Field.PUBLISHED,
        False,
        phrase(r"older|oldest|<out> (?:earlier|first|before)|(?:earlier|first) <out>|first(?=\W*$)", _PARTS),
    ),
)
"""What two papers are compared by, and whether the larger value is asked for."""
_COMPARED: Final = phrase(
    r"(?:compare|comparison of)(?: the)? (?:(?P<votes><votes>|popularity|vote counts?)|(?P<days>(?:publication "
    r"|release )?dates?))"
    r"(?: (?:of|for|between))?",
    _PARTS,
)
_SEVERAL: Final = re.compile(
    r"\s*(?:,|:|\bor\b|\bvs\b\.?|\bversus\b|\bthan\b|\band\b|\bwith\b|\bto\b|/)\s*", re.IGNORECASE
)
_AROUND: Final = re.compile(
    r"^(?:(?:which|what|who|one|of|the|two|paper|papers|is|was|are|were|has|have|had|did|does|do|got|get|gets|received|a"
    r"|between|among|these|those|both|older|tell|me|know|you)\b[\s,:]*)+"
    r"|(?:[\s,:]*\b(?:which|what|one|is|was|has|have|had|got|get|gets|did|does|do|received|the|a|come|it|paper|there|so|far|now))+$",
    re.IGNORECASE,
)
_BY_ITS_AUTHORS: Final = questions(
    r"""
    (?:\S+ ){0,5}?(?:other|more|else|further|additional|another|follow-?ups?)\b(?: <works>)?(?: (?:that|which) (?:is
      |are|were|you have))? (?:by|from|of|to|on)
      [ ](?:the )?<team> (?:of|behind|on|for|who (?:wrote|made|did)|that (?:wrote|made|did)) <x>
    (?:\S+ ){0,5}?(?:other|more|else|further|additional|another)\b(?: <works>)? (?:by|from|of) (?:the )?<x> <team>
    (?:\S+ ){0,5}?follow-?ups? (?:of|to|on|for) <x> (?:by|from) (?:the )?<team>
    what else (?:did|have|has|do|does) (?:the )?<team> (?:of|behind|on|who (?:wrote|made|did)) <x> (?:write|written
      |wrote|published?|done|do|put out|released?|made)
    what else (?:did|have|has|do) (?P<they>they|the authors|these (?:people|authors)|the same (?:people
      |authors)) (?:write|written|wrote|published?|done|do|put out|released?|made)
    (?:\S+ ){0,4}?(?:other|more|else|further|additional)\b(?: <works>)? (?:by|from|of) (?P<them>them|these (?:people
      |authors)|the(?:se|ir|its)? <team>|that team|this team|same <team>)
    (?:the )?(?:papers|works?|stuff|publications) (?:by|of|from) (?:the|all) <team> (?:of|behind) <x>
    (?:the )?same authors?(?:['’] (?:other )?(?:papers|works?))?(?P<same>)
    """,
    _PARTS,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two papers as they are written, the field that they are compared by, and whether more of it is asked for."""

    field: Field
    most: bool
    papers: tuple[tuple[str, str], ...]
    """Pairs that may be meant, likeliest first."""


def read_comparison(text: str) -> Comparison | None:
    """What of two papers is compared; ``None`` for another question."""
    asked = bare_question(text)
    if len(asked.split()) > _LONGEST:
        return None
    found = _COMPARED.search(asked)
    field, most = (Field.VOTES if found and found["votes"] else Field.PUBLISHED), True
    if found is None:
        every = ((field, most, cue.search(asked)) for field, most, cue in _MEASURES)
        field, most, found = next((each for each in every if each[2]), (field, most, None))
    if found is None or not _SEVERAL.search(asked):
        return None
    pairs = tuple(_pairs(f"{asked[: found.start()]} , {asked[found.end() :]}"))
    return Comparison(field, most, pairs) if pairs else None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """The words on the two sides of "or", "than", "and" and a comma."""
    parts = [_AROUND.sub("", part.strip()).strip(" ,:;-") for part in _SEVERAL.split(text)]
    parts = [part for part in parts if part]
    for at in range(1, len(parts)):
        one, other = parts[at - 1], parts[at]
        if len(one.split()) <= _LONGEST_NAME and len(other.split()) <= _LONGEST_NAME:
            yield one, other


def asks_for_others(text: str) -> str | None:
    """The paper whose authors' papers are asked for, "it" for the one before; ``None`` for another question."""
    asked = bare_question(text)
    found = next((found for pattern in _BY_ITS_AUTHORS if (found := pattern.fullmatch(asked))), None)
    if found is None:
        return None
    return found.groupdict().get("x") or "it"


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
        others = asks_for_others(question.text)
        if others is None:
            return None
        papers = await self._named(others, question.history)
        authors = papers[0].authors if papers else ()
        if not authors:
            return None
        some = authors if len(authors) <= _ANYONE_OF else (authors[0], authors[-1])
        request = Request(authors=tuple(Author(name, known=True) for name in dict.fromkeys(some)), any_author=True)
        return await self._lists.run(question, request, today)

    async def _named(self, name: str, history: Sequence[Turn]) -> list[Paper]:
        """The paper of a name; the one with most votes where there are several."""
        asked = FieldQuestion(Field.AUTHORS, name, certain=False, names=(name, paper_name(name)))
        found = await self._facts.meant(asked, history)
        return sorted(found, key=lambda paper: -(paper.votes or 0))[:1]
