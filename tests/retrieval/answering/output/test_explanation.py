"""Why an answer is what it is: nothing is said that a quote refutes, and it is said in words."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.answering import Answerer
from retrieval.answering.output.explanation import Explanation, QuestionWords
from retrieval.answering.question.analysis import analyse
from retrieval.answering.types import Answer, Outcome, Question, ScoredPaper, Turn
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.evaluation.metrics import judge, levels
from retrieval.evaluation.question_sets import GoldQuestion, ordered, read_questions
from retrieval.index import Index
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import SEED_PAGE, AnswerSettings, LibrarySettings, ReaderUse
from retrieval.text import words
from retrieval.training.certainty import PROMISED

QUESTIONS = read_questions(Path(__file__).parents[3] / "data" / "seed_questions.jsonl")
SEEDS = read_page(SEED_PAGE.read_text(encoding="utf-8"))
Explained = list[tuple[GoldQuestion, Answer, Explanation]]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> Explained:
    """The seed page's questions with their answers and explanations; follow-ups in their conversation."""

    async def explain_all() -> Explained:
        settings = LibrarySettings(data_folder=tmp_path_factory.mktemp("seeds"))
        found, histories = Explained(), dict[str, tuple[Turn, ...]]()
        async with Library.of(SEEDS, settings, lambda: datetime(2026, 3, 10, tzinfo=UTC)) as library:
            for gold in ordered(QUESTIONS):
                found += await explain(library, gold, histories)
        return found

    async def explain(library: Library, gold: GoldQuestion, histories: dict[str, tuple[Turn, ...]]) -> Explained:
        history = histories.get(gold.after or "", gold.history)
        answer, why = await library.explain(Question(gold.question, history))
        histories[gold.id] = (*history, Turn(gold.question, tuple(each.paper.id for each in answer.papers)))
        return [(gold, answer, why)] if why else []

    return asyncio.run(explain_all())


def test_strong_matches_are_right_as_promised(explained: Explained) -> None:
    """On questions that nothing was fitted to, within the noise of sixty answers; and not only a few are strong."""
    papers = {paper.title: paper for paper in SEEDS}
    strong, possible = levels([judge(gold, answer, papers) for gold, answer, _ in explained])
    assert strong.answers > 40
    assert strong.right >= PROMISED - 0.02
    assert possible.right < strong.right


def test_no_missing_word_is_in_a_quote(explained: Explained) -> None:
    """In no form that the matching knows: inflected, as a lexicon term, a relative, a similar word, an attribute."""
    assert len(explained) > 150
    assert any(why.missing for _, _, why in explained)
    for _, answer, why in explained:
        analysis = analyse(answer.question, Index.empty(), load_word_vectors().numbers)
        asked = QuestionWords(analysis, load_word_vectors())
        shown = [*answer.quotes, *why.rivals, *(answer.also if answer.outcome is Outcome.UNANSWERED else ())]
        there = {match.asked for quote in shown for match in asked.matches(quote.text)}
        assert there.isdisjoint(why.missing), answer.question.text


def test_what_was_missing_is_in_none_of_the_quotes(explained: Explained) -> None:
    """A word that a reason names is neither in the closest paper nor in a quote."""
    refusals = [(answer, why) for _, answer, why in explained if answer.outcome is Outcome.UNANSWERED]
    assert len(refusals) > 20
    for answer, why in refusals:
        assert why.reasons
        shown = " ".join([why.paper.title, *(quote.text for quote in (*why.rivals, *answer.also))]).lower()
        named = {word for reason in why.reasons for word in re.findall("“(.*?)”", reason)}
        assert named.isdisjoint(words(shown)), answer.question.text
        assert all(reason.endswith(".") for reason in why.reasons)


def test_every_word_is_said_once(explained: Explained) -> None:
    """It's in the quote, only in the title, or missing."""
    for _, answer, why in explained:
        said = [*(match.asked for match in why.matched), *why.titled, *why.missing]
        assert len(set(said)) == len(said), answer.question.text


@pytest.mark.parametrize(
    ("question", "abstract", "form"),
    [
        ("how many gpus?", "It was trained on 8 H100 cards.", "H100"),
        ("is it fast?", "The latency is low.", "latency"),
        ("who evaluated it?", "An evaluation by experts.", "evaluation"),
        ("what does KVCache store?", "The KV-Cache stores keys.", "kvcache"),
    ],
)
def test_a_word_is_found_in_other_forms(question: str, abstract: str, form: str) -> None:
    """What states an attribute, a lexicon term, a relative, a name with other spaces."""
    asked = QuestionWords(analyse(Question(question), Index.empty(), {}), load_word_vectors())
    assert form in {match.found for match in asked.matches(abstract)}


def test_a_refusal_names_the_word_that_nothing_has() -> None:
    """In quotation marks, and a corrected typo is said."""
    paper = Paper(id="1", title="Owls", abstract="Owls hunt at night. They sleep in the day. We study their hearing.")
    why = explain_one("Which zyxomma do owls hnut?", paper)
    assert "No abstract has “zyxomma”." in why.reasons or "“zyxomma”" in " ".join(why.reasons)


def explain_one(question: str, paper: Paper) -> Explanation:
    """The explanation of a question about a single paper."""
    answerer = Answerer.from_settings(AnswerSettings(reader=ReaderUse.OFF))
    analysis = answerer.analyse(Question(question), Index.empty())
    _, why = answerer.explain(analysis, [ScoredPaper(paper, 1.0)], Index.empty())
    assert why is not None
    return why
