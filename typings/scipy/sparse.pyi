from typing import Any

from numpy.typing import NDArray

def csr_matrix(arg1: tuple[NDArray[Any], NDArray[Any], NDArray[Any]], shape: tuple[int, int]) -> Any: ...
