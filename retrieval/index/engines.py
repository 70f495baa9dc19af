"""The fastest way to search that this installation has."""

from __future__ import annotations

import logging
from importlib.util import find_spec

from retrieval.index.numpy_search import Engine

log = logging.getLogger(__name__)


def compiled_engine() -> Engine | None:
    """The search in numba, ``None`` where the extra ``fast`` is not installed.

    Takes half a second, and some seconds once in a life of numba's cache (beside the module, or in the
    user's cache folder): call it in another thread than the one that answers.
    """
    if find_spec("numba") is None:
        return None
    try:
        from retrieval.index.numba_search import CompiledEngine  # noqa: PLC0415  (numba is only loaded to be used)
    except (ImportError, RuntimeError) as error:  # no folder for numba's cache, or a numba for another NumPy
        log.warning("Searching without numba, which cannot be used here: %s", error)
        return None
    return CompiledEngine()
