"""Question sets: questions with the sentences that answer them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from retrieval.answering.types import Turn
from retrieval.errors import SourceError
from retrieval.papers import Line


class GoldFact(BaseModel):
    """A field of a paper's record; ``paper_id`` is ``None`` for the number of papers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paper_id: str | None
    field: str
    value: str | int | tuple[str, ...] | None


class GoldQuestion(BaseModel):
    """A question of a set.

    ``paper`` is the title of the paper that answers, ``gold_sentences`` are sentences of its abstract, ``answer`` the
    shortest span that answers. ``papers`` are all titles that fit, for lists; otherwise other papers that also
    answer. ``after`` is the id of the question that this one follows up, ``history`` the conversation before it if that
    isn't in the set. An unanswerable question has the kind ``unanswerable``.

    The kind ``record`` is answered from records: with the papers of ``paper_ids`` in this order (unless ``unordered``)
    and with ``facts``; ``None`` isn't compared. The kind ``chat`` is small talk.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str
    kind: str = Field(min_length=1)
    paper: Line | None = None
    paper_id: str | None = None
    gold_sentences: tuple[Line, ...] = ()
    answer: str | None = None
    style: str = ""
    after: str | None = None
    history: tuple[Turn, ...] = ()
    papers: tuple[Line, ...] = ()
    papers_optional: tuple[Line, ...] = ()
    paper_ids: tuple[str, ...] | None = None
    unordered: bool = False
    facts: tuple[GoldFact, ...] | None = None

    @property
    def answerable(self) -> bool:
        """Whether an abstract answers it."""
        return self.kind not in {"unanswerable", "record", "chat"}

    @property
    def of_records(self) -> bool:
        """Whether it's answered from records or as small talk, not from abstracts."""
        return self.kind in {"record", "chat"}

    @property
    def wants_papers(self) -> bool:
        """Whether the answer is a list of papers."""
        return self.kind == "list" and bool(self.papers) and not self.paper

    @property
    def accepted(self) -> frozenset[str]:
        """Titles of the papers that answer."""
        return frozenset((*self.papers, *([self.paper] if self.paper else [])))


def read_questions(path: Path) -> list[GoldQuestion]:
    """Read a question set from JSON lines. Raises ``SourceError`` for the first invalid line or duplicate id."""
    questions = dict[str, GoldQuestion]()
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # splitlines() would also split inside texts
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("can't be read as a question set.", path=path) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            question = _question(line, path, number)
            if question.id in questions:
                raise SourceError(
                    f"the id {question.id} is already used by an earlier question.", path=path, line=number
                )
            questions[question.id] = question
    return list(questions.values())


def _question(line: str, path: Path, number: int) -> GoldQuestion:
    try:
        return GoldQuestion.model_validate(json.loads(line))
    except (ValueError, RecursionError) as error:
        raise SourceError("isn't a question with id, question and kind.", path=path, line=number) from error


def ordered(questions: Sequence[GoldQuestion]) -> list[GoldQuestion]:
    """The questions, reordered so that each comes after the one it follows up."""
    placed, waiting = dict[str, GoldQuestion](), list(questions)
    ids = {each.id for each in questions}
    while waiting:
        ready = [each for each in waiting if each.after is None or each.after in placed or each.after not in ids]
        if not ready:  # a cycle of follow-ups: any order will do
            ready = waiting[:1]
        placed |= {each.id: each for each in ready}
        waiting = [each for each in waiting if each.id not in placed]
    return list(placed.values())
