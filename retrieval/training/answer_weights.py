"""Fitting the answerer's weights to a question set: the same bytes for the same data.

Linear models: which paper is meant and which of its sentences answers (softmax over rivals), which papers a
list names (logistic). Boosted trees: whether anything answers. Cross-validated over papers: the figures are
those of answers by weights that never saw the paper.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from retrieval.answering import Answerer
from retrieval.answering.answerer import SURE_ENOUGH
from retrieval.answering.scoring import answerability, highlight_features, list_selection, sentence_features
from retrieval.answering.scoring.boosted_trees import Boosted, Trees
from retrieval.answering.scoring.model import Linear, Model, Weights
from retrieval.answering.scoring.ranking import Ranking, ranking_of
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.errors import SourceError
from retrieval.evaluation.metrics import Judged, as_json, figures, judge
from retrieval.evaluation.question_sets import GoldQuestion, read_questions
from retrieval.ingest.parsers.files import read_file
from retrieval.settings import AnswerThreshold
from retrieval.training.boosted_trees import fit_trees
from retrieval.training.examples import CUTS, FOLDS, Case, Corpus, cases, followed_up, interruptions
from retrieval.training.linear import Matrix, Vector, fit_chance, fit_choices

PAPER_PENALTY = 0.0005
SENTENCE_PENALTY = 0.005
MARKED_PENALTY = 0.002
CHANCE_PENALTY = 1.0
_DECIMALS = 4


@dataclass(frozen=True, eq=False)
class Rankers:
    """Weights of papers, of sentences, and of the words in them."""

    paper: Vector
    sentence: Vector
    marked: Vector

    @classmethod
    def fitted(cls, among: Sequence[Case]) -> Rankers:
        """To the cases that a sentence answers and whose paper was found."""
        asked = [case for case in among if case.has_sentence]
        papers = [choice for case in asked if (choice := case.paper_choice()) is not None]
        sentences = [choice for case in asked for choice in case.sentence_choices()]
        marked = [choice for case in asked if not case.interrupts and (choice := case.run_choice()) is not None]
        return cls(
            fit_choices(papers, PAPER_PENALTY),
            fit_choices(sentences, SENTENCE_PENALTY),
            fit_choices(marked, MARKED_PENALTY),
        )

    def rank(self, case: Case) -> Ranking:
        """The sentences of a case, in order."""
        return ranking_of(case.table, case.described_papers @ self.paper, case.described @ self.sentence)


@dataclass(frozen=True, eq=False)
class Chances:
    """What the models of doubt and of lists learn from: cases ranked by weights that never saw their papers.

    ``doubtful`` are the cases but lists of papers, with a row of features each in ``doubts``; ``listing``
    are the lists, with a block of rows each.
    """

    doubtful: Sequence[Case]
    doubts: Matrix
    listing: Sequence[Case]
    lists: Sequence[Matrix]

    @classmethod
    def of(cls, among: Sequence[Case], folds: Sequence[Rankers]) -> Chances:
        """Of cases in corpora of all sizes."""
        doubtful = [case for case in among if not case.gold.wants_papers]
        listing = [case for case in among if case.gold.wants_papers]
        return cls(
            doubtful,
            np.array([answerability.describe(folds[case.fold].rank(case), case.size) for case in doubtful]),
            listing,
            [list_selection.describe(folds[case.fold].rank(case)) for case in listing],
        )

    def doubt(self, without: int | None = None) -> Boosted:
        """The trees of doubt, learned from all folds but one."""
        kept = np.array([case.fold != without for case in self.doubtful])
        answerable = np.array([case.gold.answerable for case in self.doubtful])
        return fit_trees(self.doubts[kept], answerable[kept], answerability.NAMES)

    def fitted(self, rankers: Rankers, sure: Boosted, without: int | None = None) -> Model:
        """A whole model around ``rankers`` and the trees of doubt, its lists learned from all folds but one."""
        rows = [(rows, case) for rows, case in zip(self.lists, self.listing, strict=True) if case.fold != without]
        fitting = np.concatenate([case.right_papers for _, case in rows])
        listed, listed_offset = fit_chance(np.vstack([block for block, _ in rows]), fitting, CHANCE_PENALTY)
        trees = Trees.of(sure, answerability.NAMES)
        return Model(rankers.paper, rankers.sentence, trees, listed, listed_offset, rankers.marked)


@dataclass(frozen=True, eq=False)
class Asked:
    """A question set laid over its papers: ``whole`` in all of them, ``interrupting`` after a question of another
    subject, ``small`` both in small corpora.
    """

    corpus: Corpus
    whole: Sequence[Case]
    interrupting: Sequence[Case]
    small: Sequence[Case]

    @classmethod
    def read(cls, questions_file: Path, papers_file: Path, title_weight: int, words: WordVectors) -> Asked:
        """Of two files. Raises ``SourceError`` where they cannot be read or hold too little to learn from."""
        questions = read_questions(questions_file)
        _need(questions, questions_file)
        corpus = Corpus(list(read_file(papers_file, on_defect=_refuse)), title_weight, words)
        before, between = followed_up(questions), interruptions(questions)
        others = [gold for gold in questions if gold.id in between]
        small = list[Case]()
        for cut in CUTS:
            small += [*cases(questions, corpus, cut, before), *cases(others, corpus, cut, between)]
        return cls(corpus, cases(questions, corpus, None, before), cases(others, corpus, None, between), small)

    def rankers(self, without: int | None = None) -> Rankers:
        """Fitted to the cases in the whole corpus, of all folds but one."""
        return Rankers.fitted([case for case in (*self.whole, *self.interrupting) if case.fold != without])

    def folds(self) -> list[Rankers]:
        """For each fold those that never saw it."""
        return [self.rankers(left_out) for left_out in range(FOLDS)]


def fit(questions_file: Path, papers_file: Path, *, fitted_at: date, title_weight: int, words: WordVectors) -> Weights:
    """All models, fitted on all questions, with the cross-validated figures of models fitted on part of them.

    ``fitted_at`` is only written down. Raises ``SourceError`` for files that cannot be read, and for a set
    that has nothing to learn refusal or lists from.
    """
    asked = Asked.read(questions_file, papers_file, title_weight, words)
    folds = asked.folds()
    chances = Chances.of([*asked.whole, *asked.interrupting, *asked.small], folds)
    sure = chances.doubt()
    model = chances.fitted(asked.rankers(), sure)
    unseen = [chances.fitted(folds[left_out], chances.doubt(left_out), left_out) for left_out in range(FOLDS)]
    return Weights(
        fitted_on=f"{questions_file.name}, {papers_file.name}",
        data_sha256=hashlib.sha256(questions_file.read_bytes() + papers_file.read_bytes()).hexdigest(),
        fitted_at=fitted_at.isoformat(),
        figures=_shares(cross_validated(asked.whole, unseen, asked.corpus)),
        paper=_linear(sentence_features.PAPER_NAMES, model.paper),
        sentence=_linear(sentence_features.NAMES, model.sentence),
        answerable=sure,
        listed=_linear(list_selection.NAMES, model.listed, model.listed_offset),
        marked=_linear(highlight_features.NAMES, model.marked),
    )


def cross_validated(whole: Sequence[Case], models: Sequence[Model], corpus: Corpus) -> list[Judged]:
    """The cases in the whole corpus, each answered by the model that never saw its paper, and judged."""
    nothing = PaperVectors(corpus.words)
    sure_enough = SURE_ENOUGH[AnswerThreshold.BALANCED]
    answerers = [Answerer(model, corpus.words, nothing, sure_enough) for model in models]
    return [judge(case.gold, answerers[case.fold].answer_to(case.table, case.size), corpus.by_title) for case in whole]


def _need(questions: Sequence[GoldQuestion], path: Path) -> None:
    """Each model learns from its own sort of questions, in every fold."""
    sorts = {
        "with gold sentences": sum(bool(gold.gold_sentences) for gold in questions),
        "of kind unanswerable": sum(not gold.answerable for gold in questions),
        "of kind list with papers": sum(gold.wants_papers for gold in questions),
    }
    for sort, count in sorts.items():
        if count < 2 * FOLDS:
            raise SourceError(f"holds {count} questions {sort}; {2 * FOLDS} are the least to fit from.", path=path)


def _refuse(defect: SourceError) -> None:
    raise defect


def _linear(names: Sequence[str], weights: Vector, offset: float = 0.0) -> Linear:
    """A model as the file keeps it: rounded, and zeros without a sign, so that every machine writes the same bytes."""
    return Linear(
        weights={name: round(float(each), _DECIMALS) + 0.0 for name, each in zip(names, weights, strict=True)},
        offset=round(offset, _DECIMALS) + 0.0,
    )


def _shares(judged: Sequence[Judged]) -> dict[str, float]:
    """The figures without times, which no data decide."""
    return {name: value for name, value in as_json(figures(judged)).items() if not name.endswith("_ms")}
