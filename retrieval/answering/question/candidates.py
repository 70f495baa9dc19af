"""Candidate papers: by the question's words, by the field's words for them, by what papers are about.

Searches bring some hundred papers, by the words and by those that stand for what the question is about;
only these are compared closely, so that a million papers cost little more than ten thousand.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import Vectors, WordVectors
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
_COMPARED: Final = 128
"""Papers that are compared closely because of their words."""
_AKIN: Final = 64
"""And because of words that stand for what the question is about."""
_AKIN_WORDS: Final = 24
"""How many of these are searched for."""


def find(analysis: Analysis, index: Index, meanings: PaperVectors, associations: WordVectors) -> list[Hit]:
    """The papers to read, with their BM25 scores for the question's own words, best first.

    The papers of the conversation come last where they were not found anyway; one that is pointed at stands alone.
    """
    if analysis.reply is not None or not len(index):
        return []
    if analysis.pointed and analysis.earlier[0] in index:  # whatever else the question's words would find
        return [Hit(analysis.earlier[0], float(index.score_of(analysis.words, analysis.earlier)[0]))]
    limit = LISTED if analysis.kind is Kind.LIST else CANDIDATES
    asked, weighted = associations.embed(terms(analysis.text)), _weighted(analysis)
    by_words = [hit.id for hit in index.search(analysis.words, _BY_WORDS)]
    compared = [hit.id for hit in index.search(weighted, _COMPARED)]
    akin = [hit.id for hit in index.search(_akin(asked, index, associations), _AKIN)]
    ids = list(dict.fromkeys([*by_words, *compared, *akin]))
    rows = index.rows(ids)
    mixed = index.score_at(weighted, rows)
    mixed = mixed / max(float(mixed.max(initial=0.0)), 1.0) + _ABOUT * meanings.likeness(index, rows, asked)
    best = [ids[int(at)] for at in np.argsort(-mixed, kind="stable")[:limit]]
    chosen = list(dict.fromkeys([*by_words, *best]))[:limit]
    row_of = dict(zip([*ids, *analysis.earlier], [*rows, *index.rows(analysis.earlier)], strict=True))
    known = list(dict.fromkeys([*chosen, *(id for id in analysis.earlier if row_of[id] >= 0)]))
    scores = index.score_at(analysis.words, np.array([row_of[id] for id in known], np.intp)).tolist()
    return sorted(map(Hit, known, scores), key=lambda hit: (-hit.score, hit.id))


def _weighted(analysis: Analysis) -> dict[str, float]:
    """The question's words, the lexicon's and, where it leans on it, those of the question before."""
    weighted = dict[str, float]()
    expansion = [stem for stems in analysis.expansion.values() for stem in sorted(stems)]
    before = [word for word in analysis.before if word not in analysis.weights] if analysis.leans else []
    for words, weight in ((analysis.words, 1.0), (expansion, _LEXICON), (before, _BEFORE)):
        for word in words:
            weighted[word] = weighted.get(word, 0.0) + weight
    return weighted


def _akin(asked: Vectors, index: Index, associations: WordVectors) -> dict[str, float]:
    """The words that do most for a paper's being about the same, by how much they do."""
    does = associations.vectors @ asked
    most = _highest(does, _AKIN_WORDS)
    words = [(associations.stems[int(number)], float(does[number])) for number in most]
    idf = [index.idf(word) for word, _ in words]
    return {word: weight / each for (word, weight), each in zip(words, idf, strict=True) if weight > 0 and each > 0}


def _highest(values: Vectors, count: int) -> NDArray[np.intp]:
    """The places of the highest values, best first, the first of equal ones first."""
    if count >= len(values):
        return np.argsort(-values, kind="stable")
    least = np.partition(values, len(values) - count)[len(values) - count]
    places = np.flatnonzero(values >= least)
    return places[np.argsort(-values[places], kind="stable")][:count]
