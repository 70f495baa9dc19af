"""The sentence that a list shows of each of its papers, and the words of the topic in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

import numpy as np

from retrieval.answering.arrays import Mask
from retrieval.answering.passages.aim import aim_sentence
from retrieval.answering.question.analysis import Analysis
from retrieval.answering.scoring.list_selection import SCAFFOLD, on_same_topic, topic_weights
from retrieval.answering.scoring.ranking import Ranking
from retrieval.answering.types import Quote
from retrieval.text import Span, stem, tokens

_ENOUGH: Final = 0.65
"""Share of the topic from which a sentence is as good as the paper's best one."""


def list_quotes(ranking: Ranking, places: Sequence[int]) -> tuple[Quote, ...]:
    """A sentence of each of these papers: what the paper does, if that and the title say most of the topic.

    Otherwise the likeliest sentence that does with the title.
    """
    table = ranking.table
    said = np.maximum(on_same_topic(table), table.words.in_title[table.paper_of]) @ topic_weights(table)
    enough = said >= _ENOUGH * table.best_of_papers(said)[table.paper_of]
    return tuple(_quote(ranking, _shown_row(ranking, place, enough)) for place in places)


def _shown_row(ranking: Ranking, place: int, enough: Mask) -> int:
    table, paper = ranking.table, ranking.table.papers[place].paper
    rows = np.flatnonzero((table.paper_of == place) & enough)
    aim = aim_sentence(paper.title, paper.abstract)
    return next(
        (row for row in rows.tolist() if table.passage(row).span == aim), int(rows[ranking.shares[rows].argmax()])
    )


def _quote(ranking: Ranking, row: int) -> Quote:
    passage = ranking.passage(row)
    spans = topic_spans(ranking.table.analysis, passage.text)
    start, end = passage.span
    marked = tuple((start + first, start + last) for first, last in spans)
    return Quote(ranking.paper(row).paper, start, end, marked, score=float(ranking.shares[row]))


def topic_spans(analysis: Analysis, text: str) -> tuple[Span, ...]:
    """The words of a topic in a text, those side by side as one span."""
    asked = set(analysis.weights) - SCAFFOLD
    asked |= set(chain.from_iterable(analysis.expansion.get(word, ()) for word in asked))
    spans = list[Span]()
    for token in tokens(text):
        if stem(token.text) in asked:
            joins = bool(spans) and text[spans[-1][1] : token.start] in {" ", "-"}
            spans[-1:] = [(spans[-1][0], token.end)] if joins else [*spans[-1:], (token.start, token.end)]
    return tuple(spans)
