"""Candidate papers: by the question's words, by the field's words for them, by what papers are about."""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answers.analysis import Analysis
from retrieval.answers.associations import Associations
from retrieval.answers.kinds import Kind
from retrieval.answers.meanings import Meanings
from retrieval.answers.table import Floats
from retrieval.index import Hit, Index
from retrieval.text import terms

CANDIDATES: Final = 16
"""Papers whose sentences are read for one question."""
LISTED: Final = 40
"""The same for a question that wants a list of papers."""
_BY_WORDS: Final = 6
"""Of these, at least so many that plain BM25 likes best."""
_LEXICON: Final = 0.4
"""What a word of the lexicon counts beside a word of the question."""
_BEFORE: Final = 0.5
"""What a word of the question before counts, for a question that leans on it."""
_ABOUT: Final = 1.6
"""What being about the same counts beside having the same words, both at most 1: a question whose words all stand in
a paper finds it anyway."""


def find(analysis: Analysis, index: Index, meanings: Meanings, associations: Associations) -> list[Hit]:
    """The papers to read, with their BM25 scores for the question's own words, best first.

    The papers of the conversation come last where they were not found anyway.
    """
    if analysis.reply is not None or not len(index):
        return []
    limit = LISTED if analysis.kind is Kind.LIST else CANDIDATES
    scores = index.score(analysis.words)
    about = meanings.vectors @ associations.embed(terms(analysis.text))
    by_words = _best(scores, _BY_WORDS)
    mixed = _by_words_and_meanings(analysis, index, scores) + _ABOUT * about
    chosen = list(dict.fromkeys([*by_words, *_best(mixed, limit)]))[:limit]
    earlier = [meanings.rows[id] for id in analysis.earlier if id in meanings.rows]
    rows = sorted(dict.fromkeys([*chosen, *earlier]), key=lambda row: (-scores[row], meanings.ids[row]))
    return [Hit(meanings.ids[row], float(scores[row])) for row in rows]


def _by_words_and_meanings(analysis: Analysis, index: Index, scores: Floats) -> Floats:
    """BM25 with the lexicon's words and, where the question leans on it, those of the question before; at most 1."""
    expansion = [stem for stems in analysis.expansion.values() for stem in sorted(stems)]
    mixed = scores + _LEXICON * index.score(expansion)
    if analysis.leans:
        mixed += _BEFORE * index.score([word for word in analysis.before if word not in analysis.weights])
    return mixed / max(float(mixed.max(initial=0.0)), 1.0)


def _best(values: Floats, limit: int) -> list[int]:
    """The rows of the highest values, best first, the first of equal ones first."""
    if limit >= len(values):
        rows = np.arange(len(values))
    else:
        least = np.partition(values, len(values) - limit)[len(values) - limit]
        rows = np.flatnonzero(values >= least)
    return sorted(rows.tolist(), key=lambda row: (-values[row], row))[:limit]
