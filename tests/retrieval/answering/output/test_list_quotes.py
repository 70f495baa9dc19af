"""Which sentence a list shows of a paper, and which of its words are marked."""

from __future__ import annotations

import pytest

from retrieval.answering import Answerer
from retrieval.answering.output.list_quotes import topic_spans
from retrieval.answering.question.analysis import analyse
from retrieval.answering.types import Answer, Question, ScoredPaper
from retrieval.index import Index, document_terms
from retrieval.index.updates import add_documents
from retrieval.papers import Paper
from retrieval.settings import AnswerSettings, ReaderUse

BACKGROUND = "Recent owls hear mice, and rival owls hear owls in the dark."
AIM = "We propose Hoot, which tells where a sound comes from."
OTHERS = ("Otters: A Survey", "We survey otters in rivers."), ("Badgers at Night", "We study badgers at night.")


def listed(question: str, title: str, abstract: str) -> Answer:
    """The answer from this paper and some on other topics, without the reader."""
    texts = ((title, abstract), *OTHERS)
    papers = [Paper(id=f"p{at}", title=each[0], abstract=each[1]) for at, each in enumerate(texts)]
    index = add_documents(Index.empty(), ((paper.id, document_terms(paper, 2)) for paper in papers))
    answerer = Answerer.from_settings(AnswerSettings(reader=ReaderUse.OFF))
    scores = [ScoredPaper(paper, 3.0 if paper is papers[0] else 0.1) for paper in papers]
    return answerer.compose(answerer.analyse(Question(question), index), scores, index)


@pytest.mark.parametrize("abstract", [f"{BACKGROUND} {AIM}", f"{AIM} {BACKGROUND}"])
def test_a_list_shows_what_a_paper_does(abstract: str) -> None:
    """If its title says the topic, however often another sentence does."""
    assert listed("which papers are about owls?", "Hoot: Hearing of Owls", abstract).quotes[0].text == AIM


def test_a_list_shows_the_sentence_with_the_topic_if_the_aim_lacks_it() -> None:
    """So that people see why it's in the list."""
    tested = "It is tested on owls in barns."
    answer = listed("which papers are about owls in barns?", "Hoot: Where Sounds Come From", f"{AIM} {tested}")
    assert answer.quotes[0].text == tested


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("papers on video inpainting", "A framework for video inpainting of videos.", ["video inpainting", "videos"]),
        ("which papers propose barn-owl detectors?", "We propose a Barn-Owl one.", ["Barn-Owl"]),
        ("which papers are about owls?", "Otters swim.", []),
    ],
)
def test_the_words_of_the_topic_are_marked(question: str, text: str, marked: list[str]) -> None:
    """Those side by side together; not what only asks for papers."""
    spans = topic_spans(analyse(Question(question), Index.empty(), {}), text)
    assert [text[start:end] for start, end in spans] == marked
