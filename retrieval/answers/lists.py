"""Lists of papers: all that are on the matter, and none that are not."""

from __future__ import annotations

from typing import Final

import numpy as np

from retrieval.answers.table import Floats, Table

MOST: Final = 8
_SURE: Final = 0.55
"""Value of a paper, beside the best one's, from which on it is on the matter."""
_LEAST: Final = 0.5
"""And its own value, where 1 is a paper with all of the question's words."""


def on_the_matter(table: Table) -> list[int]:
    """The papers that a list should name, best first: places in ``table.readings``."""
    values = _values(table)
    best = float(values.max(initial=0.0))
    kept = [at for at in range(len(values)) if values[at] >= max(_SURE * best, _LEAST * min(1.0, best))]
    return sorted(kept, key=lambda at: (-values[at], table.readings[at].paper.id))[:MOST]


def _values(table: Table) -> Floats:
    """How much of what was asked a paper is about."""
    near = table.in_paper(table.near) @ table.weights
    exact = table.in_paper(table.meant) @ table.weights
    title = np.maximum(table.in_title, 0) @ table.weights
    return 0.4 * near + 0.4 * exact + 0.2 * title
