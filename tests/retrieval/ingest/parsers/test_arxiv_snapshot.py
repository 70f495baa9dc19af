"""arXiv's metadata snapshot: a line as a paper."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import SourceError
from retrieval.ingest.parsers.files import read_file
from retrieval.papers import Paper

LINE: dict[str, Any] = {
    "id": "0704.0001",
    "submitter": "Ada L.",
    "authors": "A. Lovelace, C. Babbage Jr. and Gy\\'orgy",
    "title": "Notes on an\n  Engine",
    "comments": "66 pages, one programme",
    "journal-ref": "Taylor's Memoirs 3 (1843) 666",
    "doi": "10.1000/1",
    "report-no": None,
    "categories": "math.HO cs.GL",
    "license": None,
    "abstract": "  An engine weaves\nalgebra.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Lovelace", "Ada", ""], ["Babbage", "C.", "Jr.", "London"], ["György", "", ""]],
}


def read(path: Path, *rows: object) -> tuple[list[Paper], list[SourceError]]:
    """The papers of a file of these lines, and the errors for skipped lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    defects = list[SourceError]()
    return list(read_file(path, on_defect=defects.append)), defects


def test_a_line_is_a_paper(tmp_path: Path) -> None:
    """Names are joined from their parts; the first version has the date of publication, the last one the text."""
    assert read(tmp_path / "arxiv.json", LINE) == (
        [
            Paper(
                id="0704.0001",
                title="Notes on an Engine",
                abstract="An engine weaves algebra.",
                authors=("Ada Lovelace", "C. Babbage Jr.", "György"),
                categories=("math.HO", "cs.GL"),
                published=datetime(2007, 4, 2, 19, 18, 42, tzinfo=UTC),
                version=2,
            )
        ],
        [],
    )


def test_old_ids_lose_their_subject_class(tmp_path: Path) -> None:
    """As everywhere else in this project."""
    (paper,), _ = read(tmp_path / "arxiv.json", LINE | {"id": "math.CA/0611800"})
    assert paper.id == "math/0611800"


def test_versions_and_authors_are_optional(tmp_path: Path) -> None:
    """The paper then has no date and no authors."""
    bare: dict[str, Any] = {"versions": [], "authors_parsed": []}
    (paper,), _ = read(tmp_path / "arxiv.json", LINE | bare)
    assert (paper.published, paper.authors) == (None, ())


@pytest.mark.parametrize(
    "said",
    [
        "This paper has been withdrawn by the author due to an error in Lemma 2.",
        "12 pages. This\n  submission has been withdrawn by arXiv administrators",
        "Withdrawn by the authors",
        "[withdrawn]",
        "Paper withdrawn, see arXiv:0704.0002",
        "The paper is temporarily withdrawn.",
    ],
)
@pytest.mark.parametrize("field", ["comments", "abstract"])
def test_a_withdrawal_has_the_date_of_its_version(tmp_path: Path, field: str, said: str) -> None:
    """The comments say it, or the abstract. The paper is kept: somebody may have quoted it."""
    (paper,), defects = read(tmp_path / "arxiv.json", LINE | {field: said})
    assert (paper.withdrawn, defects) == (datetime(2007, 7, 24, 20, 10, 27, tzinfo=UTC), [])


@pytest.mark.parametrize(
    "said",
    [
        None,
        "The drug rofecoxib was withdrawn from the market.",
        "Withdrawn patients were followed for a year.",
        "This paper was withdrawn from a journal. It is right all the same.",
        "We detect papers withdrawn by their authors.",
        "It is not withdrawn",
    ],
)
@pytest.mark.parametrize("field", ["comments", "abstract"])
def test_other_things_can_be_withdrawn(tmp_path: Path, field: str, said: str | None) -> None:
    """They don't withdraw the paper."""
    (paper,), _ = read(tmp_path / "arxiv.json", LINE | {field: said or LINE[field]})
    assert paper.withdrawn is None


def test_without_versions_a_withdrawal_has_the_date_of_the_last_change(tmp_path: Path) -> None:
    """Only the day is known. A version without a number doesn't count."""
    said: dict[str, Any] = {"comments": "withdrawn", "versions": []}
    (paper,), _ = read(tmp_path / "arxiv.json", LINE | said)
    assert (paper.withdrawn, paper.version) == (datetime(2008, 11, 26, tzinfo=UTC), None)
    unnamed = [{"version": "final", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}]
    (paper,), _ = read(tmp_path / "arxiv.json", LINE | {"versions": unnamed})
    assert paper.version is None


@pytest.mark.parametrize(
    ("name", "broken"), [("versions", [{"created": "yesterday"}]), ("authors_parsed", ["Ada"]), ("update_date", "soon")]
)
def test_a_bad_field_is_left_out_and_named(tmp_path: Path, name: str, broken: object) -> None:
    """The paper is kept without it."""
    papers, (defect,) = read(tmp_path / "arxiv.json", LINE | {name: broken})
    assert [paper.id for paper in papers] == ["0704.0001"]
    assert f"left out: {name}" in str(defect)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"title": None}, "title"),
        ({"title": " "}, "blank"),
    ],
)
def test_an_invalid_line_is_named_and_skipped(tmp_path: Path, broken: dict[str, Any], said: str) -> None:
    """The others are read."""
    papers, (defect,) = read(tmp_path / "arxiv.json", LINE, LINE | broken, LINE | {"id": "0704.0002"})
    assert [paper.id for paper in papers] == ["0704.0001", "0704.0002"]
    assert defect.line == 2
    assert said in str(defect)
