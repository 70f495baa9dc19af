"""The words of questions, and rules that are held against them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.records.authors import AuthorNames
from retrieval.answering.records.question_parser import read
from retrieval.answering.records.sentence import Sentence, rule
from retrieval.answering.records.vocabulary import vocabulary


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("publications", "papers"),
        ("most recent", "newest"),
        ("favourite", "best"),
        ("dropped", "come_out"),
        ("shipping", "make"),
        ("a dozen", "number"),
        ("GPT-4", "other"),
        ("Lindqvist", "namelike"),
    ],
)
def test_a_phrase_is_one_unit_with_its_concepts(text: str, concept: str) -> None:
    """Whatever its form and spelling."""
    (unit,) = Sentence.of(text).units
    assert unit.has(concept)


def test_a_rule_finds_its_concepts_and_parts() -> None:
    """And what it takes leaves a gap behind."""
    sentence = Sentence.of("robot papers that have at least 1,000 upvotes today")
    found = sentence.take(rule("have? at_least (?P<N>number) votes"))
    assert found is not None
    assert found.parts["N"][0].number == 1_000
    assert [unit.text for unit in sentence.units] == ["robot", "papers", "that", "|", "today"]
    assert rule("'that' 'today'").search(sentence) is None


def test_words_that_are_written_out_are_words_of_questions() -> None:
    """Short forms lead to no short forms."""
    short_forms = vocabulary().short_forms
    assert not set(short_forms) & {word for whole in short_forms.values() for word in whole.split()}


@given(st.text(max_size=60))
def test_every_word_of_a_text_is_in_one_unit(text: str) -> None:
    """In their order, as they are written, but for the signs that end it."""
    text = text.rstrip(" ?!.…")
    units = Sentence.of(text).units
    assert all(text[unit.start : unit.end] == unit.text for unit in units)
    assert "".join("".join(unit.text.split()) for unit in units) == "".join(text.split())


@pytest.mark.parametrize("text", ["-" * 1900, "-. " * 600, "so but ok then please " * 40, "people from " * 100])
def test_what_repeats_itself_is_read_at_once(text: str) -> None:
    """Loops of rules try one way for each unit: with several, this would never end."""
    assert not read(text, date(2026, 3, 13), AuthorNames()).asks_for_papers
