"""Features that count only for one kind of question, such as "number:in_background"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from retrieval.answering.arrays import Floats
from retrieval.answering.question.kinds import Kind

_WITHOUT_FEATURES: Final = (Kind.LIST, Kind.LOOKUP)
_OTHER_KINDS: Final = 0.5
"""How much the further kinds of a question count, relative to its first."""


@dataclass(frozen=True, eq=False)
class KindFeatures:
    """The features' ``names``; each is column ``columns[n]`` of what it's made of, and counts for ``kinds[n]``."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    columns: NDArray[np.intp]

    @classmethod
    def of(cls, by_kind: Mapping[Kind, str], sources: Sequence[str]) -> KindFeatures:
        """For each kind the names of its features, separated by spaces; ``sources`` are the names of all columns."""
        pairs = [(kind, name) for kind, names in by_kind.items() for name in names.split()]
        columns = np.array([sources.index(name) for _, name in pairs], np.intp)
        return cls(tuple(f"{kind}:{name}" for kind, name in pairs), tuple(kind for kind, _ in pairs), columns)

    def factors(self, kinds: Sequence[Kind]) -> Floats:
        """How much each feature counts for a question of these kinds, the main one first."""
        counted = [kind for kind in kinds if kind not in _WITHOUT_FEATURES]
        factors = dict.fromkeys(counted, _OTHER_KINDS) | dict.fromkeys(counted[:1], 1.0)
        return np.array([factors.get(kind, 0.0) for kind in self.kinds])

    def describe(self, sources: Floats, kinds: Sequence[Kind]) -> Floats:
        """The features, from the values of all columns."""
        return sources[:, self.columns] * self.factors(kinds)
