"""Candidate papers: by the question's words, by the field's terms for them, and by topic.

Searches for the question's words and for words near its topic return about two hundred papers. Only these are
compared with word vectors, so a million papers cost little more than ten thousand.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answering.question.analysis import Analysis
from retrieval.answering.question.kinds import Kind
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import Vectors, WordVectors
from retrieval.index import Hit, Index, Query

CANDIDATES: Final = 16
"""Papers whose sentences are scored for one question."""
LISTED: Final = 40
"""The same for a question that asks for a list of papers."""
_BY_WORDS: Final = 6
"""Candidates that are always taken from plain BM25's best."""
_LEXICON: Final = 0.4
"""Weight of a lexicon term relative to a word of the question."""
_PREVIOUS: Final = 0.5
"""Weight of a word of the previous question, for a question that needs its context."""
_TOPIC: Final = 1.6
"""Weight of topic similarity relative to shared words, both at most 1. It's high because a paper that has all of the
question's words is found anyway."""
_COMPARED: Final = 128
"""Papers compared by topic because they have the question's words."""
_RELATED: Final = 64
"""Papers compared by topic because they have words near the question's topic."""
_RELATED_WORDS: Final = 12
"""How many of those words are searched for."""


def find(analysis: Analysis, index: Index, paper_vectors: PaperVectors, word_vectors: WordVectors) -> list[Hit]:
    """The candidate papers with their BM25 scores for the question's own words, best first.

    Papers of the conversation are always included. If the question selects one or some of them, they are the only
    candidates.
    """
    if not len(index):
        return []
    selected = [id for id in analysis.earlier_papers if id in index] if analysis.selects_earlier else []
    if selected:
        return sorted(
            map(Hit, selected, index.score_of(analysis.words, selected).tolist()),
            key=lambda hit: (-hit.score, hit.id),
        )
    limit = LISTED if analysis.kind is Kind.LIST else CANDIDATES
    asked, weighted = word_vectors.embed(analysis.topic), _weighted(analysis)
    compared = [hit.id for hit in index.search(weighted, _COMPARED)]
    plain = len(weighted) == len(analysis.words)  # then this was the search for the question's words alone
    by_words = compared[:_BY_WORDS] if plain else [hit.id for hit in index.search(analysis.words, _BY_WORDS)]
    related = [hit.id for hit in index.search(_related_words(analysis, asked, index, word_vectors), _RELATED)]
    ids = list(dict.fromkeys([*by_words, *compared, *related]))
    rows = index.documents.rows_of(ids)
    mixed = index.scores_at(weighted, rows)
    mixed = mixed / max(float(mixed.max(initial=0.0)), 1.0) + _TOPIC * paper_vectors.likeness(index, rows, asked)
    best = [ids[int(at)] for at in np.argsort(-mixed, kind="stable")[:limit]]
    chosen = list(dict.fromkeys([*by_words, *best]))[:limit]
    row_of = dict(
        zip([*ids, *analysis.earlier_papers], [*rows, *index.documents.rows_of(analysis.earlier_papers)], strict=True)
    )
    known = list(dict.fromkeys([*chosen, *(id for id in analysis.earlier_papers if row_of[id] >= 0)]))
    scores = index.scores_at(analysis.words, np.array([row_of[id] for id in known], np.intp)).tolist()
    return sorted(map(Hit, known, scores), key=lambda hit: (-hit.score, hit.id))


def searches(analysis: Analysis, index: Index, word_vectors: WordVectors) -> list[tuple[Query, int]]:
    """The searches that ``find`` makes, each with its number of hits."""
    asked = word_vectors.embed(analysis.topic)
    related = _related_words(analysis, asked, index, word_vectors)
    return [(_weighted(analysis), _COMPARED), (analysis.words, _BY_WORDS), (related, _RELATED)]


def _weighted(analysis: Analysis) -> dict[str, float]:
    """The question's words, the lexicon's terms for them and, if it needs them, the previous question's words."""
    weighted = dict[str, float]()
    expansion = [stem for stems in analysis.expansion.values() for stem in sorted(stems)]
    previous = analysis.previous_words if analysis.needs_context else ()
    new = [word for word in previous if word not in analysis.weights]
    for words, weight in ((analysis.words, 1.0), (expansion, _LEXICON), (new, _PREVIOUS)):
        for word in words:
            weighted[word] = weighted.get(word, 0.0) + weight
    return weighted


def _related_words(analysis: Analysis, asked: Vectors, index: Index, word_vectors: WordVectors) -> dict[str, float]:
    """The words near those of the question that raise a paper's topic similarity most, weighted by how much."""
    near = np.unique(word_vectors.near[word_vectors.known(dict.fromkeys(analysis.topic))])
    gains = word_vectors.vectors[near] @ asked
    best = np.argsort(-gains, kind="stable")[:_RELATED_WORDS]
    words = [(word_vectors.stems[int(near[at])], float(gains[at])) for at in best]
    index.document_frequencies([word for word, _ in words])  # looks all of them up at once, and remembers them
    idf = [index.idf(word) for word, _ in words]
    return {word: weight / each for (word, weight), each in zip(words, idf, strict=True) if weight > 0 and each > 0}
