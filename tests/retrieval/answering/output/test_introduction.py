"""Which sentence says what a name or a term is."""

from __future__ import annotations

import pytest

from retrieval.answering import Answerer
from retrieval.answering.types import Answer, Outcome, Question, ScoredPaper
from retrieval.index import Index, document_terms
from retrieval.index.updates import add_documents
from retrieval.papers import Paper
from retrieval.settings import AnswerSettings, ReaderUse

OWLS = "Owls hunt at night because their prey is awake."


def answer_from(question: str, *abstracts: str) -> Answer:
    """The answer without a reader, from papers with these abstracts."""
    papers = [
        Paper(id=f"p{at}", title=f"Findings of Group {at}", abstract=abstract) for at, abstract in enumerate(abstracts)
    ]
    index = add_documents(Index.empty(), ((paper.id, document_terms(paper, 2)) for paper in papers))
    answerer = Answerer.from_settings(AnswerSettings(reader=ReaderUse.OFF))
    analysis = answerer.analyse(Question(question), index)
    return answerer.compose(analysis, [ScoredPaper(paper, 1.0) for paper in papers], index)


@pytest.mark.parametrize(
    ("question", "explains", "mentions"),
    [
        (
            "what is OWL?",
            "Ordered Weight Learning (OWL) is a way to adapt large models with few numbers.",
            "In Ordered Weight Learning (OWL), the scaling factor is often treated as a mere complement.",
        ),
        (
            "what is OWL?",
            "Ordered Weight Learning (OWL) is a way to adapt large models with few numbers.",
            "We tune small models via efficient adapters (OWL) and find that they improve much.",
        ),
        (
            "what is a burrow model?",
            "We define it clearly: a burrow model is a network with a memory of every place.",
            "In this work, we introduce the Web Burrow Model, a middle ground between code and networks.",
        ),
        (
            "what are burrow maps?",
            "Burrow maps, plans of every tunnel drawn by their owners, are used to find food in winter.",
            "We find that many animals read burrow maps better than trails of scent.",
        ),
        (
            "what is a burrow drift?",
            "Networks often show a burrow drift: attention moves to the place where nothing happens.",
            "We prove that computing the mean necessarily causes a burrow drift in small networks.",
        ),
        (
            "what is Burrow Collapse?",
            "This loss of variety is called Burrow Collapse, and it comes from learning from oneself.",
            "We propose Burrow Collapse Step to measure what a network knows before it is trained.",
        ),
    ],
)
def test_a_sentence_that_explains_comes_before_one_that_mentions(question: str, explains: str, mentions: str) -> None:
    """In whichever order the papers are found."""
    for abstracts in ((f"{OWLS} {mentions}", f"{explains} {OWLS}"), (f"{explains} {OWLS}", f"{OWLS} {mentions}")):
        answer = answer_from(question, *abstracts)
        assert answer.outcome is Outcome.ANSWERED
        assert answer.quotes[0].text == explains


def test_what_explains_a_name_answers_alone() -> None:
    """Sentences that only have the name add nothing."""
    explains = "Ordered Weight Learning (OWL) is a way to adapt large models with few numbers."
    mentions = "We show that OWL is slow when networks are large, and that K-OWL is quick."
    answer = answer_from("what is OWL?", f"{explains} {mentions}", f"{OWLS} {mentions}")
    assert [quote.text for quote in answer.quotes] == [explains]
