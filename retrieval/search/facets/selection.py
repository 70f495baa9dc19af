"""Selects all papers of an index that fulfil a condition: by words in the postings, by filters in the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from retrieval.index import Index, Selection
from retrieval.index.term_groups import select_containing
from retrieval.index.vocabulary import VocabularyCache
from retrieval.query.conditions import (
    All,
    Author,
    Condition,
    Either,
    Not,
    PaperId,
    Phrase,
    Place,
    Prefix,
    RecordCondition,
    TextCondition,
    Words,
    Written,
)
from retrieval.search.facets.columns import ColumnCondition
from retrieval.search.facets.sync import IndexFacets
from retrieval.text import STOP_WORDS, stem, terms

_COMPLETIONS: Final = 200
"""Terms that a prefix stands for, at most."""


@dataclass(frozen=True, eq=False, slots=True)
class Selector:
    """Selects papers of one index. ``authors`` has the papers of every author in the conditions."""

    facets: IndexFacets
    authors: Mapping[Author, Sequence[str]]
    vocabulary: VocabularyCache = field(default_factory=VocabularyCache)

    def select(self, condition: Condition, *, upper: bool = True) -> Selection:
        """The papers that fulfil a condition, as far as columns and single words can tell.

        Phrases aren't checked: ``upper`` selects all papers that may match, otherwise only those that surely do.
        """
        index = self.facets.index
        match condition:
            case Not(part):
                return ~self.select(part, upper=not upper)
            case All(parts):
                return self._in_all(parts, upper=upper)
            case Either(parts):
                return index.documents.in_any(self.select(part, upper=upper) for part in parts)
            case _:
                return self._of_leaf(condition, upper=upper)

    def _in_all(self, parts: Sequence[Condition], *, upper: bool) -> Selection:
        """The papers that fulfil all parts; plain words are looked up together."""
        index = self.facets.index
        words, others = list[Words](), list[Selection]()
        for part in parts:
            if isinstance(part, Words) and is_plain(part):
                words.append(part)
            else:
                others.append(self.select(part, upper=upper))
        found = select_containing(index, [part.stems for part in words]) if words else index.documents.in_all(())
        return index.documents.in_all([found, *others])

    def _of_leaf(self, condition: TextCondition | RecordCondition, *, upper: bool) -> Selection:
        index = self.facets.index
        match condition:
            case Phrase() | Written() | Words() | Prefix() if is_read(condition):
                return self._unread(condition) if upper else self._sure(condition)
            case Words(stems):
                return select_containing(index, [stems])
            case PaperId(id):
                return index.documents.select([id])
            case Author():
                return index.documents.select(self.authors[condition])
            case _:
                return self.facets.select(cast("ColumnCondition", condition))

    def _unread(self, condition: Phrase | Written | Words | Prefix) -> Selection:
        """The papers that may fulfil a condition on their text."""
        index = self.facets.index
        match condition:
            case Phrase(words):
                return select_containing(index, [[stem(word)] for word in words if word not in STOP_WORDS])
            case Words(stems, apart=apart):
                joined = select_containing(index, [stems])
                return index.documents.in_any([joined, having_parts(index, apart)]) if apart else joined
            case Prefix():
                return select_containing(index, [self.terms_with(condition)])
            case Written():
                return select_containing(index, [])

    def _sure(self, condition: Phrase | Written | Words | Prefix) -> Selection:
        """The papers that fulfil a condition on their text without being read."""
        index = self.facets.index
        if isinstance(condition, Prefix) and condition.place is Place.ANYWHERE:
            return select_containing(index, [self.completions(condition)])
        if isinstance(condition, Words) and condition.place is Place.ANYWHERE:
            return select_containing(index, [condition.stems])
        return index.documents.in_any(())

    def terms_with(self, prefix: Prefix) -> list[str]:
        """The terms of words that begin with a prefix, the most common ones."""
        vocabulary = self.vocabulary(self.facets.index)
        completions = self.completions(prefix)
        shorter = [term for end in range(len(prefix.beginning)) if prefix.fits(term := prefix.beginning[:end])]
        known = [term for term, count in zip(shorter, vocabulary.count(shorter), strict=True) if count]
        return [*completions, *known]

    def completions(self, prefix: Prefix) -> list[str]:
        """The most common terms that begin as a prefix does."""
        return self.vocabulary(self.facets.index).completions(prefix.beginning, _COMPLETIONS)


def is_plain(condition: Condition) -> bool:
    """Whether it is a word that may be anywhere, for which no text must be read."""
    return isinstance(condition, Words) and condition.place is Place.ANYWHERE and not condition.apart


def is_read(condition: Condition) -> bool:
    """Whether the texts of papers must be read to know which fulfil a condition."""
    if isinstance(condition, Words):
        return condition.place is not Place.ANYWHERE or bool(condition.apart)
    return isinstance(condition, Phrase | Written | Prefix)


def having_parts(index: Index, parts: Sequence[str]) -> Selection:
    """The papers that have all parts of a word that is typed apart, wherever they are."""
    return select_containing(index, [[term] for term in terms(" ".join(parts))])
