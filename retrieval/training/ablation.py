"""What each feature contributes: its model is fitted without it and tested on papers that it has never seen.

Measured in bits (surprise at the right choice), which react to every question, and in hits, which only change when the
first place does. Features overlap, so leaving out one of them usually costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Mask
from retrieval.answering.scoring import answerability, paper_features, sentence_features
from retrieval.answering.scoring.boosted_trees import Trees
from retrieval.answering.scoring.model import probabilities
from retrieval.training.answer_weights import PAPER_PENALTY, SENTENCE_PENALTY, SecondStage, TrainingSet
from retrieval.training.boosted_trees import fit_trees
from retrieval.training.examples import FOLDS
from retrieval.training.linear import Choice, fit_choices

_LEAST: Final = 1e-12  # zero has no logarithm
_EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A model's quality on unseen papers: ``bits`` a question (fewer is better) and the share of ``hits``."""

    bits: float
    hits: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """A model (``paper``, ``sentence`` or ``answerable``) with all its features, and without this one."""

    model: str
    feature: str
    whole: Figure
    without: Figure

    @property
    def bits(self) -> float:
        """The bits a question that the feature saves."""
        return self.without.bits - self.whole.bits

    @property
    def hits(self) -> float:
        """The share of hits that it adds."""
        return self.whole.hits - self.without.hits


@dataclass(frozen=True, eq=False)
class _Choices:
    """The choices of a linear model, each with its fold."""

    choices: Sequence[tuple[Choice, int]]
    penalty: float
    weights: Sequence[Floats]
    """The weights of all features, fitted without each fold: a good start for fitting without one feature."""

    @classmethod
    def of(cls, choices: Sequence[tuple[Choice, int]], penalty: float) -> _Choices:
        """Fit all features without each fold."""
        seen = [[choice for choice, at in choices if at != fold] for fold in range(FOLDS)]
        return cls(choices, penalty, [fit_choices(each, penalty) for each in seen])

    def figure(self, kept: Mask) -> Figure:
        """The quality of a model with the columns ``kept``."""
        bits, hits = list[float](), list[bool]()
        for fold in range(FOLDS):
            pairs = [(Choice(each.matrix[:, kept], each.right), at) for each, at in self.choices]
            seen = [each for each, at in pairs if at != fold]
            weights = fit_choices(seen, self.penalty, self.weights[fold][kept])
            for each in (each for each, at in pairs if at == fold):
                scores = each.matrix @ weights
                shares = np.exp(scores - scores.max())
                bits.append(-float(np.log2(max((shares / shares.sum())[each.right].sum(), _LEAST))))
                hits.append(bool(each.right[int(scores.argmax())]))
        return Figure(float(np.mean(bits)), float(np.mean(hits)))


@dataclass(frozen=True, eq=False)
class _Questions:
    """The training rows of answerability: a row a question, whether it can be answered, and its fold."""

    rows: Floats
    answerable: Mask
    folds: Sequence[int]

    def figure(self, kept: Mask) -> Figure:
        """The quality of trees with the columns ``kept``; a hit is a probability on the right side of a half."""
        names = [name for name, keeps in zip(answerability.NAMES, kept, strict=True) if keeps]
        rows, folds = self.rows[:, kept], np.array(self.folds)
        probability: Floats = np.empty(len(rows))
        for fold in range(FOLDS):
            seen = folds != fold
            trees = Trees.of(fit_trees(rows[seen], self.answerable[seen], names), names)
            probability[~seen] = probabilities(trees.log_odds(rows[~seen]))
        right = np.where(self.answerable, probability, 1 - probability)
        return Figure(float(-np.log2(np.maximum(right, _LEAST)).mean()), float((right > _EVEN).mean()))


def contributions(questions: TrainingSet, *, on_status: Callable[[str], None]) -> Iterator[Contribution]:
    """What each feature of three models contributes, one after the other; ``on_status`` is told what's next."""
    whole = [case for case in questions.whole if case.has_sentence]
    papers = [(choice, case.fold) for case in whole if (choice := case.paper_choice()) is not None]
    sentences = [(choice, case.fold) for case in whole for choice in case.sentence_choices()]
    models = {
        "paper": (paper_features.NAMES, _Choices.of(papers, PAPER_PENALTY)),
        "sentence": (sentence_features.NAMES, _Choices.of(sentences, SENTENCE_PENALTY)),
        "answerable": (answerability.NAMES, _answerability(questions)),
    }
    for model, (names, measured) in models.items():
        on_status(f"{model}: all features")
        figure = measured.figure(np.ones(len(names), np.bool_))
        for place, name in enumerate(names):
            on_status(f"{model}: {name} ({place + 1} of {len(names)})")
            yield Contribution(model, name, figure, measured.figure(np.arange(len(names)) != place))


def _answerability(questions: TrainingSet) -> _Questions:
    stage = SecondStage.of(questions.whole, questions.fold_rankers())
    answerable = np.array([case.gold.answerable for case in stage.questions])
    return _Questions(stage.rows, answerable, [case.fold for case in stage.questions])
