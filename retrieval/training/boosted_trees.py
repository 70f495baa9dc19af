"""Fits boosted trees with scikit-learn (extra ``dev``), in the plain form that ``scoring.boosted_trees`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier

from retrieval.answering.arrays import Floats, Mask
from retrieval.answering.scoring.boosted_trees import BoostedTrees, Split

_SEEDS: Final = (0, 1, 2)
"""Ensembles that are averaged: each alone depends on its seed by almost a hundredth of the right answers."""
_TREES: Final = 120
_LEARNING_RATE: Final = 0.1
_DEPTH: Final = 3
_LEAST_IN_LEAF: Final = 40
_ROWS_A_TREE: Final = 0.7
_FEATURES_A_SPLIT: Final = 0.3
_SCALE: Final = _LEARNING_RATE / len(_SEEDS)
_DECIMALS: Final = 4
_LEAF: Final = -1


def fit_trees(rows: Floats, happens: Mask, names: Sequence[str], weights: Floats | None = None) -> BoostedTrees:
    """Fit trees that give the log-odds of ``happens``; deterministic. ``names`` are the columns of ``rows``.

    ``weights`` say how much each row counts for the splits and leaves; for the offset, all count alike. Numbers are
    rounded, so that every machine writes the same file.
    """
    share = float(happens.mean())
    usual = np.median(rows[happens], axis=0)
    rounded = rows.round(_DECIMALS)
    trees = [_plain(tree, 0, names) for seed in _SEEDS for tree in _fitted(rounded, happens, weights, seed)]
    return BoostedTrees(
        offset=round(float(np.log(share / (1 - share))), _DECIMALS),
        usual={name: round(float(value), _DECIMALS) for name, value in zip(names, usual, strict=True)},
        trees=tuple(tree for tree in trees if isinstance(tree, Split)),
    )


def _fitted(rows: Floats, happens: Mask, weights: Floats | None, seed: int) -> list[_Tree]:
    fitted = GradientBoostingClassifier(
        n_estimators=_TREES,
        learning_rate=_LEARNING_RATE,
        max_depth=_DEPTH,
        min_samples_leaf=_LEAST_IN_LEAF,
        subsample=_ROWS_A_TREE,
        max_features=_FEATURES_A_SPLIT,
        random_state=seed,
    ).fit(rows, happens, sample_weight=weights)
    return [each.tree_ for each in fitted.estimators_[:, 0]]


class _Tree(Protocol):
    """The attributes of a scikit-learn tree that we read: a row a node (sklearn.tree.DecisionTreeRegressor.tree_)."""

    children_left: NDArray[np.intp]
    children_right: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]


def _plain(tree: _Tree, node: int, names: Sequence[str]) -> Split | float:
    low = int(tree.children_left[node])
    if low == _LEAF:
        return round(_SCALE * float(tree.value[node, 0, 0]), _DECIMALS + 1) + 0.0
    return Split(
        feature=names[int(tree.feature[node])],
        at=round(float(tree.threshold[node]), _DECIMALS + 1),
        low=_plain(tree, low, names),
        high=_plain(tree, int(tree.children_right[node]), names),
    )
