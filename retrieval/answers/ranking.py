"""Every sentence of the candidate papers, scored and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.answers import doubt, features
from retrieval.answers.analysis import Analysis
from retrieval.answers.features import Context
from retrieval.answers.model import Vector
from retrieval.answers.passages import Passage, read_paper
from retrieval.answers.types import Scored


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its score and its share: the softmax over all sentences of all candidates, 0..1."""

    context: Context
    passage: Passage
    score: float
    share: float


def contexts(analysis: Analysis, candidates: Sequence[Scored]) -> list[Context]:
    """Each candidate paper beside the question and its strongest rival."""
    scores = sorted((each.score for each in candidates), reverse=True)
    best, second = (*scores, 0.0, 0.0)[:2]
    earlier = set(analysis.earlier)
    return [
        Context(
            analysis=analysis,
            reading=read_paper(each.paper),
            bm25=each.score,
            best=best,
            rival=second if each.score == best else best,
            is_earlier=each.paper.id in earlier,
        )
        for each in candidates
    ]


def describe_all(contexts: Sequence[Context]) -> tuple[list[tuple[Context, Passage]], Vector]:
    """All sentences and the matrix of their features, a row a sentence."""
    pairs = [(context, passage) for context in contexts for passage in context.reading.passages]
    rows = [features.describe(context, passage) for context, passage in pairs]
    return pairs, np.array(rows).reshape(len(pairs), len(features.NAMES))


def rank(analysis: Analysis, candidates: Sequence[Scored], weights: Vector) -> list[Ranked]:
    """All sentences of the candidates, best first; equal ones by paper id and place."""
    pairs, matrix = describe_all(contexts(analysis, candidates))
    if not pairs:
        return []
    scores = matrix @ weights
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    ranked = [
        Ranked(context, passage, float(score), float(share))
        for (context, passage), score, share in zip(pairs, scores, shares, strict=True)
    ]
    return sorted(ranked, key=lambda each: (-each.score, each.context.reading.paper.id, each.passage.order))


def standing(ranked: Sequence[Ranked], corpus_size: int) -> doubt.Standing:
    """How the best sentence stands among all of them. ``ranked`` must not be empty."""
    first = ranked[0]
    mine = first.context.reading.paper.id
    return doubt.Standing(
        context=first.context,
        passage=first.passage,
        share=first.share,
        paper_share=sum(each.share for each in ranked if each.context.reading.paper.id == mine),
        score=first.score,
        candidates=len({each.context.reading.paper.id for each in ranked}),
        corpus_size=corpus_size,
    )
