"""Fits how likely an answer is right, and the probability from which a match is called strong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from retrieval.answering.arrays import Floats, Mask
from retrieval.answering.scoring.certainty import LIST_NAMES, QUOTE_NAMES, Calibration, Certainty, Features
from retrieval.answering.scoring.model import probabilities
from retrieval.training.examples import FOLDS
from retrieval.training.linear import fit_logistic

PROMISED: Final = 0.93
"""The share of strong matches that must be right on questions that nobody fitted to."""
_MARGIN: Final = 0.05
"""How much lower than in cross-validation that share may be there, where fields and habits of asking differ."""
_PENALTY: Final = 1.0
_DECIMALS: Final = 4
_FEWEST: Final = 20
"""Strong matches from which their share of right ones is worth believing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was known about an answer by models that had never seen its question's paper, and whether it was right."""

    features: Features
    right: bool
    fold: int
    is_list: bool


def fit_certainty(answers: Sequence[Evidence]) -> Certainty:
    """Fit both calibrations; the strong level is chosen by cross-validation."""
    quotes, lists = [each for each in answers if not each.is_list], [each for each in answers if each.is_list]
    return Certainty(quotes=fit_calibration(quotes, QUOTE_NAMES), lists=fit_calibration(lists, LIST_NAMES))


def fit_calibration(answers: Sequence[Evidence], names: Sequence[str]) -> Calibration:
    """Fit one calibration with these features."""
    rows = np.array([[each.features[name] for name in names] for each in answers]).reshape(len(answers), len(names))
    right = np.array([each.right for each in answers], np.bool_)
    folds = np.array([each.fold for each in answers], np.intp)
    unseen = np.zeros(len(answers))
    for fold in range(FOLDS):
        kept = folds != fold
        weights, offset = fit_logistic(rows[kept], right[kept], _PENALTY)
        unseen[~kept] = probabilities(rows[~kept] @ weights + offset)
    weights, offset = fit_logistic(rows, right, _PENALTY)
    return Calibration(
        weights={name: round(float(weight), _DECIMALS) for name, weight in zip(names, weights, strict=True)},
        offset=round(offset, _DECIMALS),
        strong=round(strong_from(unseen, right), _DECIMALS),
    )


def strong_from(confidence: Floats, right: Mask) -> float:
    """The lowest confidence from which enough answers are right; above 1 if none is."""
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= PROMISED + _MARGIN)
    return float(confidence[order[enough[-1]]]) if len(enough) and enough[-1] + 1 >= _FEWEST else 1.01
