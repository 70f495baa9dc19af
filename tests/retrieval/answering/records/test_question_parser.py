"""Parsing questions for papers: what is asked for, and whether papers are asked for at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.records.authors import AuthorNames
from retrieval.answering.records.query_text import query_text
from retrieval.answering.records.question_forms import may_ask_for_papers
from retrieval.answering.records.question_parser import ParsedRequest, read
from retrieval.answering.records.request import Order
from retrieval.query.query import parse

FRIDAY = date(2026, 8, 21)
NAMES = AuthorNames(
    whole={"yann lecun": "Yann LeCun", "kaiming he": "Kaiming He", "may chen": "May Chen"},
    words={"yann": 2, "lecun": 1, "kaiming": 3, "he": 40, "may": 9, "chen": 90},
    papers={"tokenizers": 90, "diffusion": 900, "robots": 200, "papers": 5000, "quantization": 80},
)


def parsed(question: str) -> ParsedRequest:
    """The question as it is read."""
    return read(question, FRIDAY, NAMES)


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("papers by Yann LeCun", 'author:"Yann LeCun"'),
        ("Which papers did kaiming he write?", 'author:"Kaiming He"'),
        ("show me LeCun's papers", "author:LeCun"),
        ("papers by Yann LeCun and Kaiming He", 'author:"Yann LeCun" author:"Kaiming He"'),
        ("papers by Yann LeCun or Kaiming He", '(author:"Yann LeCun" OR author:"Kaiming He")'),
        ("papers by May Chen from May 2025", 'author:"May Chen" after:2025-05 before:2025-05'),
        ("anything from Kaiming He on tokenizers?", '("tokenizer" OR "tokenizers") author:"Kaiming He"'),
        ("papers by Zorblax Quine", 'author:"Zorblax Quine"'),
        ("LeCun Yann, what is there?", 'author:"Yann LeCun"'),
        ("papers by Yann LeCun on robots or model merging", '(robots OR "model merging") author:"Yann LeCun"'),
        ("image or video diffusion papers by Yann LeCun", '(image OR video) diffusion author:"Yann LeCun"'),
        ("papers on tokenization from 2025", '("tokenization" OR "tokenizing" OR "tokenized") after:2025 before:2025'),
        ("What happened with theory of mind in 2025?", "theory of mind after:2025 before:2025"),
        ("theory of mind papers by Yann LeCun", 'theory of mind author:"Yann LeCun"'),
        ("any surveys on diffusion since 2025?", "diffusion title:survey after:2025"),
        ("papers from May 2025 about diffusion", "diffusion after:2025-05 before:2025-05"),
        ("quantization papers with code", "quantization has:code"),
        ("papers on robots without code since 2026", "robots after:2026 -has:code"),
        ("cs.cl papers with more than 1,000 votes", "category:cs.CL votes:>1000"),
        ("papers with code and more than 50 upvotes", "votes:>50 has:code"),
        ("papers in the category computer vision", "category:cs.CV"),
        ("papers with at least 20 upvotes", "votes:>=20"),
        ("diffusion but not robots, 2025", "diffusion -robots after:2025 before:2025"),
        ("papers by Yann LeCun, sorry, Kaiming He", 'author:"Kaiming He"'),
        ("papers by Kaiming He except tokenizers", '-("tokenizer" OR "tokenizers") author:"Kaiming He"'),
    ],
)
def test_a_request_is_a_query_that_one_could_type(question: str, query: str) -> None:
    """In the search language."""
    found = parsed(question)
    assert found.asks_for_papers
    assert found.request.is_for_records
    assert query_text(found.request) == query


@pytest.mark.parametrize(
    ("question", "order", "most"),
    [
        ("most upvoted paper this month", Order.VOTES, 1),
        ("top 5 papers of 2025", Order.VOTES, 5),
        ("the five most popular papers", Order.VOTES, 5),
        ("the 3 latest papers on robots", Order.NEWEST, 3),
        ("newest paper on robots", Order.NEWEST, 1),
        ("oldest paper you have", Order.OLDEST, 1),
        ("which paper has the fewest votes?", Order.FEWEST_VOTES, 1),
        ("what are people reading this week?", Order.TRENDING, None),
        ("papers from 2025", None, None),
        ("second most upvoted paper of 2025", Order.VOTES, 2),
        ("bottom 3 of today's list", Order.FEWEST_VOTES, 3),
        ("the most recent three papers", Order.NEWEST, 3),
        ("number one paper of the year", Order.VOTES, 1),
    ],
)
def test_order_and_number_are_read(question: str, order: Order | None, most: int | None) -> None:
    """One paper is asked for by a superlative in the singular."""
    request = parsed(question).request
    assert (request.order, request.most) == (order, most)


@pytest.mark.parametrize(
    "question",
    [
        "Which papers are about quantization?",
        "how many tasks does the benchmark have?",
        "what is the best accuracy of the paper?",
        "Who trained a robot to open doors since nobody else did?",
        "why do papers since 2024 use tokenizers?",
        "what's new in NeuFlow two versus one?",
        "does the new model beat the best baseline?",
        "Do the authors of SkeMex intend to release their code?",
        "did IRASim release the checkpoints?",
        "which LLM scored best on RAIRAB?",
        "which papers state that their code is public?",
    ],
)
def test_content_is_left_to_the_abstracts(question: str) -> None:
    """No record answers these."""
    found = parsed(question)
    assert not (found.asks_for_papers and found.request.is_for_records)


def test_a_follow_up_changes_what_it_names() -> None:
    """The rest stays; a month without a year is of the year that was spoken of."""
    first = parsed("papers of 2025 on diffusion").request
    june = first.changed_by(parsed("only from June").request)
    assert query_text(june) == "diffusion after:2025-06 before:2025-06"
    assert (
        query_text(june.changed_by(parsed("and with code?").request))
        == "diffusion after:2025-06 before:2025-06 has:code"
    )
    assert query_text(june.changed_by(parsed("and from 2024?").request)) == "diffusion after:2024 before:2024"


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("yann lecun: neither 2024 nor 2025", 'author:"Yann LeCun" -(after:2024 before:2025)'),
        ("anything by Yann LeCun other than with Kaiming He", 'author:"Yann LeCun" -author:"Kaiming He"'),
        ("lecun yann papers", 'author:"Yann LeCun"'),
        ("papers on tokenizers around christmas", '("tokenizer" OR "tokenizers") after:2025-12-18 before:2026-01-01'),
        ("papers on diffusion from the first quarter of this year", "diffusion after:2026 before:2026-03"),
        ("diffusion, published 2024, min 5 votes", "diffusion after:2024 before:2024 votes:>=5"),
        ("Yann LeCun count", 'author:"Yann LeCun"'),
        ("papers on robots minus the ones without code", "robots has:code"),
        ("papers on text to video since 2025", "text-to-video after:2025"),
        ("what has Barnaby Quillfeather published?", 'author:"Barnaby Quillfeather"'),
        ("LeCun 2025", "author:LeCun after:2025 before:2025"),
        ("what is there on diffusion from October 2025 on?", "diffusion after:2025-10"),
        ("did Yann LeCun and Zebedee Quark write a paper?", 'author:"Yann LeCun" author:"Zebedee Quark"'),
    ],
)
def test_exclusions_windows_and_key_words_are_read(question: str, query: str) -> None:
    """In whatever order."""
    assert query_text(parsed(question).request) == query


@given(st.lists(st.sampled_from([*"=:\"'()-|<>*#@, ", "author", "votes", "after", "OR", "code", "x2"]), max_size=9))
def test_any_topic_makes_a_query_that_can_be_run(topic: list[str]) -> None:
    """Whatever signs it has."""
    parse(query_text(parsed(f"papers on {''.join(topic)} from 2025").request))


def test_a_category_makes_a_long_question_worth_a_look() -> None:
    """It may ask for papers, however else it is put."""
    question = "please bring me up to speed with what happens in {name} as a student"
    assert may_ask_for_papers(question.format(name="cs.CL"))
    assert not may_ask_for_papers(question.format(name="class"))
