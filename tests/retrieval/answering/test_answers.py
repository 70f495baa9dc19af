"""The answerer's small parts, each by itself, and the law above them all: a quote is a slice of its abstract."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.answering.passages.attributes import attributes_missing
from retrieval.answering.passages.units import asked_units, given_units
from retrieval.answering.question.kinds import Kind, kinds_of
from retrieval.answering.types import Answer, Outcome, Question, Quote, ScoredPaper, Span, Turn, check_quotes
from retrieval.answering.vectors.word_vectors import WordVectors, load_word_vectors, unit, write
from retrieval.errors import SettingsError, UnfaithfulQuote
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import SEED_PAGE, LibrarySettings
from retrieval.text import sentences

OWLS = Paper(id="1", title="Owls", abstract="Owls hunt at night.")
CROWS = Paper(id="2", title="Crows", abstract="Crows count to four.")
END = len(OWLS.abstract)

# --- quotes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("highlights", [(), ((0, END),), ((5, 9), (9, 12), (13, 18))])
def test_a_slice_with_orderly_highlights_may_leave(highlights: tuple[Span, ...]) -> None:
    """From the first character to the last; highlights may touch."""
    check_quotes([Quote(OWLS, 0, END, highlights, 0.5), Quote(CROWS, 0, 5, (), 0.5)], {"1": OWLS, "2": CROWS})
    check_quotes([], {})


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (9, 5), (-1, 5), (-9, -1), (0, END + 1), (END, END + 4), (END + 2, END + 4)]
)
def test_a_slice_outside_its_abstract_is_refused(start: int, end: int) -> None:
    """Python would read negative places from the end and cut long ones short; an empty one says nothing."""
    with pytest.raises(UnfaithfulQuote, match="paper 1 is outside its abstract"):
        check_quotes([Quote(OWLS, start, end, (), 0.5)], {"1": OWLS})


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"2": CROWS},
        {"1": CROWS},
        {"1": OWLS.model_copy(update={"abstract": "Owls hunt at day.."})},
        {"1": OWLS.model_copy(update={"abstract": OWLS.abstract + " "})},
        {"1": OWLS.model_copy(update={"abstract": ""})},
        {"1": OWLS.model_copy(update={"title": "Owls!"})},
    ],
    ids=["nothing", "another", "another's text", "another word", "one space", "no abstract", "another title"],
)
def test_a_quote_of_a_paper_that_reads_otherwise_is_refused(kept: dict[str, Paper]) -> None:
    """Even where the quoted slice itself is the same; a title names whose words they are."""
    with pytest.raises(UnfaithfulQuote, match="paper 1, but the stored title"):
        check_quotes([Quote(OWLS, 0, 4, (), 0.5)], kept)


@pytest.mark.parametrize(
    "highlights",
    [((4, 9),), ((9, 13),), ((5, 5),), ((9, 6),), ((7, 9), (5, 6)), ((5, 8), (7, 9)), ((-3, 9),), ((5, 9), (9, 13))],
)
def test_a_highlight_out_of_order_or_outside_the_quote_is_refused(highlights: tuple[Span, ...]) -> None:
    """Nothing may be made bold that is not quoted, and nothing twice."""
    with pytest.raises(UnfaithfulQuote, match="paper 1 is out of place"):
        check_quotes([Quote(OWLS, 5, 12, highlights, 0.5)], {"1": OWLS})


def test_one_forgery_among_good_quotes_is_enough() -> None:
    """Wherever it stands."""
    good, forged = Quote(OWLS, 0, 4, (), 0.5), Quote(CROWS, 0, 99, (), 0.5)
    for quotes in ([forged, good], [good, forged]):
        with pytest.raises(UnfaithfulQuote, match="paper 2"):
            check_quotes(quotes, {"1": OWLS, "2": CROWS})


# --- kinds -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many papers does the survey cover?", Kind.NUMBER),
        ("how mnay parameters does it have", Kind.NUMBER),
        ("What percentage of users agreed?", Kind.NUMBER),
        ("how long does training take?", Kind.NUMBER),
        ("How much memory does it save?", Kind.NUMBER),
        ("what's the latency of CacheGen", Kind.NUMBER),
        ("which fps does it reach on a phone?", Kind.NUMBER),
        ("What is a diffusion model?", Kind.DEFINITION),
        ("whats a vision language model", Kind.DEFINITION),
        ("what does NAS stand for?", Kind.DEFINITION),
        ("Tell me more about it", Kind.DEFINITION),
        ("can you summarise the DistServe paper?", Kind.DEFINITION),
        ("explain speculative decoding", Kind.DEFINITION),
        ("How does CacheGen compress the KV cache?", Kind.METHOD),
        ("how is it trained?", Kind.METHOD),
        ("Why do transformers struggle with long inputs?", Kind.REASON),
        ("what's wrong with existing benchmarks?", Kind.REASON),
        ("What problem does it solve?", Kind.REASON),
        ("where does TTRL get its reward from?", Kind.OTHER),
        ("what does it search if not whole papers?", Kind.DEFINITION),
        ("Where can the weights of X be downloaded?", Kind.AVAILABILITY),
        ("where did you get the code", Kind.AVAILABILITY),
        ("owl papers", Kind.LIST),
        ("Is the code available?", Kind.AVAILABILITY),
        ("github link?", Kind.AVAILABILITY),
        ("Where can I download the weights?", Kind.AVAILABILITY),
        ("Did they release the dataset?", Kind.AVAILABILITY),
        ("Which papers are about quantization?", Kind.LIST),
        ("any papers on 3D generation?", Kind.LIST),
        ("papers about owls", Kind.LIST),
        ("hi! papers about owls plz", Kind.LIST),
        ("yo, owl papers", Kind.LIST),
        ("what are the newest papers on owls?", Kind.LIST),
        ("name all papers that watch owls", Kind.LIST),
        ("every paper that deals with owls", Kind.LIST),
        ("a few papers on owls", Kind.LIST),
        ("how many papers watch owls?", Kind.NUMBER),
        ("whats out there on owls that hunt?", Kind.LIST),
        ("what do you have on owls?", Kind.LIST),
        ("What's been done on owls?", Kind.LIST),
        ("what datasets are there for owls?", Kind.LIST),
        ("which tasks are there in OwlBench?", Kind.ITEMS),
        ("who is working on owls?", Kind.LIST),
        ("who's studying owls", Kind.LIST),
        ("anybody counting owls? list em", Kind.LIST),
        ("show me everything on owls", Kind.LIST),
        ("What metrics have earlier works used to rank owls?", Kind.OTHER),
        ("and which ones use owls?", Kind.LIST),
        ("tools that draw slides, which ones do we have?", Kind.LIST),
        ("it has three parts, which ones?", Kind.ITEMS),
        ("AInstein number of ICLR papers", Kind.NUMBER),
        ("Which property of generated articles does OmniThink improve?", Kind.RESULT),
        ("Which paper introduces Granger causality?", Kind.LOOKUP),
        ("is there a paper about root cause analysis?", Kind.LOOKUP),
        ("looking for that paper where robots fold laundry", Kind.LOOKUP),
        ("Does LoRA outperform full fine-tuning?", Kind.COMPARISON),
        ("GPT-4 vs Claude", Kind.COMPARISON),
        ("which tasks was it tested on?", Kind.ITEMS),
        ("Name the four components.", Kind.ITEMS),
        ("owls", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_everyday_questions_are_understood(question: str, kind: Kind) -> None:
    """What kind of sentence would answer, whatever the case and the spaces."""
    assert kinds_of(question)[0] is kind
    assert kinds_of(f"  {question.upper()} \n")[0] is kind


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What did they find?", {Kind.RESULT}),
        ("What are the three stages of the pipeline?", {Kind.ITEMS, Kind.METHOD}),
        ("how much faster is it?", {Kind.NUMBER}),
        ("What are the limitations of the method?", {Kind.REASON}),
    ],
)
def test_a_question_may_be_of_several_kinds(question: str, kinds: set[Kind]) -> None:
    """None of them is lost."""
    assert kinds <= set(kinds_of(question))


@given(st.text())
def test_every_text_is_of_some_kind(text: str) -> None:
    """Each kind at most once; OTHER only where nothing else fits."""
    kinds = kinds_of(text)
    assert 0 < len(kinds) == len(set(kinds))
    assert Kind.OTHER not in kinds or kinds == (Kind.OTHER,)


# --- units -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "sentence", "unit_"),
    [
        ("How much does it cost?", "A page costs $5.", "money"),
        ("how many dollars per paper", "It takes 15 dollars.", "money"),
        ("What percentage of users agreed?", "Of the users, 62% agreed.", "share"),
        ("what accuracy does it reach", r"It reaches 91.5\% on owls.", "share"),
        ("how long does training take?", "We train for 3 GPU hours.", "time"),
        ("what is the latency", "It answers within 20 ms.", "time"),
        ("how much faster is it?", "It is 2.5x faster.", "times"),
        ("what speedup do they get", "It runs twice as fast.", "times"),
        ("how big is the model?", "A 7B model suffices.", "size"),
        ("how much VRAM", "It needs 8 GB of memory.", "size"),
        ("what F1 score", "The F1 is 0.87.", "score"),
        ("what throughput", "It yields 1,000 tokens per second.", "rate"),
        ("how many frames per second?", "It runs at 30 FPS.", "rate"),
        ("How many tasks are there?", "There are twelve games and three tasks.", "count"),
        ("hwo mnay owls", "We watch 14 owls.", "count"),
        ("when was it released", "It was released in 2024.", "date"),
    ],
)
def test_a_question_asks_for_a_unit_that_a_sentence_gives(question: str, sentence: str, unit_: str) -> None:
    """And a sentence without any measure gives none."""
    assert unit_ in asked_units(question)
    assert unit_ in given_units(sentence)
    assert unit_ not in given_units("Owls hunt at night, and nobody hears them.")


@pytest.mark.parametrize(
    ("sentence", "money"),
    [
        (r"It is $2\times$ faster.", False),
        ("We take $5$ papers.", False),
        ("For $k$ 3 times.", False),
        (r"From $10^{-3}$ to $10^{2}$.", False),
        (r"At $2\times$-$3\times$ the speed.", False),
        ("It costs $5 for $n$ items.", True),
        ("It costs $20,000 and $30,000.", True),
        ("It costs $10-$20.", True),
        ("It costs $0.002 per page", True),
        (r"It costs \$5, or \$ 6.", True),
        (r"It costs $\$5$.", True),
        ("It costs €5 or £ 6.", True),
    ],
)
def test_dollars_are_told_from_formulas(sentence: str, money: bool) -> None:
    """In an abstract a dollar sign begins a formula as often as a price."""
    assert ("money" in given_units(sentence)) is money


@pytest.mark.parametrize(
    ("question", "money"),
    [
        (r"Why is it $2\times$ faster?", False),
        ("What is $k$ here?", False),
        ("What do I get for $5?", True),
        ("How many $ is it?", True),
        ("How many $?", True),
        ("how many $$$", True),
        ("how many €?", True),
    ],
)
def test_a_formula_in_a_question_asks_for_no_money(question: str, money: bool) -> None:
    """A price and a lone sign do."""
    assert ("money" in asked_units(question)) is money


@pytest.mark.parametrize(
    "question", ["What is NAS?", "Why does it fail?", "who wrote it", "Is the code available?", ""]
)
def test_most_questions_ask_for_no_unit(question: str) -> None:
    """Then units decide nothing."""
    assert asked_units(question) == frozenset()


@given(st.text())
def test_asked_and_given_units_have_the_same_names(text: str) -> None:
    """Else they could never meet."""
    names = {"money", "share", "time", "times", "size", "score", "rate", "count", "date"}
    assert asked_units(text) <= names
    assert given_units(text) <= names


# --- attributes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("How many GPUs were used?", "We train on 8 NVIDIA cards.", 0),
        ("How many GPUs were used?", "We train for a day.", 1),
        ("Which licence has it?", "The code is released under Apache 2.0.", 0),
        ("Which licence has it?", "The code is public.", 1),
        ("How many GPUs, and what learning rate?", "We train on 8 GPUs.", 0.5),
        ("How many GPUs, and what learning rate?", "On 8 GPUs with a learning rate of 0.1.", 0),
        ("How many participants took part?", "We asked 30 adults.", 0),
        ("was it tested on mice?", "We treat murine models.", 0),
        ("Who funded it?", "We hear owls.", 1),
        ("Who funded it?", "", 1),
        ("Is the code available?", "We complete code.", 1),
        ("Is the code available?", "Our code is public at https://example.org.", 0),
        ("did they release the weights?", "Everything is publicly available.", 0),
        ("How is the code tested?", "We complete code.", 0),
        ("What is a diffusion model?", "Owls hunt.", 0),
        ("What is hardware-aware NAS?", "Owls hunt.", 0),
        ("Does it need a mobile-friendly version?", "On Linux, v2.1.", 0),
        ("How many GPU-hours?", "We train for 3 GPU-hours.", 0),
        ("How many GPU-hours?", "We train for a day.", 1),
        ("Which licence has it?", "The code is Apache-2.0.", 0),
        ("", "", 0),
    ],
)
def test_what_is_asked_for_is_said_or_missing(question: str, text: str, missing: float) -> None:
    """In one of the words that say it; a question about the matter itself asks for no such thing."""
    assert attributes_missing(question, text) == missing


@given(st.text(), st.text())
def test_missing_is_a_share(question: str, text: str) -> None:
    """And what repeats the question lacks nothing of it."""
    assert 0 <= attributes_missing(question, text) <= 1
    assert attributes_missing(question, question) == 0


# --- word vectors ------------------------------------------------------------------------------

STEMS = ("owl", "crow", "nacht", "über")
VECTORS = np.array([[3.0, 4.0], [-0.5, 0.25], [0.0, 0.0], [1e-6, 100.0]], np.float32)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A file of four word vectors."""
    path = tmp_path / "words.npz"
    write(path, STEMS, VECTORS)
    return path


def test_vectors_come_back_as_they_were_kept(kept: Path) -> None:
    """To half a step of a byte; a vector of zeros stays one."""
    read = load_word_vectors(kept)
    assert read.numbers == {stem: number for number, stem in enumerate(STEMS)}
    steps = np.abs(VECTORS).max(axis=1, keepdims=True) / 127
    assert (np.abs(read.vectors - VECTORS) <= 0.5001 * steps).all()
    assert (read.vectors[2] == 0).all()
    assert np.linalg.norm(read.units, axis=1) == pytest.approx([1, 1, 0, 1], abs=1e-6)


def test_the_vectors_that_ship_can_be_read() -> None:
    """Some of them, all of one length, none of them empty of numbers."""
    shipped = load_word_vectors()
    assert shipped.vectors.shape[0] == len(shipped.numbers) > 1_000
    assert np.isfinite(shipped.vectors).all()
    assert shipped.known(["zzzzzz"]).size == 0


def refusal(path: Path) -> str:
    """What the operator reads."""
    with pytest.raises(SettingsError) as caught:
        load_word_vectors(path)
    return str(caught.value)


STEM_BYTES = np.frombuffer("\n".join(STEMS).encode(), np.uint8)
SMALL, SCALES = np.ones((4, 2), np.int8), np.ones(4, np.float32)
NEAR = np.tile(np.arange(4), (4, 1)).astype(np.uint16)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # numpy leaves half a zip file open
@pytest.mark.parametrize("damage", ["missing", "folder", "empty", "no zip", "half", "one array"])
def test_a_damaged_file_is_refused_with_its_mend(tmp_path: Path, kept: Path, damage: str) -> None:
    """The sentence names the file and the command that makes it anew."""
    path = tmp_path / f"{damage}.npz"
    match damage:
        case "folder":
            path.mkdir()
        case "empty":
            path.touch()
        case "no zip":
            path.write_bytes(b"PK and then nothing of a zip")
        case "half":
            path.write_bytes(kept.read_bytes()[: len(kept.read_bytes()) // 2])
        case "one array":
            with path.open("wb") as file:
                np.save(file, SCALES)
        case _:
            pass
    said = refusal(path)
    assert str(path) in said
    assert "python -m retrieval learn-words" in said
    gc.collect()


@pytest.mark.parametrize(
    "arrays",
    [
        {"stems": STEM_BYTES, "vectors": SMALL},
        {"stems": STEM_BYTES, "vectors": SMALL, "scales": SCALES[:3]},
        {"stems": STEM_BYTES, "vectors": SMALL, "scales": SCALES[:1]},
        {"stems": STEM_BYTES, "vectors": SMALL, "scales": SMALL},
        {"stems": STEM_BYTES, "vectors": SMALL, "scales": SCALES * np.float32("nan")},
        {"stems": STEM_BYTES, "vectors": SMALL[:, 0], "scales": SCALES},
        {"stems": STEM_BYTES, "vectors": SMALL[:3], "scales": SCALES[:3]},
        {"stems": STEM_BYTES[:-6], "vectors": SMALL, "scales": SCALES},
        {"stems": np.frombuffer(b"a\nb\na\nc", np.uint8), "vectors": SMALL, "scales": SCALES},
        {"stems": STEM_BYTES, "vectors": SMALL, "scales": SCALES, "near": NEAR[:3]},
        {"stems": STEM_BYTES, "vectors": SMALL, "scales": SCALES, "near": NEAR + 1},
        {"stems": np.array([{}], object), "vectors": SMALL, "scales": SCALES},
    ],
    ids="no-scales few-scales one-scale wide-scales no-numbers column more-stems few-stems same-stems few-near "
    "wrong-near objects".split(),
)
def test_vectors_that_do_not_fit_together_are_refused(tmp_path: Path, arrays: dict[str, Any]) -> None:
    """A stem with another's vector would answer wrongly and silently."""
    path = tmp_path / "words.npz"
    whole: dict[str, Any] = {"near": NEAR, **arrays}
    np.savez(path, **whole)
    assert "python -m retrieval learn-words" in refusal(path)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::UserWarning")
def test_a_changed_byte_is_refused_or_changes_nothing(kept: Path) -> None:
    """Wherever a disk fails: in the zip's own lines, in what is compressed, in what describes the arrays."""
    whole, content = load_word_vectors.__wrapped__(kept), kept.read_bytes()
    for at in range(len(content)):
        kept.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            read = load_word_vectors.__wrapped__(kept)
        except SettingsError:
            continue
        assert (read.numbers, read.vectors.tolist()) == (whole.numbers, whole.vectors.tolist())
    gc.collect()


def test_a_text_points_where_its_known_words_point() -> None:
    """Each counts once, unknown ones not at all; without a known one there is no direction."""
    words = WordVectors.of(("owl", "crow"), np.array([[2.0, 0.0], [0.0, 2.0]], np.float32))
    assert words.embed(["owl", "owl", "crow", "jay"]) == pytest.approx([2**-0.5, 2**-0.5])
    assert words.embed(["owl"]) == pytest.approx([1, 0])
    assert (words.embed(["jay"]) == 0).all()
    assert (words.embed([]) == 0).all()
    assert words.known(["jay", "crow", "owl"]).tolist() == [1, 0]


def test_rows_are_scaled_to_length_one() -> None:
    """But for rows of zeros, which have no direction."""
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)).tolist() == [
        pytest.approx([0.6, 0.8]),
        [0.0, 0.0],
    ]


# --- the law -----------------------------------------------------------------------------------

SEEDS = {paper.id: paper for paper in read_page(SEED_PAGE.read_text(encoding="utf-8"))}
WORDS = sorted({word for paper in SEEDS.values() for word in paper.abstract.split()})
SENTENCES = [paper.abstract[start:end] for paper in SEEDS.values() for start, end in sentences(paper.abstract)]
ASKING = "what how why which papers is the of it code available many much more than about thanks and does".split()

texts = (
    st.text()
    | st.sampled_from(SENTENCES)
    | st.lists(st.sampled_from([*WORDS, *ASKING * 20]), max_size=30).map(" ".join)
    | st.builds("{} {}".format, st.sampled_from(ASKING), st.sampled_from([paper.title for paper in SEEDS.values()]))
)
turns = st.builds(Turn, texts, st.lists(st.sampled_from([*SEEDS, "2501.00001"]), max_size=4).map(tuple))


class Asked:
    """The seed page's library with an event loop of its own, to be asked from laws."""

    def __init__(self, folder: Path) -> None:
        self._runner, self._stack = asyncio.Runner(), AsyncExitStack()
        library = Library.of(
            list(SEEDS.values()), LibrarySettings(data_folder=folder), lambda: datetime(2026, 3, 10, tzinfo=UTC)
        )
        self._library = self._runner.run(self._stack.enter_async_context(library))

    def answer(self, question: Question) -> Answer:
        """What the library answers."""
        return self._runner.run(self._library.answer(question))

    def close(self) -> None:
        """Close the library and the loop."""
        self._runner.run(self._stack.aclose())
        self._runner.close()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """One library for all examples of a law."""
    made = Asked(tmp_path_factory.mktemp("seeds"))
    yield made
    made.close()


@given(text=texts, history=st.lists(turns, max_size=3).map(tuple))
@example(text="What are the four key dimensions of hardware-aware NAS?", history=())
@example(text="Which papers are about neural networks?", history=())
@example(text="\ud800", history=())
def test_whatever_is_asked_only_slices_are_quoted(asked: Asked, text: str, history: tuple[Turn, ...]) -> None:
    """Any text, in any conversation: an outcome that keeps its promises, and nothing but the abstracts' own words."""
    answer = asked.answer(Question(text, history))
    assert answer.question == Question(text, history)
    assert 0 <= answer.confidence <= 1
    assert (answer.reply is not None) is (answer.outcome in {Outcome.CHAT, Outcome.RECORD})
    assert bool(answer.quotes) is (answer.outcome is Outcome.ANSWERED)
    if answer.outcome is Outcome.UNANSWERED:  # what is said instead answers nothing, so nothing of it is marked
        assert {quote.paper.id for quote in answer.also} <= {each.paper.id for each in answer.papers[:1]}
        assert not any(quote.highlights for quote in answer.also)
    papers = [each.paper.id for each in answer.papers]
    assert len(set(papers)) == len(papers)
    for quote in (*answer.quotes, *answer.also):
        assert quote.paper == SEEDS[quote.paper.id]
        assert 0 <= quote.start < quote.end <= len(quote.paper.abstract)
        assert quote.text
        assert quote.text == quote.text.strip()
        assert 0 <= quote.score <= 1
        places = [quote.start, *(place for span in quote.highlights for place in span), quote.end]
        assert places == sorted(places)
        assert all(start < end for start, end in quote.highlights)
    shown = [(quote.paper.id, quote.start) for quote in (*answer.quotes, *answer.also)]
    assert len(set(shown)) == len(shown)


@given(st.sampled_from(SENTENCES))
@settings(max_examples=20)  # each is asked twice, and whole sentences take a while
def test_asking_twice_gives_the_same_answer(asked: Asked, text: str) -> None:
    """To the letter: nothing in the answerer is left to chance or remembers."""

    def told(answer: Answer) -> tuple[Outcome, tuple[Quote, ...], tuple[ScoredPaper, ...], float]:
        return answer.outcome, answer.quotes, answer.papers, answer.confidence

    assert told(asked.answer(Question(text))) == told(asked.answer(Question(text)))
