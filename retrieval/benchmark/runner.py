"""Runs the benchmark: for each size all engines one after the other, each in its own processes."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from pydantic import BaseModel, ValidationError

from retrieval.benchmark.corpora import Material, corpus_queries, write_material
from retrieval.benchmark.engines import ENGINES, Engine, missing_packages
from retrieval.benchmark.measurement import Measured
from retrieval.benchmark.searches import LibrarySpeed
from retrieval.errors import PaperBotError
from retrieval.papers import Paper

_PACKAGES = ("numpy", "numba", "rank-bm25", "bm25s", "tantivy")
_PHASES = ("build", "query", "add", "replace")
_TIMEOUT = 420.0  # seconds for one phase of one engine


class BenchmarkFailed(PaperBotError):
    """There's nothing to measure; the message says why."""


class _EngineFailed(Exception):
    """An engine failed in a phase; the message says which, and the last line it printed."""


class Row(Measured):
    """An engine's measurements at a size, and its bytes on disk.

    ``left_out`` says why nothing was measured, ``failed`` the phase in which the engine failed and why; earlier
    measurements are kept.
    """

    engine: str
    size: int
    note: str = ""
    disk: int | None = None
    left_out: str = ""
    failed: str = ""


class Report(BaseModel):
    """A whole run. ``real`` papers were given, the others are made of their sentences.

    ``libraries`` has an entry for each size if there are questions.
    """

    machine: str = ""
    real: int
    queries: int
    rows: list[Row]
    libraries: list[LibrarySpeed] = []


def run(
    papers: Sequence[Paper],
    questions: Sequence[str],
    sizes: Sequence[int],
    queries: int,
    *,
    on_status: Callable[[str], None],
    on_row: Callable[[Report], None],
) -> Report:
    """Measure all engines at all sizes; an engine that fails or is too slow doesn't affect the others.

    ``on_status`` gets what's going on, ``on_row`` gets the report after each row. Raises ``BenchmarkFailed`` if the
    papers have no words.
    """
    generated = corpus_queries(papers, questions, queries)
    if not generated:
        raise BenchmarkFailed("The papers have no words to make queries of.")
    report = Report(machine=machine(), real=min(len(papers), max(sizes)), queries=len(generated), rows=[])
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        for size in sizes:
            on_status(f"{size:,} papers: reading their words")
            material = write_material(Path(scratch), papers, size, generated)
            for engine in ENGINES.values():
                on_status(f"{size:,} papers: {engine.name}")
                report.rows.append(_row(engine, material))
                on_row(report)
            material.documents.unlink()
    return report


def machine() -> str:
    """The machine: cores, memory, system, and the versions of the packages."""
    memory = f", {_physical() / 1e9:.0f} GB of memory" if _physical() else ""
    python = f"Python {platform.python_version()}"
    packages = [f"{name} {version(name)}" for name in _PACKAGES if find_spec(name.replace("-", "_")) is not None]
    return f"{os.cpu_count()} cores{memory}, {platform.system()} {platform.machine()}, {', '.join([python, *packages])}"


def _physical() -> int:
    """Bytes of memory; 0 if unknown."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0


def _row(engine: type[Engine], material: Material) -> Row:
    row = Row(engine=engine.name, size=material.size, note=engine.note)
    missing = missing_packages(engine)
    if missing:
        return row.model_copy(update={"left_out": f"{', '.join(missing)} not installed"})
    if engine.most is not None and material.size > engine.most:
        return row.model_copy(update={"left_out": f"slow: only up to {engine.most:,}"})
    with tempfile.TemporaryDirectory(dir=material.documents.parent) as place:
        for phase in _PHASES:
            try:
                measured = _measured(phase, engine.name, Path(place), material)
            except _EngineFailed as why:
                return row.model_copy(update={"failed": str(why)})
            row = row.model_copy(update={name: value for name, value in measured if value is not None})
            if phase == "build":
                disk = sum(path.stat().st_size for path in Path(place).rglob("*") if path.is_file())
                row = row.model_copy(update={"disk": disk})
    return row


def _measured(phase: str, name: str, folder: Path, material: Material) -> Measured:
    documents = {"add": material.added, "replace": material.replaced}.get(phase, material.documents)
    command = [sys.executable, "-m", "retrieval.benchmark.measurement", phase, name]
    try:
        finished = subprocess.run(  # noqa: S603 - our own module
            [*command, str(folder), str(documents), str(material.queries)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_TIMEOUT,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        if error.returncode < 0:
            raise _EngineFailed(f"{phase}: ended by signal {-error.returncode}; memory may be short") from error
        last = (str(error.stderr).strip().splitlines() or [f"status {error.returncode}"])[-1]
        raise _EngineFailed(f"{phase}: {last}") from error
    except subprocess.TimeoutExpired as error:
        raise _EngineFailed(f"{phase}: longer than {_TIMEOUT:,.0f} s") from error
    try:
        return Measured.model_validate_json((finished.stdout.strip().splitlines() or [""])[-1])
    except ValidationError as error:
        raise _EngineFailed(f"{phase}: no valid output") from error
