"""The questions on the seed page's papers: whether the set fits the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.evaluation.question_sets import GoldQuestion, read_questions
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.settings import SEED_PAGE

QUESTIONS = read_questions(Path(__file__).parents[2] / "data" / "seed_questions.jsonl")
ABSTRACTS = {paper.title: paper.abstract for paper in read_page(SEED_PAGE.read_text(encoding="utf-8"))}
KINDS = {
    "factoid",
    "definition",
    "method",
    "result",
    "comparison",
    "motivation",
    "availability",
    "paper-lookup",
    "list",
    "follow-up",
    "unanswerable",
}
STYLES = {"casual", "formal", "keyword", "paraphrase", "typo"}

every_question = pytest.mark.parametrize("gold", QUESTIONS, ids=[gold.id for gold in QUESTIONS])


def test_the_set_is_large_and_has_every_kind_and_style() -> None:
    """At least eighty questions, no two with the same id, and each paper is asked about."""
    assert len(QUESTIONS) >= 80
    assert len({gold.id for gold in QUESTIONS}) == len(QUESTIONS)
    assert {gold.kind for gold in QUESTIONS} == KINDS
    assert {gold.style for gold in QUESTIONS} == STYLES
    assert {gold.paper for gold in QUESTIONS if gold.paper and gold.answerable} == ABSTRACTS.keys()


def test_no_question_is_asked_twice() -> None:
    """The same words come again only as a follow-up of another question."""
    asked = [(gold.question.casefold(), gold.after) for gold in QUESTIONS]
    assert len(set(asked)) == len(asked)


@every_question
def test_titles_are_papers_of_the_page(gold: GoldQuestion) -> None:
    """Every title that a question names stands on the seed page."""
    assert gold.accepted | set(gold.papers_optional) <= ABSTRACTS.keys()
    assert gold.accepted.isdisjoint(gold.papers_optional)


@every_question
def test_gold_sentences_are_slices_of_the_abstract(gold: GoldQuestion) -> None:
    """Sentences are the abstract's very words, and the answer lies inside the first of them."""
    abstract = ABSTRACTS[gold.paper] if gold.paper else ""
    assert all(sentence in abstract for sentence in gold.gold_sentences)
    assert len(set(gold.gold_sentences)) == len(gold.gold_sentences)
    assert gold.answer is None or (gold.answer and gold.answer in gold.gold_sentences[0])


@every_question
def test_an_answer_is_a_sentence_or_a_list_of_papers_or_none(gold: GoldQuestion) -> None:
    """Unanswerable questions and lists have no sentences; every other question has a paper and a sentence."""
    if gold.kind == "list":
        assert gold.wants_papers
    if gold.kind in {"list", "unanswerable"}:
        assert not gold.gold_sentences
        assert gold.answer is None
    else:
        assert gold.paper
        assert gold.gold_sentences
    assert gold.answerable or not gold.papers


@every_question
def test_a_follow_up_comes_after_its_question(gold: GoldQuestion) -> None:
    """What a question follows up stands on an earlier line."""
    earlier = [each.id for each in QUESTIONS[: QUESTIONS.index(gold)]]
    assert gold.after is None or gold.after in earlier
    assert gold.after or gold.kind != "follow-up"
