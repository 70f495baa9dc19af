"""Which words of a sentence are marked: whole phrases, without tails, and nothing where nothing answers."""

from __future__ import annotations

import re

import numpy as np
import pytest

from retrieval.answering.output.highlights import highlights, whole_phrases
from retrieval.answering.passages.passages import read_paper
from retrieval.answering.question.analysis import analyse
from retrieval.answering.scoring import highlight_features
from retrieval.answering.scoring.model import load_model
from retrieval.answering.types import Question
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.index import Index
from retrieval.papers import Paper


def marked(question: str, sentence: str, *, brief: bool = False) -> str:
    """The words of a sentence that are marked."""
    paper = Paper(id="1", title="Owls", abstract=sentence)
    (passage,) = read_paper(paper, load_word_vectors()).passages
    analysis = analyse(Question(question), Index.empty(), load_word_vectors().numbers)
    spans = highlights(analysis, passage, load_model().highlights, brief=brief)
    return " ".join(sentence[start:end] for start, end in spans)


@pytest.mark.parametrize(
    ("text", "chosen", "whole"),
    [
        ("we find a universal jailbreak here", "jailbreak", "universal jailbreak"),
        ("it costs 750 times more", "times", "750 times"),
        ("it flags Red Flag actions", "it flags Red", "it flags Red Flag"),
        ("a cost of owls and jays", "of owls", "owls"),
        ("a universal, quick jailbreak", "quick jailbreak", "quick jailbreak"),
        ("a hunter of owls", "hunter", "hunter"),
        ("owls are universal in woods", "owls are universal", "owls are universal"),
    ],
)
def test_no_phrase_is_cut(text: str, chosen: str, whole: str) -> None:
    """An adjective, a number and a part of a name stay with their noun; punctuation ends a phrase."""
    spans = tuple(match.span() for match in re.finditer(r"\w+", text))
    start, end = text.index(chosen), text.index(chosen) + len(chosen)
    places = [at for at, span in enumerate(spans) if start <= span[0] and span[1] <= end]
    first, last = whole_phrases(spans, text, places[0], places[-1])
    assert text[spans[first][0] : spans[last][1]] == whole


def test_a_number_is_marked_without_the_tail() -> None:
    """The word "respectively" answers nothing."""
    found = marked(
        "how many problems does COFFE have?",
        "COFFE contains 398 and 358 problems for function-level and file-level code generation, respectively.",
    )
    assert "398 and 358 problems" in found
    assert "respectively" not in found


def test_a_further_quote_is_not_marked_where_nothing_is_likely() -> None:
    """Without any preference among the runs, none is likely; the first quote is marked nevertheless."""
    paper = Paper(id="1", title="Owls", abstract="Owls hunt at night and sleep by day in the old woods of the north.")
    (passage,) = read_paper(paper, load_word_vectors()).passages
    analysis = analyse(Question("when do owls hunt?"), Index.empty(), {})
    even = np.zeros(len(highlight_features.NAMES))
    assert highlights(analysis, passage, even, brief=True) == ()
    assert highlights(analysis, passage, even)


def test_brackets_are_marked_in_pairs() -> None:
    """A bracket whose other half is marked is marked, too."""
    for sentence in (
        "We use (a change of owls) with night (a change of jays), but day is no night.",
        "We propose post-training quantization (PTQ) methods for owls and jays in the woods.",
    ):
        for question in ("what is PTQ?", "how does a change of owls go?", "why jays?"):
            found = marked(question, sentence)
            assert found.count("(") == found.count(")"), found
