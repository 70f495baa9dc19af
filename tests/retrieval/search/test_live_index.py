"""The index of a running library: damage is repaired, and long work doesn't delay anybody."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.catalogue import Catalogue
from retrieval.index import Hit, Index
from retrieval.index.engines import Engines
from retrieval.index.merger import DueMerge, Merge
from retrieval.papers import Paper
from retrieval.search.index_builder import IndexBuilder
from retrieval.search.live_index import LiveIndex

NOW = datetime(2026, 7, 1, tzinfo=UTC)
PAPERS = [Paper(id=f"p{number}", title=f"Graph {number}", abstract="Neural " * (number % 4)) for number in range(40)]


async def as_it_is(index: Index) -> None:
    """The index isn't prepared for questions, because nobody asks any here."""


@pytest.fixture
async def catalogue() -> AsyncIterator[Catalogue]:
    """A catalogue with some papers."""
    async with Catalogue.in_memory() as catalogue:
        await catalogue.add(PAPERS, seen_at=NOW)
        yield catalogue


async def maintenance_of(live: LiveIndex) -> None:
    """Wait for the background work; numba may have to compile first, which takes 15 seconds of a quiet processor."""
    assert live._maintenance is not None
    async with asyncio.timeout(120):
        await live._maintenance


def damage_postings(folder: Path) -> Path:
    """Flip a bit in the rows of a segment's postings."""
    path = next(folder.glob("*.segment"))
    index = Index.load(folder, 1)
    source = index.segments[0].postings.source
    assert source is not None
    start = source.file.columns["documents"].start
    del index
    content = bytearray(path.read_bytes())
    content[start] ^= 1
    path.unlink()
    path.write_bytes(content)
    return path


async def test_damage_that_is_found_late_is_reported_and_repaired(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A large index with a damaged file opens; soon its papers are added again, and the next start finds no damage."""
    async with LiveIndex(catalogue, folder=tmp_path, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        before = (await live.current()).search(["graph", "neural"], 99)
    damaged = damage_postings(tmp_path)
    monkeypatch.setattr("retrieval.index.storage.CHECKED_AT_ONCE", -1)
    monkeypatch.setattr("retrieval.index.storage._SMALL", -1)
    monkeypatch.setattr("retrieval.search.live_index._REPAIR_BATCH", 7)
    with caplog.at_level(logging.INFO, "retrieval.search.live_index"):
        async with LiveIndex(catalogue, folder=tmp_path, title_weight=2, prepare=as_it_is) as live:
            await live.follow()
            await maintenance_of(live)
            assert not damaged.exists()
            assert (await live.current()).search(["graph", "neural"], 99) == before
    assert damaged.name in caplog.text
    assert "Building the index" not in caplog.text
    index = Index.load(tmp_path, await catalogue.revision())
    index.verify()
    assert index.search(["graph", "neural"], 99) == before


async def test_a_merge_does_not_delay_searches_or_additions(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While segments are merged, papers are found, added and replaced; then the merged segment replaces them."""
    monkeypatch.setattr("retrieval.index.merger.AT_ONCE", 0)
    began, go_on = threading.Event(), threading.Event()
    merged = DueMerge.make

    def slow(self: DueMerge) -> Merge:
        began.set()
        assert go_on.wait(10)
        return merged(self)

    monkeypatch.setattr(DueMerge, "make", slow)
    async with LiveIndex(catalogue, folder=tmp_path, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        await live.add([Paper(id=f"q{number}", title="Owls") for number in range(20)], seen_at=NOW)
        assert await asyncio.to_thread(began.wait, 10)
        await live.add([Paper(id="new", title="Zygodactyl owls"), Paper(id="p3", title="Owls")], seen_at=NOW)
        index = await live.current()
        assert len(index.segments) == 3
        found = index.search(["owl", "graph", "zygodactyl"], 99)
        assert {hit.id for hit in found} == {"new", *(f"q{n}" for n in range(20)), *(f"p{n}" for n in range(40))}
        go_on.set()
        await maintenance_of(live)
        assert [segment.living for segment in (await live.current()).segments] == [59, 2]
        assert (await live.current()).search(["owl", "graph", "zygodactyl"], 99) == found
    assert Index.load(tmp_path, await catalogue.revision()).search(["owl", "graph", "zygodactyl"], 99) == found


async def test_terms_are_counted_before_a_search_needs_it(catalogue: Catalogue) -> None:
    """Counting takes a tenth of a second for 100,000 papers, and the weight of a very common word depends on it."""
    async with LiveIndex(catalogue, folder=None, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        await maintenance_of(live)
        assert (await live.current()).statistics.term_frequencies is not None


async def test_large_catalogues_are_searched_with_numba(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """From some size on, numba is loaded during the first answers, and is kept after additions."""
    monkeypatch.setattr("retrieval.index.engines._WORTH_COMPILING", 1)
    async with LiveIndex(catalogue, folder=None, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        before = (await live.current()).search(["graph", "neural"], 5)
        await maintenance_of(live)
        assert type(live._index.engine).__name__ == "NumbaEngine"
        assert (await live.current()).search(["graph", "neural"], 5) == before
        await live.add([Paper(id="new", title="Owls")], seen_at=NOW)
        assert type(live._index.engine).__name__ == "NumbaEngine"


@pytest.mark.parametrize(
    ("engine", "size", "expected"),
    [
        ("auto", 1, "NumpyEngine"),
        ("numpy", 99_999, "NumpyEngine"),
        ("numba", 1, "NumbaEngine"),
        ("rank-bm25", 10_000, "RankBm25Engine"),
        ("rank-bm25", 10_001, "NumpyEngine"),
        ("rank-bm25", 20_000, "NumbaEngine"),
    ],
)
def test_the_setting_chooses_the_engine(
    engine: str, size: int, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A library that is too large for rank_bm25 is searched by another engine, and the log says so once."""
    engines = Engines(engine)
    engines.load(size)
    assert type(engines.engine_for(size)).__name__ == expected
    assert type(engines.engine_for(size)).__name__ == expected
    too_large = engine == "rank-bm25" and expected != "RankBm25Engine"
    assert caplog.text.count("which is for up to 10,000 papers") == too_large


async def test_rank_bm25_answers_from_the_first_search(catalogue: Catalogue) -> None:
    """With the same hits as NumPy."""
    hits = list[list[Hit]]()
    for engine in ("rank-bm25", "numpy"):
        async with LiveIndex(catalogue, folder=None, title_weight=2, prepare=as_it_is, engine=engine) as live:
            await live.follow()
            hits.append((await live.current()).search(["graph", "neural"], 9))
            assert (type(live._index.engine).__name__ == "RankBm25Engine") is (engine == "rank-bm25")
    assert hits[0] == hits[1]


class Killed(BaseException):
    """Stands for the end of the process: none of our code catches it."""


def no_building(*_: object) -> None:
    """Fails the test."""
    raise AssertionError("The index was built anew.")


async def stopped_before_saving(catalogue: Catalogue, folder: Path, papers: list[Paper]) -> None:
    """Add papers in a process that ends after they're in the database and before the index is saved."""
    with pytest.MonkeyPatch.context() as patch:

        async def killed(*_: object, **_options: object) -> None:
            raise Killed

        async with LiveIndex(catalogue, folder=folder, title_weight=2, prepare=as_it_is) as live:
            await live.follow()
            patch.setattr(live, "_publish", killed)
            with pytest.raises(Killed):
                await live.add(papers, seen_at=NOW)


async def test_the_index_catches_up_after_an_interruption(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New, changed and withdrawn papers are indexed at the next start without a rebuild, and the index is saved."""
    changes = [Paper(id="new", title="Owls"), Paper(id="p3", title="Owls"), Paper(id="p4", title="G", withdrawn=NOW)]
    for change in changes:
        await stopped_before_saving(catalogue, tmp_path, [change])
    await catalogue.add([Paper(id="other", title="Owls")], seen_at=NOW)
    monkeypatch.setattr(IndexBuilder, "build", no_building)
    async with LiveIndex(catalogue, folder=tmp_path, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        index = await live.current()
        assert {hit.id for hit in index.search(["owl"], 9)} == {"new", "p3", "other"}
        assert {hit.id for hit in index.search(["graph"], 99)} == {f"p{n}" for n in range(40) if n not in {3, 4}}
    assert Index.load(tmp_path, await catalogue.revision()).search(["owl"], 9) == index.search(["owl"], 9)


async def test_an_index_in_memory_catches_up_too(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder it continues from what it has."""
    async with LiveIndex(catalogue, folder=None, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        await catalogue.add([Paper(id="other", title="Owls")], seen_at=NOW)
        monkeypatch.setattr(IndexBuilder, "build", no_building)
        await live.follow()
        assert [hit.id for hit in (await live.current()).search(["owl"], 9)] == ["other"]


@pytest.mark.parametrize(("limit", "value"), [("KEPT", 1), ("MOST", 1)])
async def test_after_too_many_changes_the_index_is_rebuilt(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    """After more revisions or papers than are remembered, the index is still complete."""
    async with LiveIndex(catalogue, folder=tmp_path, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        known = await catalogue.revision()
        monkeypatch.setattr(f"retrieval.catalogue.changes.{limit}", value)
        for id in ("a", "b"):
            await catalogue.add([Paper(id=id, title="Owls")], seen_at=NOW)
        assert await catalogue.changed_since(known) is None
        assert await catalogue.changed_since(known + 1) == {"b"}
        assert await catalogue.changed_since(known + 2) == set()
        assert await catalogue.changed_since(known + 3) is None
        await live.follow()
        assert [hit.id for hit in (await live.current()).search(["owl"], 9)] == ["a", "b"]


async def test_a_large_catalogue_is_analysed_by_several_processes(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index equals the one that a single process builds, segment by segment; a small one starts no process."""
    async with LiveIndex(catalogue, folder=tmp_path / "one", title_weight=2, prepare=as_it_is) as live:
        with monkeypatch.context() as patch:
            patch.setattr("retrieval.search.parallel_analysis.ProcessPoolExecutor", no_building)
            await live.follow()
        alone = await live.current()
    monkeypatch.setattr("retrieval.search.index_builder._BATCH", 8)
    monkeypatch.setattr("retrieval.search.index_builder._ALONE", 1)
    monkeypatch.setattr("retrieval.search.index_builder.SEGMENT_SIZE", 16)
    async with LiveIndex(catalogue, folder=tmp_path / "many", title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        index = await live.current()
    assert (list(index.ids), index.search(["graph", "neural"], 99)) == (
        list(alone.ids),
        alone.search(["graph", "neural"], 99),
    )
