"""Matching questions and texts as arrays: the fast ways find exactly what the plain ones find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.answering.arrays import Floats
from retrieval.answering.passages.cues import CUES, cues_of
from retrieval.answering.passages.encoded import CompactTexts, EncodedTexts
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.passages import read_paper
from retrieval.answering.passages.roles import roles_of
from retrieval.answering.passages.units import given_units
from retrieval.answering.passages.wordbook import stem_code
from retrieval.answering.question.analysis import analyse
from retrieval.answering.scoring import highlight_features, sentence_features
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.types import Question, ScoredPaper
from retrieval.answering.vectors.word_vectors import NEAR, WordVectors, neighbours
from retrieval.index import Index
from retrieval.papers import Paper
from retrieval.text import stem, terms_of, tokens, words

SAID = ("owl", "owls", "night", "nights", "nightly", "hunts", "hunter", "hunters", "huntress", "a", "the", "of")
STEMS = tuple(dict.fromkeys(map(stem, SAID)))
NUMBERS: Mapping[str, int] = {"owl": 0, "night": 1, "hunter": 2}
WORDS = WordVectors.of(NUMBERS, np.eye(3, dtype=np.float32))
texts = st.lists(st.lists(st.sampled_from(SAID), max_size=6), min_size=1, max_size=5)


def table_of(question: str, papers: Sequence[Paper]) -> MatchTable:
    """The table of a question and these papers, with an empty corpus."""
    analysis = analyse(Question(question), Index.empty(), NUMBERS)
    return MatchTable.of(analysis, [ScoredPaper(paper, 1.0) for paper in papers], WORDS)


def cues(sentence: str) -> frozenset[str]:
    """The cues of a sentence."""
    bits = cues_of(sentence, int(EncodedTexts.of([words(sentence)], WORDS).flags[0, 0]))
    return frozenset(cue for place, cue in enumerate(CUES) if bits >> place & 1)


# --- words -------------------------------------------------------------------------------------


@given(st.text() | st.text(st.characters(codec="ascii")))
@example("It's a'9, 5'11 o'clock's 3,000.5x_y B2B.")
def test_words_are_those_of_the_tokens(text: str) -> None:
    """ASCII text has a faster pattern."""
    assert words(text) == [token.text for token in tokens(text)]


@given(st.text() | st.text(st.characters(codec="ascii")))
def test_squeezing_leaves_letters_and_digits(text: str) -> None:
    """ASCII text has a faster way."""
    assert squeeze(text) == "".join(sign for sign in text.lower() if sign.isalnum())


# --- cues and units ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
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
        ("In contrast, owls.", "finding"),
        ("It demonstrates that.", "finding"),
        ("To this end, owls.", "purpose"),
        ("To mitigate it.", "purpose"),
        ("Wings in order to fly.", "purpose"),
        ("Owls, so that they fly.", "purpose"),
        ("We evaluate on owls.", "materials"),
        ("They fly.", "dependent"),
        ("Owls: birds.", "items"),
        ("Owls (i) fly.", "items"),
        ("Owls, crows, jays and so on.", "items"),
    ],
)
def test_phrases_are_found(sentence: str, cue: str) -> None:
    """The check for required words and punctuation skips no sentence that has the phrase."""
    assert cue in cues(sentence)


@pytest.mark.parametrize(
    ("sentence", "cue"),
    [
        ("This one.", "definition"),  # "is one" isn't "is a"
        ("He prefers to fly.", "definition"),
        ("Owls, crows.", "items"),
        ("Those demonstrate it.", "finding"),
    ],
)
def test_half_a_phrase_does_not_count(sentence: str, cue: str) -> None:
    """A required word alone isn't the phrase."""
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
def test_skipped_patterns_would_not_have_matched(text: str) -> None:
    """Cues, roles and units are those that are found if every pattern is tried on every sentence."""
    cue_flags, role_flags, _ = EncodedTexts.of([words(text)], WORDS).flags[0].tolist()
    everything = (1 << len(CUES)) - 1
    assert cues_of(text, cue_flags) == cues_of(text, cue_flags | everything << len(CUES))
    assert roles_of([text], [role_flags]) == roles_of([text], [-1])
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
    """A sentence without digits isn't skipped if one of its words is a unit."""
    assert unit in given_units(sentence)


@given(st.text() | st.sampled_from(["It took 3 days.", "$5", "5 % in May", "no measure"]), st.sets(st.just("time")))
def test_units_can_be_searched_for_one_by_one(sentence: str, among: set[str]) -> None:
    """The result is the same, only faster."""
    assert given_units(sentence, among) == given_units(sentence) & among


# --- encoded texts -----------------------------------------------------------------------------


@given(texts, texts)
def test_encoded_texts_contain_what_was_encoded(some: list[list[str]], more: list[list[str]]) -> None:
    """Stems, families and pairs, also in joined texts; stop words have no stems."""
    encoded = EncodedTexts.joined([CompactTexts.of(some, WORDS), CompactTexts.of(more, WORDS)])
    whole = [terms_of(text) for text in (*some, *more)]
    assert len(encoded) == len(whole)
    for each in STEMS:
        assert encoded.having((each, "owl")).tolist() == [each in text or "owl" in text for text in whole]
        family = [len(each) >= 5 and any(len(other) >= 5 and other[:5] == each[:5] for other in text) for text in whole]
        assert encoded.having_family(each).tolist() == family
        assert encoded.having_pair("owl", each).tolist() == [("owl", each) in pairwise(text) for text in whole]
    columns = {stem_code(each): [each in text for text in whole] for text in whole for each in text}
    assert encoded.distinct.tolist() == sorted(columns)
    assert encoded.presence.T.tolist() == [columns[code] for code in encoded.distinct.tolist()]


@given(texts, st.data())
def test_known_numbers_are_listed_once_a_group(some: list[list[str]], data: st.DataObject) -> None:
    """A group is any set of texts; some texts belong to none."""
    groups = data.draw(st.lists(st.integers(-1, 2), min_size=len(some), max_size=len(some)))
    numbers, owners = EncodedTexts.of(some, WORDS).known(np.array(groups))
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


def test_a_table_knows_which_sentence_and_which_title_has_a_word() -> None:
    """Titles and sentences are encoded together and not mixed up."""
    table = table_of("owl crow hunts", PAPERS)
    assert table.analysis.words == ("owl", "crow", "hunt")
    assert table.words.exact.tolist() == [[1, 0, 1], [0, 0, 1], [0, 0, 0], [0, 1, 0]]
    assert table.words.in_title.tolist() == [[1, 0, 1], [0, 1, 0]]
    assert table.words.having("rest").tolist() == [False, False, True, False]
    assert table.words.having_pair("owl", "hunt").tolist() == [True, False, False, False]


@given(
    st.lists(st.sampled_from("Owl-Net owls owlnets OwlNet, the owl net. Net Owl".split()), max_size=12).map(" ".join)
)
def test_a_name_is_found_in_the_sentences_that_have_it(text: str) -> None:
    """Checking the whole abstract first changes nothing."""
    read = read_paper(Paper(id="1", title="T", abstract=text), WORDS)
    for name in ("owlnet", "owl", "netowl"):
        held = [holds_name(passage.text, squeeze(passage.text), name) for passage in read.passages]
        assert read.sentences_with(name) == held


def test_new_words_of_a_sentence_are_counted() -> None:
    """Stems that are neither in the question nor in the title, each once."""
    table = table_of("Do owls rest?", PAPERS)
    assert table.words.new_words.tolist() == [1, 1, 0, 1]  # night; night; nothing; count
    assert table.order.tolist() == [0, 1, 2, 0]


@given(st.lists(st.sampled_from([0.0, 0.5, 0.5000001, 2.0, -1.0]), min_size=4, max_size=4))
def test_a_lead_is_over_the_best_other_sentence_of_the_paper(values: list[float]) -> None:
    """Equal ones have no lead; a sentence without rivals leads by its whole value."""
    others = [max(values[:3][:at] + values[:3][at + 1 :]) for at in range(3)]
    leads = [value - other for value, other in zip(values, [*others, 0.0], strict=True)]
    assert table_of("owl", PAPERS).lead(np.array(values)).tolist() == leads


def test_a_feature_is_computed_once_a_table() -> None:
    """Another table computes its own."""
    asked = list[MatchTable]()

    def feature(table: MatchTable) -> Floats:
        asked.append(table)
        return np.zeros(len(table))

    one, other = table_of("owl", PAPERS), table_of("owl", PAPERS)
    assert one.value(feature) is one.value(feature)
    assert other.value(feature) is not one.value(feature)
    assert asked == [one, other]


@given(st.sampled_from(["An owl hunts (by night, e.g.) 3 mice: fast.", "Rests", "a -- b, c"]), st.integers(0, 9))
def test_runs_are_scored_as_they_are_described(abstract: str, seed: int) -> None:
    """The fast scores for answering are those of the features for fitting."""
    passage = read_paper(Paper(id="1", title="T", abstract=abstract), WORDS).passages[0]
    analysis = table_of("How many mice does an owl hunt?", PAPERS).analysis
    found = highlight_features.runs_of(analysis, passage)
    weights: Floats = np.cos(np.arange(len(highlight_features.NAMES), dtype=np.float64) * (seed + 1))
    described = found.described(analysis.kinds)
    assert described.shape == (len(found.first), len(weights))
    assert np.allclose(found.scores(weights, analysis.kinds), described @ weights)


# --- what isn't read or compared ---------------------------------------------------------------


@pytest.mark.parametrize("question", ["what is an owl?", "how many hours does the hunter take?", "how many owls hunt?"])
def test_rows_that_are_read_have_the_same_features_as_if_all_were(question: str) -> None:
    """The text of papers that can't be meant isn't read."""
    said = "An owl is a bird. It found 12 owls. The hunter, a bird of the night, takes 3 hours. Owls (hunters) hunt."
    papers = [Paper(id=str(number), title=f"Paper {number}", abstract=said) for number in range(3)]
    whole = sentence_features.describe(table_of(question, papers))
    rows = np.flatnonzero(table_of(question, papers).paper_of == 1)
    some = sentence_features.describe(table_of(question, papers), rows)
    assert (some[rows] == whole[rows]).all()
    assert whole[rows].any()
    assert (some != whole).any()


@given(st.integers(0, 2**32 - 1), st.integers(1, 3 * NEAR))
def test_neighbours_have_the_highest_products(seed: int, stems: int) -> None:
    """As if all were sorted."""
    vectors = np.random.default_rng(seed).normal(size=(stems, 3)).astype(np.float32)
    products = vectors @ vectors.T
    found = np.take_along_axis(products, neighbours(vectors).astype(np.intp), axis=1)
    assert (found == -np.sort(-products, axis=1)[:, :NEAR]).all()
