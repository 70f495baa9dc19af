"""The figures of a question set: what counts as right, and that the same answers always give the same figures."""

from __future__ import annotations

import gzip
import json
import math
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.types import Answer, MatchLevel, Outcome, Question, Quote, ScoredPaper
from retrieval.cli.batch_files import AnswerOut
from retrieval.evaluation.metrics import (
    Baseline,
    Figures,
    Judged,
    LevelFigures,
    as_json,
    ask_all,
    figures,
    figures_by,
    intervals,
    judge,
    levels,
    reliability,
)
from retrieval.evaluation.question_sets import GoldQuestion, read_questions
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import SEED_PAGE, LibrarySettings
from retrieval.text import sentences
from tests.shared_data import SHARED, needs_shared

FIRST, SECOND, THIRD = "Owls hunt at night and sleep by day.", "They hear a mouse under snow.", "Crows do not. " * 12
OWLS = Paper(id="1", title="Owls", abstract=f"{FIRST} {SECOND} {THIRD}")
CROWS = Paper(id="2", title="Crows", abstract=f"Crows count to four. {SECOND}")
PIES = Paper(id="4", title="Pies", abstract="Pies are round.")
JAYS = Paper(id="3", title="Jays", abstract="Jays hide acorns.")
PAPERS = {paper.title: paper for paper in (OWLS, CROWS, JAYS)}
HEAR = GoldQuestion(id="q", question="What do they hear?", kind="factoid", paper="Owls", gold_sentences=(SECOND,))
NOTHING = GoldQuestion(id="q", question="What do they cost?", kind="unanswerable")


def quote(paper: Paper, text: str, *, longer: int = 0, shorter: int = 0) -> Quote:
    """A quote of this text, with some characters more or fewer at its end."""
    start = paper.abstract.index(text)
    return Quote(paper, start, start + len(text) + longer - shorter, (), 0.5)


def answer(
    *quotes: Quote, papers: Sequence[Paper] = (), outcome: Outcome = Outcome.ANSWERED, ms: float = 1.0
) -> Answer:
    """An answer of these quotes."""
    scored = tuple(ScoredPaper(paper, 0.5) for paper in papers)
    return Answer(Question("?"), outcome, "other", quotes, papers=scored, elapsed_ms=ms)


def refusal(*papers: Paper) -> Answer:
    """No quote, and these nearest papers."""
    return answer(papers=papers, outcome=Outcome.UNANSWERED)


def shares(judged: Judged) -> tuple[float | None, float | None, float | None]:
    """The right paper first, the right sentence first, the right sentence among three."""
    return judged.paper_at_1, judged.sentence_at_1, judged.sentence_at_3


# --- one question ------------------------------------------------------------------------------

RIGHT, WRONG, ELSEWHERE = quote(OWLS, SECOND), quote(OWLS, FIRST), quote(JAYS, JAYS.abstract)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(RIGHT), (1, 1, 1)),
        (answer(WRONG, RIGHT), (1, 0, 1)),
        (answer(ELSEWHERE, WRONG, RIGHT), (0, 0, 1)),
        (answer(ELSEWHERE, WRONG, WRONG, RIGHT), (0, 0, 0)),
        (answer(WRONG), (1, 0, 0)),
        (answer(ELSEWHERE), (0, 0, 0)),
        (answer(quote(CROWS, SECOND)), (0, 0, 0)),
        (refusal(OWLS, JAYS), (1, 0, 0)),
        (refusal(JAYS, OWLS), (0, 0, 0)),
        (refusal(), (0, 0, 0)),
        (answer(), (0, 0, 0)),
        (answer(outcome=Outcome.CHAT), (0, 0, 0)),
    ],
)
def test_the_right_sentence_of_the_right_paper(given: Answer, expected: tuple[int, int, int]) -> None:
    """The same words in another paper do not count; a refusal may still name the right paper first."""
    judged = judge(HEAR, given, PAPERS)
    assert shares(judged) == expected
    assert judged.right == expected[1]
    assert (judged.refused, judged.list_recall, judged.list_precision) == (None, None, None)


@pytest.mark.parametrize(
    ("quoted", "hits"),
    [
        (quote(OWLS, SECOND, shorter=20), True),
        (quote(OWLS, f"night and sleep by day. {SECOND}"), True),
        (quote(OWLS, SECOND[20:], longer=9), False),
        (quote(OWLS, SECOND, longer=int(1.5 * len(SECOND)) + 100), True),
        (quote(OWLS, SECOND, longer=int(1.5 * len(SECOND)) + 101), False),
        (quote(OWLS, OWLS.abstract), False),
    ],
)
def test_a_quote_may_be_somewhat_shorter_or_longer(quoted: Quote, hits: bool) -> None:
    """Three fifths of the shorter one shared is the same place; quoting everything is no answer."""
    assert judge(HEAR, answer(quoted), PAPERS).sentence_at_1 == float(hits)


def test_another_paper_that_says_it_too_is_right() -> None:
    """Where the set names it."""
    both = HEAR.model_copy(update={"papers": ("Crows",)})
    assert shares(judge(both, answer(quote(CROWS, SECOND)), PAPERS)) == (1, 1, 1)
    assert shares(judge(both, answer(RIGHT), PAPERS)) == (1, 1, 1)
    assert shares(judge(both, answer(quote(CROWS, "Crows count to four.")), PAPERS)) == (1, 0, 0)


def test_a_gold_sentence_of_a_paper_that_is_not_there_is_never_hit() -> None:
    """A set may know more papers than were given."""
    assert shares(judge(HEAR, answer(RIGHT), {})) == (1, 0, 0)


def test_any_sentence_answers_which_paper() -> None:
    """Who looks for a paper wants the paper."""
    lookup = HEAR.model_copy(update={"kind": "paper-lookup"})
    assert shares(judge(lookup, answer(WRONG), PAPERS)) == (1, 1, 1)
    assert shares(judge(lookup, answer(ELSEWHERE, WRONG), PAPERS)) == (0, 0, 1)
    assert shares(judge(lookup, refusal(OWLS), PAPERS)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("given", "refused"),
    [(refusal(OWLS), 1), (answer(), 1), (answer(outcome=Outcome.CHAT), 1), (answer(WRONG), 0), (answer(ELSEWHERE), 0)],
)
def test_the_unanswerable_is_right_when_nothing_is_quoted(given: Answer, refused: int) -> None:
    """No other measure applies to it."""
    judged = judge(NOTHING, given, PAPERS)
    assert (judged.refused, judged.right) == (refused, refused)
    assert (*shares(judged), judged.list_recall) == (None, None, None, None)


@pytest.mark.parametrize(
    ("named", "recall", "precision"),
    [
        ("Owls Crows", 1, 1),
        ("Crows", 0.5, 1),
        ("Owls Robins", 0.5, 0.5),
        ("Owls Jays", 0.5, 1),
        ("Robins", 0, 0),
        ("", 0, 0),
        ("Jays", 0, 0),
        ("Robins Wrens Tits Finches Owls Crows", 0.5, 0.2),
    ],
)
def test_a_list_is_right_by_degrees(named: str, recall: float, precision: float) -> None:
    """Optional papers harm nothing, and only as many count as somebody would look at; quotes do not matter."""
    wanted = GoldQuestion(
        id="l", question="Which papers?", kind="list", papers=("Owls", "Crows"), papers_optional=("Jays",)
    )
    papers = [Paper(id=title, title=title) for title in named.split()]
    for told in (refusal(*papers), answer(ELSEWHERE, papers=papers)):
        judged = judge(wanted, told, PAPERS)
        assert (judged.list_recall, judged.list_precision) == (recall, precision)
        assert (*shares(judged), judged.refused, judged.right if judged.answered else None) == (None,) * 5


# --- a set -------------------------------------------------------------------------------------

SEVERAL = [
    judge(HEAR, answer(RIGHT, ms=10), PAPERS),
    judge(HEAR, answer(WRONG, RIGHT, ms=20), PAPERS),
    judge(HEAR, refusal(OWLS), PAPERS),
    judge(HEAR, answer(ELSEWHERE, ms=40), PAPERS),
    judge(NOTHING, refusal(OWLS), PAPERS),
    judge(NOTHING, answer(WRONG), PAPERS),
]
ONLY_A_LIST = [judge(GoldQuestion(id="l", question="?", kind="list", papers=("Owls",)), refusal(OWLS), PAPERS)]


def test_figures_are_the_shares_of_those_to_whom_they_apply() -> None:
    """Counted by hand for four questions with an answer and two without."""
    found = figures(SEVERAL)
    assert (found.questions, found.paper_at_1, found.sentence_at_1, found.sentence_at_3) == (6, 0.75, 0.25, 0.5)
    assert found.right == pytest.approx(2 / 6)
    assert (found.abstention_precision, found.abstention_recall) == (0.5, 0.5)
    assert found.abstention_f1 == pytest.approx(0.5)
    assert found.unfaithful == 0
    assert (found.p50_ms, found.p99_ms) == (5.5, pytest.approx(39.0))
    assert math.isnan(found.list_recall)


def test_lists_have_their_own_figures() -> None:
    """They count neither as refused nor as answered, and no question of a sort means no share of it."""
    found = figures(ONLY_A_LIST)
    assert (found.questions, found.list_recall, found.list_precision) == (1, 1, 1)
    for name in ("paper_at_1", "sentence_at_1", "sentence_at_3", "right"):
        assert math.isnan(getattr(found, name))
    of_lists = {"questions", "list_recall", "list_precision", "p50_ms", "p99_ms"}
    mixed, without = as_json(figures([*SEVERAL, *ONLY_A_LIST])), as_json(figures(SEVERAL))
    for name in mixed.keys() - of_lists:
        assert mixed[name] == pytest.approx(without[name], nan_ok=True)


def test_an_empty_set_has_no_shares() -> None:
    """And no failure."""
    assert figures([]).questions == 0
    assert intervals([]) == {}
    assert figures_by([], lambda gold: gold.kind) == {}


def test_intervals_are_the_same_every_time() -> None:
    """For the same answers; they surround their figure, and are narrower for more questions."""
    once = intervals(SEVERAL)
    assert intervals(SEVERAL) == once
    found = figures(SEVERAL)
    for name, (low, high) in once.items():
        assert 0 <= low <= getattr(found, name) <= high <= 1
    many = intervals(SEVERAL * 20)
    assert all(many[name][1] - many[name][0] < high - low for name, (low, high) in once.items())


def test_what_does_not_apply_has_no_interval() -> None:
    """Lists have only those of lists, and a certain figure has a width of nothing."""
    assert not {"list_recall", "list_precision"} & intervals(SEVERAL).keys()
    assert intervals(ONLY_A_LIST)["list_recall"] == (1, 1)
    assert "right" not in intervals(ONLY_A_LIST)


def test_kinds_add_up() -> None:
    """Every question is in the row of its kind, and rows come by name."""
    rows = figures_by([*SEVERAL, *ONLY_A_LIST], lambda gold: gold.kind)
    assert list(rows) == ["factoid", "list", "unanswerable"]
    assert [row.questions for row in rows.values()] == [4, 1, 2]
    assert rows["factoid"].right == figures(SEVERAL[:4]).right


def test_figures_as_json_are_rounded() -> None:
    """Three places; counts stay whole."""
    values = as_json(figures(SEVERAL))
    assert values["right"] == 0.333
    assert isinstance(values["questions"], int)
    assert set(values) == set(Figures.__slots__)  # pyright: ignore[reportAttributeAccessIssue] - made by dataclass


@given(st.lists(st.sampled_from([*SEVERAL, *ONLY_A_LIST])), st.randoms(use_true_random=False))
def test_figures_do_not_depend_on_the_order(several: list[Judged], random: Random) -> None:
    """And every share is one."""
    shuffled = several.copy()
    random.shuffle(shuffled)
    one, other = as_json(figures(several)), as_json(figures(shuffled))
    assert json.dumps(one) == json.dumps(other)
    for name, value in one.items():
        assert name in {"questions", "unfaithful", "p50_ms", "p99_ms"} or math.isnan(value) or 0 <= value <= 1


# --- asking ------------------------------------------------------------------------------------


async def test_a_follow_up_is_asked_in_its_conversation(tmp_path: Path) -> None:
    """Also where it stands first in the file; the papers that its own conversation named come along."""
    set_of_three = [
        GoldQuestion(id="c", question="And its key dimensions?", kind="follow-up", after="b"),
        GoldQuestion(id="b", question="How many of them are there?", kind="follow-up", after="a"),
        GoldQuestion(id="a", question="What is hardware-aware NAS?", kind="definition"),
    ]
    seeds = read_page(SEED_PAGE.read_text(encoding="utf-8"))
    async with Library.of(
        seeds, LibrarySettings(data_folder=tmp_path), lambda: datetime(2026, 3, 10, tzinfo=UTC)
    ) as library:
        answers = await ask_all(library, set_of_three)
    assert answers.keys() == {"a", "b", "c"}
    assert answers["a"].question.history == ()
    assert [turn.question for turn in answers["c"].question.history] == [
        set_of_three[2].question,
        set_of_three[1].question,
    ]
    for before, turn in zip("ab", answers["c"].question.history, strict=True):
        assert turn.paper_ids == tuple(each.paper.id for each in answers[before].papers)


def test_the_baseline_answers_with_sentences_that_share_words() -> None:
    """And refuses where too few words are shared; it is simple, not silly."""
    baseline = Baseline([OWLS, CROWS, JAYS])
    found = baseline.answer(Question("Where do jays hide acorns?"))
    assert (found.outcome, found.quotes[0].text) == (Outcome.ANSWERED, "Jays hide acorns.")
    assert len(found.quotes) <= 3
    assert {each.paper.title for each in found.papers} == set(PAPERS)
    refused = baseline.answer(Question("Who won the football world cup?"))
    assert (refused.outcome, refused.quotes) == (Outcome.UNANSWERED, ())


# --- the other scorer --------------------------------------------------------------------------

SCORER = SHARED / "tools" / "score_answers.py"
SAME = {
    "questions": "questions",
    "paper_at_1": "paper_at_1",
    "sentence_at_1": "sentence_at_1",
    "sentence_at_3": "sentence_at_3",
    "right": "right",
    "abstain_precision": "abstention_precision",
    "abstain_recall": "abstention_recall",
    "abstain_f1": "abstention_f1",
    "list_recall": "list_recall",
    "list_precision": "list_precision",
    "unfaithful": "unfaithful",
}


def invented(gold: GoldQuestion, papers: dict[str, Paper], random: Random) -> Answer:
    """An answer as good as luck: right or nearly right sentences, others, none; papers right and wrong."""
    others = [papers[title] for title in random.sample(sorted(papers), 4)]
    right = [papers[title] for title in sorted(gold.accepted & papers.keys())]
    quotes = list[Quote]()
    for _ in range(random.choice([0, 1, 3, 3, 4])):
        paper = random.choice([*right * 6, *others])
        spans = [*sentences(paper.abstract)] or [(0, len(paper.abstract))]
        spans += [
            (start, start + len(each)) for each in gold.gold_sentences * 4 if (start := paper.abstract.find(each)) >= 0
        ]
        start, end = random.choice(spans)
        start += random.choice([0, 0, 0, (end - start) // 3])
        end = min(len(paper.abstract), end + random.choice([0, 0, 0, 40, 400]))
        quotes.append(Quote(paper, start, end, (), 0.5))
    named = random.sample([*right, *others], random.randint(0, len(right) + len(others)))
    outcome = random.choice([Outcome.ANSWERED] * 4 + [Outcome.UNANSWERED, Outcome.CHAT])
    return answer(*quotes, papers=named, outcome=outcome)


@needs_shared
@pytest.mark.skipif(not SCORER.is_file(), reason="needs ../shared/tools, which is not here")
def test_the_figures_are_those_of_the_independent_scorer(tmp_path: Path) -> None:
    """Over the recorded questions and invented answers of every quality."""
    folder, random = SHARED / "data" / "questions", Random(7)
    with gzip.open(folder / "train_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = {paper.title: paper for paper in map(Paper.model_validate_json, lines)}
    questions = read_questions(folder / "train.jsonl")
    answers = {gold.id: invented(gold, papers, random) for gold in questions}
    path = tmp_path / "answers.jsonl"
    path.write_text(
        "".join(AnswerOut.of(id, each).model_dump_json() + "\n" for id, each in answers.items()), encoding="utf-8"
    )
    command = [
        sys.executable,
        str(SCORER),
        str(folder / "train.jsonl"),
        str(folder / "train_papers.jsonl.gz"),
        str(path),
    ]
    scored: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    ours = as_json(figures([judge(gold, answers[gold.id], papers) for gold in questions]))
    assert 0.1 < ours["sentence_at_1"] < 0.9, "the invented answers should be of every quality"
    assert {theirs: ours[name] for theirs, name in SAME.items()} == pytest.approx(
        {theirs: scored[theirs] for theirs in SAME}, abs=0.0011
    )


# --- levels of certainty -----------------------------------------------------------------------


def with_level(gold: GoldQuestion, given: Answer, level: MatchLevel | None, *, confidence: float = 0.5) -> Judged:
    """A judged answer of a level."""
    return judge(gold, replace(given, match=level, confidence=confidence), PAPERS)


def test_each_level_has_its_answers_and_how_many_are_right() -> None:
    """Refusals have no level; an answer to a question that nothing answers is wrong."""
    strong, possible = MatchLevel.STRONG, MatchLevel.POSSIBLE
    judged = [
        with_level(HEAR, answer(RIGHT), strong),
        with_level(HEAR, answer(WRONG, RIGHT), strong),
        with_level(NOTHING, answer(RIGHT), possible),
        with_level(HEAR, refusal(OWLS), None),
    ]
    assert levels(judged) == [LevelFigures(strong, 2, 0.5), LevelFigures(possible, 1, 0.0)]
    empty = levels([])
    assert [each.answers for each in empty] == [0, 0]
    assert all(math.isnan(each.right) for each in empty)


@pytest.mark.parametrize(
    ("listed", "right"),
    [((OWLS, CROWS), True), ((OWLS, JAYS), True), ((OWLS, JAYS, CROWS), True), ((OWLS, PIES), False)],
)
def test_a_list_is_right_if_all_of_its_papers_fit(listed: Sequence[Paper], *, right: bool) -> None:
    """Papers that may be missing fit too; whether any is missing doesn't matter."""
    gold = GoldQuestion(
        id="q",
        question="Which papers are about birds?",
        kind="list",
        papers=("Owls", "Crows"),
        papers_optional=("Jays",),
    )
    given = answer(*(quote(paper, paper.abstract) for paper in listed), papers=listed)
    assert with_level(gold, given, MatchLevel.STRONG).fits is right


def test_reliability_compares_confidence_with_right_answers() -> None:
    """Range by range, of answered questions only."""
    judged = [
        with_level(HEAR, answer(RIGHT), None, confidence=0.95),
        with_level(HEAR, answer(WRONG), None, confidence=0.85),
        with_level(HEAR, refusal(OWLS), None, confidence=0.1),
    ]
    (found,) = reliability(judged)
    assert (found.answers, found.right, found.low, found.high) == (2, 0.5, 0.8, 1.0)
    assert found.confidence == pytest.approx(0.9)
