"""A run of the benchmark: for each size all engines one after the other, each in processes of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel

from retrieval.benchmark.answering import Answering
from retrieval.benchmark.engines import ENGINES, Engine, missing_packages
from retrieval.benchmark.material import Material, queries_of, write_material
from retrieval.benchmark.measuring import Measured
from retrieval.errors import PaperBotError
from retrieval.papers import Paper

_PATIENCE = 3600.0  # seconds for one phase of one engine


class BenchmarkFailed(PaperBotError):
    """An engine did not do what it should; says which and what it printed last."""


class Row(Measured):
    """An engine at a size: what was measured, the bytes on disk; ``left_out`` says why nothing was."""

    engine: str
    size: int
    note: str = ""
    disk: int | None = None
    left_out: str = ""


class Report(BaseModel):
    """A whole run. ``real`` papers were given, the others are made of their sentences.

    ``answering`` has a line a size where there are questions.
    """

    real: int
    queries: int
    rows: list[Row]
    answering: list[Answering] = []


def run(
    papers: Sequence[Paper],
    questions: Sequence[str],
    sizes: Sequence[int],
    queries: int,
    *,
    tell: Callable[[str], None],
) -> Report:
    """Measure all engines at all sizes; ``tell`` hears what is going on. Raises ``BenchmarkFailed``."""
    made = queries_of(papers, questions, queries)
    if not made:
        raise BenchmarkFailed("The papers hold no words to make queries of.")
    rows = list[Row]()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        for size in sizes:
            tell(f"{size:,} papers: reading their words")
            material = write_material(Path(scratch), papers, size, made)
            for engine in ENGINES.values():
                tell(f"{size:,} papers: {engine.name}")
                rows.append(_row(engine, material))
            material.documents.unlink()
    return Report(real=min(len(papers), max(sizes)), queries=len(made), rows=rows)


def _row(engine: type[Engine], material: Material) -> Row:
    row = Row(engine=engine.name, size=material.size, note=engine.note)
    missing = missing_packages(engine)
    if missing:
        return row.model_copy(update={"left_out": f"{', '.join(missing)} not installed"})
    if engine.most is not None and material.size > engine.most:
        return row.model_copy(update={"left_out": f"slow: only up to {engine.most:,}"})
    with tempfile.TemporaryDirectory(dir=material.documents.parent) as place:
        folder = Path(place)
        parts = [_measured("build", engine.name, folder, material)]
        disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        parts += [_measured(phase, engine.name, folder, material) for phase in ("query", "add")]
    told = {name: value for part in parts for name, value in part if value is not None}
    return row.model_copy(update={**told, "disk": disk})


def _measured(phase: str, name: str, folder: Path, material: Material) -> Measured:
    documents = material.added if phase == "add" else material.documents
    command = [sys.executable, "-m", "retrieval.benchmark.measuring", phase, name]
    try:
        finished = subprocess.run(  # noqa: S603 - our own module
            [*command, str(folder), str(documents), str(material.queries)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_PATIENCE,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        last = (str(error.stderr).strip().splitlines() or ["nothing"])[-1]
        raise BenchmarkFailed(f"{name} failed at the phase “{phase}” with {material.size:,} papers: {last}") from error
    except subprocess.TimeoutExpired as error:
        raise BenchmarkFailed(f"{name} took longer than {_PATIENCE:,.0f} s for the phase “{phase}”.") from error
    return Measured.model_validate_json(finished.stdout.strip().splitlines()[-1])
