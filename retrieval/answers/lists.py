"""Lists of papers: all that are on the matter, and none that are not."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.answers.analysis import Analysis
from retrieval.answers.features import Context

MOST = 8
_NEAR = 0.45  # of the best BM25 score
_COVERED = 0.62  # of the question's weight, in the paper


def on_the_matter(analysis: Analysis, contexts: Sequence[Context]) -> list[Context]:
    """The papers that a list should name, best first: near the best one, and with most of the question's words."""
    by_score = sorted(contexts, key=lambda each: (-each.bm25 * _covered(analysis, each), each.reading.paper.id))
    kept = [each for each in by_score if each.bm25 >= _NEAR * each.best and _covered(analysis, each) >= _COVERED]
    return kept[:MOST]


def _covered(analysis: Analysis, context: Context) -> float:
    """The share of the question's weight that the paper has, words found through the lexicon for half."""
    if not analysis.total:
        return 0.0
    stems = context.reading.stems
    found = 0.0
    for word, weight in analysis.weights.items():
        if word in stems:
            found += weight
        elif analysis.expansion.get(word, frozenset()) & stems:
            found += weight / 2
    return found / analysis.total
