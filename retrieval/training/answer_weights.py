"""Fits the answerer's weights to a question set; the same data give the same bytes.

Linear models: which paper is meant and which of its sentences answers (softmax over rivals), which papers belong in a
list (logistic). Boosted trees: whether anything answers. The figures are cross-validated over papers: every question is
answered with weights that have never seen its paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from retrieval.answering import Answerer
from retrieval.answering.answerer import THRESHOLDS
from retrieval.answering.arrays import Floats
from retrieval.answering.question.kinds import Kind
from retrieval.answering.scoring import (
    answerability,
    highlight_features,
    list_selection,
    paper_features,
    reader_mix,
    sentence_features,
)
from retrieval.answering.scoring.boosted_trees import BoostedTrees, Trees
from retrieval.answering.scoring.certainty import Certainty, describe_list, describe_quote
from retrieval.answering.scoring.model import Linear, Model, ReaderModel, ReaderWeights, Weights, probabilities
from retrieval.answering.scoring.ranking import Ranking, ranking_of
from retrieval.answering.vectors.paper_vectors import PaperVectors
from retrieval.answering.vectors.word_vectors import WordVectors
from retrieval.errors import SourceError
from retrieval.evaluation.metrics import Judged, as_json, figures, judge, levels
from retrieval.evaluation.question_sets import GoldQuestion, read_questions
from retrieval.papers import Paper
from retrieval.settings import AnswerThreshold
from retrieval.training.boosted_trees import fit_trees
from retrieval.training.certainty import Evidence, fit_certainty
from retrieval.training.examples import CUTS, FOLDS, Case, Corpus, build_cases, interruptions, previous_questions
from retrieval.training.linear import fit_choices, fit_logistic
from retrieval.training.reader_weights import Halves, ReaderStage
from retrieval.training.sources import MOST_PAPERS, TrainingSource, checksum_of, names_of

PAPER_PENALTY = 0.0005
SENTENCE_PENALTY = 0.0015
HIGHLIGHT_PENALTY = 0.002
LIST_PENALTY = 1.0
_FURTHER_WEIGHT: Final = 0.35
"""How much a question of a further set counts for whether to answer. If they counted fully, a hundredth more of the
first set would be refused wrongly."""
_DECIMALS = 4
_NEAR = 4
"""Candidates of each question that are kept in a part of a large collection."""


@dataclass(frozen=True, eq=False)
class Rankers:
    """Weights of papers, of sentences, and of highlights."""

    paper: Floats
    sentence: Floats
    highlights: Floats

    @classmethod
    def fitted(cls, cases: Sequence[Case]) -> Rankers:
        """Fit to the cases that a sentence of a candidate paper answers."""
        asked = [case for case in cases if case.has_sentence]
        papers = [choice for case in asked if (choice := case.paper_choice()) is not None]
        sentences = [choice for case in asked for choice in case.sentence_choices()]
        runs = [choice for case in asked if not case.interrupts and (choice := case.run_choice()) is not None]
        return cls(
            fit_choices(papers, PAPER_PENALTY),
            fit_choices(sentences, SENTENCE_PENALTY),
            fit_choices(runs, HIGHLIGHT_PENALTY),
        )

    def rank(self, case: Case) -> Ranking:
        """Rank the sentences of a case."""
        return ranking_of(case.table, case.paper_rows @ self.paper, case.sentence_rows @ self.sentence)


@dataclass(frozen=True, eq=False)
class SecondStage:
    """Training data of answerability and list selection: cases ranked by weights that have never seen their papers.

    ``questions`` are the cases that don't ask for lists, each with a row of features in ``rows``; ``lists`` are the
    others, each with a block of rows in ``list_rows``.
    """

    questions: Sequence[Case]
    rows: Floats
    lists: Sequence[Case]
    list_rows: Sequence[Floats]

    @classmethod
    def of(cls, cases: Sequence[Case], folds: Sequence[Rankers]) -> SecondStage:
        """Rank cases, each with the rankers that were fitted without its fold."""
        questions = [case for case in cases if not case.gold.wants_papers]
        lists = [case for case in cases if case.gold.wants_papers]
        return cls(
            questions,
            np.array([answerability.describe(folds[case.fold].rank(case)) for case in questions]),
            lists,
            [list_selection.describe(folds[case.fold].rank(case)) for case in lists],
        )

    def fit_answerability(self, without: int | None = None) -> BoostedTrees:
        """Fit the trees, to all folds but one."""
        kept = np.array([case.fold != without for case in self.questions])
        answerable = np.array([case.gold.answerable for case in self.questions])
        weights = np.array([case.weight for case in self.questions])
        return fit_trees(self.rows[kept], answerable[kept], answerability.NAMES, weights[kept])

    def fit_lists(self, without: int | None = None) -> tuple[Floats, float]:
        """Fit the weights and the offset of list selection, to all folds but one."""
        kept = [(rows, case) for rows, case in zip(self.list_rows, self.lists, strict=True) if case.fold != without]
        belongs = np.concatenate([case.right_papers for _, case in kept])
        return fit_logistic(np.vstack([rows for rows, _ in kept]), belongs, LIST_PENALTY)

    def evidence(
        self, folds: Sequence[Rankers], trees: Sequence[BoostedTrees], lists: Sequence[tuple[Floats, float]]
    ) -> list[Evidence]:
        """What the models that were fitted without each case's fold know about its answer, and whether it's right."""
        answerable = [Trees.of(each, answerability.NAMES) for each in trees]
        found = list[Evidence]()
        for case, row in zip(self.questions, self.rows, strict=True):
            ranking = folds[case.fold].rank(case)
            if case.table.analysis.kind is Kind.LIST:
                found += _list_evidence(case, list_selection.describe(ranking), *lists[case.fold])
            else:
                features = describe_quote(
                    ranking, ranking.first, float(answerable[case.fold].log_odds(row[None, :])[0])
                )
                right = case.has_sentence and bool(case.right[ranking.first])
                found.append(Evidence(features, right, case.fold, is_list=False))
        for case, rows in zip(self.lists, self.list_rows, strict=True):
            found += _list_evidence(case, rows, *lists[case.fold])
        return found


def _list_evidence(case: Case, rows: Floats, weights: Floats, offset: float) -> list[Evidence]:
    """The evidence of a list of papers, if any would be listed."""
    likely = probabilities(rows @ weights + offset)
    chosen = list_selection.select_papers(likely)
    if not chosen:
        return []
    right = case.gold.answerable and bool((case.right_papers | case.optional_papers)[chosen].all())
    return [Evidence(describe_list(likely[chosen].tolist()), right, case.fold, is_list=True)]


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """Question sets with their papers: ``whole`` are the questions on all papers of their set, ``interrupting`` some of
    them after an unrelated question, ``small`` both on small corpora. ``judged`` are those of ``whole`` that are in the
    first set. ``by_title`` are all papers.
    """

    words: WordVectors
    by_title: Mapping[str, Paper]
    whole: Sequence[Case]
    interrupting: Sequence[Case]
    small: Sequence[Case]
    judged: Sequence[Case]

    @classmethod
    def read(
        cls, sources: Sequence[TrainingSource], title_weight: int, words: WordVectors, cuts: Sequence[int] = CUTS
    ) -> TrainingSet:
        """Read question sets. Raises ``SourceError`` if one can't be read, or the first one is too small."""
        read = [(read_questions(each.questions), each.read_papers()) for each in sources]
        _check_size(read[0][0], sources[0].questions)
        weights = [1.0, *[_FURTHER_WEIGHT] * (len(read) - 1)]
        sets = [
            _read_set(questions, Corpus(papers, title_weight, words), cuts, weight)
            for (questions, papers), weight in zip(read, weights, strict=True)
        ]
        return cls(
            words,
            {title: paper for each in sets for title, paper in each.by_title.items()},
            [case for each in sets for case in each.whole],
            [case for each in sets for case in each.interrupting],
            [case for each in sets for case in each.small],
            sets[0].whole,
        )

    def rankers(self, without: int | None = None) -> Rankers:
        """Fit rankers to the cases on all papers, of all folds but one."""
        return Rankers.fitted([case for case in (*self.whole, *self.interrupting) if case.fold != without])

    def fold_rankers(self) -> list[Rankers]:
        """For each fold the rankers that have never seen it."""
        return [self.rankers(fold) for fold in range(FOLDS)]


def _read_set(questions: Sequence[GoldQuestion], corpus: Corpus, cuts: Sequence[int], weight: float) -> TrainingSet:
    """The cases of one question set, each with this weight."""
    if len(corpus.papers) > MOST_PAPERS:
        corpus = corpus.cut(MOST_PAPERS, questions, np.random.default_rng(MOST_PAPERS), near=_NEAR)
    previous, unrelated = previous_questions(questions), interruptions(questions)
    interrupting = [gold for gold in questions if gold.id in unrelated]
    small = list[Case]()
    for cut in cuts:
        small += build_cases(questions, corpus, cut, previous)
        small += build_cases(interrupting, corpus, cut, unrelated)
    whole = _weighted(build_cases(questions, corpus, None, previous), weight)
    interrupting_cases = _weighted(build_cases(interrupting, corpus, None, unrelated), weight)
    return TrainingSet(corpus.words, corpus.by_title, whole, interrupting_cases, _weighted(small, weight), whole)


def _weighted(cases: Sequence[Case], weight: float) -> list[Case]:
    return [replace(case, weight=weight) for case in cases]


def fit(
    sources: Sequence[TrainingSource],
    *,
    fitted_at: date,
    title_weight: int,
    words: WordVectors,
    halves: Halves | None = None,
    checksum: str = "",
) -> Weights:
    """Fit all models to all questions.

    The figures are those of the first set's questions, each answered by models that were fitted without its fold.

    ``halves`` are what the reader's making left; ``checksum`` is that of the reader itself. ``fitted_at`` is only
    recorded. Raises ``SourceError`` for files that can't be read, and for a set with too few unanswerable questions or
    lists.
    """
    questions = TrainingSet.read(sources, title_weight, words)
    folds = questions.fold_rankers()
    stage = SecondStage.of([*questions.whole, *questions.interrupting, *questions.small], folds)
    trees = [stage.fit_answerability(fold) for fold in range(FOLDS)]
    lists = [stage.fit_lists(fold) for fold in range(FOLDS)]
    evidence = stage.evidence(folds, trees, lists)
    answerable, certainty = stage.fit_answerability(), fit_certainty(evidence)
    model = _model(questions.rankers(), answerable, stage.fit_lists(), certainty)
    unseen = [
        _model(folds[fold], trees[fold], lists[fold], fit_certainty([each for each in evidence if each.fold != fold]))
        for fold in range(FOLDS)
    ]
    return Weights(
        fitted_on=names_of(sources),
        data_sha256=checksum_of(sources),
        fitted_at=fitted_at.isoformat(),
        figures=_figures(cross_validated(questions, unseen)),
        paper=_linear(paper_features.NAMES, model.paper),
        sentence=_linear(sentence_features.NAMES, model.sentence),
        answerable=answerable,
        listed=_linear(list_selection.NAMES, model.listed, model.listed_offset),
        highlights=_linear(highlight_features.NAMES, model.highlights),
        certainty=certainty,
        read=None if halves is None else _reader_weights(questions, stage, folds, unseen, halves, checksum),
    )


def _model(rankers: Rankers, answerable: BoostedTrees, listed: tuple[Floats, float], certainty: Certainty) -> Model:
    trees = Trees.of(answerable, answerability.NAMES)
    return Model(rankers.paper, rankers.sentence, trees, *listed, rankers.highlights, certainty)


def _reader_weights(
    questions: TrainingSet,
    stage: SecondStage,
    folds: Sequence[Rankers],
    unseen: Sequence[Model],
    halves: Halves,
    checksum: str,
) -> ReaderWeights:
    """The weights for what the reader has read; ``unseen`` are the models without each fold."""
    trees, own = [model.answerable for model in unseen], [model.certainty.quotes for model in unseen]
    read = ReaderStage.of(stage.questions, lambda case: folds[case.fold].rank(case), trees, halves)
    read_trees = [read.fit_answerability(fold) for fold in range(FOLDS)]
    evidence = read.evidence(read_trees)
    weights = ReaderWeights(
        checksum=checksum,
        figures={},
        mix=_linear(reader_mix.MIX_NAMES, read.mix),
        answerable=read.fit_answerability(),
        certainty=read.fit_certainty(evidence, own[0]),
    )
    models = list[Model]()
    for fold, model in enumerate(unseen):
        changed = {"answerable": read_trees[fold], "certainty": read.fit_certainty(evidence, own[fold], fold)}
        models.append(replace(model, read=ReaderModel.of(weights.model_copy(update=changed))))
    return weights.model_copy(update={"figures": _figures(cross_validated(questions, models, halves))})


def cross_validated(questions: TrainingSet, models: Sequence[Model], halves: Halves | None = None) -> list[Judged]:
    """Judge the answers to the first set's cases, each given by the model and the reader that never saw its paper."""
    unused = PaperVectors(questions.words)
    threshold = THRESHOLDS[AnswerThreshold.BALANCED]
    answerers = [Answerer(model, questions.words, unused, threshold) for model in models]
    judged = list[Judged]()
    for case in questions.judged:
        answerer = replace(answerers[case.fold], reader=halves[case.half] if halves else None)
        judged.append(judge(case.gold, answerer.rated(answerer.answer_to(case.table)), questions.by_title))
    return judged


def _check_size(questions: Sequence[GoldQuestion], path: Path) -> None:
    """Raise ``SourceError`` unless every fold can have each sort of question."""
    sorts = {
        "with gold sentences": sum(bool(gold.gold_sentences) for gold in questions),
        "of kind unanswerable": sum(not gold.answerable for gold in questions),
        "of kind list with papers": sum(gold.wants_papers for gold in questions),
    }
    for sort, count in sorts.items():
        if count < 2 * FOLDS:
            raise SourceError(f"has {count} questions {sort}; fitting needs at least {2 * FOLDS}.", path=path)


def _linear(names: Sequence[str], weights: Floats, offset: float = 0.0) -> Linear:
    """A model for the file: rounded and without negative zeros, so every machine writes the same bytes."""
    return Linear(
        weights={name: round(float(each), _DECIMALS) + 0.0 for name, each in zip(names, weights, strict=True)},
        offset=round(offset, _DECIMALS) + 0.0,
    )


def _figures(judged: Sequence[Judged]) -> dict[str, float]:
    """The figures without times, which depend on the machine; and those of the levels of certainty."""
    found = {name: value for name, value in as_json(figures(judged)).items() if not name.endswith("_ms")}
    for each in levels(judged):
        name = each.level.name.lower()
        found |= {f"{name}_answers": each.answers, f"{name}_right": round(each.right, 3) if each.answers else 0.0}
    return found
