"""Making ``config/words.npz``: word vectors learned from abstracts alone.

Each abstract is torn in two: one of its sentences (or its title) asks, all the others answer. Most
words that both sides share are taken away, so that what remains to be learned is which words go with
which. The sides' vectors (sums of word vectors) are made likest for the two that belong together,
among a lot of abstracts (softmax of cosines). Needs SciPy (``dev`` extra); seeded, some three minutes
on one core for 75,000 abstracts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from retrieval.answers.associations import Vectors, unit, write
from retrieval.papers import Paper
from retrieval.sources.files import read_file
from retrieval.text import sentences, terms

_SIZE: Final = 200
_RAREST: Final = 8  # papers that must hold a stem
_LOT: Final = 512
_ROUNDS: Final = 8
_RATE: Final = 0.01
_SHARPNESS: Final = 20.0  # 1 / temperature of the softmax
_TITLE_ASKS: Final = 0.25
_SHARED_TAKEN: Final = 0.7
_SHORT: Final = 0.5  # share of the askers that lose words, as questions are short
_KEPT: Final = 0.7

Words = NDArray[np.int64]
Pieces = Sequence[Words]
"""The stems of a title and of each sentence of an abstract, as numbers, each once."""


@dataclass(frozen=True)
class Vocabulary:
    """Stems that are worth a vector, commonest first, with their idf."""

    stems: tuple[str, ...]
    idf: NDArray[np.float64]


def learn_words(papers_file: Path, out: Path, *, without: Sequence[Path] = (), seed: int = 0) -> int:
    """Learn from a file of papers and write ``out``; the number of stems in it.

    Papers whose titles stand in the files of ``without`` take no part, so that what is fitted to them
    or measured on them has not seen them. Raises ``SourceError`` for files that cannot be read.
    """
    left_out = {paper.title.lower() for path in without for paper in _papers(path)}
    torn = [_torn(paper) for paper in _papers(papers_file) if paper.title.lower() not in left_out]
    vocabulary = _vocabulary(torn)
    numbers = {stem: number for number, stem in enumerate(vocabulary.stems)}
    documents = [[_numbered(piece, numbers) for piece in pieces] for pieces in torn]
    write(out, vocabulary.stems, _learned([each for each in documents if len(each) > 1], vocabulary, seed))
    return len(vocabulary.stems)


def _papers(path: Path) -> Iterable[Paper]:
    return read_file(path, on_defect=lambda _: None)


def _torn(paper: Paper) -> list[list[str]]:
    texts = [paper.title, *(paper.abstract[start:end] for start, end in sentences(paper.abstract))]
    return [stems for text in texts if (stems := terms(text))]


def _vocabulary(torn: Sequence[Sequence[Sequence[str]]]) -> Vocabulary:
    holding = Counter(stem for pieces in torn for stem in {stem for piece in pieces for stem in piece})
    kept = [stem for stem, count in holding.items() if count >= _RAREST and len(stem) > 1 and not stem[0].isdigit()]
    stems = tuple(sorted(kept, key=lambda stem: (-holding[stem], stem)))
    return Vocabulary(stems, np.log(len(torn) / np.array([holding[stem] for stem in stems])))


def _numbered(piece: Iterable[str], numbers: dict[str, int]) -> Words:
    return np.array(sorted({numbers[stem] for stem in piece if stem in numbers}), np.int64)


def _learned(documents: Sequence[Pieces], vocabulary: Vocabulary, seed: int) -> Vectors:
    rng = np.random.default_rng(seed)
    start = rng.normal(0, _SIZE**-0.5, (len(vocabulary.stems), _SIZE)) * vocabulary.idf[:, None] / 5
    vectors: Vectors = start.astype(np.float32)
    lots = len(documents) // _LOT
    adam = _Adam(np.zeros_like(vectors), np.zeros_like(vectors), _ROUNDS * lots)
    for _ in range(_ROUNDS):
        order = rng.permutation(len(documents))
        for lot in range(lots):
            pairs = [_pair(documents[int(number)], rng) for number in order[lot * _LOT : (lot + 1) * _LOT]]
            asking = _matrix([pair[0] for pair in pairs], len(vectors))
            answering = _matrix([pair[1] for pair in pairs], len(vectors))
            vectors -= adam.step(_gradient(vectors, asking, answering))
    return vectors


def _pair(pieces: Pieces, rng: np.random.Generator) -> tuple[Words, Words]:
    """A piece that asks, and the words of all others, which answer."""
    at = 0 if rng.random() < _TITLE_ASKS else int(rng.integers(len(pieces)))
    rest = np.unique(np.concatenate([piece for number, piece in enumerate(pieces) if number != at]))
    asking = pieces[at]
    if len(asking) > 3 and rng.random() < _SHORT:  # noqa: PLR2004 - shorter ones are short enough
        asking = asking[rng.random(len(asking)) < _KEPT]
    left = asking[~(np.isin(asking, rest) & (rng.random(len(asking)) < _SHARED_TAKEN))]
    asking = left if len(left) else asking
    return asking, rest[~np.isin(rest, asking)]


def _matrix(rows: Sequence[Words], width: int) -> Any:
    """A row a text, 1 where it has the word."""
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    words = np.concatenate(rows)
    return csr_matrix((np.ones(len(words), np.float32), words, ends), shape=(len(rows), width))


def _gradient(vectors: Vectors, asking: Any, answering: Any) -> Vectors:
    """Of the mean cross-entropy of finding each asker's answer in the lot."""
    asked, answered = asking @ vectors, answering @ vectors
    asked_unit, answered_unit = unit(asked), unit(answered)
    scores = _SHARPNESS * asked_unit @ answered_unit.T
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    pull = _SHARPNESS * (shares - np.eye(len(shares), dtype=np.float32)) / len(shares)
    to_asked = _through_unit(pull @ answered_unit, asked, asked_unit)
    to_answered = _through_unit(pull.T @ asked_unit, answered, answered_unit)
    return (asking.T @ to_asked + answering.T @ to_answered).astype(np.float32)


def _through_unit(gradient: Vectors, rows: Vectors, units: Vectors) -> Vectors:
    """The gradient before the rows were scaled to length 1."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True) + 1e-6
    return (gradient - (gradient * units).sum(axis=1, keepdims=True) * units) / lengths


@dataclass
class _Adam:
    """Adam (https://arxiv.org/abs/1412.6980) with a rate that falls to nothing in ``steps`` steps."""

    mean: Vectors
    square: Vectors
    steps: int
    done: int = 0

    def step(self, gradient: Vectors) -> Vectors:
        """What to take from the parameters."""
        rate = _RATE * (1 - self.done / self.steps)
        self.done += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.01 * (gradient * gradient - self.square)
        mean = self.mean / (1 - 0.9**self.done)
        step = rate * mean / (np.sqrt(self.square / (1 - 0.99**self.done)) + 1e-8)
        return step.astype(np.float32)
