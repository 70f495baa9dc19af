"""The files that are learned from: question sets and their papers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from retrieval.errors import SourceError
from retrieval.ingest.parsers.files import read_file
from retrieval.papers import Paper

MOST_PAPERS: Final = 2_000
"""Papers from which a set's questions are asked. Of a larger collection a part is taken, with the questions' papers."""


@dataclass(frozen=True, slots=True)
class TrainingSource:
    """A question set and its papers; of more than ``MOST_PAPERS`` those whose ids match ``without`` are left out."""

    questions: Path
    papers: Path
    without: str = ""

    def read_papers(self) -> list[Paper]:
        """The papers. Raises ``SourceError`` for the first that can't be read."""
        papers = list(read_file(self.papers, on_defect=_refuse))
        if not self.without or len(papers) <= MOST_PAPERS:
            return papers
        return [paper for paper in papers if not re.search(self.without, paper.id)]


def names_of(sources: Sequence[TrainingSource]) -> str:
    """The names of all files."""
    return ", ".join(path.name for path in _files(sources))


def checksum_of(sources: Sequence[TrainingSource]) -> str:
    """The SHA-256 of all files."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in _files(sources))).hexdigest()


def _files(sources: Sequence[TrainingSource]) -> list[Path]:
    return [path for source in sources for path in (source.questions, source.papers)]


def _refuse(defect: SourceError) -> None:
    raise defect
