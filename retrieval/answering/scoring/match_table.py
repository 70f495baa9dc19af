"""A question laid over the sentences of its candidate papers: who has which of its words, and how.

Rows are sentences, columns the question's content words. All features are sums over this table, so
that a question against a hundred sentences costs a few array operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.passages.encoded import Coded
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.passages import LOOKS, PaperPassages, Passage, read_paper
from retrieval.answering.passages.wordbook import code_of
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.types import ScoredPaper
from retrieval.answering.vectors.word_vectors import WordVectors, unit
from retrieval.text import terms

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

NEAR = 0.35
"""Cosine of two words from which on one may stand for the other."""


@dataclass(frozen=True, eq=False)
class Table:
    """A question, its candidate papers, and their sentences in one row after the other.

    ``paper_of[row]`` is the place of a sentence's paper in ``readings``; ``scores`` are the papers' BM25.
    """

    analysis: Analysis
    readings: tuple[PaperPassages, ...]
    scores: Floats
    passages: tuple[Passage, ...]
    paper_of: Rows
    associations: WordVectors
    _values: dict[Callable[[Table], Floats], Floats] = field(default_factory=dict[Callable[["Table"], Floats], Floats])

    @classmethod
    def of(cls, analysis: Analysis, candidates: Sequence[ScoredPaper], associations: WordVectors) -> Table:
        """The table of a question; candidates without a sentence are left out."""
        readings = [(read_paper(each.paper, associations), each.score) for each in candidates if each.paper.abstract]
        sizes = [len(reading.passages) for reading, _ in readings]
        return cls(
            analysis=analysis,
            readings=tuple(reading for reading, _ in readings),
            scores=np.array([score for _, score in readings], np.float64),
            passages=tuple(passage for reading, _ in readings for passage in reading.passages),
            paper_of=np.repeat(np.arange(len(readings)), sizes),
            associations=associations,
        )

    def __len__(self) -> int:
        return len(self.passages)

    @cached_property
    def weights(self) -> Floats:
        """The weight of each column, together 1 (or nothing at all)."""
        weights = np.array(list(self.analysis.weights.values()), np.float64)
        return weights / weights.sum() if len(weights) else weights

    @cached_property
    def starts(self) -> Rows:
        """The first row of each paper."""
        return np.searchsorted(self.paper_of, np.arange(len(self.readings)))

    @cached_property
    def order(self) -> Rows:
        """The place of each sentence in its abstract, from 0."""
        return np.arange(len(self)) - self.starts[self.paper_of]

    # --- which words are where -----------------------------------------------------------------

    @cached_property
    def coded(self) -> Coded:
        """The stems of each paper's title and then of its sentences, paper after paper."""
        return Coded.joined([reading.coded for reading in self.readings])

    @cached_property
    def _titles(self) -> Rows:
        """Which of the coded texts is the title of each paper."""
        return self.starts + np.arange(len(self.readings))

    @cached_property
    def _sentences(self) -> Rows:
        """Which of the coded texts each sentence is."""
        return np.arange(len(self)) + self.paper_of + 1

    @cached_property
    def _exact(self) -> Mask:
        """Text has the word; a row a text."""
        return self._columns(lambda word: self.coded.having((word,)))

    @cached_property
    def exact(self) -> Mask:
        """Sentence has the word."""
        return self._exact[self._sentences]

    @cached_property
    def meant(self) -> Mask:
        """Sentence has the word, or one that the lexicon gives for it."""
        expansion = self.analysis.expansion
        return self.exact | self._columns(lambda word: self.coded.having(expansion.get(word, ())))[self._sentences]

    @cached_property
    def related(self) -> Mask:
        """Sentence has a word with the same beginning."""
        return self.exact | self._columns(self.coded.having_family)[self._sentences]

    @cached_property
    def near(self) -> Floats:
        """How near the sentence's nearest word comes to the word, 0..1; 1 for the word itself or its meaning."""
        similar = np.zeros(self.exact.shape)
        columns = [(at, number) for at, number in enumerate(self._numbers) if number >= 0]
        known, rows = self._known
        if columns and len(known):
            asked = self.associations.units[[number for _, number in columns]]
            likeness = self.associations.units[known] @ asked.T
            starts = np.flatnonzero(np.diff(rows, prepend=-1))
            nearest = np.maximum.reduceat(likeness, starts, axis=0)
            similar[rows[starts][:, None], np.array([at for at, _ in columns])] = nearest
        return np.maximum(np.where(similar >= NEAR, similar, 0.0), self.meant | self.related)

    @cached_property
    def in_title(self) -> Mask:
        """Paper (a row a paper) has the word in its title."""
        return self._exact[self._titles]

    def in_paper(self, having: Floats | Mask) -> Floats:
        """The best of a paper's sentences for each word, its title too; a row a paper."""
        best = np.maximum.reduceat(having.astype(np.float64), self.starts, axis=0)
        return np.maximum(best, self.in_title)

    def having(self, stem: str) -> Mask:
        """Sentence has a stem, be it one of the question's or not."""
        return self.coded.having((stem,))[self._sentences]

    def having_pair(self, one: str, other: str) -> Mask:
        """Sentence has two stems side by side."""
        return self.coded.having_pair(one, other)[self._sentences]

    def _columns(self, having: Callable[[str], Mask]) -> Mask:
        """A column a word of the question, a row a coded text."""
        columns = np.zeros((len(self.coded), len(self.analysis.weights)), np.bool_)
        for at, word in enumerate(self.analysis.weights):
            columns[:, at] = having(word)
        return columns

    @cached_property
    def _numbers(self) -> list[int]:
        return [self.associations.numbers.get(word, -1) for word in self.analysis.weights]

    @cached_property
    def telling(self) -> Floats:
        """How much each word tells, by the length of its vector, together 1; unknown words tell as much as any."""
        lengths = self.associations.lengths
        most = float(lengths.max(initial=1.0))
        telling = np.array([lengths[number] if number >= 0 else most for number in self._numbers], np.float64)
        return telling / telling.sum() if len(telling) else telling

    @cached_property
    def looks(self) -> Floats:
        """What each sentence looks like: 1 or 0 in a column each, in the order of ``LOOKS``."""
        bits = np.concatenate([reading.looks for reading in self.readings])
        return (bits[:, None] >> np.arange(len(LOOKS)) & 1).astype(np.float64)

    @cached_property
    def lengths(self) -> Floats:
        """How many stems each sentence has, repeats counted."""
        return self.coded.lengths[self._sentences].astype(np.float64)

    @cached_property
    def news(self) -> Floats:
        """How many stems each sentence has that neither the question nor its paper's title has, each counted once."""
        in_titles, asked = self.coded.presence[self._titles], [code_of(word) for word in self.analysis.weights]
        new = self._there & ~in_titles[self.paper_of] & ~np.isin(self.coded.distinct, np.array(asked, np.int64))
        return new.sum(axis=1).astype(np.float64)

    def in_common(self, one: int, other: int) -> float:
        """The share of the stems of the sentence with fewer of them that the other one has, too."""
        here, there = self._there[one], self._there[other]
        shared, fewer = np.count_nonzero(here & there), min(np.count_nonzero(here), np.count_nonzero(there))
        return shared / max(1, fewer)

    @cached_property
    def _there(self) -> Mask:
        """Which of the ``distinct`` stems stand in each sentence."""
        return self.coded.presence[self._sentences]

    # --- which names are where -----------------------------------------------------------------

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in the question, squeezed: the columns of the three tables that follow."""
        return tuple(dict.fromkeys(squeezed for name in self.analysis.names if (squeezed := squeeze(name))))

    @cached_property
    def named_in_title(self) -> Mask:
        """Paper (a row a paper) has the name in its title."""
        rows = [
            [holds_name(each.paper.title, each.squeezed_title, name) for name in self.names] for each in self.readings
        ]
        return np.array(rows, np.bool_).reshape(len(self.readings), len(self.names))

    @cached_property
    def named_here(self) -> Mask:
        """Sentence has the name."""
        columns = [[each.sentences_with(name) for each in self.readings] for name in self.names]
        rows = np.array([list(chain.from_iterable(column)) for column in columns], np.bool_)
        return rows.reshape(len(self.names), len(self)).T

    @cached_property
    def named_in_paper(self) -> Mask:
        """Paper has the name in its title or in a sentence."""
        return np.logical_or.reduceat(self.named_here, self.starts, axis=0) | self.named_in_title

    @cached_property
    def left_over(self) -> Mask:
        """Words that neither a paper's title nor a name in it accounts for (a row a paper): what is asked of it."""
        stems = {squeeze(name): frozenset(terms(name)) for name in self.analysis.names}
        in_names = np.array([[word in stems[name] for word in self.analysis.weights] for name in self.names], np.bool_)
        in_names = in_names.reshape(len(self.names), len(self.analysis.weights))
        of_names = (self.named_in_paper.astype(np.int64) @ in_names.astype(np.int64)) > 0
        return ~(self.in_title | of_names)

    # --- what texts are about ------------------------------------------------------------------

    @cached_property
    def directions(self) -> Floats:
        """What each sentence is about: a row of length 1 among the word vectors, or of zeros."""
        return self._directions(*self._known, len(self))

    @cached_property
    def paper_directions(self) -> Floats:
        """The same of each paper."""
        papers = np.repeat(np.arange(len(self.readings)), [len(reading.coded) for reading in self.readings])
        return self._directions(*self.coded.known(papers), len(self.readings))

    @cached_property
    def likeness(self) -> Floats:
        """Cosine of the question and each sentence."""
        return self.directions @ self._asked

    @cached_property
    def paper_likeness(self) -> Floats:
        """Cosine of the question and each paper."""
        return self.paper_directions @ self._asked

    @cached_property
    def likeness_left_over(self) -> Floats:
        """Cosine of each sentence and the words that its paper's title and names leave over, taken together."""
        words = np.zeros((len(self._numbers), self.associations.vectors.shape[1]))
        for at, number in enumerate(self._numbers):
            if number >= 0:
                words[at] = self.associations.vectors[number]
        asked = unit((self.left_over.astype(np.float64) @ words).astype(np.float32))
        return (self.directions * asked[self.paper_of]).sum(axis=1)

    @cached_property
    def _asked(self) -> Floats:
        """What the question is about."""
        return np.asarray(self.associations.embed(terms(self.analysis.text)), np.float64)

    @cached_property
    def _known(self) -> tuple[Rows, Rows]:
        """The numbers of each sentence's stems that have a vector, each once, and the sentence of each."""
        sentences = np.full(len(self.coded), -1)
        sentences[self._sentences] = np.arange(len(self))
        return self.coded.known(sentences)

    def _directions(self, known: Rows, owners: Rows, size: int) -> Floats:
        """What each of ``size`` texts is about, as a row of length 1 (or 0): ``known`` are words, ``owners`` theirs."""
        directions = np.zeros((size, self.associations.vectors.shape[1]))
        if len(known):
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            directions[owners[starts]] = unit(np.add.reduceat(self.associations.vectors[known], starts, axis=0))
        return directions

    # --- small tools for features --------------------------------------------------------------

    def of_paper(self, values: Floats) -> Floats:
        """A value of each paper, on the rows of its sentences."""
        return values[self.paper_of]

    def of_sentences(self, value: Callable[[Passage], float]) -> Floats:
        """A value of each sentence."""
        return np.array([value(passage) for passage in self.passages], np.float64)

    def value(self, feature: Callable[[Table], Floats]) -> Floats:
        """A feature of this table, reckoned once however many ask for it. Not to be written to."""
        found = self._values.get(feature)
        if found is None:
            found = self._values[feature] = feature(self)
        return found

    def best_other(self, values: Floats) -> Floats:
        """For each sentence the highest value among the other sentences of its paper; 0 where it is alone."""
        first = np.maximum.reduceat(values, self.starts)[self.paper_of]
        best = values >= first
        below = np.maximum.reduceat(np.where(best, -np.inf, values), self.starts)[self.paper_of]
        single = np.add.reduceat(best.astype(np.intp), self.starts)[self.paper_of] == 1
        other = np.where(best & single, below, first)
        return np.where(np.isfinite(other), other, 0.0)

    def neighbour(self, values: Floats, step: int) -> Floats:
        """The value of the sentence ``step`` places further in the same paper; 0 where there is none."""
        moved = np.zeros(len(values))
        rows = np.arange(len(values))
        there = (rows + step >= 0) & (rows + step < len(values))
        rows = rows[there]
        same = self.paper_of[rows] == self.paper_of[rows + step]
        moved[rows[same]] = values[rows[same] + step]
        return moved
