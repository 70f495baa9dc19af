"""Follow-ups that only name another subject ask the question before of it."""

from __future__ import annotations

import pytest

from retrieval.answering.question.another_name import another_name, asked_of, looks_like_a_system
from retrieval.answering.types import Question, Turn


@pytest.mark.parametrize(
    ("before", "then", "meant"),
    [
        ("what is COAT?", "and GaLore?", "what is GaLore?"),
        ("explain CEO-Bench", "what about StockBench", "explain StockBench"),
        (
            "How much does CacheGen reduce bandwidth usage?",
            "and for KVQuant?",
            "How much does KVQuant reduce bandwidth usage?",
        ),
        ("Is LoRA faster than QLoRA?", "and DoRA?", "what is DoRA?"),
        ("which papers are about robots?", "how about Mixtral 8x7B?", "what is Mixtral 8x7B?"),
    ],
)
def test_the_question_before_is_asked_of_the_other_name(before: str, then: str, meant: str) -> None:
    """Of the one name that it asked about; several or none leave open what is asked."""
    question = Question(then, (Turn(before, ("2501.00001",)),))
    name = another_name(question)
    assert name is not None
    assert asked_of(question, name).text == meant


@pytest.mark.parametrize("then", ["and the total delay?", "and how fast is GaLore?", "GaLore?", "what about robots?"])
def test_what_says_more_or_names_nothing_goes_on(then: str) -> None:
    """It is a question of its own, or one about the paper before."""
    assert another_name(Question(then, (Turn("what is COAT?", ("2501.00001",)),))) is None


def test_without_a_question_before_nothing_goes_on() -> None:
    """The first question of a conversation stays as it is."""
    assert another_name(Question("and GaLore?")) is None


def test_languages_and_people_are_no_systems() -> None:
    """Of "and Chinese?": it goes on with what was asked of English."""
    assert [name for name in ("GaLore", "RLHF", "FP8", "Chinese", "Ada Okafor") if looks_like_a_system(name)] == [
        "GaLore",
        "RLHF",
        "FP8",
    ]
