"""The process in which one engine does one thing and prints how long it took, as a line of JSON.

``python -m retrieval.benchmark.measurement build|query|add|replace ENGINE FOLDER DOCUMENTS QUERIES``. Each runs in its
own process, so that memory and start-up are only the engine's. Started by ``runner``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import BaseModel

from retrieval.benchmark.corpora import QUERIES, GeneratedQuery, read_documents
from retrieval.benchmark.engines import ENGINES, Engine

_STATM = Path("/proc/self/statm")  # Linux; the second number is the resident memory in pages of 4 KiB
_PAGE = 4096
_TIME_LIMIT = 60.0  # seconds for all queries with one limit; a slow engine is measured on fewer queries


class Percentiles(BaseModel):
    """Milliseconds in the median and at the 99th percentile."""

    p50_ms: float
    p99_ms: float

    @classmethod
    def of(cls, milliseconds: Sequence[float], **fields: Any) -> Self:
        """The percentiles of these times, with the other fields of a subclass."""
        p50, p99 = np.percentile(milliseconds, (50, 99)).tolist()
        return cls(p50_ms=p50, p99_ms=p99, **fields)


class Times(Percentiles):
    """Milliseconds a query, over the first ``queries``."""

    queries: int


class Measured(BaseModel):
    """What a process measured; ``None`` if it measures something else, or can't on this system.

    ``start_s`` is the time from opening to the first result, ``memory`` the resident bytes after all queries (including
    used pages of mapped files), ``add_ms`` the time until 50 new papers are found, ``replace_ms`` the same if they
    replace 50 papers from all parts of the index.
    """

    build_s: float | None = None
    start_s: float | None = None
    top_10: Times | None = None
    top_100: Times | None = None
    memory: int | None = None
    add_ms: float | None = None
    replace_ms: float | None = None


def measure_queries(queries: Sequence[GeneratedQuery], search: Callable[[GeneratedQuery], object]) -> Times:
    """Measure how long each query takes, for at most a minute."""
    taken, end = list[float](), time.perf_counter() + _TIME_LIMIT
    for query in queries:
        started = time.perf_counter()
        search(query)
        finished = time.perf_counter()
        taken.append((finished - started) * 1000)
        if finished > end:
            break
    return Times.of(taken, queries=len(taken))


def resident_memory() -> int | None:
    """The resident bytes of this process; ``None`` on systems other than Linux."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return None


def _build(engine: Engine, folder: Path, documents: Path, _: Sequence[GeneratedQuery]) -> Measured:
    read = read_documents(documents, ordered=engine.ordered)
    started = time.perf_counter()
    engine.build(read, folder)
    return Measured(build_s=time.perf_counter() - started)


def _query(engine: Engine, folder: Path, _: Path, queries: Sequence[GeneratedQuery]) -> Measured:
    started = time.perf_counter()
    engine.open(folder)
    engine.search(queries[0].terms, 10)  # includes compilation on the first query
    start_s = time.perf_counter() - started
    some = queries[: engine.most_queries]
    engine.search(queries[0].terms, 100)  # compiles for another limit, if that's needed
    return Measured(
        start_s=start_s,
        top_10=measure_queries(some, lambda query: engine.search(query.terms, 10)),
        top_100=measure_queries(some, lambda query: engine.search(query.terms, 100)),
        memory=resident_memory(),
    )


def _add(engine: Engine, folder: Path, documents: Path, _: Sequence[GeneratedQuery]) -> Measured:
    return Measured(add_ms=_adding_ms(engine, folder, documents))


def _replace(engine: Engine, folder: Path, documents: Path, _: Sequence[GeneratedQuery]) -> Measured:
    return Measured(replace_ms=_adding_ms(engine, folder, documents) if engine.replaces else None)


def _adding_ms(engine: Engine, folder: Path, documents: Path) -> float | None:
    """Milliseconds until added documents are found; ``None`` if the engine can't add."""
    read = read_documents(documents, ordered=engine.ordered)
    engine.open(folder)
    engine.search(read[0][1][:3], 10)
    started = time.perf_counter()
    if not engine.add(read, folder):
        return None
    engine.search(read[-1][1][:3], 10)
    return (time.perf_counter() - started) * 1000


def main(arguments: Sequence[str]) -> None:
    """Run the phase given on the command line and print its result."""
    phase, name, folder, documents, queries = arguments
    for package in ENGINES[name].packages:
        import_module(package)
    run = {"build": _build, "query": _query, "add": _add, "replace": _replace}[phase]
    parsed = QUERIES.validate_json(Path(queries).read_bytes())
    measured = run(ENGINES[name](), Path(folder), Path(documents), parsed)
    sys.stdout.write("\n" + measured.model_dump_json() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
