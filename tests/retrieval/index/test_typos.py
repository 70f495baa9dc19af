"""Typos: one is corrected, two are not, and a word that papers contain stays as it is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.typos import corrected, most_likely, typo_candidates

COUNTS = {"neural": 50, "network": 40, "networks": 30, "natural": 1, "graph": 9, "trial": 4, "trail": 2, "modem": 90}


def frequencies(words: Sequence[str]) -> list[int]:
    """How many papers of a small corpus contain each word."""
    return [COUNTS.get(word, 0) for word in words]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nueral", "neural"),
        ("nerual", "neural"),
        ("nural", "neural"),
        ("neurall", "neural"),
        ("neutal", "neural"),
        ("grahp", "graph"),
        ("graphh", "graph"),
        ("gaph", "graph"),
        ("newtork", "network"),
        ("trila", "trial"),
        ("netwroks", "networks"),
    ],
)
def test_one_typo_is_corrected(typed: str, meant: str) -> None:
    """Two swapped letters, a missing one, an extra one, or a wrong one."""
    assert corrected(typed, frequencies) == meant


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("natural", "papers contain it, though a more frequent word is close"),
        ("trail", "papers contain it, though a more frequent word is close"),
        ("nuerla", "two typos"),
        ("eural", "the first letter is hardly ever wrong"),
        ("gra", "too short"),
        ("gr4ph", "it has a digit"),
        ("zebra", "nothing is close"),
        ("graph" * 6, "too long for a word"),
        ("", "empty"),
    ],
)
def test_other_words_stay(word: str, why: str) -> None:
    """An unknown word without a likely correction is searched for as it was typed."""
    assert corrected(word, frequencies) == word, why


@given(st.text())
def test_a_corrected_word_is_a_known_word_or_the_word_itself(word: str) -> None:
    """No word is invented, and correcting twice changes nothing."""
    better = corrected(word, frequencies)
    assert better == word or better in COUNTS
    assert corrected(better, frequencies) == better


@given(st.text("abcdefgh", min_size=4, max_size=8), st.data())
def test_the_word_that_was_meant_is_a_candidate(meant: str, data: st.DataObject) -> None:
    """Whatever the typo was: candidates are symmetric."""
    typed = data.draw(st.sampled_from(sorted(typo_candidates(meant, shortest=3))))
    assert meant in typo_candidates(typed, shortest=3)
    assert typo_candidates(typed, shortest=3).items() >= typo_candidates(typed, shortest=3, keep_first=True).items()


def test_the_most_likely_candidate() -> None:
    """Swaps first, then the most frequent word, then the longest."""
    assert most_likely({"abdc": 0, "abc": 1}, {"abdc": 1, "abc": 9}) == "abdc"
    assert most_likely({"abx": 1, "abc": 1}, {"abx": 2, "abc": 9}) == "abc"
    assert most_likely({"abc": 1, "abcd": 1}, {"abc": 2, "abcd": 2}) == "abcd"
    assert most_likely({"abc": 1}, {}) is None
