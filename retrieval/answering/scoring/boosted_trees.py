"""Boosted trees: the sum of many small decision trees over the features.

A linear model can't express "a missing word matters unless the question is a paraphrase"; a tree can. The result is an
offset plus one leaf of each tree (Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", 2001).
This module only evaluates fitted trees; scikit-learn fits them.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict

from retrieval.answering.arrays import Floats, Rows
from retrieval.errors import SettingsError

_DEEPEST: Final = 12
"""Splits on a path through a tree: more than any fitted tree has."""


class Split(BaseModel):
    """A decision: ``low`` if the feature is at most ``at``, else ``high``. A number is a leaf."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: str
    at: float
    low: Split | float
    high: Split | float


class BoostedTrees(BaseModel):
    """The trees, the offset, and the median of each feature among answerable questions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offset: float
    usual: dict[str, float]
    trees: tuple[Split, ...]


@dataclass(frozen=True, eq=False)
class Trees:
    """Boosted trees as arrays: node *n* tests ``feature[n] <= at[n]`` and leads to ``low[n]`` or ``high[n]``.

    A leaf leads to itself and has a ``value``; ``roots`` are the root nodes. ``usual`` has a value for each feature,
    in the order of the columns.
    """

    offset: float
    usual: Floats
    roots: Rows
    feature: Rows
    at: Floats
    low: Rows
    high: Rows
    value: Floats

    @classmethod
    def of(cls, model: BoostedTrees, names: Sequence[str]) -> Trees:
        """The trees for rows with these columns. Raises ``SettingsError`` if the model has other features."""
        if set(model.usual) != set(names):
            raise _other_features(set(model.usual) ^ set(names))
        places = {name: place for place, name in enumerate(names)}
        nodes = list[tuple[int, float, int, int, float]]()

        def add(node: Split | float) -> int:
            number = len(nodes)
            if not isinstance(node, Split):
                nodes.append((0, 0.0, number, number, node))
                return number
            if node.feature not in places:
                raise _other_features({node.feature})
            nodes.append((0, 0.0, 0, 0, 0.0))
            low, high = add(node.low), add(node.high)
            nodes[number] = (places[node.feature], node.at, low, high, 0.0)
            return number

        roots = [add(tree) for tree in model.trees]
        feature, at, low, high, value = zip(*nodes, strict=True) if nodes else ((), (), (), (), ())
        return cls(
            model.offset,
            np.array([model.usual[name] for name in names], np.float64),
            np.array(roots, np.intp),
            np.array(feature, np.intp),
            np.array(at, np.float64),
            np.array(low, np.intp),
            np.array(high, np.intp),
            np.array(value, np.float64),
        )

    def log_odds(self, rows: Floats) -> Floats:
        """The log-odds of each row."""
        nodes = np.tile(self.roots, (len(rows), 1))
        which = np.arange(len(rows))[:, None]
        for _ in range(_DEEPEST):
            is_low = rows[which, self.feature[nodes]] <= self.at[nodes]
            children = np.where(is_low, self.low[nodes], self.high[nodes])
            if np.array_equal(children, nodes):
                break
            nodes = children
        return self.offset + self.value[nodes].sum(axis=1)

    def contributions(self, row: Floats) -> Floats:
        """How much each feature changes a row's log-odds, compared with its usual value."""
        changed = np.tile(row, (len(row), 1))
        np.fill_diagonal(changed, self.usual)
        return self.log_odds(row[None, :])[0] - self.log_odds(changed)


def _other_features(names: AbstractSet[str]) -> SettingsError:
    return SettingsError(
        f"The trees were fitted for other features (for example {', '.join(sorted(names)[:3])}). "
        "Fit them again: python -m retrieval fit."
    )
