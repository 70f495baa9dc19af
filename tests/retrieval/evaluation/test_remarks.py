"""A guard: what asks for no paper is recognised in wordings that nothing was fitted to; questions for papers aren't."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from retrieval.answering.question.intents import EXAMPLES_FILE, Intent, Recognised, load_intents
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.evaluation.question_sets import read_questions
from tests.shared_data import SHARED, needs_shared

DATA = Path(__file__).parents[2] / "data"
LEAST_RECOGNISED = 0.9
LEAST_RIGHT = 0.8
MOST_TAKEN = 1 / 500
"""Share of the questions for papers that may be taken as remarks."""


class Remark(BaseModel):
    """A message and its intent; ``None`` if it asks for papers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str
    intent: Intent | None


REMARKS = [Remark.model_validate_json(line) for line in (DATA / "remarks.jsonl").read_text("utf-8").splitlines()]


@cache
def recognised(text: str) -> Recognised | None:
    """What the model that ships with the program takes a message for."""
    return load_intents().recognise(text, load_word_vectors())


def is_taken(text: str) -> bool:
    """Whether a message is answered without looking at abstracts."""
    found = recognised(text)
    return found is not None and found.is_likely


def test_no_remark_of_the_set_is_an_example() -> None:
    """Nothing was fitted to them."""
    examples = set(EXAMPLES_FILE.read_text(encoding="utf-8").lower().splitlines())
    assert not [each.text for each in REMARKS if each.text.lower() in examples]


def test_remarks_are_recognised() -> None:
    """Nearly all, and most with the right intent."""
    remarks = [each for each in REMARKS if each.intent]
    found = [recognised(each.text) for each in remarks]
    right = [each for each, its in zip(remarks, found, strict=True) if its and its.intent is each.intent]
    assert len(remarks) >= 140
    assert sum(its is not None for its in found) >= LEAST_RECOGNISED * len(remarks)
    assert len(right) >= LEAST_RIGHT * len(remarks)


def test_questions_that_look_like_remarks_are_none() -> None:
    """About privacy, mail and chatbots, for example."""
    asked = [each.text for each in REMARKS if each.intent is None]
    assert len(asked) >= 40
    assert len([text for text in asked if is_taken(text)]) <= 1


@pytest.mark.parametrize("name", ["seed_questions.jsonl", "science_questions.jsonl"])
def test_questions_that_abstracts_answer_are_none(name: str) -> None:
    """No model was fitted to the first set."""
    asked = [gold.question for gold in read_questions(DATA / name) if gold.answerable]
    assert [text for text in asked if is_taken(text)] == []


@needs_shared
def test_questions_that_nothing_was_fitted_to_are_none() -> None:
    """Of those with an answer at most one in five hundred."""
    questions = read_questions(SHARED / "data" / "questions" / "questions.jsonl")
    asked = [gold.question for gold in questions if gold.answerable]
    assert len([text for text in asked if is_taken(text)]) <= MOST_TAKEN * len(asked)
