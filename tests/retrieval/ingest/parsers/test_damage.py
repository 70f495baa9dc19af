"""Files that were cut off or damaged, of every kind: what is stored is in the original, or the defect is named."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.ingest.parsers.files import read_file
from retrieval.papers import Paper
from tests.retrieval.ingest.parsers.test_files import packed

ROWS: list[dict[str, Any]] = [
    {
        "id": f"2405.{n:05}",
        "title": f"Crow {n}: é \u4e2d\u6587",
        "abstract": f"Crows think {n} thoughts.\nThey fly.",
        "authors": ["Ada Lovelace", f"José {n}"],
        "published": "2024-05-01",
        "votes": n,
    }
    for n in range(12)
]
SNAPSHOT = [
    {key: row[key] for key in ("id", "title", "abstract")}
    | {
        "authors": "A. Lovelace and J. Nunez",
        "categories": "cs.CL cs.LG",
        "update_date": "2024-05-02",
        "authors_parsed": [["Lovelace", "Ada", ""], ["Nunez", "J.", ""]],
        "versions": [{"version": "v1", "created": "Mon, 1 Apr 2024 19:18:42 GMT"}],
    }
    for row in ROWS
]
ITEMS = [
    {"paper": {"id": row["id"], "title": row["title"], "summary": row["abstract"], "upvotes": row["votes"]}}
    for row in ROWS
]
ENTRIES = [
    f"""<entry>
<id>http://arxiv.org/abs/{row["id"]}v1</id><title>{row["title"]}</title>
<summary>{row["abstract"]}</summary><author><name>Ada Lovelace</name></author>
<published>2024-05-01T00:00:00Z</published><category term="cs.CL"/>
</entry>"""
    for row in ROWS
]


def _lines(rows: Sequence[object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


KINDS = {
    "JSON lines": _lines(ROWS),
    "array": json.dumps(ROWS, ensure_ascii=False),
    "array over lines": json.dumps(ROWS, ensure_ascii=False, indent=1),
    "data": json.dumps({"data": ROWS}, ensure_ascii=False, indent=1),
    "Atom": f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{"".join(ENTRIES)}</feed>',
    "snapshot": _lines(SNAPSHOT),
    "list entries": _lines([{"list_date": "2024-05-02", "item": item} for item in ITEMS]),
    "raw answer": json.dumps(ITEMS, ensure_ascii=False),
}


def read(content: bytes) -> tuple[list[Paper], list[str]]:
    """The papers of a file with this content, and what was said about it.

    Without positions on lists: they are counted in the file, so a paper that is lost shifts the ones behind it.
    """
    defects = list[SourceError]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "papers"
        path.write_bytes(content)
        try:
            papers = list(read_file(path, on_defect=defects.append))
        except SourceError as error:
            return [], [str(error)]
    papers = [paper.model_copy(update={"listing": None}) for paper in papers]
    return papers, [str(defect) for defect in defects]


ORIGINALS = {kind: read(text.encode())[0] for kind, text in KINDS.items()}


def test_the_files_are_good() -> None:
    """Nothing is wrong with them before they are damaged."""
    assert all(read(text.encode()) == (ORIGINALS[kind], []) for kind, text in KINDS.items())
    assert all(len(papers) == len(ROWS) for papers in ORIGINALS.values())


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(place=st.integers(0, 10**6))
def test_a_cut_file_gives_its_first_papers(kind: str, place: int) -> None:
    """Each as it was; only a file that ends with a whole line can be cut without a word."""
    whole = KINDS[kind].encode()
    content = whole[: place % len(whole)]
    papers, defects = read(content)
    assert papers == ORIGINALS[kind][: len(papers)]
    assert defects or content.endswith((b"}", b"}\n"))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(place=st.integers(0, 10**6), byte=st.integers(0, 255))
def test_a_changed_byte_harms_one_paper_at_most(kind: str, place: int, byte: int) -> None:
    """The others are as they were, or it's said what is wrong with the file."""
    whole = KINDS[kind].encode()
    at = place % len(whole)
    papers, defects = read(whole[:at] + bytes([byte]) + whole[at + 1 :])
    originals = ORIGINALS[kind]
    changed = [paper for paper in papers if paper not in originals]
    missing = [paper for paper in originals if paper not in papers]
    assert len(changed) <= 1
    assert defects or len(missing) <= 1
    if kind in {"JSON lines", "snapshot", "list entries", "Atom"}:
        assert len(missing) <= 2 or not papers  # two lines, where the end of one is changed


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60)
@given(place=st.integers(0, 10**6), byte=st.integers(0, 255), cut=st.booleans())
def test_a_gzip_file_knows_its_checksum(kind: str, place: int, byte: int, cut: bool) -> None:
    """Whatever is cut or changed, the papers are the first ones as they were, or the defect is named."""
    whole = packed(KINDS[kind].encode())
    at = place % len(whole)
    papers, defects = read(whole[:at] if cut else whole[:at] + bytes([byte]) + whole[at + 1 :])
    assert defects or papers == ORIGINALS[kind]
    assert not cut or papers == ORIGINALS[kind][: len(papers)]


@settings(max_examples=40)
@given(place=st.integers(0, 10**6), kind=st.sampled_from(sorted(KINDS)), gzip=st.booleans())
def test_standard_input_is_read_as_a_file_is(place: int, kind: str, gzip: bool) -> None:
    """Cut off at any place, too."""
    content = KINDS[kind].encode()
    content = (packed(content) if gzip else content)[: 1 + place % len(content)]
    expected, _ = read(content)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        try:
            found = read_file(Path("-"), on_defect=lambda _: None)
            papers = [paper.model_copy(update={"listing": None}) for paper in found]
        except SourceError:
            papers = []
    assert papers == expected
