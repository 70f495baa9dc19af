"""What each feature brings: the model fitted without it, asked about papers that it never saw.

Measured in bits of surprise at the right choice, which move with every question, and in hits, which only move
where the first place changes. Other features take over much of what one told, so that little is lost without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from retrieval.answering.scoring import answerability, sentence_features
from retrieval.answering.scoring.boosted_trees import Trees
from retrieval.training.answer_weights import PAPER_PENALTY, SENTENCE_PENALTY, Asked, Chances
from retrieval.training.boosted_trees import fit_trees
from retrieval.training.examples import FOLDS, Case
from retrieval.training.linear import Choice, Mask, Matrix, Vector, fit_choices

_SURE: Final = 1e-12  # a share of nothing has no logarithm
_EVEN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Figure:
    """A model on papers that it never saw: ``bits`` a question, fewer is better, and the share of ``hits``."""

    bits: float
    hits: float


@dataclass(frozen=True, slots=True)
class Contribution:
    """A model (``paper``, ``sentence`` or ``doubt``) with all its features, and without this one."""

    model: str
    feature: str
    whole: Figure
    without: Figure

    @property
    def bits(self) -> float:
        """What the feature saves, in bits a question."""
        return self.without.bits - self.whole.bits

    @property
    def hits(self) -> float:
        """What it adds to the hits, a share."""
        return self.whole.hits - self.without.hits


@dataclass(frozen=True, eq=False)
class _Rivals:
    """The choices of a linear model, each with its fold."""

    choices: Sequence[Choice]
    folds: Sequence[int]
    penalty: float
    weights: Sequence[Vector]
    """Of all features, fitted to all folds but one: where fitting without one of them begins."""

    @classmethod
    def of(cls, found: Sequence[tuple[Choice, int]], penalty: float) -> _Rivals:
        """Of choices with their folds."""
        among = [[choice for choice, at in found if at != fold] for fold in range(FOLDS)]
        weights = [fit_choices(each, penalty) for each in among]
        return cls([choice for choice, _ in found], [fold for _, fold in found], penalty, weights)

    def figure(self, kept: Mask) -> Figure:
        """Of a model of the columns ``kept``, fitted to the other folds."""
        bits, hits = list[float](), list[bool]()
        for fold in range(FOLDS):
            pairs = [(Choice(each.matrix[:, kept], each.right), at) for each, at in self._pairs()]
            seen = [each for each, at in pairs if at != fold]
            weights = fit_choices(seen, self.penalty, self.weights[fold][kept])
            for each in (each for each, at in pairs if at == fold):
                shares = _shares(each.matrix @ weights)
                bits.append(-float(np.log2(max(shares[each.right].sum(), _SURE))))
                hits.append(bool(each.right[int(shares.argmax())]))
        return Figure(float(np.mean(bits)), float(np.mean(hits)))

    def _pairs(self) -> Iterator[tuple[Choice, int]]:
        return zip(self.choices, self.folds, strict=True)


@dataclass(frozen=True, eq=False)
class _Doubts:
    """What the trees of doubt learn from: a row a question, whether it can be answered, its fold."""

    rows: Matrix
    answerable: Mask
    folds: Sequence[int]

    def figure(self, kept: Mask) -> Figure:
        """Of trees of the columns ``kept``, fitted to the other folds; a hit is a chance on the right side of even."""
        names = [name for name, keeps in zip(answerability.NAMES, kept, strict=True) if keeps]
        rows, folds = self.rows[:, kept], np.array(self.folds)
        chance: Vector = np.empty(len(rows))
        for fold in range(FOLDS):
            seen = folds != fold
            trees = Trees.of(fit_trees(rows[seen], self.answerable[seen], names), names)
            chance[~seen] = 1 / (1 + np.exp(-trees.margins(rows[~seen])))
        right = np.where(self.answerable, chance, 1 - chance)
        return Figure(float(-np.log2(np.maximum(right, _SURE)).mean()), float((right > _EVEN).mean()))


def contributions(asked: Asked, *, tell: Callable[[str], None]) -> Iterator[Contribution]:
    """What each feature of the three models brings, one after the other; ``tell`` hears which is next."""
    whole = [case for case in asked.whole if case.has_sentence]
    models = {
        "paper": (sentence_features.PAPER_NAMES, _of_papers(whole)),
        "sentence": (sentence_features.NAMES, _of_sentences(whole)),
        "doubt": (answerability.NAMES, _of_doubt(asked)),
    }
    for model, (names, measured) in models.items():
        tell(f"{model}: all features")
        all_of_it = measured.figure(np.ones(len(names), np.bool_))
        for place, name in enumerate(names):
            tell(f"{model}: {name} ({place + 1} of {len(names)})")
            without = measured.figure(np.arange(len(names)) != place)
            yield Contribution(model, name, all_of_it, without)


def _of_papers(whole: Sequence[Case]) -> _Rivals:
    found = [(choice, case.fold) for case in whole if (choice := case.paper_choice()) is not None]
    return _Rivals.of(found, PAPER_PENALTY)


def _of_sentences(whole: Sequence[Case]) -> _Rivals:
    found = [(choice, case.fold) for case in whole for choice in case.sentence_choices()]
    return _Rivals.of(found, SENTENCE_PENALTY)


def _of_doubt(asked: Asked) -> _Doubts:
    chances = Chances.of(asked.whole, asked.folds())
    answerable = np.array([case.gold.answerable for case in chances.doubtful])
    return _Doubts(chances.doubts, answerable, [case.fold for case in chances.doubtful])


def _shares(scores: Vector) -> Vector:
    shares = np.exp(scores - scores.max())
    return shares / shares.sum()
