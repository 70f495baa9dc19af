"""Answers out of records: how each kind is put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from retrieval.answering.records.fields import Field, UnrecordedField, value_of
from retrieval.answering.records.reply_text import comparison_text, fact_text, not_held_text
from retrieval.answering.types import Answer, Fact, Outcome, Question, ScoredPaper
from retrieval.english import Text, counted, sentences
from retrieval.papers import Paper

PAPERS: Final = "papers"
"""The kind of an answer that lists papers; one about a field has the field's name for its kind."""
PARTLY: Final = "partly"
"""The kind of an answer where no paper fits all that was asked for."""
_DIGITS: Final = 12
COUNT: Final = "count"
"""The field of the fact that says how many papers there are."""


def chat(question: Question, reply: Text, papers: Sequence[Paper] = ()) -> Answer:
    """What is said where no paper is asked for; ``papers`` are offered."""
    return Answer(question, Outcome.CHAT, "talk", papers=_scored(papers), confidence=1.0, reply=reply)


def record(
    question: Question,
    reply: Text,
    papers: Sequence[Paper] = (),
    *,
    query: str = "",
    count: int | None = None,
    kind: str = PAPERS,
) -> Answer:
    """Papers in their order, or that there are none; ``count``: how many fit, where that was asked."""
    facts = () if count is None else (Fact(None, COUNT, count),)
    scored = _scored(papers)
    return Answer(question, Outcome.RECORD, kind, papers=scored, confidence=1.0, reply=reply, facts=facts, query=query)


def facts(
    question: Question, field: Field | UnrecordedField, papers: Sequence[Paper], further: Sequence[Field] = ()
) -> Answer:
    """A field of some papers and what is asked for beside it, or that no record has it."""
    if isinstance(field, UnrecordedField):
        return record(question, not_held_text(field), papers, kind="unrecorded")
    fields = (field, *further)
    shown = dict.fromkeys(Field.AUTHORS if each is Field.LAST_AUTHOR else each for each in fields)
    facts = tuple(Fact(paper.id, each.value, value_of(each, paper)) for paper in papers for each in shown)
    said = _said_of(fields, papers[0]) if len(papers) == 1 else Text("{papers}:", papers=counted(len(papers), "paper"))
    scored = _scored(papers)
    return Answer(question, Outcome.RECORD, field.value, papers=scored, confidence=1.0, reply=said, facts=facts)


def compared(question: Question, field: Field, papers: Sequence[Paper], *, most: bool) -> Answer:
    """A field of two papers, the one first that has more of it, or where not ``most``, less."""
    ordered = sorted(papers, key=lambda paper: str(value_of(field, paper) or "").zfill(_DIGITS), reverse=most)
    answer = facts(question, field, ordered)
    return replace(answer, reply=comparison_text(field, ordered, most=most))


def _said_of(fields: Sequence[Field], paper: Paper) -> Text:
    fact = sentences(*(fact_text(field, paper) for field in fields))
    return Text("{title}: {fact}", title=paper.title, fact=fact) if fact else Text("{title}:", title=paper.title)


def _scored(papers: Sequence[Paper]) -> tuple[ScoredPaper, ...]:
    return tuple(ScoredPaper(paper, 1.0) for paper in papers)
