"""The types of arrays that ``numba_search`` compiles for, as type checkers and as numba see them."""

# numba has no type stubs, and pyright takes an element of an array for an array.
# pyright: reportArgumentType=false, reportAssignmentType=false, reportCallIssue=false
# pyright: reportUnknownMemberType=false, reportUntypedFunctionDecorator=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false, reportUnknownArgumentType=false, reportMissingImports=false

from __future__ import annotations

from operator import attrgetter
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
I16 = NDArray[np.int16]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

Columns = tuple[U16, U8, U32, U8, U32, U32, U32, F64]
"""The arrays of a segment's ``Postings`` that a search needs, in the order of ``COLUMNS``."""
Query = tuple[I64, U32, I64, F64]
"""The places of the terms in the segment, and the bounds, order and weights of their ``Plan``."""
Texts = tuple[U16, U32, U8, U16, U32, U16, U32]
"""The arrays that positions of words are read from, in the order of ``POSITION_COLUMNS``."""
Buffers = tuple[U32, U32, U8, I64, I64, F64, F64, NDArray[np.bool_]]
"""Buffers for a segment: sums, the largest sum of each line, impacts; for documents that come close: rows, places,
norms, scores, whether they contain a term."""


def array(type: Any, *, readonly: bool = False) -> Any:
    """The type of an array of one dimension."""
    return types.Array(type, 1, "C", readonly=readonly)


COLUMNS = {
    "documents": array(types.uint16, readonly=True),
    "impacts": array(types.uint8, readonly=True),
    "offsets": array(types.uint32, readonly=True),
    "maxima": array(types.uint8, readonly=True),
    "lengths": array(types.uint32, readonly=True),
    "exact_at": array(types.uint32, readonly=True),
    "exact_frequencies": array(types.uint32, readonly=True),
    "mean": array(types.float64, readonly=True),
}
columns_of = attrgetter(*COLUMNS)
POSITION_COLUMNS = {
    "documents": COLUMNS["documents"],
    "offsets": COLUMNS["offsets"],
    "positions": array(types.uint8, readonly=True),
    "repeats": array(types.uint16, readonly=True),
    "repeat_ends": array(types.uint32, readonly=True),
    "title_words": array(types.uint16, readonly=True),
    "text_words": array(types.uint32, readonly=True),
}
positions_of = attrgetter(*POSITION_COLUMNS)
DOCUMENTS, BYTES, OFFSETS = COLUMNS["documents"], COLUMNS["impacts"], COLUMNS["offsets"]
BYTES_HERE, COUNTS, NUMBERS = array(types.uint8), array(types.uint16), array(types.int16)
INTEGER, REAL = types.int64, types.float64
INTEGERS, REALS, BOUNDS, MASK = array(INTEGER), array(REAL), array(types.uint32), array(types.bool_)
DIRECTIONS, AXES = types.Array(types.int8, 2, "C", readonly=True), array(types.int32)
INTEGER_TABLE, REAL_TABLE, MASK_TABLE, BYTES_TABLE = (
    types.Array(type, 2, "C") for type in (INTEGER, REAL, types.bool_, types.uint8)
)
TEXTS = types.Tuple(tuple(POSITION_COLUMNS.values()))
SEGMENT = types.Tuple(tuple(COLUMNS.values()))
QUERY = types.Tuple((INTEGERS, BOUNDS, INTEGERS, REALS))
BUFFERS = types.Tuple((BOUNDS, BOUNDS, BYTES_HERE, INTEGERS, INTEGERS, REALS, REALS, MASK))
RESULT = types.Tuple((INTEGERS, REALS))


def compiled(*signature: Any) -> Any:
    """Compile for the type of the result and those of the arguments."""
    return numba.njit(signature[0](*signature[1:]), cache=True, nogil=True)
