"""A question matched against the sentences of its candidate papers.

Rows are sentences, columns are the question's content words. Features are sums over such tables, so comparing a
question with a hundred sentences takes a few array operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from retrieval.answering.arrays import Floats, Mask, Rows
from retrieval.answering.passages.encoded import EncodedTexts
from retrieval.answering.passages.passages import SIGNALS, PaperPassages, Passage, read_paper
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.scoring.name_matches import NameMatches
from retrieval.answering.scoring.topic_similarity import TopicSimilarity
from retrieval.answering.scoring.word_matches import Layout, WordMatches
from retrieval.answering.types import ScoredPaper
from retrieval.answering.vectors.word_vectors import WordVectors


@dataclass(frozen=True, eq=False)
class MatchTable:
    """A question, its candidate papers, and the sentences of all these papers one after the other.

    ``paper_of[row]`` is the position of a sentence's paper in ``papers``; ``scores`` are the papers' BM25 scores.
    """

    analysis: Analysis
    papers: tuple[PaperPassages, ...]
    scores: Floats
    paper_of: Rows
    word_vectors: WordVectors
    _values: dict[Feature, Floats] = field(default_factory=dict["Feature", Floats])
    _passages: dict[int, Passage] = field(default_factory=dict[int, Passage])

    @classmethod
    def of(cls, analysis: Analysis, candidates: Sequence[ScoredPaper], word_vectors: WordVectors) -> MatchTable:
        """The table of a question; candidates without an abstract are left out."""
        papers = [(read_paper(each.paper, word_vectors), each.score) for each in candidates if each.paper.abstract]
        sizes = [len(paper) for paper, _ in papers]
        return cls(
            analysis=analysis,
            papers=tuple(paper for paper, _ in papers),
            scores=np.array([score for _, score in papers], np.float64),
            paper_of=np.repeat(np.arange(len(papers)), sizes),
            word_vectors=word_vectors,
        )

    def __len__(self) -> int:
        return len(self.paper_of)

    def passage(self, row: int) -> Passage:
        """The sentence of a row."""
        found = self._passages.get(row)
        if found is None:
            found = self._passages[row] = self.papers[int(self.paper_of[row])].passage(int(self.order[row]))
        return found

    @cached_property
    def layout(self) -> Layout:
        """Where each paper's title and sentences are."""
        return Layout.of(self.paper_of, len(self.papers))

    @property
    def starts(self) -> Rows:
        """The first row of each paper."""
        return self.layout.starts

    @cached_property
    def order(self) -> Rows:
        """The position of each sentence in its abstract, from 0."""
        return np.arange(len(self)) - self.starts[self.paper_of]

    @cached_property
    def words(self) -> WordMatches:
        """Which of the question's words are where."""
        texts = EncodedTexts.joined([paper.encoded.texts for paper in self.papers])
        return WordMatches(self.analysis, texts, self.layout, self.word_vectors)

    @cached_property
    def names(self) -> NameMatches:
        """Which of the question's names are where."""
        return NameMatches(self.analysis, self.papers, self.starts)

    @cached_property
    def topics(self) -> TopicSimilarity:
        """How similar sentences and papers are to the question as a whole."""
        return TopicSimilarity(
            self.words,
            np.concatenate([paper.encoded.lengths for paper in self.papers]),
            np.array([paper.encoded.length for paper in self.papers]),
        )

    @cached_property
    def open_words(self) -> Mask:
        """The words that neither a paper's title nor a name in it accounts for (a row a paper): what's asked of it."""
        return ~(self.words.in_title | self.names.covered_words)

    @cached_property
    def signals(self) -> Floats:
        """What each sentence's wording signals: 1 or 0 in a column for each of ``SIGNALS``."""
        bits = np.concatenate([paper.encoded.signals for paper in self.papers])
        return (bits[:, None] >> np.arange(len(SIGNALS)) & 1).astype(np.float64)

    # --- helpers for features ------------------------------------------------------------------

    def value(self, feature: Feature) -> Floats:
        """A feature of this table, computed once however often it's used. Read only."""
        found = self._values.get(feature)
        if found is None:
            found = self._values[feature] = feature(self)
        return found

    def per_passage(self, value: Callable[[Passage], float], rows: Rows | None = None) -> Floats:
        """A value of each sentence; only of those in ``rows`` if they're given, and 0 of the others."""
        values = np.zeros(len(self))
        read = range(len(self)) if rows is None else rows.tolist()
        values[read] = [value(self.passage(row)) for row in read]
        return values

    def best_of_papers(self, values: Floats) -> Floats:
        """The highest value among the sentences of each paper."""
        return np.maximum.reduceat(values, self.starts)

    def lead(self, values: Floats) -> Floats:
        """How far each sentence is ahead of the best other sentence of its paper; its value if it has no other."""
        best = self.best_of_papers(values)[self.paper_of]
        is_best = values >= best
        second = self.best_of_papers(np.where(is_best, -np.inf, values))[self.paper_of]
        alone_at_top = np.add.reduceat(is_best.astype(np.intp), self.starts)[self.paper_of] == 1
        rival = np.where(is_best & alone_at_top, second, best)
        return values - np.where(np.isfinite(rival), rival, 0.0)

    def neighbour(self, values: Floats, step: int) -> Floats:
        """The value of the sentence ``step`` places further in the same paper; 0 if there is none."""
        moved = np.zeros(len(values))
        rows = np.arange(len(values))
        rows = rows[(rows + step >= 0) & (rows + step < len(values))]
        rows = rows[self.paper_of[rows] == self.paper_of[rows + step]]
        moved[rows] = values[rows + step]
        return moved


Feature = Callable[[MatchTable], Floats]
"""A number for each sentence, or for each paper."""
