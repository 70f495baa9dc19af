"""The sentence that says what a paper does: below its title in lists, posts and mail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.passages.aim import aim_quote, aim_sentence
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
        (
            "OwlNet: Owls by Ear",
            f"{BACKGROUND} We propose OwlNet. OwlNet is a counter that learns by ear.",
            "OwlNet is",
        ),
        (
            "Owls by ear",
            f"{BACKGROUND} We propose a simple approach that addresses both limitations. "
            "We first record owls at night, and train a counter on what they call.",
            "We first record",
        ),
        ("OwlNet", f"{BACKGROUND} We train OwlNet on calls of wild owls. We provide checkpoints and code.", "We train"),
        (
            "OwlNet: Forests by Ear",
            f"{BACKGROUND} We first build OwlSet, nine hours of calls. We then propose OwlNet, a counter for calls.",
            "We then",
        ),
        (
            "Owls",
            f"{BACKGROUND} Owl counting was introduced for rangers. We address owls by presenting a counter of wings.",
            "We address",
        ),
        (
            "Owls",
            f"{BACKGROUND} We survey owls of the night. Beyond the survey, we contribute nests of owls.",
            "We sur",
        ),
        (
            "Owls by Ear",
            f"{BACKGROUND} In this paper, we focus on owls by ear. We provide a study of nine counters for owls.",
            "We provide",
        ),
        (
            "Owls",
            f"{BACKGROUND} We study how owls in dark forests are counted. Our work provides insights into owls.",
            "We study",
        ),
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


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("To address this gap, we count owls by ear.", "…we count owls by ear."),
        ("As an initial step to address these gaps, this paper counts owls.", "…this paper counts owls."),
        ("Building on this insight, we count owls.", "…we count owls."),
        ("Therefore, we count owls.", "…we count owls."),
        ("In this paper, we count owls.", "In this paper, we count owls."),
        ("To count owls in the dark, we use ears.", "To count owls in the dark, we use ears."),
        ("To make this method fast on small machines, we drop a pass.", None),
        ("We count these owls, and we say why.", "We count these owls, and we say why."),
    ],
)
def test_a_quote_begins_where_it_needs_no_other_sentence(sentence: str, shown: str | None) -> None:
    """What only points back at an earlier sentence is left out; what says something isn't."""
    assert aim_quote("Owls", sentence) == (shown or sentence)


def test_a_longer_quote_ends_with_a_whole_sentence() -> None:
    """The sentences that fit follow, up to the last one that does."""
    abstract = "Owls hide. To address this, we count owls. It is quick. It takes all of a long night."
    assert aim_quote("Owls", abstract, most=50) == "…we count owls. It is quick."


@given(st.text(max_size=30), st.text(max_size=300), st.integers(0, 400))
def test_a_quote_is_a_slice_of_the_abstract(title: str, abstract: str, most: int) -> None:
    """Word for word, whatever is left out before it."""
    quote = aim_quote(title, abstract, most)
    assert quote in abstract or quote.removeprefix("…") in abstract
