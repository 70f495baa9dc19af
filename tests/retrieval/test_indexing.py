"""The index beside a running library: what damages it is mended, what is long work holds nobody up."""

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
from retrieval.index import Index
from retrieval.index.merging import Due, Merge
from retrieval.indexing import LiveIndex
from retrieval.papers import Paper

NOW = datetime(2026, 7, 1, tzinfo=UTC)
PAPERS = [Paper(id=f"p{number}", title=f"Graph {number}", abstract="Neural " * (number % 4)) for number in range(40)]


def as_it_is(index: Index) -> None:
    """Nothing is made of the index beforehand: nobody asks questions here."""


@pytest.fixture
async def catalogue() -> AsyncIterator[Catalogue]:
    """A catalogue of some papers."""
    async with Catalogue.in_memory() as catalogue:
        await catalogue.add(PAPERS, seen_at=NOW)
        yield catalogue


async def upkeep_of(live: LiveIndex) -> None:
    """Wait for what goes on in the background."""
    assert live._upkeep is not None
    async with asyncio.timeout(20):
        await live._upkeep


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


async def test_damage_that_is_found_late_is_named_and_mended(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A large index with a damaged file opens; soon its papers are added anew, and the next start finds all sound."""
    async with LiveIndex(catalogue, folder=tmp_path, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        before = (await live.current()).search(["graph", "neural"], 99)
    damaged = damage_postings(tmp_path)
    monkeypatch.setattr("retrieval.index.storage.CHECKED_AT_ONCE", -1)
    monkeypatch.setattr("retrieval.index.storage._SMALL", -1)
    monkeypatch.setattr("retrieval.indexing._BATCH", 7)
    with caplog.at_level(logging.INFO, "retrieval.indexing"):
        async with LiveIndex(catalogue, folder=tmp_path, title_weight=2, prepare=as_it_is) as live:
            await live.follow()
            await upkeep_of(live)
            assert not damaged.exists()
            assert (await live.current()).search(["graph", "neural"], 99) == before
    assert damaged.name in caplog.text
    assert "Building the index" not in caplog.text
    index = Index.load(tmp_path, await catalogue.revision())
    index.verify()
    assert index.search(["graph", "neural"], 99) == before


async def test_a_merge_holds_up_neither_searches_nor_additions(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While segments are merged papers are found, added and replaced; the merge then takes their place."""
    monkeypatch.setattr("retrieval.index.merging.AT_ONCE", 0)
    began, go_on = threading.Event(), threading.Event()
    merged = Due.done

    def slow(self: Due) -> Merge:
        began.set()
        assert go_on.wait(10)
        return merged(self)

    monkeypatch.setattr(Due, "done", slow)
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
        await upkeep_of(live)
        assert [segment.living for segment in (await live.current()).segments] == [59, 2]
        assert (await live.current()).search(["owl", "graph", "zygodactyl"], 99) == found
    assert Index.load(tmp_path, await catalogue.revision()).search(["owl", "graph", "zygodactyl"], 99) == found


async def test_large_catalogues_are_searched_with_numba(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """From some size on the compiled search is loaded beside the first answers, and kept over additions."""
    monkeypatch.setattr("retrieval.indexing._WORTH_COMPILING", 1)
    async with LiveIndex(catalogue, folder=None, title_weight=2, prepare=as_it_is) as live:
        await live.follow()
        before = (await live.current()).search(["graph", "neural"], 5)
        await upkeep_of(live)
        assert type(live._index._engine).__name__ == "CompiledEngine"
        assert (await live.current()).search(["graph", "neural"], 5) == before
        await live.add([Paper(id="new", title="Owls")], seen_at=NOW)
        assert type(live._index._engine).__name__ == "CompiledEngine"
