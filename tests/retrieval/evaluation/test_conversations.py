"""A guard: the second turn of a conversation goes on from the first, begins a new subject, or asks nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from retrieval.answering.types import Answer, Outcome, Question, Turn
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.ingest.parsers.files import read_file
from retrieval.library import Library
from retrieval.settings import SEED_PAGE, LibrarySettings

DATA = Path(__file__).parents[2] / "data"
FRIDAY = datetime(2026, 3, 13, 9, tzinfo=UTC)
LEAST = 0.95
SAYS_SO = {Outcome.ANSWERED, Outcome.RECORD}


class Conversation(BaseModel):
    """Two turns. ``papers`` are the titles that the second one may be about; none if no paper answers it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    first: str
    then: str
    kind: str
    papers: tuple[str, ...]

    def is_right(self, answer: Answer) -> bool:
        """Whether the answer to the second turn is about the right paper, or rightly about none."""
        named = answer.papers[0].paper.title if answer.papers else None
        if self.kind == "no question":
            return answer.outcome is Outcome.CHAT and (not self.papers or named in self.papers)
        if not self.papers:
            return answer.outcome is Outcome.UNANSWERED
        return answer.outcome in SAYS_SO and named in self.papers


def read_conversations(path: Path) -> list[Conversation]:
    """The conversations of a file, one a line."""
    return [Conversation.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines()]


CONVERSATIONS = read_conversations(DATA / "conversations.jsonl")
FRESH = read_conversations(DATA / "conversations_fresh.jsonl")
"""Written after the answerer was tuned; 60 of the 63 were right at first sight."""


async def second_answers(folder: Path, conversations: Sequence[Conversation]) -> list[Answer]:
    """The answers to the second turns, over the seed page and the papers with records together."""
    papers = list(read_file(DATA / "record_papers.jsonl", on_defect=lambda defect: pytest.fail(str(defect))))
    papers += read_page(SEED_PAGE.read_text(encoding="utf-8"))
    answers = list[Answer]()
    async with Library.of(papers, LibrarySettings(data_folder=folder), lambda: FRIDAY) as library:
        for each in conversations:
            first = await library.answer(Question(each.first))
            turn = Turn(each.first, tuple(scored.paper.id for scored in first.papers))
            answers.append(await library.answer(Question(each.then, (turn,))))
    return answers


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> dict[Conversation, bool]:
    """Whether each conversation's second turn is answered rightly."""
    answers = asyncio.run(second_answers(tmp_path_factory.mktemp("data"), [*CONVERSATIONS, *FRESH]))
    return {each: each.is_right(answer) for each, answer in zip([*CONVERSATIONS, *FRESH], answers, strict=True)}


def test_the_set_is_large_and_has_every_kind() -> None:
    """At least a hundred, thirty or more of each kind."""
    kinds = [each.kind for each in CONVERSATIONS]
    assert len(set(CONVERSATIONS)) == len(CONVERSATIONS) >= 100
    assert len(set(FRESH)) == len(FRESH) >= 60
    assert {kind for kind in kinds if kinds.count(kind) >= 30} == {"goes on", "new subject", "no question"}


@pytest.mark.parametrize("kind", ["goes on", "new subject", "no question"])
def test_second_turns_are_told_apart(right: dict[Conversation, bool], kind: str) -> None:
    """A follow-up stays with its paper, a new name leaves it, and what is no question gets no quote."""
    of_kind = {each: is_right for each, is_right in right.items() if each.kind == kind}
    wrong = [f"{each.first} | {each.then}" for each, is_right in of_kind.items() if not is_right]
    assert sum(of_kind.values()) >= LEAST * len(of_kind), wrong
