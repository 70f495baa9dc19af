"""Large files are stored in batches and found afterwards; after an interruption nothing is missing or done twice."""

from __future__ import annotations

import gc
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import Added, Catalogue
from retrieval.errors import SourceError
from retrieval.index import ordered_terms
from retrieval.ingest import importer as importing_module
from retrieval.ingest.parsers.file_lines import FilePosition, OnDefect
from retrieval.ingest.parsers.files import read_batches
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.search.parallel_analysis import ParallelAnalyser, analyse, terms_of
from retrieval.settings import LibrarySettings
from tests.retrieval.ingest.live.live_sources import item

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
BATCH = 5
BIRDS = "owl crow jay wren rook kite swift heron stork crane finch robin eagle".split()


class Killed(BaseException):
    """Stands for the end of the process: none of our code catches it."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of five papers, so that a small file has several."""
    monkeypatch.setattr(importing_module, "LARGEST_BATCH", BATCH)


def line(number: int, **changes: object) -> dict[str, Any]:
    """A line of a snapshot with a paper about two birds."""
    birds = f"{BIRDS[number % len(BIRDS)]} {BIRDS[(number * 7 + 3) % len(BIRDS)]}"
    row = {"id": f"2405.{number:05}", "title": f"On the {birds}", "abstract": f"{birds} number{number}."}
    return row | {"authors_parsed": [["Author", f"A{number}", ""]], "categories": "q-bio.PE"} | changes


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    """A file of these lines, zipped if its name says so."""
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def settings(folder: Path) -> LibrarySettings:
    """The settings of a library in this folder."""
    return LibrarySettings(data_folder=folder)


async def run(folder: Path, path: Path, on_defect: OnDefect = lambda _: None) -> tuple[Added, list[FilePosition]]:
    """Import a file; returns where it was resumed."""
    resumed = list[FilePosition]()
    async with Library.open(settings(folder), lambda: NOW) as library:
        added = await library.import_file(
            path, on_defect=on_defect, on_progress=lambda _: None, on_resume=resumed.append
        )
    return added, resumed


async def everything(folder: Path) -> tuple[list[Paper], dict[str, list[tuple[str, float]]]]:
    """All papers, and the hits and scores for each bird."""
    async with Catalogue.open(folder / "papers.sqlite3") as catalogue:
        papers = [paper async for paper in catalogue.everything()]
    async with Library.open(settings(folder), lambda: NOW) as library:
        found = dict[str, list[tuple[str, float]]]()
        for bird in BIRDS:
            page = await library.search(bird, limit=100)
            found[bird] = [(hit.paper.id, round(hit.score, 9)) for hit in page.hits]
    return papers, found


def kill_at(monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    """End the process when it begins to store the batch with this number (from 0)."""
    store, count = Catalogue.add_batch, iter(range(1_000))

    async def dying(*arguments: Any, **named: Any) -> Any:
        if next(count) == batch:
            raise Killed
        return await store(*arguments, **named)

    monkeypatch.setattr(Catalogue, "add_batch", dying)


async def test_imported_papers_have_the_scores_of_papers_added_one_by_one(tmp_path: Path) -> None:
    """Several batches, analysed in several processes, give the same papers."""
    rows = [line(number) for number in range(4 * BATCH + 2)]
    path = written(tmp_path / "snapshot.json", rows)
    assert await run(tmp_path / "bulk", path) == (Added(new=len(rows)), [])
    async with Library.open(settings(tmp_path / "plain"), lambda: NOW) as library:
        await library.add([paper for batch in read_batches(path, 3, on_defect=raising) for paper in batch.papers])
    assert await everything(tmp_path / "bulk") == await everything(tmp_path / "plain")
    assert await run(tmp_path / "bulk", path) == (Added(unchanged=len(rows)), [])


def raising(defect: SourceError) -> None:
    """Raise: no line should be skipped."""
    raise defect


@pytest.mark.parametrize("name", ["snapshot.json", "snapshot.json.gz"])
@pytest.mark.parametrize("batch", [0, 2, 5])
async def test_a_killed_import_continues_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, batch: int
) -> None:
    """Nothing is stored twice, and the result is that of an uninterrupted import."""
    rows = [line(number) for number in range(4 * BATCH + 2)]
    path = written(tmp_path / name, rows)
    with monkeypatch.context() as patch:
        kill_at(patch, batch)
        with pytest.raises(Killed):
            await run(tmp_path / "killed", path)
    done = min(batch * BATCH, len(rows))
    added, resumed = await run(tmp_path / "killed", path)
    assert added == Added(new=len(rows) - done)
    assert [place.line for place in resumed] == ([done] if done else [])
    await run(tmp_path / "whole", path)
    assert await everything(tmp_path / "killed") == await everything(tmp_path / "whole")
    assert await run(tmp_path / "killed", path) == (Added(unchanged=len(rows)), [])


async def test_a_changed_file_is_read_from_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A position in the old file is meaningless in the new one."""
    rows = [line(number) for number in range(3 * BATCH)]
    path = written(tmp_path / "snapshot.json", rows)
    with monkeypatch.context() as patch:
        kill_at(patch, 2)
        with pytest.raises(Killed):
            await run(tmp_path / "data", path)
    written(path, [line(100), *rows])
    assert await run(tmp_path / "data", path) == (Added(new=1 + BATCH, unchanged=2 * BATCH), [])


async def test_lines_with_a_position_on_a_list_are_read_from_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their positions are counted from there, as in an uninterrupted import."""
    rows = [
        {"id": str(number), "title": f"Bird {number}", "abstract": "Sings.", "listed": "2024-05-02"}
        for number in range(3 * BATCH)
    ]
    path = written(tmp_path / "papers.jsonl", rows)
    with monkeypatch.context() as patch:
        kill_at(patch, 2)
        with pytest.raises(Killed):
            await run(tmp_path / "data", path)
    assert await run(tmp_path / "data", path) == (Added(new=BATCH, unchanged=2 * BATCH), [])
    async with Catalogue.open(tmp_path / "data" / "papers.sqlite3") as catalogue:
        assert [paper.id for paper in await catalogue.lists.papers("2024-05-02")] == [row["id"] for row in rows]


async def test_a_truncated_file_is_imported_as_far_as_possible(tmp_path: Path) -> None:
    """The error names the file; complete batches are searchable, and importing the fixed file continues after them."""
    rows = [line(number) for number in range(20 * BATCH)]
    whole = written(tmp_path / "whole.json.gz", rows).read_bytes()
    path = tmp_path / "snapshot.json.gz"
    path.write_bytes(whole[: len(whole) // 2])
    defects = list[SourceError]()
    await run(tmp_path / "data", path, defects.append)
    assert f"{path}: is cut off after line" in str(defects[0])
    papers, found = await everything(tmp_path / "data")
    assert 0 < len(papers) < len(rows)
    assert {id for hits in found.values() for id, _ in hits} == {paper.id for paper in papers}


@given(st.lists(st.text("aé\n {}\"'", max_size=8), min_size=1, max_size=12), st.integers(1, 4), st.booleans())
def test_reading_can_continue_after_every_batch(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], size: int, zipped: bool
) -> None:
    """From the end of any batch the rest is read, and nothing twice."""
    folder = tmp_path_factory.mktemp("batches")
    rows = [line(number, title=f"T{title}") for number, title in enumerate(titles)]
    path = written(folder / ("x.json.gz" if zipped else "x.json"), rows)
    batches = list(read_batches(path, size, on_defect=raising))
    papers = [paper for batch in batches for paper in batch.papers]
    assert len(papers) == len(rows)
    for number, batch in enumerate(batches):
        assert batch.end is not None
        rest = read_batches(path, size, start=batch.end, on_defect=raising)
        assert [paper for each in rest for paper in each.papers] == papers[(number + 1) * size :]


def test_the_analyser_keeps_the_order_and_few_batches() -> None:
    """Terms are returned in the order of the papers, with a bound on the batches in progress."""
    batches = [
        [Paper(id=f"{batch}-{n}", title=f"Owls {batch}", abstract=f"Hunting {n}s.") for n in range(3)]
        for batch in range(9)
    ]
    got = list[tuple[str, list[str]]]()
    with ParallelAnalyser(2, processes=1) as analyser:
        behind = 0
        for batch in batches:
            documents = analyser.submit(batch)
            behind += 1 - bool(documents)
            got += terms_of(documents)
        assert behind == 2
        for documents in analyser.rest():
            got += terms_of(documents)
    assert got == [(paper.id, ordered_terms(paper, 2)) for batch in batches for paper in batch]


def test_a_paper_without_words_has_no_terms() -> None:
    """Only the ends of its title and its abstract."""
    assert list(terms_of(analyse([("1", "the", "")], 2))) == [("1", ["", ""])]


async def test_a_paper_withdrawn_in_a_file_is_not_found(tmp_path: Path) -> None:
    """Even if an earlier batch of the same file has it."""
    ids = [f"2606.{number:05}" for number in range(3 * BATCH)]
    rows = [{"list_date": "2026-06-01", "item": item(id, title=f"Heron {id}")} for id in ids]
    taken_back = item(ids[1], title="Heron", withdrawnAt="2026-06-03T00:00:00.000Z")
    path = written(tmp_path / "papers.jsonl", [*rows, {"list_date": "2026-06-02", "item": taken_back}])
    await run(tmp_path / "data", path)
    async with Library.open(settings(tmp_path / "data"), lambda: NOW) as library:
        found = {hit.paper.id for hit in (await library.search("heron", limit=50)).hits}
    assert found == set(ids) - {ids[1]}


async def test_garbage_is_looked_for_as_before_after_an_import(tmp_path: Path) -> None:
    """During an import more rarely; also after one that failed as before."""
    before, meanwhile = gc.get_threshold(), list[int]()
    path = written(tmp_path / "birds.jsonl", [line(number) for number in range(3)])
    path.write_text(path.read_text(encoding="utf-8") + "x" * 100 + "\n", encoding="utf-8")
    await run(tmp_path, path, lambda _: meanwhile.append(gc.get_threshold()[0]))
    with pytest.raises(SourceError):
        await run(tmp_path, written(tmp_path / "empty.jsonl", []), lambda _: None)
    assert gc.get_threshold() == before
    assert min(meanwhile) > before[0]
