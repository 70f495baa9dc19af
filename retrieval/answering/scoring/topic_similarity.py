"""How similar sentences and papers are to a question as a whole, by the sums of their word vectors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from retrieval.answering.arrays import Floats, Mask
from retrieval.answering.scoring.word_matches import WordMatches
from retrieval.answering.vectors.word_vectors import unit


@dataclass(frozen=True, eq=False)
class TopicSimilarity:
    """Cosines of word-vector sums; 0 for texts without a known word.

    The product of two sums is a sum of products, so every word of the texts is multiplied once with what is asked.
    ``lengths`` are those of the sums of the sentences, ``paper_lengths`` those of the papers.
    """

    words: WordMatches
    lengths: Floats
    paper_lengths: Floats

    @cached_property
    def sentences(self) -> Floats:
        """The similarity of each sentence and the question."""
        return _quotients(self._products[:, 0], self.lengths)

    @cached_property
    def papers(self) -> Floats:
        """The similarity of each paper and the question."""
        products = self.words.known_of_papers.sums(self._of_vocabulary[:, :1], len(self.paper_lengths))
        return _quotients(products[:, 0], self.paper_lengths)

    def open_words(self, open_words: Mask) -> Floats:
        """The similarity of each sentence and the words that are open in its paper (a row a paper)."""
        asked = open_words.astype(np.float64)
        among_words = self._asked[1:] @ self._asked[1:].T
        asked_lengths = np.sqrt(np.maximum((asked @ among_words * asked).sum(axis=1), 0.0))
        paper_of = self.words.layout.paper_of
        products = (self._products[:, 1:] * asked[paper_of]).sum(axis=1)
        return _quotients(products, self.lengths * asked_lengths[paper_of])

    @cached_property
    def paper_directions(self) -> Floats:
        """The direction of each paper among the word vectors: length 1, or 0."""
        vectors = self.words.vocabulary.vectors.astype(np.float64)
        sums = self.words.known_of_papers.sums(vectors, len(self.paper_lengths))
        return unit(sums.astype(np.float32)).astype(np.float64)

    @cached_property
    def _asked(self) -> Floats:
        """The direction of the question, then the vector of each of its content words; 0 for an unknown one."""
        vectors, numbers = self.words.word_vectors.vectors, self.words.numbers
        asked = np.zeros((1 + len(numbers), vectors.shape[1]))
        asked[0] = self.words.word_vectors.embed(self.words.analysis.topic)
        for at, number in enumerate(numbers, start=1):
            if number >= 0:
                asked[at] = vectors[number]
        return asked

    @cached_property
    def _of_vocabulary(self) -> Floats:
        """The product of each word of the texts and each row of what is asked."""
        return (self.words.vocabulary.vectors @ self._asked.T.astype(np.float32)).astype(np.float64)

    @cached_property
    def _products(self) -> Floats:
        """The products of each sentence's sum."""
        return self.words.known.sums(self._of_vocabulary, len(self.lengths))


def _quotients(products: Floats, lengths: Floats) -> Floats:
    return np.divide(products, lengths, out=np.zeros(len(products)), where=lengths > 0)
