"""Files of papers are recognised by their content; invalid lines are named; everything else is a readable error."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.errors import SourceError
from retrieval.ingest.parsers import file_lines, files
from retrieval.ingest.parsers.files import EXPECTED, read_file, read_files
from retrieval.papers import Paper, title_id
from retrieval.settings import SEED_PAGE
from tests.shared_data import SHARED, needs_shared

ITEM: dict[str, Any] = {"paper": {"id": "2405.00001", "title": "Owls", "summary": "Owls hunt.", "upvotes": 3}}
LINE = {"id": "2405.00002", "title": "Crows", "abstract": "Crows\n  think."}
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry>
<id>http://arxiv.org/abs/2405.00002v1</id><title>Crows</title><summary>Crows think.</summary></entry></feed>"""
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
    """A file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def packed(content: bytes) -> bytes:
    """Gzipped without a time: the same bytes in every process and every run."""
    return gzip.compress(content, mtime=0)


def read(path: Path) -> tuple[list[Paper], list[str]]:
    """The papers of a file, and the errors for skipped lines."""
    defects = list[SourceError]()
    papers = list(read_file(path, on_defect=defects.append))
    assert all(defect.path == path for defect in defects)
    return papers, [str(defect) for defect in defects]


def refusal(path: Path) -> str:
    """The text of the error for this file, which names the file once."""
    with pytest.raises(SourceError) as caught:
        read(path)
    assert str(caught.value).count(str(path)) == 1
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("pack", [bytes, packed], ids=["plain", "gzip"])
def test_a_file_is_recognised_by_its_content(
    tmp_path: Path, kind: str, name: str, pack: Callable[[bytes], bytes]
) -> None:
    """Neither its name nor its extension matters, and a byte order mark does no harm."""
    content, titles = KINDS[kind]
    for mark in ("", "\ufeff"):
        papers, defects = read(written(tmp_path, pack((mark + content).encode()), name))
        assert ([paper.title for paper in papers], defects) == (titles, [])


def test_every_field_of_a_line(tmp_path: Path) -> None:
    """On the list of its day, in UTC."""
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
def test_authors_in_any_form(tmp_path: Path, authors: object, names: tuple[str, ...]) -> None:
    """One text, a list of texts, a list of objects, or none."""
    (paper,), _ = read(written(tmp_path, json.dumps(LINE | {"authors": authors})))
    assert paper.authors == names


@pytest.mark.parametrize("id", ["", "  ", None, ...])
def test_a_paper_without_an_id_gets_one_made_of_its_title(tmp_path: Path, id: object) -> None:
    """The same one every time."""
    line = {name: value for name, value in (LINE | {"id": id}).items() if value is not ...}
    (paper,), _ = read(written(tmp_path, json.dumps(line)))
    assert paper.id == title_id("Crows")


def test_half_a_character_does_not_lose_the_paper(tmp_path: Path) -> None:
    """Half an emoji, which JSON can contain, becomes a replacement character."""
    line = '{"title": "Owls \\ud83e", "abstract": "Hoo \\udd89!", "categories": ["\\ud83e"], "link": "\\ud83e"}'
    (paper,), (defect,) = read(written(tmp_path, line))
    assert (paper.title, paper.abstract, paper.link) == ("Owls \ufffd", "Hoo \ufffd!", None)
    assert "link: isn't a web address" in defect


@pytest.mark.parametrize("name", ["summary", "text"])
def test_other_names_of_the_abstract(tmp_path: Path, name: str) -> None:
    """Names that other sources use."""
    (paper,), _ = read(written(tmp_path, json.dumps({"id": "7", "title": "Crows", name: "Crows think."})))
    assert (paper.id, paper.abstract) == ("7", "Crows think.")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"title": 3', "not valid JSON"),
        ('{"title": "Owls"}', "abstract: field required"),
        ('{"title": " ", "abstract": "a"}', "title: value error, must not be blank"),
        ('{"id": 2401.1000, "title": "a", "abstract": "a"}', "id: value error, a number is no id"),
        ('{"title": "a", "abstract": "a", "votes": ' + "9" * 5_000 + "}", "skipped"),
        ('{"list_date": "2024-02-28", "item": {"paper": 3}}', "not an item of the daily papers API"),
        ("[1]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("{" * 100_000, "not valid JSON"),
        ('{"a":' * 100_000, "skipped"),
        ("plain text", "not valid JSON"),
    ],
)
def test_an_invalid_line_is_named_and_skipped(tmp_path: Path, line: str, said: str) -> None:
    """The other lines are read, and the error names the file, the line and what is wrong with it."""
    path = written(tmp_path, f"{json.dumps(LINE)}\n\n{line}\n{json.dumps(LINE | {'title': 'Jays'})}\n")
    papers, (defect,) = read(path)
    assert [paper.title for paper in papers] == ["Crows", "Jays"]
    assert defect.startswith(f"{path}, line 3: skipped: ")
    assert said in defect


def test_a_damaged_first_line_does_not_lose_the_others(tmp_path: Path) -> None:
    """What follows shows which kind of file it is."""
    (paper,), (defect,) = read(written(tmp_path, f"# papers of May\n{json.dumps(LINE)}\n"))
    assert paper.title == "Crows"
    assert "line 1: skipped: not valid JSON" in defect
    (paper,), defects = read(written(tmp_path, f"# papers\n\n# of May\n5\n{json.dumps(LINE)}\n"))
    assert (paper.title, len(defects)) == ("Crows", 3)


def test_an_entry_of_a_day_that_is_none_is_kept(tmp_path: Path) -> None:
    """Without its list."""
    (paper,), (defect,) = read(written(tmp_path, json.dumps({"list_date": "2024-02-30", "item": ITEM})))
    assert (paper.title, paper.listing) == ("Owls", None)
    assert "line 1: left out: list_date: isn't a date: '2024-02-30'" in defect


@pytest.mark.parametrize("name", ["author", "authors"])
def test_both_names_of_the_authors(tmp_path: Path, name: str) -> None:
    """As in BibTeX; and a zero in the text is no reason to lose the paper where it can't be stored."""
    (paper,), _ = read(written(tmp_path, json.dumps(LINE | {name: "Lee, Ann and Ray, Bob", "title": "Cro\0ws"})))
    assert (paper.authors, paper.title) == (("Ann Lee", "Bob Ray"), "Cro\ufffdws")


def test_an_invalid_item_of_a_response_is_named_and_skipped(tmp_path: Path) -> None:
    """Items are numbered from 1."""
    path = written(tmp_path, json.dumps([ITEM, {"paper": {"id": "1"}}, ITEM]))
    papers, (defect,) = read(path)
    assert len(papers) == 2
    assert defect.startswith(f"{path}: item 2: ")


def test_the_day_of_a_response_without_a_day(tmp_path: Path) -> None:
    """It's in the name of a recorded response; without a day there, the papers aren't on a list."""
    answer = json.dumps([ITEM])

    def days(name: str) -> list[date | None]:
        return [paper.listing and paper.listing.day for paper in read(written(tmp_path, answer, name))[0]]

    assert days("daily_papers-2024-05-27.json") == [date(2024, 5, 27)]
    assert days("daily_papers.json") == [None]
    assert days("2024-99-99.json") == [None]


def test_positions_are_counted_for_each_list(tmp_path: Path) -> None:
    """However the days are mixed, the first entry of a day has the first position."""
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
        pytest.param(b"[{}]", "contains no papers", id="an empty entry"),
        pytest.param(b"[1, 2", "contains no papers", id="JSON cut short"),
        pytest.param(b"[" * 100_000, "isn't valid JSON", id="JSON too deep"),
        pytest.param("Überschrift".encode("latin-1"), "isn't UTF-8 text", id="Latin-1"),
        pytest.param(json.dumps(LINE).encode("utf-16"), "isn't UTF-8 text", id="UTF-16"),
        pytest.param(b"PK\x03\x04\xff\xfe", "isn't UTF-8 text", id="ZIP"),
    ],
)
def test_a_file_without_papers_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """The error names the file and says what was expected."""
    text = refusal(written(tmp_path, content))
    assert said in text
    assert EXPECTED in text or "Expected a Daily Papers page" in text


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    """The error says what they are."""
    assert "No such file" in refusal(tmp_path / "missing.jsonl")
    assert f"is a folder. {EXPECTED}" in refusal(tmp_path)


LINES = [json.dumps(LINE | {"id": f"2405.{number:05}", "title": f"Crow {number}"}) for number in range(500)]


@pytest.mark.parametrize(
    ("damage", "said"),
    [("truncated", "is cut off"), ("checksum", "is damaged"), ("middle", "is damaged"), ("junk", "aren't gzip")],
)
def test_what_can_be_read_of_a_damaged_gzip_file_is_read(tmp_path: Path, damage: str, said: str) -> None:
    """Its defect is named, with the line after which it is."""
    whole = packed("\n".join(LINES).encode())
    content = {
        "truncated": whole[: len(whole) * 9 // 10],
        "checksum": whole[:-8] + bytes(8),
        "middle": whole[:400] + b"\xff" * 60 + whole[460:],
        "junk": whole + b"junk",
    }[damage]
    papers, defects = read(written(tmp_path, content))
    kept = 30 if damage == "middle" else len(papers)
    assert [paper.title for paper in papers][:kept] == [f"Crow {number}" for number in range(kept)]
    assert len(papers) == 500 or damage in {"truncated", "middle"}
    assert any(said in defect and "after line" in defect for defect in defects)


def test_a_line_that_is_not_text_does_not_lose_the_others(tmp_path: Path) -> None:
    """Wherever it is."""
    for place in (0, 7, 19):
        lines = [line.encode() for line in LINES[:20]]
        lines[place] = lines[place].replace(b"Crow", "Krähe".encode("latin-1"))
        papers, (defect,) = read(written(tmp_path, b"\n".join(lines)))
        assert len(papers) == 19
        assert defect.endswith(f"line {place + 1}: skipped: isn't UTF-8 text")


@pytest.mark.parametrize("value", [float("nan"), None, "", "  "])
def test_a_paper_without_an_abstract_is_kept_and_said(tmp_path: Path, value: object) -> None:
    """A title can be found too."""
    (paper,), (defect,) = read(written(tmp_path, json.dumps(LINE | {"abstract": value})))
    assert (paper.title, paper.abstract) == ("Crows", "")
    assert "left out: abstract: " in defect


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("votes", -3),
        ("votes", "1,000"),
        ("votes", True),
        ("votes", 2.5),
        ("votes", 2**40),
        ("published", "2024/01/01"),
        ("published", "Mon, 2 Apr 2007 19:18:42 GMT"),
        ("published", "2024-13-01"),
        ("published", "9999-12-31T23:00:00-10:00"),
        ("published", 12.5),
        ("published", {"year": 2024}),
        ("listed", "soon"),
        ("authors", 7),
        ("authors", [7]),
        ("categories", [7]),
        ("link", "javascript:alert(1)"),
        ("code_url", "https://example.org/a b"),
        ("project_url", "https://example.org/[x](y)"),
    ],
)
def test_a_bad_field_is_left_out_and_named(tmp_path: Path, name: str, value: object) -> None:
    """The paper is kept as if the field weren't there."""
    (paper,), (defect,) = read(written(tmp_path, json.dumps(LINE | {name: value})))
    assert paper == read(written(tmp_path, json.dumps(LINE)))[0][0]
    assert f"line 1: left out: {name}: " in defect


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        (2024, datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-05", datetime(2024, 5, 1, tzinfo=UTC)),
        ("20240101", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-05-27", datetime(2024, 5, 27, tzinfo=UTC)),
        (1704067200, datetime(2024, 1, 1, tzinfo=UTC)),
        (1704067200000, datetime(2024, 1, 1, tzinfo=UTC)),
        ("1704067200000", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-05-27 10:00:00 UTC", datetime(2024, 5, 27, 10, tzinfo=UTC)),
        ("", None),
    ],
)
def test_dates_in_usual_spellings(tmp_path: Path, value: object, moment: datetime | None) -> None:
    """A year alone isn't a number of seconds since 1970."""
    (paper,), defects = read(written(tmp_path, json.dumps(LINE | {"published": value})))
    assert (paper.published, defects) == (moment, [])


@pytest.mark.parametrize(
    "value",
    [
        "cs.CL, cs.LG",
        "cs.CL cs.LG",
        ["cs.CL cs.LG"],
        ["cs.CL", "cs.LG"],
        "cs.CL; cs.LG",
        "Computation and Language (cs.CL); Machine Learning (cs.LG)",
        [{"term": "cs.CL", "scheme": "http://arxiv.org/schemas/atom"}, {"term": "cs.LG"}],
    ],
)
def test_categories_in_whatever_form(tmp_path: Path, value: object) -> None:
    """Separated by commas, semicolons or spaces, in one text or several."""
    (paper,), defects = read(written(tmp_path, json.dumps(LINE | {"categories": value})))
    assert (paper.categories, defects) == (("cs.CL", "cs.LG"), [])


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Machine Learning; AI  safety", ("Machine Learning", "AI safety")),
        (["Machine Learning", "NLP"], ("Machine Learning", "NLP")),
        ("hep-th quant-ph math", ("hep-th", "quant-ph", "math")),
    ],
)
def test_categories_of_other_archives_keep_their_words(tmp_path: Path, value: object, names: tuple[str, ...]) -> None:
    """A category of two words isn't two categories."""
    (paper,), _ = read(written(tmp_path, json.dumps(LINE | {"categories": value})))
    assert paper.categories == names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "https://arxiv.org/abs/2405.00002v3"),
        ("id", "2405.00002v3"),
        ("arxiv_id", "2405.00002"),
        ("arxiv_id", "arXiv:2405.00002v1"),
        ("entry_id", "http://arxiv.org/abs/2405.00002v1"),
        ("url", "https://arxiv.org/pdf/2405.00002"),
        ("doi", "10.48550/arXiv.2405.00002"),
        ("externalIds", {"ArXiv": "2405.00002", "DBLP": "x"}),
        ("entry_id", "oai:arXiv.org:2405.00002"),
        ("doi", "https://doi.org/10.48550/arXiv.2405.00002"),
    ],
)
def test_an_arxiv_id_is_found_wherever_it_is(tmp_path: Path, name: str, value: str) -> None:
    """So that the paper isn't stored twice."""
    (paper,), defects = read(written(tmp_path, json.dumps({"title": "Crows", "abstract": "They think.", name: value})))
    assert (paper.id, defects) == ("2405.00002", [])


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([LINE, ITEM]),
        json.dumps([LINE, ITEM], indent=2),
        json.dumps({"data": [LINE, ITEM]}),
        json.dumps({"total": 2, "papers": [LINE, ITEM]}, indent=2),
        json.dumps(LINE, indent=2),
    ],
)
def test_arrays_and_objects_of_papers(tmp_path: Path, content: str) -> None:
    """In one line or several, with papers of any form in them."""
    papers, defects = read(written(tmp_path, content))
    assert [paper.title for paper in papers] in (["Crows", "Owls"], ["Crows"])
    assert defects == []


def test_the_beginning_of_a_cut_array_is_read(tmp_path: Path) -> None:
    """And it's said where it breaks off."""
    whole = "[" + ",\n".join(LINES[:10]) + "]"
    papers, (defect,) = read(written(tmp_path, whole[:-40]))
    assert [paper.title for paper in papers] == [f"Crow {number}" for number in range(9)]
    assert "line 10: isn't valid JSON after item 9" in defect


def test_a_damaged_paper_in_an_array_does_not_lose_the_others(tmp_path: Path) -> None:
    """Wherever it is; objects within the damaged one are no papers."""
    rows = [json.dumps({"authors": [{"name": "A"}, {"name": "B"}], **LINE, "id": f"a{number}"}) for number in range(4)]
    for bad in range(4):
        damaged = [row.replace('"title": ', '"title": }', 1) if at == bad else row for at, row in enumerate(rows)]
        papers, (defect,) = read(written(tmp_path, "[" + ",\n".join(damaged) + "]"))
        assert [paper.id for paper in papers] == [f"a{number}" for number in range(4) if number != bad]
        assert f"item {bad}" in defect or f"item {bad + 1}" in defect


def test_an_atom_file_of_arxiv_is_read(tmp_path: Path) -> None:
    """As the query API sends it."""
    papers, defects = read(written(tmp_path, ATOM))
    assert ([(paper.id, paper.title) for paper in papers], defects) == ([("2405.00002", "Crows")], [])


def test_standard_input_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is a hyphen."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("\n".join(LINES).encode())))
    assert len(list(read_file(Path("-"), on_defect=lambda defect: pytest.fail(str(defect))))) == 500


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Cats &amp; dogs", "Cats & dogs"),
        ("For a<b and c>d", "For a<b and c>d"),
        ('<span class="x">Cats</span>', "Cats"),
        ("The <i>E. coli</i> genome", "The E. coli genome"),
        ("10<sup>92</sup> H<sub>2</sub>O", "10$^{92}$ H$_{2}$O"),
        ("An <image> is worth 16 <x", "An <image> is worth 16 <x"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_titles_are_without_html(tmp_path: Path, title: str, shown: str) -> None:
    """Tokens in angle brackets aren't HTML, and no number changes its value."""
    (paper,), _ = read(written(tmp_path, json.dumps(LINE | {"title": title})))
    assert paper.title == shown


def test_a_title_has_one_id_however_its_accents_are_encoded(tmp_path: Path) -> None:
    """Composed or not."""
    made = [{"title": unicodedata.normalize(form, "Gödel"), "abstract": "a"} for form in ("NFC", "NFD")]
    papers, _ = read(written(tmp_path, "\n".join(map(json.dumps, made))))
    assert len({paper.id for paper in papers}) == 1


@pytest.mark.parametrize(
    "row",
    [
        LINE | {"withdrawn": True},
        LINE | {"withdrawn_at": "2024-06-01"},
        LINE | {"comments": "This paper has been withdrawn by the authors."},
        LINE | {"abstract": "This paper has been withdrawn."},
        {"item": {"paper": ITEM["paper"] | {"summary": "This paper has been withdrawn."}}},
        {"item": {"paper": ITEM["paper"] | {"withdrawnAt": "2024-06-01T00:00:00Z"}}},
    ],
)
def test_withdrawn_papers_are_known_in_every_kind_of_file(tmp_path: Path, row: dict[str, Any]) -> None:
    """By a field, by the authors' comment, or by what stands in place of the abstract."""
    (paper,), _ = read(written(tmp_path, json.dumps(row)))
    assert paper.withdrawn is not None


def test_an_endless_line_is_refused_before_it_fills_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small gzip file can contain a huge line."""
    monkeypatch.setattr(file_lines, "LARGEST_WHOLE", 1_000)
    monkeypatch.setattr(files, "LARGEST_WHOLE", 1_000)
    assert "line 2: is too long" in refusal(written(tmp_path, packed(b"\n{" + b" " * 5_000)))
    assert "known kind of file" in refusal(written(tmp_path, "[\n" + "\n" * 2_000))


@pytest.mark.parametrize("pack", [bytes, packed], ids=["plain", "gzip"])
@pytest.mark.parametrize("kind", KINDS)
def test_progress_adds_up_to_the_size_of_the_file(tmp_path: Path, kind: str, pack: Callable[[bytes], bytes]) -> None:
    """A progress bar over several files ends full, whatever they contain."""
    path = written(tmp_path, pack(KINDS[kind][0].encode()))
    steps = list[int]()
    list(read_files([path, SEED_PAGE], on_defect=lambda _: None, on_progress=steps.append))
    assert sum(steps) == path.stat().st_size + SEED_PAGE.stat().st_size
    assert min(steps) >= 0


def test_several_files_are_read_one_after_the_other(tmp_path: Path) -> None:
    """In the given order, each only when it's needed."""
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
def test_any_bytes_give_papers_or_a_readable_error(content: bytes, tail: bytes) -> None:
    """Whatever a file contains is at most a defect of that file."""
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
