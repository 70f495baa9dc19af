"""Candidates: found by words, by what papers are about, in the conversation; directions kept beside segments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.answering.question.analysis import analyse
from retrieval.answering.question.candidates import find
from retrieval.answering.types import Question, Turn
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors, load_word_vectors
from retrieval.index import Index
from retrieval.index.updates import add_documents, remove_documents
from retrieval.text import terms

TEXTS = {
    "owls": "owls hunt mice at night",
    "crows": "crows count stones",
    "robots": "robots grasp cups with hands",
    "images": "diffusion models draw images from noise",
}
INDEX = add_documents(Index.empty(), ((id, terms(text)) for id, text in TEXTS.items()))
WORDS = WordVectors.of(
    ("owl", "night", "crow", "stone", "bird"),
    np.array([[1, 0, 0], [1, 0.5, 0], [0, 1, 0], [0, 1, 0.5], [1, 0, 0.1]], np.float32),
)


def _found(text: str, words: WordVectors, *earlier: str) -> list[str]:
    turns = (Turn("Which animals?", earlier),) if earlier else ()
    analysis = analyse(Question(text, turns), INDEX, words.numbers)
    return [hit.id for hit in find(analysis, INDEX, PaperVectors(words), words)]


def test_the_paper_with_the_words_comes_first() -> None:
    """With its BM25 score for the question's own words."""
    analysis = analyse(Question("Which crows count stones?"), INDEX, WORDS.numbers)
    first = find(analysis, INDEX, PaperVectors(WORDS), WORDS)[0]
    assert first.id == "crows"
    assert first.score == pytest.approx(INDEX.score_of(analysis.words, ["crows"])[0])


def test_a_paper_without_any_of_the_words_is_found_by_what_it_is_about() -> None:
    """No paper says "bird", but the word stands for what owls are."""
    assert "owls" in _found("bird", WORDS)


def test_papers_of_the_conversation_are_candidates_and_unknown_ones_are_not() -> None:
    """Whatever the question's words are."""
    found = _found("What do owls hunt?", WORDS, "images", "gone")
    assert {"owls", "images"} <= set(found)
    assert "gone" not in found


def test_nothing_is_found_in_nothing() -> None:
    """An empty index has no candidates."""
    analysis = analyse(Question("What do owls hunt?"), Index.empty(), WORDS.numbers)
    assert find(analysis, Index.empty(), PaperVectors(WORDS), WORDS) == []


def test_likeness_is_the_cosine_of_question_and_paper() -> None:
    """But for the rounding to a byte; 0 for ids that the index does not have."""
    words = load_word_vectors()
    asked = words.embed(terms("owls at night"))
    like = PaperVectors(words).likeness(INDEX, INDEX.documents.rows_of(["images", "nobody", "owls"]), asked)
    true = [float(words.embed(terms(TEXTS[id])) @ asked) for id in ("images", "owls")]
    assert like[[0, 2]] == pytest.approx(true, abs=0.02)
    assert like[1] == 0


def test_directions_are_kept_beside_the_segment_and_leave_with_it(tmp_path: Path) -> None:
    """Made once, read by the next process, made again where they were cut short."""
    asked = WORDS.embed(["owl"])
    saved = INDEX.save(tmp_path, 1)
    paper_vectors = PaperVectors(WORDS)
    paper_vectors.prepare(saved)
    (kept,) = tmp_path.glob("*.beside")
    expected = PaperVectors(WORDS).likeness(INDEX, INDEX.documents.rows_of(list(TEXTS)), asked).tolist()

    def read_anew() -> list[float]:
        index = Index.load(tmp_path, 1)
        return PaperVectors(WORDS).likeness(index, index.documents.rows_of(list(TEXTS)), asked).tolist()

    content = kept.read_bytes()
    kept.write_bytes(bytes(len(content)))  # another process reads what stands there
    assert read_anew() == [0] * len(TEXTS)
    kept.write_bytes(content[:-1])
    assert read_anew() == expected
    assert kept.read_bytes() == content
    remove_documents(saved, ["owls"]).save(tmp_path, 2)
    assert len(list(tmp_path.glob("*.beside"))) <= 1
    Index.empty().save(tmp_path, 3)
    assert not list(tmp_path.glob("*.beside"))
