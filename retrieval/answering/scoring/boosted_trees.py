"""Boosted trees: a margin out of many small questions to the features, each asked where it helps.

A linear model cannot say "a missing word matters unless the question is a paraphrase"; a tree can. The
margin is an offset and the sum of one leaf of each tree (Friedman, "Greedy Function Approximation: A
Gradient Boosting Machine", 2001). Fitting is scikit-learn's; here is only what a fitted model says.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from retrieval.errors import SettingsError

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

_DEEPEST: Final = 12
"""Questions on one way through a tree: far more than any tree here has."""


class Split(BaseModel):
    """A question to one feature: at most ``at``, then ``low``, else ``high``; a number is a leaf."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: str
    at: float
    low: Split | float
    high: Split | float


class Boosted(BaseModel):
    """The trees, the offset, and the value that each feature usually has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    offset: float
    usual: dict[str, float]
    trees: tuple[Split, ...]


@dataclass(frozen=True, eq=False)
class Trees:
    """Boosted trees as arrays: node *n* asks ``feature[n] <= at[n]`` and leads to ``low[n]`` or ``high[n]``.

    A leaf leads to itself and has a ``value``; ``roots`` are the first nodes of the trees. ``usual`` has
    a value for each feature, in the order in which rows have them.
    """

    offset: float
    usual: Floats
    roots: Numbers
    feature: Numbers
    at: Floats
    low: Numbers
    high: Numbers
    value: Floats

    @classmethod
    def of(cls, model: Boosted, names: Sequence[str]) -> Trees:
        """For rows with these features. Raises ``SettingsError`` where the model has others."""
        if set(model.usual) != set(names):
            raise _strange(set(model.usual) ^ set(names))
        places = {name: place for place, name in enumerate(names)}
        nodes = list[tuple[int, float, int, int, float]]()

        def add(node: Split | float) -> int:
            number = len(nodes)
            if not isinstance(node, Split):
                nodes.append((0, 0.0, number, number, node))
                return number
            if node.feature not in places:
                raise _strange({node.feature})
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

    def margins(self, rows: Floats) -> Floats:
        """The margin of each row."""
        nodes = np.tile(self.roots, (len(rows), 1))
        which = np.arange(len(rows))[:, None]
        for _ in range(_DEEPEST):
            goes_low = rows[which, self.feature[nodes]] <= self.at[nodes]
            onward = np.where(goes_low, self.low[nodes], self.high[nodes])
            if np.array_equal(onward, nodes):
                break
            nodes = onward
        return self.offset + self.value[nodes].sum(axis=1)

    def shares(self, row: Floats) -> Floats:
        """What each feature does to a row's margin: the difference to the margin were it as usual."""
        changed = np.tile(row, (len(row), 1))
        np.fill_diagonal(changed, self.usual)
        return self.margins(row[None, :])[0] - self.margins(changed)


def _strange(names: AbstractSet[str]) -> SettingsError:
    return SettingsError(
        f"The fitted trees ask for other features (for example {', '.join(sorted(names)[:3])}). "
        "Make them again: python -m retrieval fit."
    )
