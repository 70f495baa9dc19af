"""Questions that compare two papers or go on from a paper to its authors' others."""

from __future__ import annotations

import pytest

from retrieval.answering.records.corrections import corrected
from retrieval.answering.records.fields import Field
from retrieval.answering.records.paper_relations import asks_for_others, read_comparison


@pytest.mark.parametrize(
    ("question", "field", "most", "papers"),
    [
        ("which got more votes, OwlNet or ElkLM?", Field.VOTES, True, ("OwlNet", "ElkLM")),
        ("is OwlNet more popular than ElkLM?", Field.VOTES, True, ("OwlNet", "ElkLM")),
        ("OwlNet vs ElkLM: which has fewer upvotes", Field.VOTES, False, ("OwlNet", "ElkLM")),
        ("did OwlNet or ElkLM come out later?", Field.PUBLISHED, True, ("OwlNet", "ElkLM")),
        ("which one is older: OwlNet or ElkLM", Field.PUBLISHED, False, ("OwlNet", "ElkLM")),
        ("compare the votes of OwlNet and ElkLM", Field.VOTES, True, ("OwlNet", "ElkLM")),
    ],
)
def test_comparisons_are_read(question: str, field: Field, most: bool, papers: tuple[str, str]) -> None:
    """What is compared, and which end of it is asked for."""
    found = read_comparison(question)
    assert found is not None
    assert (found.field, found.most) == (field, most)
    assert papers in found.papers


@pytest.mark.parametrize(
    "question",
    ["does OwlNet stop earlier than ElkLM?", "is OwlNet better than ElkLM?", "most upvoted papers", "newest papers"],
)
def test_what_no_record_compares_is_left_alone(question: str) -> None:
    """Abstracts compare methods."""
    assert read_comparison(question) is None


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("any other papers by the authors of OwlNet?", "OwlNet"),
        ("what else have the authors of OwlNet published?", "OwlNet"),
        ("more by the OwlNet team", "OwlNet"),
        ("what else has the OwlNet team published?", "OwlNet"),
        ("any follow-ups of OwlNet by the same authors?", "OwlNet"),
        ("what else did they write?", "it"),
        ("anything else by them?", "it"),
        ("papers by Ada Okafor", None),
        ("are there other methods for night vision?", None),
    ],
)
def test_further_papers_of_the_same_authors_are_asked_for(question: str, paper: str | None) -> None:
    """By the paper's name, or by "they"."""
    assert asks_for_others(question) == paper


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("papers from may, no, june 2025", "papers from june 2025"),
        ("papers from 2025, sorry 2026, about owls", "papers from 2026, about owls"),
        ("list from the 13th, i mean the 14th of august", "list from 14th of august"),
        ("papers from 2025, no 2024 ones", "papers from 2025, no 2024 ones"),
        ("papers from May and June 2025", "papers from May and June 2025"),
    ],
)
def test_days_that_are_taken_back_do_not_count(question: str, meant: str) -> None:
    """The later ones are meant."""
    assert corrected(question) == meant
