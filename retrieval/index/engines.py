"""Which engine searches: the one that ``[retrieval] engine`` names, or the fastest that is installed."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from typing import Final

from retrieval.index.numpy_search import Engine, NumpyEngine
from retrieval.index.rank_bm25_search import LARGEST, RankBm25Engine

log = logging.getLogger(__name__)

_WORTH_COMPILING: Final = 20_000
"""Papers from which on ``auto`` loads numba: NumPy takes 0.3 ms for that many."""


class Engines:
    """The engines of one library. ``name`` is ``auto``, ``numba``, ``numpy`` or ``rank-bm25``."""

    def __init__(self, name: str = "auto") -> None:
        self._name = name
        self._fast: Engine = NumpyEngine()
        self._reference = RankBm25Engine()
        self._loaded = name == "numpy"
        self._warned = False

    def engine_for(self, papers: int) -> Engine:
        """The engine for an index of this many papers, without waiting for anything to load."""
        if self._name != "rank-bm25":
            return self._fast
        if papers <= LARGEST:
            return self._reference
        if not self._warned:
            log.warning(
                "[retrieval] engine is rank-bm25, which is for up to %s papers. This library has %s, so the fastest "
                "engine searches it instead, with the same results.",
                f"{LARGEST:,}",
                f"{papers:,}",
            )
            self._warned = True
        return self._fast

    def load(self, papers: int) -> bool:
        """Load numba if this many papers are worth it; whether ``engine_for`` returns another engine from now on.

        Takes half a second, and several seconds the first time, when numba fills its cache (beside the module, or in
        the user's cache folder): call it in a thread that nobody waits for.
        """
        if self._loaded or (papers < _WORTH_COMPILING and self._name != "numba"):
            return False
        self._loaded = True
        engine = _numba_engine()
        if engine is None and self._name == "numba":
            log.warning(
                "[retrieval] engine is numba, which isn't installed (the extra `fast`). NumPy searches instead."
            )
        self._fast = engine or self._fast
        return engine is not None


def _numba_engine() -> Engine | None:
    """The search in numba; ``None`` if the extra ``fast`` isn't installed or doesn't work here."""
    if find_spec("numba") is None:
        return None
    try:
        from retrieval.index.numba_engine import NumbaEngine  # noqa: PLC0415  (numba is only loaded to be used)
    except (ImportError, RuntimeError) as error:  # no folder for numba's cache, or a numba for another NumPy
        log.warning("numba can't be used here, so NumPy searches instead: %s", error)
        return None
    return NumbaEngine()
