"""Which of the names in a question are in which sentence, title or paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from retrieval.answering.arrays import Floats, Mask, Rows
from retrieval.answering.passages.names import holds_name, squeeze
from retrieval.answering.passages.passages import OWN_NAME, SHORTEST_NAME, PaperPassages
from retrieval.answering.question.analysis import Analysis
from retrieval.text import terms


@dataclass(frozen=True, eq=False)
class NameMatches:
    """Tables with a column for each of ``names``: the question's names, squeezed."""

    analysis: Analysis
    papers: Sequence[PaperPassages]
    starts: Rows
    """The first sentence of each paper."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in the question, squeezed."""
        return tuple(dict.fromkeys(squeezed for name in self.analysis.names if (squeezed := squeeze(name))))

    @cached_property
    def in_sentence(self) -> Mask:
        """The sentence has the name."""
        columns = [list(chain.from_iterable(each.sentences_with(name) for each in self.papers)) for name in self.names]
        sentences = sum(map(len, self.papers))
        return np.array(columns, np.bool_).reshape(len(self.names), sentences).T

    @cached_property
    def in_paper(self) -> Mask:
        """The paper (a row a paper) has the name in its title or in a sentence."""
        titles = [
            [holds_name(each.paper.title, each.squeezed_title, name) for name in self.names] for each in self.papers
        ]
        in_title = np.array(titles, np.bool_).reshape(len(self.papers), len(self.names))
        return np.logical_or.reduceat(self.in_sentence, self.starts, axis=0) | in_title

    @cached_property
    def covered_words(self) -> Mask:
        """Which of the question's content words are part of a name that the paper has; a row a paper."""
        stems = {squeeze(name): frozenset(terms(name)) for name in self.analysis.names}
        words = list(self.analysis.weights)
        in_names = np.array([[word in stems[name] for word in words] for name in self.names], np.bool_)
        in_names = in_names.reshape(len(self.names), len(words))
        return (self.in_paper.astype(np.int64) @ in_names.astype(np.int64)) > 0

    @cached_property
    def own_name(self) -> Floats:
        """Whether each sentence has the name of its paper's own system, the one before the colon of the title."""
        signals = np.concatenate([each.encoded.signals for each in self.papers])
        return (signals & OWN_NAME != 0).astype(np.float64)

    @cached_property
    def own_name_asked(self) -> Floats:
        """Whether the question names each paper's own system."""
        text, squeezed = self.analysis.text, squeeze(self.analysis.text)
        heads = [each.head for each in self.papers]
        return np.array([float(len(head) >= SHORTEST_NAME and holds_name(text, squeezed, head)) for head in heads])
