"""Batch files of questions and searches, and their output: one JSON object a line.

Output lines have the order and the ids of the input lines. Offsets count characters of the paper's normalised abstract.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AliasPath, BaseModel, ConfigDict, Field, ValidationError

from retrieval.answering.types import Answer, Fact, Outcome, Question, ScoredPaper, Span, Turn
from retrieval.errors import SourceError

Identifier = str | int
"""The id of a line, returned as given."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: Identifier


class QuestionLine(_Line):
    """A question. ``after`` is the id of an earlier question that this one follows up."""

    question: str = Field(min_length=1)
    after: Identifier | None = None


class SearchLine(_Line):
    """A search; ``text`` is in the search language."""

    text: str = Field(min_length=1)


Milliseconds = Annotated[float, AfterValidator(lambda ms: round(ms, 3))]


class _Out(BaseModel, frozen=True):
    """A line of output, or a part of one; it is made of the attributes of a result."""

    model_config = ConfigDict(from_attributes=True)


class PaperOut(_Out, frozen=True):
    """A paper in an answer or a search result: of a ``ScoredPaper``."""

    paper_id: str = Field(validation_alias=AliasPath("paper", "id"))
    title: str = Field(validation_alias=AliasPath("paper", "title"))
    score: float


class QuoteOut(_Out, frozen=True):
    """A ``Quote``; ``text`` is ``abstract[start:end]``, ``highlights`` are spans of the same abstract."""

    paper_id: str = Field(validation_alias=AliasPath("paper", "id"))
    title: str = Field(validation_alias=AliasPath("paper", "title"))
    start: int
    end: int
    text: str
    highlights: tuple[Span, ...]
    score: float


class AnswerOut(_Out, frozen=True):
    """The answer to a question; quotes and papers are best first. ``id`` is null for a single question."""

    id: Identifier | None = None
    outcome: Outcome
    quotes: tuple[QuoteOut, ...]
    papers: tuple[PaperOut, ...]
    confidence: float
    elapsed_ms: Milliseconds
    facts: tuple[Fact, ...] = ()
    query: str = ""
    reply: str | None = None

    @classmethod
    def of(cls, identifier: Identifier | None, answer: Answer) -> AnswerOut:
        """The line of an answer."""
        return cls.model_validate(answer).model_copy(update={"id": identifier})


class HitsOut(_Out, frozen=True):
    """The result of a search, best first: some of ``total`` papers. ``id`` is null for a single search."""

    id: Identifier | None
    hits: tuple[PaperOut, ...]
    total: int
    elapsed_ms: Milliseconds

    @classmethod
    def of(cls, identifier: Identifier | None, hits: Sequence[ScoredPaper], total: int, elapsed_ms: float) -> HitsOut:
        """The line of a search that took ``elapsed_ms``."""
        return cls.model_validate({"id": identifier, "hits": hits, "total": total, "elapsed_ms": elapsed_ms})


class TrendOut(PaperOut, frozen=True):
    """A paper of a trending list, and the reason for its rank: of a ``Trend``."""

    why: str


L = TypeVar("L", bound=_Line)


def read_lines(path: Path, kind: type[L]) -> list[L]:
    """Read all lines of a JSONL file (also ``.gz``), except blank ones.

    Raises ``SourceError`` with file and line for the first line that isn't a ``kind``, and for a duplicate id.
    """
    lines: dict[Identifier, L] = {}
    for number, text in enumerate(_text(path).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            line = kind.model_validate_json(text)
        except ValidationError as error:
            raise SourceError(_explained(error, kind), path=path, line=number) from None
        if line.id in lines:
            raise SourceError(f"the id {line.id!r} is already used by an earlier line.", path=path, line=number)
        lines[line.id] = line
    return list(lines.values())


class Conversations:
    """The questions asked so far, as the history of those that follow them up."""

    def __init__(self) -> None:
        self._turns: dict[Identifier, tuple[Turn, ...]] = {}

    def knows(self, identifier: Identifier) -> bool:
        """Whether the question with this id has been answered."""
        return identifier in self._turns

    def question(self, line: QuestionLine) -> Question:
        """The question for the library; it has no history if it follows up an unknown one."""
        return Question(line.question, () if line.after is None else self._turns.get(line.after, ()))

    def remember(self, line: QuestionLine, answer: Answer) -> None:
        """Store the papers that ``answer`` names for questions that follow up ``line``."""
        turn = Turn(line.question, tuple(scored.paper.id for scored in answer.papers))
        self._turns[line.id] = (*answer.question.history, turn)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"can't be read ({getattr(error, 'strerror', None) or error}).", path=path) from error
    except UnicodeDecodeError as error:
        raise SourceError("isn't UTF-8 text.", path=path) from error


def _explained(error: ValidationError, kind: type[BaseModel]) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"] if part in kind.model_fields)
    wanted = ", ".join(f'"{name}"' for name, info in kind.model_fields.items() if info.is_required())
    return f"{f'{place}: ' if place else ''}{first['msg'].lower()}; a line is a JSON object with {wanted}."
