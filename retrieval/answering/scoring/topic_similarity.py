"""How similar sentences and papers are to a question as a whole, by the sums of their word vectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from retrieval.answering.arrays import Floats, Mask, Rows
from retrieval.answering.scoring.word_matches import WordMatches
from retrieval.answering.vectors.word_vectors import unit
from retrieval.text import terms


@dataclass(frozen=True, eq=False)
class TopicSimilarity:
    """Cosines of word-vector sums. Rows of directions have length 1, or 0 for texts without a known word."""

    words: WordMatches

    @cached_property
    def sentences(self) -> Floats:
        """The similarity of each sentence and the question."""
        return self._sentence_directions @ self._question

    @cached_property
    def papers(self) -> Floats:
        """The similarity of each paper and the question."""
        return self.paper_directions @ self._question

    def open_words(self, open_words: Mask) -> Floats:
        """The similarity of each sentence and the words that are open in its paper (a row a paper)."""
        numbers, vectors = self.words.numbers, self.words.word_vectors.vectors
        known = np.zeros((len(numbers), vectors.shape[1]))
        for at, number in enumerate(numbers):
            if number >= 0:
                known[at] = vectors[number]
        asked = unit((open_words.astype(np.float64) @ known).astype(np.float32))
        return (self._sentence_directions * asked[self.words.layout.paper_of]).sum(axis=1)

    @cached_property
    def paper_directions(self) -> Floats:
        """The direction of each paper among the word vectors."""
        titles = self.words.layout.titles
        sizes = np.diff(titles, append=len(self.words.texts))
        papers = np.repeat(np.arange(len(titles)), sizes)
        return self._directions(*self.words.texts.known(papers), len(titles))

    @cached_property
    def _sentence_directions(self) -> Floats:
        return self._directions(*self.words.known, len(self.words.layout.sentences))

    @cached_property
    def _question(self) -> Floats:
        return np.asarray(self.words.word_vectors.embed(terms(self.words.analysis.text)), np.float64)

    def _directions(self, known: Rows, owners: Rows, size: int) -> Floats:
        """The directions of ``size`` texts: ``known`` are the numbers of their words, ``owners`` the words' texts."""
        vectors = self.words.word_vectors.vectors
        directions = np.zeros((size, vectors.shape[1]))
        if len(known):
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            directions[owners[starts]] = unit(np.add.reduceat(vectors[known], starts, axis=0))
        return directions
