"""Fits boosted trees with scikit-learn (extra ``dev``), in the plain form that ``scoring.boosted_trees`` reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier

from retrieval.answering.scoring.boosted_trees import Boosted, Split
from retrieval.training.linear import Mask, Matrix

TREES: Final = 200
STEP: Final = 0.05
DEEPEST: Final = 3
LEAST_IN_LEAF: Final = 40
ROWS_A_TREE: Final = 1.0
FEATURES_A_SPLIT: Final = 0.3
_DECIMALS: Final = 4
_LEAF: Final = -1


def fit_trees(rows: Matrix, happens: Mask, names: Sequence[str]) -> Boosted:
    """Trees whose margin is the log-odds that something happens; the same for the same rows. Columns are ``names``.

    Numbers are rounded, so that every machine makes the same file.
    """
    fitted = GradientBoostingClassifier(
        n_estimators=TREES,
        learning_rate=STEP,
        max_depth=DEEPEST,
        min_samples_leaf=LEAST_IN_LEAF,
        subsample=ROWS_A_TREE,
        max_features=FEATURES_A_SPLIT,
        random_state=0,
    ).fit(rows.round(_DECIMALS), happens)
    share = float(happens.mean())
    usual = np.median(rows[happens], axis=0)
    return Boosted(
        offset=round(float(np.log(share / (1 - share))), _DECIMALS),
        usual={name: round(float(value), _DECIMALS) for name, value in zip(names, usual, strict=True)},
        trees=tuple(
            tree for each in fitted.estimators_[:, 0] if isinstance(tree := _plain(each.tree_, 0, names), Split)
        ),
    )


class _Tree(Protocol):
    """What is read of scikit-learn's trees: a row a node (sklearn.tree.DecisionTreeRegressor.tree_)."""

    children_left: NDArray[np.intp]
    children_right: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]


def _plain(tree: _Tree, node: int, names: Sequence[str]) -> Split | float:
    low = int(tree.children_left[node])
    if low == _LEAF:
        return round(STEP * float(tree.value[node, 0, 0]), _DECIMALS + 1) + 0.0
    return Split(
        feature=names[int(tree.feature[node])],
        at=round(float(tree.threshold[node]), _DECIMALS + 1),
        low=_plain(tree, low, names),
        high=_plain(tree, int(tree.children_right[node]), names),
    )
