"""A question laid over the sentences of its candidate papers: who has which of its words, and how.

Rows are sentences, columns the question's content words. All features are sums over this table, so
that a question against a hundred sentences costs a few array operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval.answers.analysis import Analysis
from retrieval.answers.associations import Associations, unit
from retrieval.answers.naming import holds_name, squeeze
from retrieval.answers.passages import Passage, Reading, beginning, read_paper
from retrieval.answers.types import Scored
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
    readings: tuple[Reading, ...]
    scores: Floats
    passages: tuple[Passage, ...]
    paper_of: Rows
    associations: Associations

    @classmethod
    def of(cls, analysis: Analysis, candidates: Sequence[Scored], associations: Associations) -> Table:
        """The table of a question; candidates without a sentence are left out."""
        readings = [(read_paper(each.paper), each.score) for each in candidates if each.paper.abstract]
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

    # --- which words are where -----------------------------------------------------------------

    @cached_property
    def exact(self) -> Mask:
        """Sentence has the word."""
        return self._mask([passage.stems for passage in self.passages])

    @cached_property
    def meant(self) -> Mask:
        """Sentence has the word, or one that the lexicon gives for it."""
        meanings = [self.analysis.expansion.get(word, frozenset[str]()) for word in self.analysis.weights]
        rows = [[bool(each & passage.stems) for each in meanings] for passage in self.passages]
        return self.exact | np.array(rows, np.bool_).reshape(self.exact.shape)

    @cached_property
    def related(self) -> Mask:
        """Sentence has a word with the same beginning."""
        beginnings = [beginning(word) if len(word) >= 5 else "" for word in self.analysis.weights]  # noqa: PLR2004
        rows = [[each in passage.beginnings for each in beginnings] for passage in self.passages]
        return self.exact | np.array(rows, np.bool_).reshape(self.exact.shape)

    @cached_property
    def near(self) -> Floats:
        """How near the sentence's nearest word comes to the word, 0..1; 1 for the word itself or its meaning."""
        similar = np.zeros(self.exact.shape)
        columns = [(at, number) for at, number in enumerate(self._numbers) if number >= 0]
        known = [self.associations.of_text(passage.words) for passage in self.passages]
        sizes = np.array([len(each) for each in known])
        full = np.flatnonzero(sizes)
        if columns and len(full):
            asked = self.associations.units[[number for _, number in columns]]
            likeness = self.associations.units[np.concatenate(known)] @ asked.T
            starts = np.concatenate([[0], np.cumsum(sizes[full])[:-1]])
            nearest = np.maximum.reduceat(likeness, starts, axis=0)
            similar[full[:, None], np.array([at for at, _ in columns])] = nearest
        return np.maximum(np.where(similar >= NEAR, similar, 0.0), self.meant | self.related)

    @cached_property
    def in_title(self) -> Mask:
        """Paper (a row a paper) has the word in its title."""
        return self._mask([reading.title_stems for reading in self.readings])

    def in_paper(self, having: Floats | Mask) -> Floats:
        """The best of a paper's sentences for each word, its title too; a row a paper."""
        best = np.maximum.reduceat(having.astype(np.float64), self.starts, axis=0)
        return np.maximum(best, self.in_title)

    def _mask(self, holders: Sequence[frozenset[str]]) -> Mask:
        words = list(self.analysis.weights)
        return np.array([[word in stems for word in words] for stems in holders], np.bool_).reshape(
            len(holders), len(words)
        )

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

    # --- which names are where -----------------------------------------------------------------

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in the question, squeezed: the columns of the three tables that follow."""
        return tuple(dict.fromkeys(squeezed for name in self.analysis.names if (squeezed := squeeze(name))))

    @cached_property
    def named_in_title(self) -> Mask:
        """Paper (a row a paper) has the name in its title."""
        return self._holding([(each.paper.title, each.squeezed_title) for each in self.readings])

    @cached_property
    def named_here(self) -> Mask:
        """Sentence has the name."""
        return self._holding([(each.text, each.squeezed) for each in self.passages])

    @cached_property
    def named_in_paper(self) -> Mask:
        """Paper has the name in its title or in a sentence."""
        return np.logical_or.reduceat(self.named_here, self.starts, axis=0) | self.named_in_title

    def _holding(self, texts: Sequence[tuple[str, str]]) -> Mask:
        rows = [[holds_name(text, squeezed, name) for name in self.names] for text, squeezed in texts]
        return np.array(rows, np.bool_).reshape(len(texts), len(self.names))

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
    def likeness(self) -> Floats:
        """Cosine of the question and each sentence."""
        return self._likeness([passage.words for passage in self.passages])

    @cached_property
    def paper_likeness(self) -> Floats:
        """Cosine of the question and each paper."""
        return self._likeness([reading.words for reading in self.readings])

    def _likeness(self, texts: Sequence[tuple[str, ...]]) -> Floats:
        asked = self.associations.embed(terms(self.analysis.text))
        known = [self.associations.of_text(text) for text in texts]
        sizes = np.array([len(each) for each in known])
        full = np.flatnonzero(sizes)
        like = np.zeros(len(texts))
        if len(full):
            starts = np.concatenate([[0], np.cumsum(sizes[full])[:-1]])
            sums = np.add.reduceat(self.associations.vectors[np.concatenate(known)], starts, axis=0)
            like[full] = unit(sums) @ asked
        return like

    # --- small tools for features --------------------------------------------------------------

    def of_paper(self, values: Floats) -> Floats:
        """A value of each paper, on the rows of its sentences."""
        return values[self.paper_of]

    def of_sentences(self, value: Callable[[Passage], float]) -> Floats:
        """A value of each sentence."""
        return np.array([value(passage) for passage in self.passages], np.float64)

    def best_other(self, values: Floats) -> Floats:
        """For each sentence the highest value among the other sentences of its paper; 0 where it is alone."""
        best = np.zeros(len(values))
        for start, end in zip(self.starts, [*self.starts[1:], len(values)], strict=True):
            mine = values[start:end]
            if len(mine) > 1:
                first, second = np.partition(mine, len(mine) - 2)[-1], np.partition(mine, len(mine) - 2)[-2]
                best[start:end] = np.where(mine == first, second, first)
        return best

    def neighbour(self, values: Floats, step: int) -> Floats:
        """The value of the sentence ``step`` places further in the same paper; 0 where there is none."""
        moved = np.zeros(len(values))
        rows = np.arange(len(values))
        there = (rows + step >= 0) & (rows + step < len(values))
        rows = rows[there]
        same = self.paper_of[rows] == self.paper_of[rows + step]
        moved[rows[same]] = values[rows[same] + step]
        return moved
