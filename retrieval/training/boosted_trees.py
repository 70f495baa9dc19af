"""Fits boosted trees with scikit-learn (extra ``dev``), in the plain form that ``scoring.boosted_trees`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier

from retrieval.answering.scoring.boosted_trees import BoostedTrees, Split
from retrieval.training.linear import Mask, Matrix

_TREES: Final = 200
_LEARNING_RATE: Final = 0.05
_DEPTH: Final = 3
_LEAST_IN_LEAF: Final = 40
_FEATURES_A_SPLIT: Final = 0.3
_DECIMALS: Final = 4
_LEAF: Final = -1


def fit_trees(rows: Matrix, happens: Mask, names: Sequence[str]) -> BoostedTrees:
    """Fit trees that give the log-odds of ``happens``; deterministic. ``names`` are the columns of ``rows``.

    Numbers are rounded, so that every machine writes the same file.
    """
    fitted = GradientBoostingClassifier(
        n_estimators=_TREES,
        learning_rate=_LEARNING_RATE,
        max_depth=_DEPTH,
        min_samples_leaf=_LEAST_IN_LEAF,
        max_features=_FEATURES_A_SPLIT,
        random_state=0,
    ).fit(rows.round(_DECIMALS), happens)
    share = float(happens.mean())
    usual = np.median(rows[happens], axis=0)
    return BoostedTrees(
        offset=round(float(np.log(share / (1 - share))), _DECIMALS),
        usual={name: round(float(value), _DECIMALS) for name, value in zip(names, usual, strict=True)},
        trees=tuple(
            tree for each in fitted.estimators_[:, 0] if isinstance(tree := _plain(each.tree_, 0, names), Split)
        ),
    )


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
        return round(_LEARNING_RATE * float(tree.value[node, 0, 0]), _DECIMALS + 1) + 0.0
    return Split(
        feature=names[int(tree.feature[node])],
        at=round(float(tree.threshold[node]), _DECIMALS + 1),
        low=_plain(tree, low, names),
        high=_plain(tree, int(tree.children_right[node]), names),
    )
