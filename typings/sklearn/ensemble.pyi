from typing import Any

import numpy as np
from numpy.typing import NDArray

class GradientBoostingClassifier:
    estimators_: NDArray[Any]
    def __init__(
        self,
        *,
        n_estimators: int,
        learning_rate: float,
        max_depth: int,
        min_samples_leaf: int,
        subsample: float = ...,
        max_features: float,
        random_state: int,
    ) -> None: ...
    def fit(
        self, X: NDArray[np.float64], y: NDArray[np.bool_], *, sample_weight: NDArray[np.float64] | None = ...
    ) -> GradientBoostingClassifier: ...
