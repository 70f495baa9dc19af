"""Selects all papers of an index that fulfil a condition: by words in the postings, by filters in the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.index import Index, Selection
from retrieval.index.term_groups import select_containing
from retrieval.query.conditions import All, Author, Condition, Either, Not, Phrase, RecordCondition, Words
from retrieval.search.facets.sync import IndexFacets
from retrieval.text import STOP_WORDS, stem


@dataclass(frozen=True, eq=False, slots=True)
class Selector:
    """Selects papers of one index. ``authors`` has the papers of every author in the conditions."""

    facets: IndexFacets
    authors: Mapping[Author, Sequence[str]]

    def select(self, condition: Condition, *, upper: bool = True) -> Selection:
        """The papers that fulfil a condition, as far as columns and single words can tell.

        Phrases aren't checked: ``upper`` selects all papers that may match, otherwise only those that surely do.
        """
        index = self.facets.index
        match condition:
            case Not(part):
                return ~self.select(part, upper=not upper)
            case All(parts):
                return index.documents.in_all(self.select(part, upper=upper) for part in parts)
            case Either(parts):
                return index.documents.in_any(self.select(part, upper=upper) for part in parts)
            case Phrase(words):
                return _with_all(index, words) if upper else index.documents.in_any(())
            case _:
                return self._of_leaf(condition)

    def _of_leaf(self, condition: Words | RecordCondition) -> Selection:
        index = self.facets.index
        match condition:
            case Words(stems):
                return select_containing(index, [stems])
            case Author():
                return index.documents.select(self.authors[condition])
            case _:
                return self.facets.select(condition)


def _with_all(index: Index, words: Sequence[str]) -> Selection:
    """The papers that contain all these words, except stop words, which aren't indexed."""
    stems = {stem(word) for word in words if word not in STOP_WORDS}
    return select_containing(index, [[each] for each in stems])
