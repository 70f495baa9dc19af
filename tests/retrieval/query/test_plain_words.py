"""Words without signs are read without the grammar, with the same meaning."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query import parser
from retrieval.query.query import parse

WORDS = ("the", "not", "or", "deep", "GPT", "4", "VQ", "VAE", "k-NN", "state-of-the-art", "ÜBER", "図", "_x", "2024")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.sampled_from([" ", "  "]))
def test_plain_words_mean_the_same_with_the_grammar_and_without(words: list[str], space: str) -> None:
    """Conditions, ranking terms and the places of words are equal."""
    text = space.join(words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser, "_PLAIN", re.compile("(?!)"))
        expected = parse(text)
    assert parse(text) == expected
