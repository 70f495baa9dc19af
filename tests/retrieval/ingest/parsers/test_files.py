"""Files of papers: told apart by what is in them, broken lines named, everything else an error to read."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.ingest.parsers import files
from retrieval.ingest.parsers.files import EXPECTED, read_file, read_files
from retrieval.papers import Paper, title_id
from retrieval.settings import SEED_PAGE
from tests.shared_data import SHARED, needs_shared

ITEM: dict[str, Any] = {"paper": {"id": "2405.00001", "title": "Owls", "summary": "Owls hunt.", "upvotes": 3}}
LINE = {"id": "2405.00002", "title": "Crows", "abstract": "Crows\n  think."}
KINDS = {
    "JSON lines": (json.dumps(LINE) + "\n", ["Crows"]),
    "one line without an end": (json.dumps(LINE), ["Crows"]),
    "lines with blank ones": (
        f"\n\n  {json.dumps(LINE)}\r\n\r\n{json.dumps(LINE | {'title': 'Jays'})}",
        ["Crows", "Jays"],
    ),
    "list entries": (json.dumps({"list_date": "2024-05-02", "item": ITEM}) + "\n", ["Owls"]),
    "list entries as repr": (json.dumps({"list_date": "2024-05-02", "item": repr(ITEM)}), ["Owls"]),
    "a raw answer": (json.dumps([ITEM], indent=1), ["Owls"]),
    "a raw answer in one line": (json.dumps([ITEM]), ["Owls"]),
    "an empty raw answer": ("[]", list[str]()),
    "a page": ("Daily Papers\n\nJays\n\n" + "Jays hide acorns. " * 10, ["Jays"]),
}
NAMES = ["papers.txt", "papers.jsonl.gz", "answer.json", "page", "2024-05-01.csv", "名.html"]


def written(folder: Path, content: str | bytes, name: str = "papers") -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def packed(content: bytes) -> bytes:
    """Gzipped without the time of day: the same bytes in every process and every run."""
    return gzip.compress(content, mtime=0)


def read(path: Path) -> tuple[list[Paper], list[str]]:
    """The papers of a file, and what was said of the lines that were skipped."""
    defects = list[SourceError]()
    papers = list(read_file(path, on_defect=defects.append))
    assert all(defect.path == path for defect in defects)
    return papers, [str(defect) for defect in defects]


def refusal(path: Path) -> str:
    """What the error for this file says; it names the file, once."""
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value).count(str(path)) == 1
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pack", [bytes, packed], ids=["plain", "gzip"])
def test_a_file_is_what_it_holds(tmp_path: Path, kind: str, name: str, pack: Callable[[bytes], bytes]) -> None:
    """Neither the name nor its ending decides, and a byte order mark does no harm."""
    content, titles = KINDS[kind]
    for mark in ("", "\ufeff"):
        papers, defects = read(written(tmp_path, pack((mark + content).encode()), name))
        assert ([paper.title for paper in papers], defects) == (titles, [])


def test_all_that_a_line_can_say(tmp_path: Path) -> None:
    """Every field of a paper, on the list of its day, in UTC."""
    line = {
        "id": "https://arxiv.org/abs/2405.00002v3",
        "title": "Crows\n think",
        "abstract": "They  do.",
        "authors": ["Ada", {"name": "Alan"}],
        "categories": "cs.CL cs.AI",
        "published": "2024-05-01T23:00:00-04:00",
        "listed": "2024-05-02",
        "votes": 4,
        "link": "https://example.org",
        "code_url": "https://example.org/code",
        "project_url": "https://example.org/project",
        "more": "ignored",
    }
    (paper,), _ = read(written(tmp_path, json.dumps(line)))
    assert (paper.id, paper.title, paper.abstract) == ("2405.00002", "Crows think", "They do.")
    assert (paper.authors, paper.categories) == (("Ada", "Alan"), ("cs.CL", "cs.AI"))
    assert paper.published == datetime(2024, 5, 2, 3, tzinfo=UTC)
    assert paper.listing is not None
    assert (paper.listing.day, paper.listing.position) == (date(2024, 5, 2), 0)
    assert (paper.votes, paper.link) == (4, "https://example.org")
    assert (paper.code_url, paper.project_url) == ("https://example.org/code", "https://example.org/project")


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Ada Lovelace, Alan Turing and Grace Hopper", ("Ada Lovelace", "Alan Turing", "Grace Hopper")),
        (["Ada", "", None], ("Ada",)),
        ([{"name": "Ada"}, {}], ("Ada",)),
        (None, ()),
        ("", ()),
    ],
)
def test_authors_in_whatever_form(tmp_path: Path, authors: object, names: tuple[str, ...]) -> None:
    """One text, a list of texts, a list of objects, or none."""
    (paper,), _ = read(written(tmp_path, json.dumps(LINE | {"authors": authors})))
    assert paper.authors == names


@pytest.mark.parametrize("id", ["", "  ", None, ...])
def test_a_paper_without_an_id_gets_one_of_its_title(tmp_path: Path, id: object) -> None:
    """The same one every time."""
    line = {name: value for name, value in (LINE | {"id": id}).items() if value is not ...}
    (paper,), _ = read(written(tmp_path, json.dumps(line)))
    assert paper.id == title_id("Crows")


def test_half_a_character_does_not_lose_the_paper(tmp_path: Path) -> None:
    """An emoji that was cut in two, as JSON can spell it, becomes the sign for what cannot be read."""
    line = '{"title": "Owls \\ud83e", "abstract": "Hoo \\udd89!", "categories": ["\\ud83e"], "link": "\\ud83e"}'
    (paper,), defects = read(written(tmp_path, line))
    assert (paper.title, paper.abstract, paper.link, defects) == ("Owls \ufffd", "Hoo \ufffd!", "\ufffd", [])


@pytest.mark.parametrize("name", ["summary", "text"])
def test_other_names_of_the_abstract(tmp_path: Path, name: str) -> None:
    """What other sources call it."""
    (paper,), _ = read(written(tmp_path, json.dumps({"id": 7, "title": "Crows", name: "Crows think."})))
    assert (paper.id, paper.abstract) == ("7", "Crows think.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"title": 3', "not valid JSON"),
        ('{"title": "Owls"}', "abstract: field required"),
        ('{"title": " ", "abstract": "a"}', "title: value error, must not be blank"),
        ('{"title": "a", "abstract": "a", "votes": -1}', "votes: input should be greater"),
        ('{"title": "a", "abstract": "a", "votes": ' + "9" * 5_000 + "}", "skipped"),
        ('{"title": "a", "abstract": "a", "published": "9999-12-31T23:00:00-10:00"}', "out of range"),
        ('{"list_date": "2024-02-30", "item": {}}', "day is out of range"),
        ('{"list_date": "2024-02-28", "item": {"paper": 3}}', "not an item of the daily papers API"),
        ("[1]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("{" * 100_000, "not valid JSON"),
        ('{"a":' * 100_000, "skipped"),
        ("plain text", "not valid JSON"),
    ],
)
def test_a_broken_line_is_named_and_skipped(tmp_path: Path, line: str, said: str) -> None:
    """The lines around it are papers, and what is said names the file, the line and what is wrong with it."""
    path = written(tmp_path, f"{json.dumps(LINE)}\n\n{line}\n{json.dumps(LINE | {'title': 'Jays'})}\n")
    papers, (defect,) = read(path)
    assert [paper.title for paper in papers] == ["Crows", "Jays"]
    assert defect.startswith(f"{path}, line 3: skipped: ")
    assert said in defect


def test_a_broken_item_of_an_answer_is_named_and_skipped(tmp_path: Path) -> None:
    """It is counted as people count."""
    path = written(tmp_path, json.dumps([ITEM, {"paper": {"id": "1"}}, ITEM]))
    papers, (defect,) = read(path)
    assert len(papers) == 2
    assert defect.startswith(f"{path}: item 2: ")


def test_the_day_of_an_answer_that_does_not_say(tmp_path: Path) -> None:
    """It is in the name of a recorded answer; a name without a day leaves the papers on no list."""
    answer = json.dumps([ITEM])

    def days(name: str) -> list[date | None]:
        return [paper.listing and paper.listing.day for paper in read(written(tmp_path, answer, name))[0]]

    assert days("daily_papers-2024-05-27.json") == [date(2024, 5, 27)]
    assert days("daily_papers.json") == [None]
    assert days("2024-99-99.json") == [None]


def test_places_on_a_list_are_counted_for_each_list(tmp_path: Path) -> None:
    """However the days are mixed, the first entry of a day is its number one."""
    days = ["2024-05-02", "2024-05-03", "2024-05-02", None]
    rows = [{"list_date": day, "item": ITEM} for day in days]
    papers, _ = read(written(tmp_path, "\n".join(json.dumps(row) for row in rows)))
    found = [(paper.listing.name, paper.listing.position) if paper.listing else None for paper in papers]
    assert found == [("2024-05-02", 0), ("2024-05-03", 0), ("2024-05-02", 1), None]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "is empty", id="nothing"),
        pytest.param(b"\n \r\n\n", "is empty", id="blank lines"),
        pytest.param(packed(b""), "is empty", id="nothing, packed"),
        pytest.param(b"title,abstract\nOwls,They hunt\n", "known kind of file", id="CSV"),
        pytest.param(b"%PDF-1.7\n", "known kind of file", id="PDF"),
        pytest.param(b"<html>Daily Papers</html>", "known kind of file", id="HTML"),
        pytest.param(b"Daily Papers\n\nNothing else", "found no paper", id="a page's head alone"),
        pytest.param(b"{}\n{}\n", "contains no papers", id="empty lines of JSON"),
        pytest.param(b'{\n  "title": "Owls",\n  "abstract": "pretty"\n}', "contains no papers", id="pretty JSON"),
        pytest.param(b"[{}]", "contains no papers", id="an empty entry"),
        pytest.param(b"[1, 2", "isn't valid JSON", id="JSON cut short"),
        pytest.param(b"[" * 100_000, "isn't valid JSON", id="JSON too deep"),
        pytest.param("Überschrift".encode("latin-1"), "isn't UTF-8 text", id="Latin-1"),
        pytest.param(json.dumps(LINE).encode("utf-16"), "isn't UTF-8 text", id="UTF-16"),
        pytest.param(b"PK\x03\x04\xff\xfe", "isn't UTF-8 text", id="ZIP"),
    ],
)
def test_what_holds_no_papers_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """The error names the file and says what would have been right."""
    text = refusal(written(tmp_path, content))
    assert said in text
    assert EXPECTED in text or "Expected a Daily Papers page" in text


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    """With what they are instead of a file."""
    assert "No such file" in refusal(tmp_path / "missing.jsonl")
    assert f"is a folder. {EXPECTED}" in refusal(tmp_path)


@pytest.mark.parametrize("damage", ["truncated", "checksum", "middle"])
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, damage: str) -> None:
    """What was read before the damage is yielded; the end is an error, not a silent stop."""
    lines = "".join(json.dumps(LINE | {"title": f"Crow {number}"}) + "\n" for number in range(500))
    whole = packed(lines.encode())
    broken = {
        "truncated": whole[:-100],
        "checksum": whole[:-8] + bytes(8),
        "middle": whole[:200] + b"\xff" * 60 + whole[260:],
    }[damage]
    assert "can't be read" in refusal(written(tmp_path, broken))


def test_an_endless_line_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small gzip file can hold a huge one."""
    monkeypatch.setattr(files, "_LARGEST_WHOLE", 1_000)
    assert "line 2: is too long" in refusal(written(tmp_path, packed(b"\n{" + b" " * 5_000)))
    assert "known kind of file" in refusal(written(tmp_path, "[\n" + "\n" * 2_000))


@pytest.mark.parametrize("pack", [bytes, packed], ids=["plain", "gzip"])
@pytest.mark.parametrize("kind", KINDS)
def test_progress_adds_up_to_the_size_of_the_file(tmp_path: Path, kind: str, pack: Callable[[bytes], bytes]) -> None:
    """A bar over several files ends full, whatever lies in them."""
    path = written(tmp_path, pack(KINDS[kind][0].encode()))
    steps = list[int]()
    list(read_files([path, SEED_PAGE], on_defect=lambda _: None, on_progress=steps.append))
    assert sum(steps) == path.stat().st_size + SEED_PAGE.stat().st_size
    assert min(steps) >= 0


def test_several_files_are_read_one_after_the_other(tmp_path: Path) -> None:
    """In the order in which they were named, each only when its turn comes."""
    first = written(tmp_path, json.dumps(LINE), "first")
    papers = read_files([first, tmp_path / "missing", first], on_defect=lambda _: None)
    assert next(papers).title == "Crows"
    with pytest.raises(SourceError, match="missing"):
        next(papers)


lines = st.sampled_from([json.dumps(LINE), json.dumps({"item": ITEM}), "{}", "[]", "[", "Daily Papers", "x" * 130, ""])
contents = st.binary() | st.lists(lines | st.text()).map("\n".join).map(str.encode)


@given(contents | contents.map(packed), st.binary(max_size=20))
@example(b"\x1f\x8b", b"")
@example(b"\xef\xbb\xbf{", b"")
@example(packed(b"{}") + b"junk", b"")
def test_any_bytes_give_papers_or_an_error_to_read(content: bytes, tail: bytes) -> None:
    """Nothing that lies in a file is more than a defect of that file."""
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), content + tail)
        papers, said = list[Paper](), list[str]()
        try:
            papers, said = read(path)
        except SourceError as error:
            said = [str(error)]
    assert [Paper.model_validate_json(paper.model_dump_json()) for paper in papers] == papers
    assert all(each.startswith(str(path)) for each in said)


@needs_shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("hf_daily_papers.jsonl.gz", 9_881),
        ("papers_500.jsonl.gz", 500),
        ("questions/papers.jsonl.gz", 1_000),
        ("scifact/corpus.jsonl.gz", 5_183),
        ("hf_api/daily_papers-2024-12-20.json", 16),
    ],
)
def test_recorded_files_are_read_to_the_last_line(name: str, count: int) -> None:
    """Without a single defect."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"no {path}")
    papers, defects = read(path)
    assert (len(papers), defects) == (count, [])
