"""The types of NumPy arrays in the answerer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Numbers; a vector or a matrix."""
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]
"""Positions in other arrays."""
