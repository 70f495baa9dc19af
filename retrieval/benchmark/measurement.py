"""The process in which one engine does one thing and tells how long it took, as a line of JSON.

``python -m retrieval.benchmark.measurement build|query|add|replace ENGINE FOLDER DOCUMENTS QUERIES``; a process
for each, so that memory and start are the engine's alone. It is started by ``running``.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
from pydantic import BaseModel

from retrieval.benchmark.corpora import QUERIES, GeneratedQuery, read_documents
from retrieval.benchmark.engines import ENGINES, Engine

_STATM = Path("/proc/self/statm")  # Linux; its second number is the resident memory in pages of 4 KiB
_PAGE = 4096
_ENOUGH = 60.0  # seconds of queries with one limit: a slow engine's figures are over those that it answered by then


class Times(BaseModel):
    """Milliseconds a query in the median and at the 99th percentile, over the first ``queries`` of them."""

    p50_ms: float
    p99_ms: float
    queries: int


class Measured(BaseModel):
    """What a process measured; ``None``: not its business, or not to be had here.

    ``start_s`` is from opening to the first answer, ``memory`` the resident bytes after all queries
    (mapped files that are in use count), ``add_ms`` from having 50 papers to finding them, ``replace_ms`` the same
    where they take the place of 50 from all over the index.
    """

    build_s: float | None = None
    start_s: float | None = None
    top_10: Times | None = None
    top_100: Times | None = None
    memory: int | None = None
    add_ms: float | None = None
    replace_ms: float | None = None


def timed(queries: Sequence[GeneratedQuery], search: Callable[[GeneratedQuery], object]) -> Times:
    """How long each query takes, as far as that is told within a minute."""
    taken, end = list[float](), time.perf_counter() + _ENOUGH
    for query in queries:
        started = time.perf_counter()
        search(query)
        finished = time.perf_counter()
        taken.append((finished - started) * 1000)
        if finished > end:
            break
    p50, p99 = np.percentile(taken, (50, 99)).tolist()
    return Times(p50_ms=p50, p99_ms=p99, queries=len(taken))


def resident_memory() -> int | None:
    """Bytes of this process in memory; ``None`` where the system does not tell as Linux does."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return None


def _build(engine: Engine, folder: Path, documents: Path, _: Sequence[GeneratedQuery]) -> Measured:
    read = read_documents(documents)
    started = time.perf_counter()
    engine.build(read, folder)
    return Measured(build_s=time.perf_counter() - started)


def _query(engine: Engine, folder: Path, _: Path, queries: Sequence[GeneratedQuery]) -> Measured:
    started = time.perf_counter()
    engine.open(folder)
    engine.search(queries[0].terms, 10)  # what is compiled for the first query is part of the start
    start_s = time.perf_counter() - started
    some = queries[: engine.most_queries]
    engine.search(queries[0].terms, 100)  # what is compiled for another size is compiled now
    return Measured(
        start_s=start_s,
        top_10=timed(some, lambda query: engine.search(query.terms, 10)),
        top_100=timed(some, lambda query: engine.search(query.terms, 100)),
        memory=resident_memory(),
    )


def _add(engine: Engine, folder: Path, documents: Path, _: Sequence[GeneratedQuery]) -> Measured:
    return Measured(add_ms=_added(engine, folder, documents))


def _replace(engine: Engine, folder: Path, documents: Path, _: Sequence[GeneratedQuery]) -> Measured:
    return Measured(replace_ms=_added(engine, folder, documents) if engine.replaces else None)


def _added(engine: Engine, folder: Path, documents: Path) -> float | None:
    """Milliseconds until the documents are found; ``None`` where the engine cannot add."""
    read = read_documents(documents)
    engine.open(folder)
    engine.search(read[0][1][:3], 10)
    started = time.perf_counter()
    if not engine.add(read, folder):
        return None
    engine.search(read[-1][1][:3], 10)
    return (time.perf_counter() - started) * 1000


def main(arguments: Sequence[str]) -> None:
    """Do what the command line says and print the line of JSON."""
    phase, name, folder, documents, queries = arguments
    for package in ENGINES[name].packages:
        import_module(package)
    do = {"build": _build, "query": _query, "add": _add, "replace": _replace}[phase]
    made = QUERIES.validate_json(Path(queries).read_bytes())
    measured = do(ENGINES[name](), Path(folder), Path(documents), made)
    sys.stdout.write("\n" + measured.model_dump_json() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
