"""Fitting the answerer's weights to a question set: the same bytes for the same data.

Three linear models: which paper is meant, which of its sentences answers (both softmax over rivals), and
whether anything answers (logistic), the latter on corpora cut to several sizes. Cross-validated over
papers. Needs SciPy (``dev`` extra).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from retrieval.answers import doubt, features, lists
from retrieval.answers.answerer import SURE_ENOUGH
from retrieval.answers.associations import associations
from retrieval.answers.cases import CUTS, FOLDS, Case, Corpus, cases
from retrieval.answers.choosing import apart
from retrieval.answers.learning import Matrix, Vector, chance, fit_chance, fit_choices
from retrieval.answers.model import Linear, Weights
from retrieval.answers.ranking import Ranking, ranking_of
from retrieval.errors import SourceError
from retrieval.questions import read_questions
from retrieval.settings import HowSure
from retrieval.sources.files import read_file

PAPER_PENALTY = 0.0005
SENTENCE_PENALTY = 0.005
DOUBT_PENALTY = 1.0
_DECIMALS = 4


@dataclass(frozen=True, eq=False)
class Rankers:
    """Weights of papers and of sentences."""

    paper: Vector
    sentence: Vector

    @classmethod
    def fitted(cls, among: Sequence[Case]) -> Rankers:
        """To the cases that a sentence answers and whose paper was found."""
        asked = [case for case in among if case.has_sentence]
        papers = [choice for case in asked if (choice := case.paper_choice()) is not None]
        sentences = [choice for case in asked for choice in case.sentence_choices()]
        return cls(fit_choices(papers, PAPER_PENALTY), fit_choices(sentences, SENTENCE_PENALTY))

    def rank(self, case: Case) -> Ranking:
        """The sentences of a case, in order."""
        return ranking_of(case.table, case.described_papers @ self.paper, case.described @ self.sentence)


@dataclass(frozen=True, eq=False)
class Doubts:
    """What the model of doubt learns from: a row of features a case, ranked by weights that never saw its paper."""

    cases: Sequence[Case]
    rows: Matrix

    @classmethod
    def of(cls, among: Sequence[Case], folds: Sequence[Rankers]) -> Doubts:
        """Of all cases but lists of papers."""
        kept = [case for case in among if not case.gold.wants_papers]
        return cls(kept, np.array([doubt.describe(folds[case.fold].rank(case), case.size) for case in kept]))

    def fitted(self, without: int | None = None) -> tuple[Vector, float]:
        """Weights and offset, learned from all folds but one."""
        kept = np.array([case.fold != without for case in self.cases])
        answerable = np.array([case.gold.answerable for case in self.cases])
        return fit_chance(self.rows[kept], answerable[kept], DOUBT_PENALTY)


def fit(questions_file: Path, papers_file: Path, *, fitted_at: date, title_weight: int) -> Weights:
    """All models, fitted on all questions, with the cross-validated figures of models fitted on part of them.

    ``fitted_at`` is only written down. Raises ``SourceError`` for files that cannot be read.
    """
    questions = read_questions(questions_file)
    corpus = Corpus(list(read_file(papers_file, on_defect=_refuse)), title_weight, associations())
    whole = cases(questions, corpus, None)
    folds = [Rankers.fitted([case for case in whole if case.fold != left_out]) for left_out in range(FOLDS)]
    small = [case for cut in CUTS if cut is not None for case in cases(questions, corpus, cut)]
    doubts = Doubts.of([*whole, *small], folds)
    wanted = [case for case in whole if case.gold.wants_papers]
    rankers, (weights, offset) = Rankers.fitted(whole), doubts.fitted()
    return Weights(
        fitted_on=f"{questions_file.name}, {papers_file.name}",
        data_sha256=hashlib.sha256(questions_file.read_bytes() + papers_file.read_bytes()).hexdigest(),
        fitted_at=fitted_at.isoformat(),
        figures=_cross_validated(whole, folds, doubts, len(corpus.papers)),
        paper=_linear(features.PAPER_NAMES, rankers.paper),
        sentence=_linear(features.NAMES, rankers.sentence),
        answerable=_linear(doubt.NAMES, weights, offset),
        listed=_linear(lists.NAMES, *_fit_lists([folds[case.fold].rank(case) for case in wanted], wanted)),
    )


def _fit_lists(rankings: Sequence[Ranking], wanted: Sequence[Case]) -> tuple[Vector, float]:
    rows = np.vstack([lists.describe(ranking) for ranking in rankings])
    return fit_chance(rows, np.concatenate([case.right_papers for case in wanted]), DOUBT_PENALTY)


def _refuse(defect: SourceError) -> None:
    raise defect


def _linear(names: Sequence[str], weights: Vector, offset: float = 0.0) -> Linear:
    """A model as the file keeps it: rounded, so that every machine writes the same bytes."""
    return Linear(
        weights={name: round(float(each), _DECIMALS) for name, each in zip(names, weights, strict=True)},
        offset=round(offset, _DECIMALS),
    )


def _cross_validated(whole: Sequence[Case], folds: Sequence[Rankers], doubts: Doubts, size: int) -> dict[str, float]:
    """Shares on questions whose papers the models have not seen, in the whole corpus."""
    asked = [case for case in whole if case.has_sentence]
    tops = [apart(folds[case.fold].rank(case), 3) for case in asked]
    hits = [[bool(case.right[row]) for row in top] for case, top in zip(asked, tops, strict=True)]
    papers = [case.right_papers[case.table.paper_of[top[0]]] for case, top in zip(asked, tops, strict=True)]
    here = np.array([case.size == size for case in doubts.cases])
    in_fold = np.array([case.fold for case in doubts.cases])
    sure = np.zeros(len(in_fold))
    for left_out in range(FOLDS):
        sure[in_fold == left_out] = chance(doubts.rows[in_fold == left_out], *doubts.fitted(left_out))
    refused = sure[here] < SURE_ENOUGH[HowSure.BALANCED]
    unanswerable = np.array([not case.gold.answerable for case in doubts.cases])[here]
    rightly = float((refused & unanswerable).sum())
    figures = {
        "paper_at_1": np.mean(papers),
        "sentence_at_1": np.mean([hit[0] for hit in hits]),
        "sentence_at_3": np.mean([any(hit) for hit in hits]),
        "abstention_precision": rightly / max(1, refused.sum()),
        "abstention_recall": rightly / max(1, unanswerable.sum()),
    }
    return {name: round(float(value), 3) for name, value in figures.items()}
