"""What making the reader needs besides PyTorch: examples, word pieces, and weights of 8 bits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from retrieval.answering.arrays import Floats
from retrieval.answering.reader.inputs import ReaderPassage
from retrieval.answering.reader.reader import MODEL_FILE, file_checksum, is_installed, tokenizer_file
from retrieval.answering.scoring.model import load_model
from retrieval.cli.options import sources_of
from retrieval.training.reader.examples import Example
from retrieval.training.reader.export import quantised
from retrieval.training.sources import MOST_PAPERS, TrainingSource

TEXTS = ("Owls hunt at night.", "GPT-4o reaches 92.5% on OwlBench.")
UNSEEN = "Crows: are they quicker than Ravens? (12,345)"

needs_tokenizers = pytest.mark.skipif(not is_installed(), reason='needs the extra "reader": tokenizers')


@given(arrays(np.float64, (5, 3), elements=st.floats(-100, 100, width=32)))
def test_rounded_weights_are_near_and_never_overflow(weights: Floats) -> None:
    """Within half a step of the column's scale, and in seven bits."""
    rows, scale = quantised(weights)
    assert np.abs(rows).max(initial=0) <= 63
    assert (np.abs(rows * scale - weights) <= 0.51 * scale + 1e-6).all()


@needs_tokenizers
def test_the_small_vocabulary_cuts_seen_texts_as_before() -> None:
    """The numbers are others, the pieces the same; unseen words are cut further but never unknown."""
    from tokenizers import Tokenizer

    from retrieval.training.reader.vocabulary import small_tokenizer

    path = tokenizer_file(MODEL_FILE)
    large = Tokenizer.from_file(str(path))
    small, kept = small_tokenizer(path, TEXTS)
    assert len(kept) < len(large.get_vocab()) / 2
    for text in TEXTS:
        numbers = small.encode(text, add_special_tokens=False).ids
        assert [kept[number] for number in numbers] == large.encode(text, add_special_tokens=False).ids
    unknown = small.token_to_id("[UNK]")
    assert unknown not in small.encode(UNSEEN, add_special_tokens=False).ids


def test_an_example_survives_its_line() -> None:
    """Also with quotation marks and characters beyond ASCII."""
    passages = (ReaderPassage("Owls “at” night", 'They say "hoo".'), ReaderPassage("Ravens", "Ünseen\u2028"))
    example = Example("q1", 1, "What do owls say?", passages, (0,))
    assert Example.of_line(example.line()) == example


def paper_file(path: Path, ids: Sequence[str]) -> Path:
    """A file of papers with these ids."""
    lines = [{"id": each, "title": f"Paper {each}", "abstract": "It has one sentence."} for each in ids]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.mark.parametrize(("count", "left"), [(10, 10), (MOST_PAPERS + 10, (MOST_PAPERS + 10) * 9 // 10)])
def test_only_of_a_large_file_papers_are_left_out(tmp_path: Path, count: int, left: int) -> None:
    """A small one belongs to its questions."""
    papers = paper_file(tmp_path / "papers.jsonl", [f"2401.{number:05}" for number in range(count)])
    read = TrainingSource(tmp_path / "questions.jsonl", papers, "7$").read_papers()
    assert len(read) == left
    assert count == left or not any(paper.id.endswith("7") for paper in read)


@pytest.mark.parametrize(("questions", "papers", "without"), [(1, 0, ""), (2, 1, ""), (1, 2, ""), (1, 1, "(")], ids=str)
def test_wrong_sources_are_refused(questions: int, papers: int, without: str) -> None:
    """Each question set has its own papers, and the pattern is a regular expression."""
    with pytest.raises(typer.BadParameter):
        sources_of([Path("q")] * questions, [Path("p")] * papers, without)


@pytest.mark.skipif(load_model().read is None, reason="the weights were fitted without a reader")
def test_the_record_is_of_the_model_and_the_weights_are_for_it() -> None:
    """Whoever changes one of the files must make the others again."""
    record = json.loads(MODEL_FILE.with_suffix(".json").read_text(encoding="utf-8"))
    read = load_model().read
    assert read is not None
    assert record["model"] == file_checksum(MODEL_FILE) == read.checksum
    assert record["tokenizer"] == file_checksum(tokenizer_file(MODEL_FILE))
    assert MODEL_FILE.stat().st_size <= 25_000_000
    assert (MODEL_FILE.parent / "reader_LICENSE.txt").is_file()
