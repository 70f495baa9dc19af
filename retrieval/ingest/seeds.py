"""The papers of a first run: titles and abstracts of the seed page, with the records that the page doesn't have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from retrieval.ingest.parsers.daily_page import read_page
from retrieval.ingest.parsers.paper_object import read_paper
from retrieval.papers import Paper, title_id
from retrieval.settings import SEED_PAGE, SEED_RECORDS


def read_seeds() -> list[Paper]:
    """The papers of the page in its order, under their arXiv ids. Each record is read as a line of a file is."""
    return [
        read_paper(record | {"abstract": paper.abstract}, lambda _: 0)[0].model_copy(update={"listing": paper.listing})
        for paper, record in _with_records()
    ]


def read_earlier_seeds() -> list[Paper]:
    """The same papers under the ids that earlier versions gave them: saves and votes refer to these."""
    return [
        seed.model_copy(update={"id": paper.id, "link": seed.url})
        for seed, (paper, _) in zip(read_seeds(), _with_records(), strict=True)
    ]


def _with_records() -> Iterator[tuple[Paper, dict[str, Any]]]:
    """The papers as they are on the page, each with its record."""
    rows = map(json.loads, SEED_RECORDS.read_text(encoding="utf-8").splitlines())
    records = {title_id(record["title"]): record for record in rows}
    for paper in read_page(SEED_PAGE.read_text(encoding="utf-8")):
        yield paper, records[paper.id]
