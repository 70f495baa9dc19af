"""What the papers in a list must not be about."""

from __future__ import annotations

import pytest

from retrieval.answering.question.analysis import analyse
from retrieval.answering.question.kinds import Kind
from retrieval.answering.question.unwanted import without_unwanted
from retrieval.answering.types import Question
from retrieval.index import Index
from retrieval.text import stem


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("papers on watermarks in images (not in audio or video)?", "papers on watermarks in images", "audio or video"),
        ("papers on owls but not eagles", "papers on owls", "eagles"),
        ("papers on owls, not about eagles or hawks please", "papers on owls", "eagles or hawks"),
        ("which papers cover code, other than code generation?", "which papers cover code", "code generation"),
        ("papers on owls except snowy owls", "papers on owls", "snowy owls"),
        ("papers about memory, no agents", "papers about memory", "agents"),
        ("which papers do not use labels?", "which papers do not use labels?", ""),
        ("papers not only on owls", "papers not only on owls", ""),
        ("papers on owls, not just at night", "papers on owls, not just at night", ""),
        ("papers on learning without human feedback", "papers on learning without human feedback", ""),
    ],
)
def test_what_a_request_ends_on_may_be_what_is_not_wanted(text: str, wanted: str, unwanted: str) -> None:
    """And what a paper must do without isn't."""
    assert without_unwanted(text) == (wanted, unwanted)


def test_only_a_list_leaves_papers_out_and_never_its_topic() -> None:
    """The words of a topic are wanted even if those of what isn't are the same."""
    listed = analyse(Question("papers on code, but not code generation"), Index.empty(), {})
    assert (listed.kind, listed.words, listed.unwanted) == (Kind.LIST, (stem("code"),), {stem("generation")})
    asked = analyse(Question("why does it hunt at night, not at noon?"), Index.empty(), {})
    assert not asked.unwanted
    assert stem("noon") in asked.words


def test_two_letters_swapped_in_a_word_that_only_asks() -> None:
    """Even where that makes the stem of another word, unless a paper has it."""
    assert analyse(Question("any papres on owls"), Index.empty(), {"papr": 1}).kind is Kind.LIST
