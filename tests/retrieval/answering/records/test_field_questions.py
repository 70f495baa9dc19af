"""Questions about a field of one paper."""

from __future__ import annotations

import pytest

from retrieval.answering.records.field_questions import read_field_follow_up, read_field_question
from retrieval.answering.records.fields import Field, UnrecordedField
from retrieval.answering.records.named_ids import named_ids
from retrieval.answering.records.paper_names import paper_name


@pytest.mark.parametrize(
    ("question", "field", "paper"),
    [
        ("who wrote CacheGen?", Field.AUTHORS, "CacheGen"),
        ("Can you tell me the authors of the paper “CacheGen”?", Field.AUTHORS, "CacheGen"),
        ("do you know who is behind CacheGen?", Field.AUTHORS, "CacheGen"),
        ("when did DeepSeek-R1 come out?", Field.PUBLISHED, "DeepSeek-R1"),
        ("In which year was CacheGen published?", Field.PUBLISHED, "CacheGen"),
        ("how many upvotes did the CacheGen paper get?", Field.VOTES, "CacheGen"),
        ("is there code for CacheGen?", Field.CODE, "CacheGen"),
        ("What category is CacheGen in?", Field.CATEGORY, "CacheGen"),
        ("send me the pdf of CacheGen please", Field.PDF, "CacheGen"),
        ("link to CacheGen", Field.LINK, "CacheGen"),
        ("how often was CacheGen cited?", UnrecordedField.CITATIONS, "CacheGen"),
        ("how many pages does CacheGen have?", UnrecordedField.PAGES, "CacheGen"),
        ("which university is CacheGen from?", UnrecordedField.AFFILIATIONS, "CacheGen"),
        ("at which conference was CacheGen published?", UnrecordedField.VENUE, "CacheGen"),
        ("I'm terribly sorry to bother you, but do you know when CacheGen came out?", Field.PUBLISHED, "CacheGen"),
        ("yo who hacked together CacheGen lol", None, ""),
        ("Would you happen to know who is behind CacheGen? I'd be grateful.", Field.AUTHORS, "CacheGen"),
        ("how many votes does the second one have?", Field.VOTES, "second one"),
        ('Who is the first author of "CacheGen"?', Field.AUTHORS, "CacheGen"),
        ("What is the publication date of CacheGen?", Field.PUBLISHED, "CacheGen"),
        ("upvotes for CacheGen", Field.VOTES, "CacheGen"),
        ("how many people wrote CacheGen", Field.AUTHORS, "CacheGen"),
        ("did anybody vote for CacheGen", Field.VOTES, "CacheGen"),
        ("was CacheGen accepted at neurips", UnrecordedField.VENUE, "CacheGen"),
        ('is "CacheGen" in your library?', Field.ABSTRACT, "CacheGen"),
        ("where does Ada Okafor work?", UnrecordedField.AFFILIATIONS, "Ada Okafor"),
        ("is CacheGen on github?", Field.CODE, "CacheGen"),
        ("who wrote CacheGen and when?", Field.AUTHORS, "CacheGen"),
        ("what share of authors use LLMs", None, ""),
        ("who else did they compare with?", None, ""),
        ("how much faster is CacheGen?", None, ""),
        ("what does CacheGen do?", None, ""),
        ("when does a request leave the queue of CacheGen?", None, ""),
        ("CacheGen: who wrote it?", Field.AUTHORS, "CacheGen"),
        ("CacheGen - how many upvotes?", Field.VOTES, "CacheGen"),
        ("who is the last author of CacheGen?", Field.LAST_AUTHOR, "CacheGen"),
        ("which institution are the authors of CacheGen from?", UnrecordedField.AFFILIATIONS, "CacheGen"),
        ("was CacheGen accepted at a journal?", UnrecordedField.VENUE, "CacheGen"),
        ("email address of the first author of CacheGen", UnrecordedField.CONTACT, "CacheGen"),
    ],
)
def test_fields_are_read(question: str, field: Field | UnrecordedField | None, paper: str) -> None:
    """With the paper as it is written; whether one is called so is another matter."""
    asked = read_field_question(question)
    assert (asked and asked.field, asked and paper_name(asked.paper)) == (field, paper if field else None)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("and the date?", Field.PUBLISHED),
        ("how many votes?", Field.VOTES),
        ("its authors?", Field.AUTHORS),
        ("is the code available?", Field.CODE),
        ("with code available", None),
        ("is it fast?", None),
    ],
)
def test_a_follow_up_may_name_no_paper(question: str, field: Field | None) -> None:
    """It is about the paper before."""
    asked = read_field_follow_up(question)
    assert (asked and asked.field) == field


@pytest.mark.parametrize(
    ("text", "ids", "is_question"),
    [
        ("2501.12948", ("2501.12948",), False),
        ("arXiv:2501.12948v2", ("2501.12948",), False),
        ("show me https://arxiv.org/abs/2501.12948", ("2501.12948",), False),
        ("https://hf.co/papers/2501.12948", ("2501.12948",), False),
        ("https://www.alphaxiv.org/abs/2501.12948", ("2501.12948",), False),
        ("is 2501.12948 in your library?", ("2501.12948",), False),
        ("What is 2501.12948 about?", ("2501.12948",), True),
        ("does [2501.12948](https://arxiv.org/abs/2501.12948) beat GPT-4?", ("2501.12948",), True),
        ("a temperature of 0.9 and 1234.5", (), False),
    ],
)
def test_ids_and_links_name_papers(text: str, ids: tuple[str, ...], is_question: bool) -> None:
    """Alone they call the paper up; with more they are asked about."""
    named = named_ids(text)
    assert (named.ids, named.is_question) == (ids, is_question)


def test_what_authors_say_is_no_question_for_their_names() -> None:
    """The abstract tells what they conclude."""
    assert read_field_question("what did the authors of CacheGen conclude?") is None
    assert read_field_question("what are the authors of CacheGen called?") is not None
