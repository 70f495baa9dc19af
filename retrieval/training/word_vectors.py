"""Makes ``config/words.npz``: word vectors whose sums approximate a sentence encoder's vectors.

A teacher encodes titles and sentences of abstracts (distillation, https://arxiv.org/abs/1503.02531). Each stem starts
as the teacher's vector of the word and is trained so that the sum of a text's stems has the teacher's direction, and
similarities between texts are the teacher's. The result needs no encoder: a look-up and a sum. Seeded; takes fifteen
minutes on one core for 75,000 abstracts, nearly all of it in the teacher. Needs the ``words`` and ``dev`` extras.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix

from retrieval.answering.arrays import Floats
from retrieval.answering.vectors.word_vectors import Vectors, unit, write
from retrieval.ingest.parsers.files import read_file
from retrieval.papers import Paper
from retrieval.text import STOP_WORDS, sentences, stem, terms, tokens
from retrieval.training.teacher import Teacher

_SIZE: Final = 200
_RAREST: Final = 6  # papers that must contain a stem that isn't in the teacher's vocabulary
_SECOND_SENTENCE: Final = 0.4  # share of the abstracts with two encoded sentences instead of one
_COMMON: Final = 0.001  # share of papers above which a stem says little (SIF, https://openreview.net/pdf?id=SyK00v5xx)
_BATCH: Final = 2048
_ROUNDS: Final = 4
_RATE: Final = 0.005
_SHARPNESS: Final = 20.0  # 1 / temperature of the softmax
_ANCHOR: Final = 0.1  # pull towards a stem's initial vector

Sparse = Any


@dataclass(frozen=True)
class Vocabulary:
    """Stems that get a vector, most common first; a word for each, and the share of papers that contain it."""

    stems: tuple[str, ...]
    words: tuple[str, ...]
    papers: Floats


def learn_words(papers_file: Path, out: Path, *, without: Sequence[Path] = (), seed: int = 0) -> int:
    """Learn from a file of papers, write ``out``, and return the number of stems in it.

    Papers with the titles of those in ``without`` are left out, so that they can be used for fitting and testing.
    Raises ``SourceError`` for files that can't be read.
    """
    teacher = Teacher()
    rng = np.random.default_rng(seed)
    left_out = {paper.title.lower() for path in without for paper in _papers(path)}
    papers = [paper for paper in _papers(papers_file) if paper.title.lower() not in left_out]
    vocabulary = vocabulary_of(papers, teacher.words())
    texts = [text for paper in papers for text in _texts(paper, rng)]
    taught = teacher.encode([*texts, *vocabulary.words])
    write(out, vocabulary.stems, distilled(texts, taught, vocabulary, rng))
    return len(vocabulary.stems)


def _papers(path: Path) -> Iterable[Paper]:
    return read_file(path, on_defect=lambda _: None)


def vocabulary_of(papers: Sequence[Paper], known: Sequence[str]) -> Vocabulary:
    """The stems of the papers that aren't rare, and of the words that the teacher knows."""
    forms, holding = defaultdict[str, Counter[str]](Counter), Counter[str]()
    for paper in papers:
        words = [token.text for token in tokens(f"{paper.title} {paper.abstract}")]
        stems = {word: stem(word) for word in words if word not in STOP_WORDS and not word[0].isdigit()}
        holding.update(set(stems.values()))
        for word in words:
            if word in stems:
                forms[stems[word]][word] += 1
    for word in known:
        if word not in STOP_WORDS and len(word) > 2:  # noqa: PLR2004 - shorter ones are word pieces
            forms[stem(word)][word] += 1
            holding[stem(word)] += 0
    taught = {stem(word) for word in known}
    kept = [each for each, count in holding.items() if len(each) > 1 and (count >= _RAREST or each in taught)]
    stems = sorted(kept, key=lambda each: (-holding[each], each))
    return Vocabulary(
        tuple(stems),
        tuple(_commonest(forms[each]) for each in stems),
        np.array([holding[each] for each in stems], np.float64) / max(1, len(papers)),
    )


def _commonest(forms: Mapping[str, int]) -> str:
    return max(forms, key=lambda form: (forms[form], form))


def _texts(paper: Paper, rng: np.random.Generator) -> list[str]:
    """The title, and one or two sentences."""
    spans = sentences(paper.abstract)
    wanted = 1 + int(len(spans) > 2 and rng.random() < _SECOND_SENTENCE)  # noqa: PLR2004
    chosen = rng.permutation(len(spans))[:wanted]
    return [paper.title, *(paper.abstract[slice(*spans[int(at)])] for at in chosen)]


def distilled(texts: Sequence[str], taught: Vectors, vocabulary: Vocabulary, rng: np.random.Generator) -> Vectors:
    """A vector for each stem. ``taught`` are the teacher's vectors of the texts, followed by those of the words."""
    numbers = {each: number for number, each in enumerate(vocabulary.stems)}
    rows = [sorted({numbers[each] for each in terms(text) if each in numbers}) for text in texts]
    kept = [at for at, row in enumerate(rows) if len(row) > 1]
    axes, middle = _main_axes(taught[: len(texts)])
    wanted = _along(axes, taught[: len(texts)] - middle)[kept]
    words = taught[len(texts) :]
    weight = _COMMON / (_COMMON + np.maximum(vocabulary.papers, 3e-5))
    start = (_along(axes, words - words.mean(axis=0)) * weight[:, None]).astype(np.float32)
    return _trained(start, _matrix([rows[at] for at in kept], len(start)), wanted, rng)


def _main_axes(vectors: Vectors) -> tuple[Vectors, Vectors]:
    """The principal directions of vectors (as columns), and their mean."""
    middle = vectors.mean(axis=0)
    _, axes = np.linalg.eigh((vectors - middle).T @ (vectors - middle) / len(vectors))
    return np.ascontiguousarray(axes[:, ::-1][:, :_SIZE]), middle


def _along(axes: Vectors, vectors: Vectors) -> Vectors:
    """The directions of vectors in the space of the axes."""
    return unit((vectors @ axes).astype(np.float32))


def _matrix(rows: Sequence[Sequence[int]], width: int) -> Sparse:
    """A row a text, 1 if it has the stem."""
    ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    stems = np.concatenate([np.array(row, np.int64) for row in rows])
    return csr_matrix((np.ones(len(stems), np.float32), stems, ends), shape=(len(rows), width))


def _trained(start: Vectors, texts: Sparse, wanted: Vectors, rng: np.random.Generator) -> Vectors:
    vectors = start.copy()
    batches = max(1, len(wanted) // _BATCH)
    adam = _Adam(np.zeros_like(vectors), np.zeros_like(vectors), _ROUNDS * batches)
    for _ in range(_ROUNDS):
        for batch in np.array_split(rng.permutation(len(wanted)), batches):
            anchor = _ANCHOR * (vectors - start) / len(vectors)
            vectors -= adam.step(_gradient(vectors, texts[batch], wanted[batch]) + anchor.astype(np.float32))
    return vectors


def _gradient(vectors: Vectors, texts: Sparse, wanted: Vectors) -> Vectors:
    """The gradient of the cosine to the teacher's vector and of the cross-entropy of similarities in the batch."""
    sums = texts @ vectors
    lengths = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-6
    units = sums / lengths
    similarity, taught = (_softmax((_SHARPNESS * each @ wanted.T).astype(np.float32)) for each in (units, wanted))
    pull = (_SHARPNESS * (similarity - taught) @ wanted - wanted) / len(wanted)
    return texts.T @ ((pull - (pull * units).sum(axis=1, keepdims=True) * units) / lengths)


def _softmax(rows: Vectors) -> Vectors:
    shares = np.exp(rows - rows.max(axis=1, keepdims=True))
    return (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)


@dataclass
class _Adam:
    """Adam (https://arxiv.org/abs/1412.6980) with a learning rate that falls to zero in ``steps`` steps."""

    mean: Vectors
    square: Vectors
    steps: int
    done: int = 0

    def step(self, gradient: Vectors) -> Vectors:
        """The update to subtract from the parameters."""
        rate = _RATE * (1 - self.done / self.steps)
        self.done += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.01 * (gradient * gradient - self.square)
        mean = self.mean / (1 - 0.9**self.done)
        step = rate * mean / (np.sqrt(self.square / (1 - 0.99**self.done)) + 1e-8)
        return step.astype(np.float32)
