"""How certain an answer is: the better the evidence, the likelier it is right; and a name is more than a mention."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.question.analysis import analyse
from retrieval.answering.scoring.certainty import describe_list, describe_quote
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.model import load_model
from retrieval.answering.scoring.ranking import rank
from retrieval.answering.scoring.specificity import is_unspecific
from retrieval.answering.types import MatchLevel, Question, ScoredPaper
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.errors import SettingsError
from retrieval.index import Index
from retrieval.papers import Paper

CERTAINTY = load_model().certainty
odds = st.floats(-15, 15)


@given(answerable=odds, share=odds, more=st.floats(0, 5))
def test_better_evidence_never_makes_an_answer_less_certain(answerable: float, share: float, more: float) -> None:
    """That something answers, and that it's this sentence."""

    def probability(answerable: float, share: float) -> float:
        return CERTAINTY.quotes.probability({"answerable": answerable, "share": share})

    plain = probability(answerable, share)
    assert 0 <= plain <= probability(answerable + more, share) <= 1
    assert plain <= probability(answerable, share + more) <= 1


def test_a_sentence_that_does_not_name_what_was_asked_for_is_no_strong_match() -> None:
    """However well it fits otherwise."""
    owls = Paper(id="1", title="Owls", abstract="Owls are tested on various datasets. They hunt.")
    named = owls.model_copy(update={"abstract": "Owls are tested on the ImageNet and COCO datasets. They hunt."})
    levels = [
        CERTAINTY.quotes.level(certainty_of("Which datasets are owls tested on?", each)) for each in (owls, named)
    ]
    assert levels == [MatchLevel.POSSIBLE, MatchLevel.STRONG]


def certainty_of(question: str, paper: Paper) -> float:
    """How certain the first sentence of the only paper is, if the question can surely be answered."""
    vectors, model = load_word_vectors(), load_model()
    analysis = analyse(Question(question), Index.empty(), vectors.numbers)
    ranking = rank(MatchTable.of(analysis, [ScoredPaper(paper, 1.0)], vectors), model.paper, model.sentence)
    return CERTAINTY.quotes.probability(describe_quote(replace(ranking, shares=np.array([0.999, 0.001])), 0, 8.0))


@given(st.lists(st.floats(0.3, 1), min_size=1, max_size=8))
def test_a_list_is_as_certain_as_all_of_its_papers_together(probabilities: list[float]) -> None:
    """A probability, for any list."""
    assert 0 <= CERTAINTY.lists.probability(describe_list(probabilities)) <= 1


def test_the_level_begins_at_the_fitted_probability() -> None:
    """That probability itself is strong."""
    strong = CERTAINTY.quotes.strong
    assert CERTAINTY.quotes.level(strong) is MatchLevel.STRONG
    assert CERTAINTY.quotes.level(np.nextafter(strong, 0)) is MatchLevel.POSSIBLE


def test_evidence_of_another_version_is_refused() -> None:
    """The error names the command that fixes it."""
    with pytest.raises(SettingsError, match="python -m retrieval fit"):
        CERTAINTY.quotes.probability({"answerable": 1.0})


@pytest.mark.parametrize(
    ("question", "sentence", "unspecific"),
    [
        ("Which datasets was it tested on?", "We test it on various public datasets.", True),
        ("Which datasets was it tested on?", "We test it on the GSM8K and MATH datasets.", False),
        ("Which datasets was it tested on?", "We test it on datasets such as traffic and weather.", False),
        ("Which datasets was it tested on?", "It beats every rival.", False),
        ("What hardware backends does it support?", "The system supports a range of backends and models.", True),
        ("how many owls were counted?", "Owls were counted in every wood.", True),
        ("how many owls were counted?", "Seven owls were counted.", False),
        ("how many owls were counted?", "In a wood, owls were counted by people under two conditions.", True),
        ("how many owls were counted?", "The flock had 12 members.", False),
        ("What are the four findings of the survey?", "The survey reveals four interesting findings.", True),
        ("What are the four findings of the survey?", "Owls hunt, sleep, hear, and count.", False),
        ("What are the five rules?", "We give five rules for finding and hearing owls.", True),
        ("how does it hunt?", "It hunts at night.", False),
    ],
)
def test_a_mention_is_not_a_name(question: str, sentence: str, *, unspecific: bool) -> None:
    """What was asked for is named, counted or listed, or the sentence doesn't answer."""
    analysis = analyse(Question(question), Index.empty(), {})
    assert is_unspecific(analysis, sentence, "Owls") is unspecific
