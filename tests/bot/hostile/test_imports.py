"""Hostile files: each good line is imported, each bad one is named, and nothing raises."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest

from retrieval.errors import SourceError
from retrieval.ingest.parsers.files import read_batches
from tests.bot.hostile import corpus

NAMES = ("id", "title", "abstract", "authors", "categories", "published", "votes", "comments", "link", "code_url")
GOOD = {"id": "2310.00001", "title": "A good paper", "abstract": "It is good."}


@pytest.mark.parametrize("seed", range(10))
def test_lines_of_any_kind(tmp_path: Path, seed: int) -> None:
    """Fields of any type and length, half lines, other JSON; what is left can be stored."""
    random, lines = Random(seed), [json.dumps(GOOD)]
    for _ in range(150):
        made = {name: corpus.value(random) for name in NAMES if random.random() < 0.8}
        line = json.dumps(random.choice((made, {**GOOD, **made}, corpus.value(random))))
        lines.append(line[: random.randrange(len(line) + 1)] if random.random() < 0.2 else line)
    path = tmp_path / "papers.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    defects = list[SourceError]()
    papers = [paper for batch in read_batches(path, 20, on_defect=defects.append) for paper in batch.papers]
    assert "A good paper" in [paper.title for paper in papers]
    assert defects
    for paper in papers:
        paper.model_dump_json().encode()
