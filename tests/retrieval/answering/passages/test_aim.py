"""The sentence that says what a paper does: below its title in lists, posts and mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.passages.aim import aim_sentence
from retrieval.text import sentences

BACKGROUND = "Owls are hard to count at night. However, existing counters need daylight."


@pytest.mark.parametrize(
    ("title", "abstract", "begins"),
    [
        (
            "OwlNet: Counting Owls",
            f"{BACKGROUND} We introduce OwlNet, a counter for owls. It counts 9 of 10.",
            "We intro",
        ),
        ("OwlNet: Counting Owls", f"{BACKGROUND} OwlNet is a counter for owls. We release the code.", "OwlNet is"),
        ("Do owls count?", f"{BACKGROUND} In this paper, we study whether owls count. They do.", "In this paper"),
        ("On owls", f"{BACKGROUND} A new way to count owls is proposed. Experiments show that it works.", "A new way"),
        ("Owls", f"{BACKGROUND} To evaluate it, we introduce a test. We propose to count owls by ear.", "We propose"),
        ("Owls at night", "Owls at night hunt by ear.", "Owls at night"),
    ],
)
def test_it_says_what_the_paper_does(title: str, abstract: str, begins: str) -> None:
    """Not the background, not an evaluation, not the code."""
    span = aim_sentence(title, abstract)
    assert span is not None
    assert abstract[slice(*span)].startswith(begins)


@given(st.text(max_size=30), st.text(max_size=300))
def test_it_is_a_sentence_of_the_abstract(title: str, abstract: str) -> None:
    """Word for word; without an abstract there is none."""
    span = aim_sentence(title, abstract)
    assert span in sentences(abstract) if sentences(abstract) else span is None
