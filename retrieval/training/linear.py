"""Fits linear models with SciPy (extra ``dev``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from retrieval.answering.arrays import Floats, Mask

_STEPS = 500


@dataclass(frozen=True, eq=False)
class Choice:
    """One question's rivals: a row of features for each, and which of them are right (at least one)."""

    matrix: Floats
    right: Mask


def fit_choices(choices: Sequence[Choice], penalty: float, start: Floats | None = None) -> Floats:
    """Fit weights that make the right rivals likely: softmax over each choice, quadratic penalty, L-BFGS.

    The minimum is unique; a ``start`` near it saves time.
    """
    matrix = np.vstack([each.matrix for each in choices])
    right = np.concatenate([each.right for each in choices]).astype(np.float64)
    sizes = [len(each.right) for each in choices]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    choice_of = np.repeat(np.arange(len(choices)), sizes)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = matrix @ weights
        shares = np.exp(scores - np.maximum.reduceat(scores, starts)[choice_of])
        shares /= np.add.reduceat(shares, starts)[choice_of]
        found = np.maximum(np.add.reduceat(shares * right, starts), 1e-12)
        gradient = matrix.T @ (shares - shares * right / found[choice_of]) / len(choices)
        return float(-np.log(found).mean() + penalty / 2 * weights @ weights), gradient + penalty * weights

    return _minimised(loss, np.zeros(int(matrix.shape[1])) if start is None else start)


def fit_logistic(rows: Floats, happens: Mask, penalty: float) -> tuple[Floats, float]:
    """Fit the weights and the offset of a logistic regression."""
    signs = np.where(happens, 1.0, -1.0)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        weights, offset = parameters[:-1], parameters[-1]
        margins = signs * (rows @ weights + offset)
        pull = -signs / (1 + np.exp(np.clip(margins, -500, 500)))
        gradient = np.append(rows.T @ pull + penalty * weights, pull.sum())
        return float(np.logaddexp(0, -margins).sum() + penalty * weights @ weights / 2), gradient

    fitted = _minimised(loss, np.zeros(int(rows.shape[1]) + 1))
    return fitted[:-1], float(fitted[-1])


def _minimised(loss: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Floats:
    """The minimum of ``loss``, which returns its value and gradient, by L-BFGS."""
    return minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
