from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

class BM25Okapi:
    avgdl: float
    idf: dict[Any, float]
    doc_freqs: list[dict[Any, int]]
    average_idf: float
    def __init__(
        self, corpus: Sequence[Sequence[Any]], *, k1: float = 1.5, b: float = 0.75, epsilon: float = 0.25
    ) -> None: ...
    def get_scores(self, query: Sequence[Any]) -> NDArray[np.float64]: ...
    def get_batch_scores(self, query: Sequence[Any], doc_ids: Sequence[int]) -> list[float]: ...
    def get_top_n(self, query: Sequence[Any], documents: Sequence[Any], n: int = 5) -> list[Any]: ...
