"""Which of a question's content words are in which sentence or title, and how closely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Floats, Mask, Rows
from retrieval.answering.passages.encoded import EncodedTexts
from retrieval.answering.passages.wordbook import stem_code
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.vectors.word_vectors import Vectors, WordVectors

SIMILAR: Final = 0.35
"""Cosine from which one word may stand for another."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the papers' texts are: each paper's title, then its sentences.

    ``paper_of`` is the paper of each sentence, ``starts`` the first sentence of each paper; ``titles`` and
    ``sentences`` are the positions of titles and sentences among all texts.
    """

    paper_of: Rows
    starts: Rows
    titles: Rows
    sentences: Rows

    @classmethod
    def of(cls, paper_of: Rows, papers: int) -> Layout:
        """The layout of sentences with these papers."""
        starts = np.searchsorted(paper_of, np.arange(papers))
        return cls(paper_of, starts, starts + np.arange(papers), np.arange(len(paper_of)) + paper_of + 1)


@dataclass(frozen=True, eq=False, slots=True)
class Members:
    """Stems of groups of texts, each once a group, group by group: their ``places`` in a vocabulary, and their groups.

    ``starts`` has the first position of each group that has any.
    """

    places: Rows
    owners: Rows
    starts: Rows

    def sums(self, values: Floats, groups: int) -> Floats:
        """The sum over each group of the rows of ``values``, which has one for each stem of the vocabulary."""
        sums = np.zeros((groups, values.shape[1]))
        if len(self.owners):
            sums[self.owners[self.starts]] = np.add.reduceat(values[self.places], self.starts, axis=0)
        return sums


@dataclass(frozen=True, eq=False, slots=True)
class Vocabulary:
    """The ``numbers`` of all stems of some texts that have a vector, ascending, and their ``vectors``."""

    numbers: Rows
    vectors: Vectors

    @classmethod
    def of(cls, numbers: NDArray[np.int32], word_vectors: WordVectors) -> Vocabulary:
        """The vocabulary of texts whose stems have these numbers; -1 if a stem has no vector."""
        present = np.zeros(len(word_vectors.vectors) + 1, np.bool_)
        present[numbers] = True  # the last place is that of -1
        distinct = np.flatnonzero(present[:-1])
        return cls(distinct, word_vectors.vectors[distinct])

    def members(self, texts: EncodedTexts, group_of: Rows) -> Members:
        """The stems of groups of texts. ``group_of`` is the group of each text; -1 leaves it out."""
        numbers, owners = texts.known(group_of)
        places = np.searchsorted(self.numbers, numbers)
        return Members(places, owners, np.flatnonzero(np.diff(owners, prepend=-1)))


@dataclass(frozen=True, eq=False)
class WordMatches:
    """Tables with a row a sentence and a column a content word of the question, unless they say otherwise."""

    analysis: Analysis
    texts: EncodedTexts
    layout: Layout
    word_vectors: WordVectors

    @cached_property
    def weights(self) -> Floats:
        """The weight of each word by its rarity; they sum to 1 (unless there are none)."""
        weights = np.array(list(self.analysis.weights.values()), np.float64)
        return weights / weights.sum() if len(weights) else weights

    @cached_property
    def importance(self) -> Floats:
        """The weight of each word by the length of its vector; they sum to 1. Unknown words get the highest weight."""
        lengths = self.word_vectors.lengths
        most = float(lengths.max(initial=1.0))
        weights = np.array([lengths[number] if number >= 0 else most for number in self.numbers], np.float64)
        return weights / weights.sum() if len(weights) else weights

    @cached_property
    def numbers(self) -> list[int]:
        """Each word's number among the word vectors, -1 if it has none."""
        return [self.word_vectors.numbers.get(word, -1) for word in self.analysis.weights]

    @cached_property
    def exact(self) -> Mask:
        """The sentence has the word."""
        return self._in_texts[self.layout.sentences]

    @cached_property
    def expanded(self) -> Mask:
        """The sentence has the word, or a lexicon term for it."""
        expansion = self.analysis.expansion
        return self.exact | self._columns(lambda word: self.texts.having(expansion.get(word, ())))

    @cached_property
    def family(self) -> Mask:
        """The sentence has the word, or one with the same first letters."""
        return self.exact | self._columns(self.texts.having_family)

    @cached_property
    def similar(self) -> Floats:
        """The cosine of the word and the sentence's most similar word, 0 below ``SIMILAR``; 1 for any match above."""
        similar = np.zeros(self.exact.shape)
        columns = [(at, number) for at, number in enumerate(self.numbers) if number >= 0]
        if columns and len(self.known.owners):
            asked = self.word_vectors.units[[number for _, number in columns]]
            lengths = self.word_vectors.lengths[self.vocabulary.numbers]
            cosines = self.vocabulary.vectors @ asked.T / np.where(lengths > 0, lengths, 1)[:, None]
            cosines = cosines[self.known.places]
            starts = self.known.starts
            nearest = np.maximum.reduceat(cosines, starts, axis=0)
            similar[self.known.owners[starts][:, None], np.array([at for at, _ in columns])] = nearest
        return np.maximum(np.where(similar >= SIMILAR, similar, 0.0), self.expanded | self.family)

    @cached_property
    def in_title(self) -> Mask:
        """The paper (a row a paper) has the word in its title."""
        return self._in_texts[self.layout.titles]

    def in_papers(self, matches: Floats | Mask) -> Floats:
        """The best match of each word in any sentence or the title; a row a paper."""
        best = np.maximum.reduceat(matches.astype(np.float64), self.layout.starts, axis=0)
        return np.maximum(best, self.in_title)

    @cached_property
    def paper_similarity(self) -> Floats:
        """The same for similar words."""
        return self.in_papers(self.similar)

    def having(self, stem: str) -> Mask:
        """Which sentences have a stem, whether or not it's in the question."""
        return self.texts.having((stem,))[self.layout.sentences]

    def having_pair(self, one: str, other: str) -> Mask:
        """Which sentences have two stems side by side."""
        return self.texts.having_pair(one, other)[self.layout.sentences]

    @cached_property
    def new_words(self) -> Floats:
        """How many different stems of each sentence are neither in the question nor in its paper's title."""
        in_titles, asked = self.texts.presence[self.layout.titles], [stem_code(word) for word in self.analysis.weights]
        new = self._presence & ~in_titles[self.layout.paper_of]
        new &= ~np.isin(self.texts.distinct, np.array(asked, np.int64))
        return new.sum(axis=1).astype(np.float64)

    def overlap(self, one: int, other: int) -> float:
        """The stems that two sentences share, as a share of the shorter one's."""
        first, second = self._presence[one], self._presence[other]
        shorter = min(np.count_nonzero(first), np.count_nonzero(second))
        return np.count_nonzero(first & second) / max(1, shorter)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The stems with a vector in any of the texts."""
        return Vocabulary.of(self.texts.numbers, self.word_vectors)

    @cached_property
    def known(self) -> Members:
        """The stems of each sentence that have a vector."""
        sentences = np.full(len(self.texts), -1)
        sentences[self.layout.sentences] = np.arange(len(self.layout.sentences))
        return self.vocabulary.members(self.texts, sentences)

    @cached_property
    def known_of_papers(self) -> Members:
        """The same of each paper, with its title."""
        papers = np.repeat(np.arange(len(self.layout.titles)), np.diff(self.layout.titles, append=len(self.texts)))
        return self.vocabulary.members(self.texts, papers)

    @cached_property
    def _in_texts(self) -> Mask:
        """Which text (a row a text, titles included) has the word."""
        return self._text_columns(lambda word: self.texts.having((word,)))

    @cached_property
    def _presence(self) -> Mask:
        """Which of the ``distinct`` stems are in each sentence."""
        return self.texts.presence[self.layout.sentences]

    def _columns(self, match: Callable[[str], Mask]) -> Mask:
        return self._text_columns(match)[self.layout.sentences]

    def _text_columns(self, match: Callable[[str], Mask]) -> Mask:
        columns = np.zeros((len(self.texts), len(self.analysis.weights)), np.bool_)
        for at, word in enumerate(self.analysis.weights):
            columns[:, at] = match(word)
        return columns
