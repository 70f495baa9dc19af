"""Sentences and tokens: where they begin and end."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.ingest.parsers.files import read_file
from retrieval.papers import normalise
from retrieval.text import STOP_WORDS, sentences, stem, terms, tokens
from tests.shared_data import SHARED, needs_shared


@pytest.mark.parametrize(
    "parts",
    [
        ["We propose X (e.g. a new one, cf. Smith et al. 2020).", "It works."],
        ["Accuracy rises by 2.4 points vs. GPT-4.", "Cost falls by 3.5x."],
        ["See Fig. 3 and Eq. 4 of J. Smith.", "The rest follows."],
        ["Can it be fast?", "Yes!", "It is."],
        ["We study $f(x. y) = 3.$ in depth.", "$\\alpha$-divergence helps."],
        ["Serving is slow.", "vLLM helps.", "Code is at https://x.org/a.b/c.d."],
        ["It is (as shown.)", "Then more."],
        ["We use images, texts, etc.", "This is new."],
        ["On-device models... are small.", "GPUs are not."],
        ["It has three parts: one.", "(b) Reasoning: two.", "(iii) Memory: three."],
        ["Kernels are optimised.", "gsplat offers more.", "https://x.org/a"],
        ["It sets a new state of the art.", "We see 3.", "We stop at N.", "The rest is by J. A. Smith."],
        ["It is by Smith et al.", "We differ from Jones et al. Nature 2020, and from Dr. Zero."],
        ["In the U.S. Supreme Court it takes 50 ms.", "In the U.S.", "It does not (see Fig. 1).", "This is all."],
        ["It is capable of: 1. Scoring; 2. Judging.", "1. A list begins.", "2. It ends."],
        ["It costs $5.", "We pay $10 more.", "Errors are $0.1$\\pm$0.02$.", "All is well."],
        ["The failure decays as $P(x) = e^{-2.5}.$", "Our results agree."],
        ["We let $y = \\text{left. Right}$ hold.", "Nothing ends within."],
        ["It outscales VAR.", "Infinity sets a record.", "See var. Infinity of the plant."],
        ["Budgets are small.", "While rates matter, few look.", "In Node.Js they do."],
        ["**Bold ends.**", "He said ``no.''", "We go on.[3, 4]", "[5] agrees."],
        ["你好。", "我们很好。"],
        ["Is it right? -- and if so, why?", "Yes."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(parts: list[str]) -> None:
    """Abbreviations, decimals, formulas, addresses and initials end no sentence; full stops do."""
    text = " ".join(parts)
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_a_forgotten_space_does_not_join_sentences() -> None:
    """A usual first word glued to a full stop begins a sentence; a name glued to one does not."""
    text = "Budgets are small.While rates matter, Node.Js does not."
    assert [text[start:end] for start, end in sentences(text)] == [
        "Budgets are small.",
        "While rates matter, Node.Js does not.",
    ]


@pytest.mark.parametrize("piece", [".", "$5. A ", "a. B ", '."', "!)", "[1, ", ". (", "($", "$1", "1.", "a'"])
def test_time_grows_with_the_length_only(piece: str) -> None:
    """No text, however made, takes more than its length to cut: a person may send anything."""
    text = piece * (100_000 // len(piece))
    begin = time.process_time()
    sentences(text)
    tokens(text)
    assert time.process_time() - begin < 5


@given(st.text())
def test_sentences_cover_everything_but_white_space(text: str) -> None:
    """Spans are sorted, disjoint, trimmed, and nothing visible lies outside of them."""
    spans = sentences(text)
    at, outside = 0, ""
    for start, end in spans:
        assert at <= start < end
        assert text[start:end] == text[start:end].strip()
        outside += text[at:start]
        at = end
    assert not (outside + text[at:]).strip()


@given(st.text())
def test_a_token_is_a_slice_of_the_original(text: str) -> None:
    """Tokens come one after the other, whatever the script; those of CJK text overlap, and ``¼`` has two."""
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert token.text
        at = token.start


@given(st.text(st.characters(codec="ascii", exclude_characters="\\\\&-$")))
def test_a_token_of_plain_text_is_that_text(text: str) -> None:
    """Where nothing is spelt in LaTeX or HTML, a token is its slice in lower case."""
    assert all(text[token.start : token.end].lower() == token.text for token in tokens(text))


def test_letters_that_grow_when_lowered_move_nothing() -> None:
    """``İ`` becomes two characters when lowered; the words after it are still found in place."""
    text = "İİİ neural ranking"
    assert [text[token.start : token.end] for token in tokens(text)] == ["İİİ", "neural", "ranking"]


def test_terms_are_stems_without_stop_words() -> None:
    """What is indexed: stems in order, numbers whole, hyphenated words in parts, no function words."""
    assert terms("How does the mixed-precision quantization reduce 10,000 caches by 2.4x?") == [
        stem(word) for word in ("mixed", "precision", "quantization", "reduce", "10,000", "caches", "2.4", "x")
    ]
    assert terms(" ".join(STOP_WORDS)) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("What's the model’s size?", "model size"),
        ("it doesn’t work, we don't care", "work care"),
        ("naïve Erdős étude", "naive erdos etude"),
        ("e\u0301tude İstanbul ﬁne", "étude istanbul fine"),
    ],
)
def test_spelling_that_means_the_same_gives_the_same_terms(typed: str, meant: str) -> None:
    """Contractions are function words; apostrophes, accents, and ligatures tell no words apart."""
    assert terms(typed) == terms(meant)


@given(st.text())
def test_terms_are_the_stems_of_the_tokens(text: str) -> None:
    """Highlighting looks at tokens, the index at terms: both must speak of the same words."""
    assert terms(text) == [stem(token.text) for token in tokens(text) if token.text not in STOP_WORDS]


def stems(words: list[str]) -> list[str]:
    """The stems, not from the cache."""
    return [stem.__wrapped__(word) for word in words]


def test_stems_are_the_same_from_many_threads() -> None:
    """A Snowball stemmer keeps state while it works; ours must not share it between threads."""
    words = [f"{first}{last}" for first in ("run", "quantiz", "network", "learn") for last in ("ing", "ation", "s")]
    with ThreadPoolExecutor(8) as pool:
        many = list(pool.map(stems, [words] * 200))
    assert all(each == stems(words) for each in many)


def refuse(defect: SourceError) -> None:
    """No line may be broken."""
    raise defect


@needs_shared
def test_gold_sentences_of_real_questions_are_our_sentences() -> None:
    """At least 99 of 100 sentences that people marked in real abstracts are exactly one of our spans."""
    folder = SHARED / "data" / "questions"
    papers = {paper.id: paper for paper in read_file(folder / "train_papers.jsonl.gz", on_defect=refuse)}
    by_title = {normalise(paper.title): paper.id for paper in papers.values()}
    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    found = total = 0
    for row in rows:
        named = [row["paper_id"], *(by_title.get(normalise(title)) for title in row["papers"])]
        abstracts = [papers[each].abstract for each in named if each in papers]
        ours = {abstract[start:end] for abstract in abstracts for start, end in sentences(abstract)}
        total += len(row["gold_sentences"])
        found += sum(normalise(gold) in ours for gold in row["gold_sentences"])
    assert total > 1000
    assert found / total >= 0.99
