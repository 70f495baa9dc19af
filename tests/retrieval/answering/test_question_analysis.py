"""Questions and abstracts: names, roles, links to the conversation, comparisons, trees, features."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering.output.comparison import comparison_sides
from retrieval.answering.output.highlights import highlights
from retrieval.answering.passages.encoded import EncodedTexts
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.passages import read_paper
from retrieval.answering.passages.roles import Role, roles_of
from retrieval.answering.question.analysis import Analysis, analyse
from retrieval.answering.scoring import (
    answerability,
    highlight_features,
    list_selection,
    paper_features,
    sentence_features,
)
from retrieval.answering.scoring.boosted_trees import BoostedTrees, Split, Trees
from retrieval.answering.scoring.list_selection import select_papers
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.model import load_model
from retrieval.answering.types import Outcome, Question, ScoredPaper, Turn
from retrieval.answering.vectors.word_vectors import load_word_vectors
from retrieval.errors import SettingsError
from retrieval.index import Index
from retrieval.index.updates import add_documents
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import LibrarySettings
from retrieval.text import terms, words

# --- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "held"),
    [
        ("We compress the KV-Cache.", "kv cache", True),
        ("KVCaches grow with length", "KV-Cache", True),
        ("OpenAI's GPT-4o is best", "gpt4o", True),
        ("MM1.5 builds on it", "MM1", True),
        ("an aggregator of navigators", "Gato", False),
        ("as part 2 shows", "RT-2", False),
        ("many properties", "TIE", False),
        ("DeepSeek-OCR 2 reads", "DeepSeek-OCR 2", True),
    ],
)
def test_a_name_is_found_as_whole_words(text: str, name: str, held: bool) -> None:
    """However it's spaced or written, and never the middle of another word."""
    assert holds_name(text, squeeze(text), squeeze(name)) is held


@given(st.text(), st.text(min_size=1).map(squeeze).filter(bool))
def test_a_held_name_is_in_the_squeezed_text(text: str, name: str) -> None:
    """Squeezing loses no name."""
    assert not holds_name(text, squeeze(text), name) or name in squeeze(text)


# --- roles -------------------------------------------------------------------------------------


def roles(texts: list[str]) -> tuple[Role, ...]:
    """The roles of sentences."""
    return roles_of(texts, EncodedTexts.of([words(text) for text in texts], load_word_vectors()).flags[:, 1].tolist())


def test_an_abstract_goes_from_background_to_results() -> None:
    """The first "we propose" ends the background, the first report ends the method."""
    texts = [
        "Language models forget.",
        "Existing remedies are costly.",
        "We propose Keep, a small memory.",
        "It stores each token once.",
        "Experiments on two tasks show that Keep outperforms others.",
        "Code is available.",
    ]
    assert roles(texts) == (
        Role.BACKGROUND,
        Role.BACKGROUND,
        Role.AIM,
        Role.METHOD,
        Role.RESULT,
        Role.CONCLUSION,
    )


def test_labels_of_medical_abstracts_decide() -> None:
    """A label applies until the next one, whatever the sentences say."""
    texts = [
        "OBJECTIVE To test whether sleep helps.",
        "DESIGN Prospective cohort.",
        "We followed adults.",
        "RESULTS: Sleep was longer.",
        "It was deeper, too.",
        "CONCLUSIONS We propose to sleep.",
    ]
    assert roles(texts) == (
        Role.AIM,
        Role.METHOD,
        Role.METHOD,
        Role.RESULT,
        Role.RESULT,
        Role.CONCLUSION,
    )


@given(st.lists(st.text()))
def test_every_sentence_has_a_role(texts: list[str]) -> None:
    """One each, whatever the text."""
    assert len(roles(texts)) == len(texts)


# --- links to the conversation -----------------------------------------------------------------

TURN = Turn("which papers are on sleep?", ("a", "b", "c"))


def read(text: str, *history: Turn) -> Analysis:
    """A question analysed without papers."""
    return analyse(Question(text, history), Index.empty(), {})


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("how does it work?", ("a", "b", "c")),
        ("and the second one?", ("b",)),
        ("what did the 3rd paper find?", ("c",)),
        ("what about paper 2?", ("b",)),
        ("tell me more about #3", ("c",)),
        ("what data did the latter use?", ("b",)),
        ("and compared with the other?", ("b",)),
        ("the fifth one?", ("a", "b", "c")),
        ("the other methods, are they slower?", ("a", "b", "c")),
    ],
)
def test_ordinals_select_earlier_papers(text: str, papers: tuple[str, ...]) -> None:
    """In the order in which the last answer named them; without a valid ordinal all of them stay."""
    found = read(text, TURN)
    assert found.earlier_papers == papers
    assert found.selects_earlier is (len(papers) == 1)


def test_an_ordinal_counts_in_the_latest_list_and_is_not_a_content_word() -> None:
    """The first one may follow the second one; no abstract is searched for "second"."""
    found = read("and what does the first one propose?", TURN, Turn("what does the second one do?", ("b",)))
    assert found.earlier_papers == ("a",)
    assert found.text == "and what does it propose?"
    assert found.words == ("propos",)


@pytest.mark.parametrize(
    "text", ["new question: what is sleep?", "Never mind. What is sleep?", "different topic - what is sleep?"]
)
def test_a_new_question_leaves_the_conversation(text: str) -> None:
    """The question isn't a follow-up, and the announcement isn't part of it."""
    found = read(text, TURN)
    assert found.earlier_papers == ()
    assert not found.needs_context
    assert found.words == ("sleep",)
    assert found.question == Question(text, (TURN,))


def test_the_same_alone_is_not_a_pronoun() -> None:
    """A question about "the same number" isn't a follow-up, one about "the same paper" is."""
    assert not read("which methods need the same number of steps as diffusion models?", TURN).has_pronoun
    assert read("how many steps in the same paper?", TURN).has_pronoun


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("for how many days does the simulation run?", True),
        ("who designed the experiment?", False),
        ("how long does the simulation of SimCity run?", False),
        ("which papers run a simulation?", False),
    ],
)
def test_what_the_paper_before_has_may_be_spoken_of_as_known(text: str, is_known: bool) -> None:
    """The simulation is that of the paper before, unless the question names something else."""
    index = add_documents(Index.empty(), [("a", terms("A simulation of owls that runs for weeks."))])
    analysis = analyse(Question(text, (Turn("explain OwlBench", ("a",)),)), index, {})
    assert analysis.has_pronoun is is_known


# --- comparisons -------------------------------------------------------------------------------

HARE = Paper(
    id="hare",
    title="Hare: Fast Search on Small Machines",
    abstract="Search is slow on small machines. We present Hare, which caches postings. Hare is 3 times faster than "
    "a plain index and needs 40 MB of memory.",
)
TORTOISE = Paper(
    id="tortoise",
    title="Tortoise: Steady Search on Disks",
    abstract="Disks are large but slow. We present Tortoise, which reads postings in order. Tortoise needs 8 MB of "
    "memory and is 2 times faster than a plain index.",
)


def test_a_comparison_of_two_papers_has_a_side_for_each() -> None:
    """Each is asked without the other's name."""
    found = comparison_sides(
        read("is Hare faster than Tortoise?"),
        [read_paper(HARE, load_word_vectors()), read_paper(TORTOISE, load_word_vectors())],
    )
    assert [(side.place, side.question.text) for side in found] == [
        (0, "is hare faster than ?"),
        (1, "is faster than tortoise?"),
    ]


def test_a_comparison_within_one_abstract_has_no_sides() -> None:
    """It's answered like any other question."""
    both = HARE.model_copy(update={"abstract": HARE.abstract + " Unlike Tortoise, Hare sleeps."})
    assert (
        comparison_sides(
            read("is Hare faster than Tortoise?"),
            [read_paper(both, load_word_vectors()), read_paper(TORTOISE, load_word_vectors())],
        )
        == ()
    )
    assert (
        comparison_sides(
            read("what is Hare, and what is Tortoise?"),
            [read_paper(HARE, load_word_vectors()), read_paper(TORTOISE, load_word_vectors())],
        )
        == ()
    )


async def test_a_comparison_is_answered_from_both_papers(tmp_path: Path) -> None:
    """A quote from each, and both papers named first."""
    clock = lambda: datetime(2026, 3, 10, tzinfo=UTC)  # noqa: E731
    async with Library.of([HARE, TORTOISE], LibrarySettings(data_folder=tmp_path), clock) as library:
        answer = await library.answer(Question("how does Hare compare with Tortoise in speed, is it faster?"))
    assert answer.outcome is Outcome.ANSWERED
    assert {quote.paper.id for quote in answer.quotes} == {"hare", "tortoise"}
    assert {scored.paper.id for scored in answer.papers[:2]} == {"hare", "tortoise"}


# --- boosted trees -----------------------------------------------------------------------------

MODEL = BoostedTrees(
    offset=0.5,
    usual={"a": 1.0, "b": 0.0},
    trees=(Split(feature="a", at=0.5, low=-2.0, high=Split(feature="b", at=0.0, low=1.0, high=-1.0)),),
)


def test_trees_add_a_leaf_each() -> None:
    """Values up to the threshold take the low branch."""
    trees = Trees.of(MODEL, ("a", "b"))
    rows = np.array([[0.5, 9.0], [0.6, 0.0], [1.0, 0.1]])
    assert trees.log_odds(rows).tolist() == [-1.5, 1.5, -0.5]


def test_a_contribution_is_what_a_feature_changes() -> None:
    """Compared with its usual value; zero if it has that."""
    trees = Trees.of(MODEL, ("a", "b"))
    assert trees.contributions(np.array([0.0, 0.0])).tolist() == [-3.0, 0.0]
    assert trees.contributions(np.array([1.0, 5.0])).tolist() == [0.0, -2.0]


def test_trees_for_other_features_are_refused() -> None:
    """The error says how to fix it."""
    with pytest.raises(SettingsError, match="python -m retrieval fit"):
        Trees.of(MODEL, ("a", "c"))
    with pytest.raises(SettingsError, match="python -m retrieval fit"):
        Trees.of(MODEL.model_copy(update={"usual": {"a": 1.0}}), ("a",))


def test_no_two_features_share_a_name() -> None:
    """Weights are stored by name, so one of two would be lost."""
    for names in (
        sentence_features.NAMES,
        paper_features.NAMES,
        answerability.NAMES,
        list_selection.NAMES,
        highlight_features.NAMES,
    ):
        assert len(set(names)) == len(names)


def test_a_question_with_an_unknown_name_is_not_a_follow_up() -> None:
    """A question about something that's in no paper isn't about the previous paper."""
    assert read("and what does Blender do?", TURN).earlier_papers == ()
    assert read("and what does it do?", TURN).earlier_papers == ("a", "b", "c")


# --- rivals within an abstract, lists ----------------------------------------------------------


def test_a_sentence_about_the_papers_own_system_is_recognised() -> None:
    """Only the second sentence names the system of the title."""
    paper = Paper(id="1", title="OwlNet: A Detector", abstract="Birds are hard to see at night. OwlNet finds owls.")
    table = MatchTable.of(read("what does it find?"), [ScoredPaper(paper, 1.0)], load_word_vectors())
    assert sentence_features.own_system(table).tolist() == [0.0, 1.0]


def test_open_words_are_those_that_neither_title_nor_name_accounts_for() -> None:
    """The sentence that has the open word stands out, and the one after it may continue."""
    paper = Paper(id="1", title="OwlNet: A Detector", abstract="Mice squeak a lot. This is all. OwlNet finds owls.")
    table = MatchTable.of(read("does OwlNet squeak?"), [ScoredPaper(paper, 1.0)], load_word_vectors())
    assert sentence_features.open_before(table)[1] == sentence_features.open_coverage(table)[0] > 0
    most = sentence_features.open_key_word(table)
    assert most[0] == 1.0 > most[1:].max()
    assert int(sentence_features.open_topic(table).argmax()) == 0


def test_a_list_names_what_is_likely_enough() -> None:
    """Best first; nothing if even the best is unlikely."""
    assert select_papers(np.array([0.35, 0.1, 0.9, 0.2])) == [2, 0]
    assert select_papers(np.array([0.35, 0.1])) == []
    assert len(select_papers(np.full(30, 0.9))) == list_selection.MOST


@pytest.mark.parametrize("question", ["and the rest of it?", "what does OwlNet find in barns?", "what does it find?"])
def test_second_quotes_have_brief_highlights(question: str) -> None:
    """At most half of each, and none where it's too uncertain where the answer is."""
    analysis, words = read(question), load_model().highlights
    text = "OwlNet finds owls, bats and mice in dark barns, and it does so far from any road or town."
    passage = read_paper(Paper(id="1", title="OwlNet: A Detector", abstract=text), load_word_vectors()).passages[0]
    fully, briefly = (highlights(analysis, passage, words, brief=each) for each in (False, True))
    assert sum(end - start for start, end in briefly) <= len(text) / 2
    assert fully
