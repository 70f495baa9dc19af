"""Fitting the answerer's weights to a question set: the same bytes for the same data.

Two linear models: which sentence answers (softmax over all sentences of all candidates), and whether
anything answers (logistic), the latter on corpora cut to several sizes, because how much a rare word
means depends on how many papers there are. Cross-validated over papers. Needs SciPy (``dev`` extra).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from retrieval.answers import doubt, features
from retrieval.answers.analysis import Analysis, analyse
from retrieval.answers.answerer import SURE_ENOUGH, find
from retrieval.answers.model import Linear, Vector, Weights
from retrieval.answers.ranking import contexts, describe_all, rank, standing
from retrieval.answers.types import Question, Scored, Turn
from retrieval.errors import SourceError
from retrieval.index import Index, document_terms
from retrieval.papers import Paper
from retrieval.questions import GoldQuestion, read_questions
from retrieval.settings import HowSure
from retrieval.sources.files import read_file

FOLDS = 5
CUTS = (None, 500, 100, 15)
"""Sizes of the corpora on which refusing is fitted; ``None``: all papers."""
SENTENCE_PENALTY = 0.02
DOUBT_PENALTY = 1.0

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A question in a corpus: its analysis and candidates, and the fold of its paper."""

    gold: GoldQuestion
    fold: int
    analysis: Analysis
    candidates: tuple[Scored, ...]
    size: int


def fold_of(gold: GoldQuestion) -> int:
    """The fold of a question: that of its paper, so that no paper is in two."""
    key = gold.paper or (sorted(gold.papers) or [gold.question])[0]
    return hashlib.sha256(key.encode()).digest()[0] % FOLDS


def cases(questions: Sequence[GoldQuestion], papers: Sequence[Paper], title_weight: int) -> list[list[Case]]:
    """The questions in each of the cuts, in the order of ``CUTS``."""
    whole = _corpus(papers, title_weight)
    by_title = {paper.title: paper for paper in papers}
    cut_cases = list[list[Case]]()
    for cut in CUTS:
        if cut is None:
            cut_cases.append([_case(gold, questions, whole, papers, by_title) for gold in questions])
        else:
            cut_cases.append(_cut_cases(cut, questions, whole, papers, title_weight))
    return cut_cases


def _corpus(papers: Sequence[Paper], title_weight: int) -> Index:
    return Index.empty().adding((paper.id, document_terms(paper, title_weight)) for paper in papers)


def _cut_cases(
    cut: int, questions: Sequence[GoldQuestion], whole: Index, papers: Sequence[Paper], title_weight: int
) -> list[Case]:
    """Questions against small corpora: theirs and other papers, in groups that share one corpus."""
    rng = np.random.default_rng(cut)
    by_title = {paper.title: paper for paper in papers}
    by_id = {paper.id: paper for paper in papers}
    found = list[Case]()
    step = max(1, cut // 3)
    for start in range(0, len(questions), step):
        group = questions[start : start + step]
        kept = dict[str, Paper]()
        for gold in group:
            for title in gold.accepted & by_title.keys():
                kept[by_title[title].id] = by_title[title]
            for hit in find(analyse(Question(gold.question), whole), whole)[:1]:
                kept[hit.id] = by_id[hit.id]
        order: list[int] = rng.permutation(len(papers)).tolist()
        for paper in (papers[number] for number in order):
            if len(kept) >= cut:
                break
            kept.setdefault(paper.id, paper)
        small = list(kept.values())
        index = _corpus(small, title_weight)
        found += [_case(gold, questions, index, small, by_title) for gold in group]
    return found


def _case(
    gold: GoldQuestion,
    questions: Sequence[GoldQuestion],
    index: Index,
    papers: Sequence[Paper],
    by_title: dict[str, Paper],
) -> Case:
    by_id = {paper.id: paper for paper in papers}
    before = next((each for each in questions if each.id == gold.after), None)
    history = (Turn(before.question, _ids(before, by_title)),) if before else ()
    analysis = analyse(Question(gold.question, history), index)
    hits = find(analysis, index)
    return Case(gold, fold_of(gold), analysis, tuple(Scored(by_id[hit.id], hit.score) for hit in hits), len(index))


def _ids(gold: GoldQuestion, by_title: dict[str, Paper]) -> tuple[str, ...]:
    return tuple(by_title[title].id for title in sorted(gold.accepted) if title in by_title)


@dataclass(frozen=True)
class Listwise:
    """The sentences of one question: features, and which of them answer."""

    matrix: Matrix
    gold: NDArray[np.bool_]


def listwise(case: Case) -> Listwise | None:
    """The training example of a case; ``None`` where no candidate sentence is a gold one."""
    pairs, matrix = describe_all(contexts(case.analysis, case.candidates))
    gold = np.array([_is_gold(case.gold, context.reading.paper, passage.text) for context, passage in pairs], np.bool_)
    return Listwise(matrix, gold) if gold.any() else None


def _is_gold(gold: GoldQuestion, paper: Paper, sentence: str) -> bool:
    return paper.title in gold.accepted and any(sentence in each or each in sentence for each in gold.gold_sentences)


def fit_sentence(examples: Sequence[Listwise]) -> Vector:
    """Weights that make the gold sentences likely, by L-BFGS with a quadratic penalty."""

    def loss(weights: Vector) -> tuple[float, Vector]:
        total, gradient = 0.0, np.zeros_like(weights)
        for each in examples:
            scores = each.matrix @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            right = shares[each.gold].sum()
            total -= float(np.log(max(right, 1e-300)))
            target = np.where(each.gold, shares / max(right, 1e-300), 0.0)
            gradient += each.matrix.T @ (shares - target)
        count = len(examples)
        penalty = SENTENCE_PENALTY * float(weights @ weights)
        return total / count + penalty / 2, gradient / count + SENTENCE_PENALTY * weights

    start = np.zeros(len(features.NAMES))
    return _minimised(loss, start)


def fit_answerable(rows: Matrix, answerable: NDArray[np.bool_]) -> tuple[Vector, float]:
    """Weights and offset of the probability that a question can be answered."""
    signs = np.where(answerable, 1.0, -1.0)

    def loss(parameters: Vector) -> tuple[float, Vector]:
        weights, offset = parameters[:-1], parameters[-1]
        margins = signs * (rows @ weights + offset)
        pull = -signs / (1 + np.exp(np.clip(margins, -500, 500)))
        gradient = np.append(rows.T @ pull + DOUBT_PENALTY * weights, pull.sum())
        return float(np.logaddexp(0, -margins).sum() + DOUBT_PENALTY * weights @ weights / 2), gradient

    start: Vector = np.zeros(int(rows.shape[1]) + 1)
    fitted = _minimised(loss, start)
    return fitted[:-1], float(fitted[-1])


def _minimised(loss: Callable[[Vector], tuple[float, Vector]], start: Vector) -> Vector:
    """Where ``loss`` (which also gives its gradient) is smallest, by L-BFGS."""
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x


def doubt_rows(fold_weights: Sequence[Vector], cut_cases: Sequence[Case]) -> tuple[Matrix, list[Case]]:
    """The features of doubt of each case, ranked by weights that have not seen its paper."""
    rows, kept = list[list[float]](), list[Case]()
    for case in cut_cases:
        ranked = rank(case.analysis, case.candidates, fold_weights[case.fold])
        if ranked and case.analysis.reply is None and not case.gold.wants_papers:
            rows.append(doubt.describe(standing(ranked, case.size)))
            kept.append(case)
    return np.array(rows), kept


def rounded(names: Sequence[str], weights: Vector, offset: float = 0.0) -> Linear:
    """A model as the file keeps it: five decimals, so that every machine writes the same bytes."""
    return Linear(
        weights={name: round(float(each), 5) for name, each in zip(names, weights, strict=True)},
        offset=round(offset, 5),
    )


def fit(questions_file: Path, papers_file: Path, *, fitted_at: date, title_weight: int) -> Weights:
    """Both models, fitted on all questions, with the cross-validated figures of models fitted on part of them.

    ``fitted_at`` is only written down. Raises ``SourceError`` for files that cannot be read.
    """
    questions = read_questions(questions_file)
    papers = list(read_file(papers_file, on_defect=_refuse))
    in_cuts = cases(questions, papers, title_weight)
    examples = [(case, listwise(case)) for case in in_cuts[0] if case.gold.answerable and not case.gold.wants_papers]
    usable = [(case.fold, example) for case, example in examples if example is not None]
    folds = [fit_sentence([example for fold, example in usable if fold != left_out]) for left_out in range(FOLDS)]
    parts = [doubt_rows(folds, each) for each in in_cuts]
    rows, kept = np.vstack([part[0] for part in parts]), [case for part in parts for case in part[1]]
    answerable = np.array([case.gold.answerable for case in kept])
    doubts, offset = fit_answerable(rows, answerable)
    return Weights(
        fitted_on=f"{questions_file.name}, {papers_file.name}",
        data_sha256=hashlib.sha256(questions_file.read_bytes() + papers_file.read_bytes()).hexdigest(),
        fitted_at=fitted_at.isoformat(),
        figures=_cross_validated(folds, [case for case, _ in examples], rows, kept, answerable),
        sentence=rounded(features.NAMES, fit_sentence([example for _, example in usable])),
        answerable=rounded(doubt.NAMES, doubts, offset),
    )


def _refuse(defect: SourceError) -> None:
    raise defect


def _cross_validated(
    folds: Sequence[Vector],
    asked: Sequence[Case],
    rows: Matrix,
    kept: Sequence[Case],
    answerable: NDArray[np.bool_],
) -> dict[str, float]:
    """Shares on questions whose papers the models have not seen; refusing over all cuts together."""
    firsts = [(case, rank(case.analysis, case.candidates, folds[case.fold])[:3]) for case in asked]
    paper = [bool(top) and top[0].context.reading.paper.title in case.gold.accepted for case, top in firsts]
    hits = [
        [_is_gold(case.gold, each.context.reading.paper, each.passage.text) for each in top] for case, top in firsts
    ]
    in_fold = np.array([case.fold for case in kept])
    chance = np.zeros(len(kept))
    for left_out in range(FOLDS):
        weights, offset = fit_answerable(rows[in_fold != left_out], answerable[in_fold != left_out])
        chance[in_fold == left_out] = 1 / (1 + np.exp(-(rows[in_fold == left_out] @ weights + offset)))
    refused = chance < SURE_ENOUGH[HowSure.BALANCED]
    rightly = float((refused & ~answerable).sum())
    found = {
        "paper_at_1": np.mean(paper),
        "sentence_at_1": np.mean([hit[:1] == [True] for hit in hits]),
        "sentence_at_3": np.mean([any(hit) for hit in hits]),
        "abstention_precision": rightly / max(1, refused.sum()),
        "abstention_recall": rightly / max(1, (~answerable).sum()),
    }
    return {name: round(float(value), 3) for name, value in found.items()}
