"""A search that reads the papers' file in the worker's thread finds what one over the event loop finds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from retrieval.ingest.seeds import read_seeds
from retrieval.library import Library, searches
from retrieval.papers import Paper
from retrieval.settings import LibrarySettings
from retrieval.worker import Worker

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
SEEDS = read_seeds()
AUTHOR = SEEDS[0].authors[0]
QUERIES = (
    "neural networks",
    "neural netwroks",
    SEEDS[3].title,
    AUTHOR,
    f"{AUTHOR.split()[-1]} 2026",
    f'author:"{AUTHOR}"',
    f"{AUTHOR} models for everything",
    "language #cs.CL",
    "category:cs.LGG",
    "votes:>100000",
    "after:2020-01-01 model -language",
    "(vision OR language) has:code",
    '"language models"',
    "quant*",
    "xyzzy",
    "",
)


def clock() -> datetime:
    """A clock that doesn't move."""
    return NOW


async def test_reading_the_file_directly_finds_the_same(tmp_path: Path) -> None:
    """Papers, totals, suggestions and notes are the same as those of a library in memory, which no thread can read."""
    settings = LibrarySettings(data_folder=tmp_path)
    async with Library.of(SEEDS, settings, clock) as indirect, Library.open(settings, clock) as direct:
        await direct.add(SEEDS)
        for query in QUERIES:
            page = await direct.search(query)
            assert page == await indirect.search(query), query
            assert all(list(hit.paper.model_dump()) == list(Paper.model_fields) for hit in page.hits)


async def test_a_search_that_reads_many_texts_lets_others_have_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds the same in several calls of the worker, each of which reads some texts."""
    settings, calls = LibrarySettings(data_folder=tmp_path), list[object]()
    async with Library.open(settings, clock) as library:
        await library.add(SEEDS)
        expected = await library.search('"language models"')
    monkeypatch.setattr(searches, "_MOST_READ", 0)
    async with Library.open(settings, clock) as library:
        run = Worker.run_unbounded

        async def counted(self: Worker, function: Any, /, *args: Any, **kwargs: Any) -> Any:
            calls.append(function)
            return await run(self, function, *args, **kwargs)

        monkeypatch.setattr(Worker, "run_unbounded", counted)
        assert await library.search('"language models"') == expected
    assert expected.total
    assert len(calls) > 1


async def test_a_search_is_one_trip_to_the_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, filters, papers to show: all is read in one call, even after another process changed votes."""
    settings, calls = LibrarySettings(data_folder=tmp_path), list[str]()
    run = Worker.run

    async def counted(self: Worker, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        if not self.is_inline:
            calls.append(function.__name__)
        return await run(self, function, *args, **kwargs)

    async with Library.open(settings, clock) as library, Library.open(settings, clock) as other:
        await library.add(SEEDS)
        monkeypatch.setattr(Worker, "run", counted)
        queries = ("neural networks", AUTHOR, "language #cs.CL", "votes:>=100000")
        for query in queries[:-1]:
            await library.search(query)
        await other.add([SEEDS[0].model_copy(update={"votes": 100_000})])
        found = await library.search(queries[-1])
    assert [hit.paper.votes for hit in found.hits] == [100_000]
    assert len(calls) == len(queries)
