"""Question sets: read whole or refused with a place, and asked so that a follow-up finds its conversation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.evaluation.question_sets import GoldQuestion, ordered, read_questions
from tests.shared_data import SHARED, needs_shared


def gold(id: str, *, after: str | None = None, kind: str = "result", **more: Any) -> GoldQuestion:
    """A question of a set."""
    return GoldQuestion(id=id, question=f"{id}?", kind=kind, after=after, **more)


def written(folder: Path, text: str) -> Path:
    """A file of this text."""
    path = folder / "questions.jsonl"
    path.write_text(text, encoding="utf-8")
    return path


# --- reading -----------------------------------------------------------------------------------


def test_questions_are_read_in_order(tmp_path: Path) -> None:
    """Blank lines and further fields do not matter; titles and sentences are white-space normalised like abstracts."""
    lines = [
        {"id": "b", "question": "How fast?", "kind": "result", "paper": "Owls \n at night", "author": "ada"},
        {"id": "a", "question": "And why?", "kind": "reason", "after": "b", "gold_sentences": ["They  are\tfast."]},
    ]
    first, second = read_questions(written(tmp_path, "\n\n".join(map(json.dumps, lines)) + "\n"))
    assert (first.id, first.paper, first.after) == ("b", "Owls at night", None)
    assert (second.id, second.after, second.gold_sentences) == ("a", "b", ("They are fast.",))
    assert read_questions(written(tmp_path, "")) == []


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        "1",
        "null",
        '{"id": "1"}',
        '{"id": "1", "question": "a?"}',
        '{"id": "1", "question": null, "kind": "x"}',
        pytest.param("[" * 100_000, id="deep"),
    ],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    """With its file and number, blank lines counted, and with what a line must have."""
    path = written(tmp_path, f'{{"id": "0", "question": "a?", "kind": "x"}}\n\n{line}\n')
    with pytest.raises(SourceError) as caught:
        read_questions(path)
    assert str(caught.value) == f"{path}, line 3: isn't a question with id, question and kind."


def test_an_id_that_comes_twice_is_named(tmp_path: Path) -> None:
    """A follow-up would not know which of the two it follows."""
    path = written(tmp_path, '{"id": "1", "question": "a?", "kind": "x"}\n\n{"id": "1", "question": "b?", "kind": "x"}')
    with pytest.raises(SourceError) as caught:
        read_questions(path)
    assert str(caught.value) == f"{path}, line 3: the id 1 is already used by an earlier question."


@pytest.mark.parametrize("separator", "\u2028 \u2029 \x85".split(" "))
def test_a_line_separator_inside_a_question_ends_no_line(tmp_path: Path, separator: str) -> None:
    """JSON lets them stand in a text, and ends a line at a line feed alone."""
    path = written(tmp_path, f'{{"id": "1", "question": "a{separator}b?", "kind": "x"}}\n')
    assert [each.question for each in read_questions(path)] == [f"a{separator}b?"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing one, a folder, and one that is no text."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "binary"):
        with pytest.raises(SourceError, match="can't be read as a question set") as caught:
            read_questions(path)
        assert caught.value.path == path


@needs_shared
@pytest.mark.parametrize("name", ["train.jsonl", "questions.jsonl"])
def test_the_recorded_sets_are_read(name: str) -> None:
    """Every line of them, and every question says what would answer it."""
    questions = read_questions(SHARED / "data" / "questions" / name)
    assert len(questions) > 300
    assert len({each.id for each in questions}) == len(questions)
    assert all(each.accepted for each in questions if each.answerable)
    assert sum(each.wants_papers for each in questions) > 0


# --- what a question wants ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "answerable", "wants_papers", "accepted"),
    [
        (gold("a", paper="Owls"), True, False, {"Owls"}),
        (gold("a", paper="Owls", papers=("Crows",)), True, False, {"Owls", "Crows"}),
        (gold("a", kind="list", papers=("Owls", "Crows")), True, True, {"Owls", "Crows"}),
        (gold("a", kind="list", paper="Owls", papers=("Crows",)), True, False, {"Owls", "Crows"}),
        (gold("a", kind="list", paper="Owls"), True, False, {"Owls"}),
        (gold("a", kind="result", papers=("Owls",)), True, False, {"Owls"}),
        (gold("a", kind="unanswerable"), False, False, set[str]()),
    ],
)
def test_what_would_answer(question: GoldQuestion, answerable: bool, wants_papers: bool, accepted: set[str]) -> None:
    """A list of papers, sentences of one paper or of several, or nothing; components of one paper are no list."""
    assert question.answerable is answerable
    assert question.wants_papers is wants_papers
    assert question.accepted == accepted


# --- order -------------------------------------------------------------------------------------


def names(questions: list[GoldQuestion]) -> str:
    """Their ids, in order."""
    return " ".join(each.id for each in ordered(questions))


def test_a_follow_up_comes_after_its_question() -> None:
    """Wherever both stand in the file; all others keep their order."""
    assert names([gold("c"), gold("a"), gold("b")]) == "c a b"
    assert names([gold("c", after="b"), gold("b", after="a"), gold("a")]) == "a b c"
    assert names([gold("b", after="a"), gold("x"), gold("a"), gold("c", after="a")]) == "x a b c"


def test_a_follow_up_of_nothing_stands_alone() -> None:
    """A part of a set can be asked by itself."""
    assert names([gold("b", after="missing"), gold("a")]) == "b a"


@pytest.mark.parametrize("pairs", [["aa"], ["ab", "ba"], ["ab", "bc", "ca", "da"], ["da", "ab", "ba"]])
def test_a_circle_of_follow_ups_is_asked_all_the_same(pairs: list[str]) -> None:
    """Each of them once; a mistake in a set costs no question."""
    assert sorted(names([gold(id, after=after) for id, after in pairs]).split()) == sorted(id for id, _ in pairs)


@given(st.data(), st.integers(0, 12))
def test_any_set_is_asked_whole_and_in_order(data: st.DataObject, size: int) -> None:
    """Conversations of any shape, mixed in any way."""
    tree = [gold(f"{at}", after=data.draw(st.sampled_from([None, *map(str, range(at))]))) for at in range(size)]
    shuffled = data.draw(st.permutations(tree))
    asked = ordered(shuffled)
    assert sorted(each.id for each in asked) == sorted(each.id for each in tree)
    place = {each.id: number for number, each in enumerate(asked)}
    assert all(place[each.after] < place[each.id] for each in asked if each.after is not None)
