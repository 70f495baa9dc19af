"""Texts laid side by side as numbers: the quick ways find just what the plain ones find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.answering.passages.cues import CUES, cues_of, named
from retrieval.answering.passages.encoded import Coded
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.passages import read_paper
from retrieval.answering.passages.roles import roles_of
from retrieval.answering.passages.units import given_units
from retrieval.answering.passages.wordbook import code_of
from retrieval.answering.question.analysis import analyse
from retrieval.answering.scoring import highlight_features
from retrieval.answering.scoring.match_table import Floats, Table
from retrieval.answering.types import Question, ScoredPaper
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.index import Index
from retrieval.papers import Paper
from retrieval.text import stem, terms_of, tokens, words

SAID = ("owl", "owls", "night", "nights", "nightly", "hunts", "hunter", "hunters", "huntress", "a", "the", "of")
STEMS = tuple(dict.fromkeys(map(stem, SAID)))
NUMBERS: Mapping[str, int] = {"owl": 0, "night": 1, "hunter": 2}
WORDS = WordVectors.of(NUMBERS, np.eye(3, dtype=np.float32))
texts = st.lists(st.lists(st.sampled_from(SAID), max_size=6), min_size=1, max_size=5)


def table_of(question: str, papers: Sequence[Paper]) -> Table:
    """A question over papers, in a corpus without any."""
    analysis = analyse(Question(question), Index.empty(), NUMBERS)
    return Table.of(analysis, [ScoredPaper(paper, 1.0) for paper in papers], WORDS)


def cues(sentence: str) -> frozenset[str]:
    """What a sentence looks like."""
    return named(cues_of(sentence, int(Coded.of([words(sentence)], WORDS).signs[0, 0])))


# --- words -------------------------------------------------------------------------------------


@given(st.text() | st.text(st.characters(codec="ascii")))
@example("It's a'9, 5'11 o'clock's 3,000.5x_y B2B.")
def test_words_are_those_of_the_tokens(text: str) -> None:
    """ASCII is read by a pattern of its own."""
    assert words(text) == [token.text for token in tokens(text)]


@given(st.text() | st.text(st.characters(codec="ascii")))
def test_squeezing_leaves_letters_and_digits(text: str) -> None:
    """ASCII is squeezed in a way of its own."""
    assert squeeze(text) == "".join(sign for sign in text.lower() if sign.isalnum())


# --- what a sentence looks like ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("That model was trained.", "method"),
        ("It's what we used.", "method"),
        ("Done by pruning.", "method"),
        ("Here, we briefly describe owls.", "proposal"),
        ("This survey explores owls.", "proposal"),
        ("Owls are the birds.", "definition"),
        ("An owl is a bird.", "definition"),
        ("It refers to owls.", "definition"),
        ("Known as owls, or known as birds.", "definition"),
        ("Birds, i.e. owls.", "definition"),
        ("A bird (Owl) flies.", "definition"),
        ("It was Open-Sourced.", "availability"),
        ("On Hugging Face.", "availability"),
        ("The state-of-the-art owl.", "comparison"),
        ("Short, or short for owls.", "naming"),
        ("NASA stands for it.", "naming"),
        ("They propose a bird, OwlNet.", "naming"),
        ("In contrast, owls.", "finding"),
        ("It demonstrates that.", "finding"),
        ("The GPT-4 and LLaMA.", "names"),
        ("The OWL-BIRD.", "names"),
        ("To this end, owls.", "purpose"),
        ("To mitigate it.", "purpose"),
        ("Wings in order to fly.", "purpose"),
        ("Owls, so that they fly.", "purpose"),
        ("We evaluate on owls.", "materials"),
        ("They fly.", "leaning"),
        ("Owls: birds.", "items"),
        ("Owls (i) fly.", "items"),
        ("Owls, crows, jays and so on.", "items"),
    ],
)
def test_a_phrase_is_found_by_what_it_has(sentence: str, cue: str) -> None:
    """No phrase is passed over because the word or the sign was not there that it is looked for by."""
    assert cue in cues(sentence)


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("This one.", "definition"),  # "is one" is no "is a"
        ("He prefers to fly.", "definition"),
        ("The GPT-4 alone.", "names"),
        ("We rest.", "method"),
        ("By day.", "method"),
        ("Owls, crows.", "items"),
        ("Those demonstrate it.", "finding"),
    ],
)
def test_half_a_phrase_is_none(sentence: str, cue: str) -> None:
    """The word alone does not make the phrase."""
    assert cue not in cues(sentence)


SPEECH = st.lists(
    st.sampled_from(
        "we It's that this paper briefly propose propose, is are a the known as refers to (OwlNet) in order contrast, "
        "demonstrates by using what's trained on open source hugging face state-of-the-art short for experiments show "
        "significantly (p<0.01) Our results aim end address examine compared. Thus, twice real-time points five "
        "3".split()
    ),
    max_size=9,
).map(" ".join)


@given(SPEECH)
def test_what_is_looked_for_only_beside_some_words_is_never_missed(text: str) -> None:
    """Cues, roles and measures are those that were found if every pattern was tried on every sentence."""
    signs, of_role, _ = Coded.of([words(text)], WORDS).signs[0].tolist()
    everything = (1 << len(CUES)) - 1
    assert cues_of(text, signs) == cues_of(text, signs | everything << len(CUES))
    assert roles_of([text], [of_role]) == roles_of([text], [-1])
    for passage in read_paper(Paper(id="1", title="T", abstract=text), WORDS).passages:
        assert passage.units == given_units(passage.text)


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("It runs in real-time.", "time"),
        ("It is twice as fast.", "times"),
        ("Two-fold, and two orders of magnitude.", "times"),
        ("It gains some points.", "score"),
        ("Frames per second.", "rate"),
        ("Eleven owls.", "count"),
        ("Since October.", "date"),
    ],
)
def test_units_need_no_digits(sentence: str, unit: str) -> None:
    """A sentence without digits is not passed over where one of its words is a measure."""
    assert unit in given_units(sentence)


@given(st.text() | st.sampled_from(["It took 3 days.", "$5", "5 % in May", "no measure"]), st.sets(st.just("time")))
def test_units_may_be_looked_for_one_by_one(sentence: str, among: set[str]) -> None:
    """That is only quicker."""
    assert given_units(sentence, among) == given_units(sentence) & among


# --- which stems are where ---------------------------------------------------------------------


@given(texts, texts)
def test_coded_texts_have_what_they_were_made_of(some: list[list[str]], more: list[list[str]]) -> None:
    """Stems, families and pairs, in parts that were joined; stop words are none."""
    coded = Coded.joined([Coded.of(some, WORDS), Coded.of(more, WORDS)])
    whole = [terms_of(text) for text in (*some, *more)]
    assert len(coded) == len(whole)
    assert coded.lengths.tolist() == list(map(len, whole))
    for each in STEMS:
        assert coded.having((each, "owl")).tolist() == [each in text or "owl" in text for text in whole]
        family = [len(each) >= 5 and any(len(other) >= 5 and other[:5] == each[:5] for other in text) for text in whole]
        assert coded.having_family(each).tolist() == family
        assert coded.having_pair("owl", each).tolist() == [("owl", each) in pairwise(text) for text in whole]
    columns = {code_of(each): [each in text for text in whole] for text in whole for each in text}
    assert coded.distinct.tolist() == sorted(columns)
    assert coded.presence.T.tolist() == [columns[code] for code in coded.distinct.tolist()]


@given(texts, st.data())
def test_known_numbers_come_once_a_group(some: list[list[str]], data: st.DataObject) -> None:
    """Groups are any texts together; some belong to none."""
    groups = data.draw(st.lists(st.integers(-1, 2), min_size=len(some), max_size=len(some)))
    numbers, owners = Coded.of(some, WORDS).known(np.array(groups))
    found = {
        (group, NUMBERS[stem])
        for group, text in zip(groups, some, strict=True)
        for stem in terms_of(text)
        if stem in NUMBERS and group >= 0
    }
    assert list(zip(owners.tolist(), numbers.tolist(), strict=True)) == sorted(found)


# --- the table ---------------------------------------------------------------------------------

PAPERS = (
    Paper(id="1", title="Owls hunting", abstract="An owl hunts at night. Nightly it hunts. It rests."),
    Paper(id="2", title="Crows", abstract="Crows count."),
)


def test_a_table_says_which_sentence_and_which_title_has_a_word() -> None:
    """Titles and sentences stand in one row of texts; none is taken for another."""
    table = table_of("owl crow hunts", PAPERS)
    assert table.analysis.words == ("owl", "crow", "hunt")
    assert table.exact.tolist() == [[1, 0, 1], [0, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert table.in_title.tolist() == [[1, 0, 1], [0, 1, 0]]
    assert table.having("rest").tolist() == [False, False, True, False]
    assert table.having_pair("owl", "hunt").tolist() == [True, False, False, False]


@given(
    st.lists(st.sampled_from("Owl-Net owls owlnets OwlNet, the owl net. Net Owl".split()), max_size=12).map(" ".join)
)
def test_a_name_is_found_in_the_sentences_that_have_it(text: str) -> None:
    """The whole abstract is asked first, which finds no more and no less."""
    reading = read_paper(Paper(id="1", title="T", abstract=text), WORDS)
    for name in ("owlnet", "owl", "netowl"):
        held = [holds_name(passage.text, squeeze(passage.text), name) for passage in reading.passages]
        assert reading.sentences_with(name) == held


def test_what_is_new_in_a_sentence() -> None:
    """Stems that neither the question nor the title has, each once."""
    table = table_of("Do owls rest?", PAPERS)
    assert table.news.tolist() == [1, 1, 0, 1]  # night; night; nothing; count
    assert table.order.tolist() == [0, 1, 2, 0]


@given(st.lists(st.sampled_from([0.0, 0.5, 0.5000001, 2.0, -1.0]), min_size=4, max_size=4))
def test_the_best_other_sentence_is_one_of_the_same_paper(values: list[float]) -> None:
    """Equal ones are each other's best; a sentence that is alone has none."""
    others = [max(values[:3][:at] + values[:3][at + 1 :]) for at in range(3)]
    assert table_of("owl", PAPERS).best_other(np.array(values)).tolist() == [*others, 0.0]


def test_a_feature_is_reckoned_once_a_table() -> None:
    """And anew for another table."""
    asked = list[Table]()

    def feature(table: Table) -> Floats:
        asked.append(table)
        return np.zeros(len(table))

    one, other = table_of("owl", PAPERS), table_of("owl", PAPERS)
    assert one.value(feature) is one.value(feature)
    assert other.value(feature) is not one.value(feature)
    assert asked == [one, other]


@given(st.sampled_from(["An owl hunts (by night, e.g.) 3 mice: fast.", "Rests", "a -- b, c"]), st.integers(0, 9))
def test_runs_are_scored_as_they_are_described(abstract: str, seed: int) -> None:
    """What is not written out for answering is what is learned from."""
    passage = read_paper(Paper(id="1", title="T", abstract=abstract), WORDS).passages[0]
    found = highlight_features.runs_of(table_of("How many mice does an owl hunt?", PAPERS).analysis, passage)
    size = found.within.shape[1] + 2 * found.at_first.shape[1]
    weights: Floats = np.cos(np.arange(size, dtype=np.float64) * (seed + 1))
    assert found.described.shape == (len(found.first), len(weights))
    assert np.allclose(found.scores(weights), found.described @ weights)
