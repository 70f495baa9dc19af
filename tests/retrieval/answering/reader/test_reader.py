"""The reader's model: the same scores every time, and answers without it if it can't be used."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from retrieval.answering.arrays import Floats
from retrieval.answering.reader.inputs import ReaderPassage
from retrieval.answering.reader.reader import MODEL_FILE, Reader, is_installed, tokenizer_file
from retrieval.errors import SettingsError

QUESTION = "How many languages does OwlBench cover?"
PASSAGES = (
    ReaderPassage("OwlBench: A Benchmark of Hoots", "OwlBench covers 17 languages and 3 dialects."),
    ReaderPassage("OwlBench: A Benchmark of Hoots", "We hope that it is useful."),
    ReaderPassage("Crows Count", "Crows count to four when they are shown up to five items in random order."),
)

needs_reader = pytest.mark.skipif(
    not is_installed() or not MODEL_FILE.is_file(), reason='needs the extra "reader": onnxruntime and tokenizers'
)


def scores(reader: Reader, *passages: ReaderPassage) -> Floats:
    """The scores of passages, which there must be."""
    found = reader.scores(QUESTION, passages)
    assert found is not None
    return found


@needs_reader
def test_the_answer_is_above_the_rest_every_time() -> None:
    """Two readers give the same numbers, and the sentence that answers has the highest."""
    one, other = scores(Reader(MODEL_FILE), *PASSAGES), scores(Reader(MODEL_FILE), *PASSAGES)
    assert one.tolist() == other.tolist()
    assert one.argmax() == 0
    assert one[0] > 0 > one[2]


@needs_reader
def test_a_passage_has_the_same_score_alone_and_among_others() -> None:
    """An answer doesn't depend on which other sentences were read, or on their order."""
    reader = Reader(MODEL_FILE)
    alone = [float(scores(reader, passage)[0]) for passage in PASSAGES]
    assert scores(reader, *PASSAGES).tolist() == alone
    assert scores(reader, *reversed(PASSAGES)).tolist() == alone[::-1]


@needs_reader
def test_long_and_strange_texts_are_read() -> None:
    """What doesn't fit is cut; unknown characters are pieces too."""
    reader = Reader(MODEL_FILE)
    found = reader.scores(
        "why? " * 500, (ReaderPassage("Title " * 200, "word " * 999), ReaderPassage("", "猫🦉\u200b"))
    )
    assert found is not None
    assert np.isfinite(found).all()


def damaged(tmp_path: Path, kind: str) -> Reader:
    """A reader whose model is missing, empty, cut short, or not the expected one."""
    path = tmp_path / "reader.onnx"
    if kind == "missing":
        return Reader(path)
    shutil.copy(tokenizer_file(MODEL_FILE), tokenizer_file(path))
    data = MODEL_FILE.read_bytes()
    path.write_bytes({"empty": b"", "cut": data[: len(data) // 2], "another": data}[kind])
    return Reader(path, "0" * 64 if kind == "another" else None)


@needs_reader
@pytest.mark.parametrize("kind", ["missing", "empty", "cut", "another"])
def test_a_model_that_cannot_be_used_is_logged_once(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Then there are no scores, and ``check`` says what is wrong."""
    reader = damaged(tmp_path, kind)
    with caplog.at_level(logging.WARNING):
        assert [reader.scores(QUESTION, PASSAGES) for _ in range(3)] == [None, None, None]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Answering without the reader" in caplog.text
    with pytest.raises(SettingsError, match=r"reader\.onnx can't be used"):
        reader.check()


@needs_reader
def test_a_good_model_passes_the_check() -> None:
    """Nothing is raised."""
    Reader(MODEL_FILE).check()
