"""One index for several processes: one writes at a time, the others map what it saved, and it may be killed."""

# pyright: reportPrivateUsage=false

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from retrieval.catalogue import Catalogue
from retrieval.database import Location, location_text
from retrieval.index import Index, add_documents, document_terms
from retrieval.papers import Paper
from retrieval.search.index_builder import IndexBuilder
from retrieval.search.index_folder import IndexFolder
from retrieval.search.live_index import LiveIndex
from tests.retrieval.search.test_live_index import NOW, as_it_is, maintenance_of

WEIGHT = 2  # of words in titles


def owls(first: int, count: int) -> list[Paper]:
    """Papers about owls."""
    return [Paper(id=f"o{number}", title=f"Owl {number}") for number in range(first, first + count)]


def found(index: Index) -> set[str]:
    """The ids of all papers about owls."""
    return {hit.id for hit in index.search(["owl"], 1_000)}


def files(index: Index) -> set[str]:
    """The files that an index maps; a segment in memory would have none."""
    return {each.postings.source.file.name if each.postings.source else "" for each in index.segments}


def forbidden(*_: object) -> None:
    """In place of what mustn't be called."""
    raise AssertionError("this work was done already")


@pytest.fixture
async def processes(database: Location, tmp_path: Path) -> AsyncIterator[tuple[LiveIndex, LiveIndex]]:
    """The indexes of two processes over one database and one folder, with a paper."""
    async with AsyncExitStack() as stack:
        both = list[LiveIndex]()
        for _ in range(2):
            catalogue = await stack.enter_async_context(Catalogue.open(database))
            live = LiveIndex(catalogue, folder=tmp_path / "index", title_weight=WEIGHT, prepare=as_it_is)
            both.append(await stack.enter_async_context(live))
        await both[0].follow()
        await both[0].add(owls(0, 1), seen_at=NOW)
        await both[1].follow()
        for live in both:
            await maintenance_of(live)
        yield both[0], both[1]


async def test_what_one_process_adds_another_one_maps(
    processes: tuple[LiveIndex, LiveIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either of them adds; the other neither builds nor analyses, and opens only files that are new."""
    first, second = processes
    for number in range(1, 13):
        writer, reader = (first, second) if number % 2 else (second, first)
        await writer.add(owls(number * 200, 200), seen_at=NOW)
        await maintenance_of(writer)  # a merge after the reader followed would leave it behind
        known = {each.postings for each in reader._index.segments}
        with monkeypatch.context() as nothing:
            nothing.setattr(IndexBuilder, "build", forbidden)
            nothing.setattr(IndexBuilder, "refresh", forbidden)
            await reader.follow()
        assert len(await reader.current()) == number * 200 + 1
        assert files(reader._index) == files(writer._index)
        shared = [each for each in reader._index.segments if each.postings in known]
        assert len(shared) >= len(reader._index.segments) - 1
    assert found(first._index) == found(second._index)


async def test_while_one_writes_the_other_finds_its_own_papers_at_once(
    processes: tuple[LiveIndex, LiveIndex],
) -> None:
    """They are in its memory until the process with the lock has saved them; then both map the same file."""
    first, second = processes
    assert first._folder is not None
    assert first._folder.lock()
    await second.add(owls(10, 3), seen_at=NOW)
    assert found(await second.current()) == {"o0", "o10", "o11", "o12"}
    assert "" in files(second._index)
    await first.add(owls(20, 1), seen_at=NOW)
    await second.follow()
    assert found(await second.current()) == found(await first.current()) == {"o0", "o10", "o11", "o12", "o20"}
    assert files(second._index) == files(first._index)
    first._folder.unlock()


async def test_papers_in_memory_are_saved_when_the_lock_is_free(processes: tuple[LiveIndex, LiveIndex]) -> None:
    """By their own process, if the one that had the lock has gone."""
    first, second = processes
    assert first._folder is not None
    assert first._folder.lock()
    await second.add(owls(10, 3), seen_at=NOW)
    first._folder.unlock()
    await second.follow()
    assert "" not in files(second._index)


async def test_a_process_that_hangs_with_the_lock_holds_nobody_up(
    processes: tuple[LiveIndex, LiveIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a while the others add what others stored in their own memory."""
    first, second = processes
    assert first._folder is not None
    assert first._folder.lock()
    await second._catalogue.add(owls(10, 3), seen_at=NOW)
    await second.follow()
    assert found(second._index) == {"o0"}
    monkeypatch.setattr("retrieval.search.live_index._LONG", -1.0)
    await second.follow()
    assert found(second._index) == {"o0", "o10", "o11", "o12"}
    first._folder.unlock()


async def test_searches_go_on_while_a_generation_is_taken_up(
    processes: tuple[LiveIndex, LiveIndex], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier one is searched until the new one is there."""
    first, second = processes
    await first.add(owls(10, 3), seen_at=NOW)
    began, go_on, newer = threading.Event(), threading.Event(), IndexFolder.newer

    def slow(self: IndexFolder, index: Index, revision: int) -> tuple[Index, int] | None:
        began.set()
        assert go_on.wait(10)
        return newer(self, index, revision)

    monkeypatch.setattr(IndexFolder, "newer", slow)
    following = asyncio.create_task(second.follow())
    assert await asyncio.to_thread(began.wait, 10)
    monkeypatch.setattr("retrieval.search.live_index._CHECK_INTERVAL", -1.0)
    assert found(await second.current()) == {"o0"}
    go_on.set()
    await following
    assert found(await second.current()) == {"o0", "o10", "o11", "o12"}


_WRITER = """
import asyncio, sys, time
from pathlib import Path
from sqlalchemy import make_url
from retrieval.catalogue import Catalogue
from retrieval.index import columns
from retrieval.index.storage import MANIFEST
from retrieval.search.live_index import LiveIndex
from tests.retrieval.search.test_shared_index import NOW, WEIGHT, as_it_is, owls

replace, (place, folder, step) = columns.replace, sys.argv[1:]

def stopping(path, *contents):
    if armed and (path.name == MANIFEST) == (step == "manifest"):
        print("now", flush=True)
        time.sleep(60)
    replace(path, *contents)

async def main():
    global armed
    location = make_url(place) if place.startswith("postgresql") else Path(place)
    async with Catalogue.open(location) as catalogue:
        live = LiveIndex(catalogue, folder=Path(folder), title_weight=WEIGHT, prepare=as_it_is)
        async with live:
            await live.follow()
            await live.settled()
            armed = True
            await live.add(owls(100, 50), seen_at=NOW)

armed, columns.replace = False, stopping
asyncio.run(main())
"""


@pytest.mark.parametrize("step", ["segment", "manifest"])
async def test_a_writer_that_is_killed_is_replaced(
    processes: tuple[LiveIndex, LiveIndex], database: Location, tmp_path: Path, step: str
) -> None:
    """A real process, before its file or its manifest is there: its papers are found, and its lock is free."""
    command = (sys.executable, "-c", _WRITER, location_text(database), str(tmp_path / "index"), step)
    writer = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert writer.stdout is not None
        assert await asyncio.wait_for(writer.stdout.readline(), 60) == b"now\n"
        first, second = processes
        await first.follow()  # leaves it to the writer
        assert found(first._index) == {"o0"}
    finally:
        writer.send_signal(signal.SIGKILL)
        await writer.wait()
    await first.follow()
    await second.follow()
    assert len(found(first._index)) == 51
    assert files(first._index) == files(second._index)
    saved = Index.load(tmp_path / "index", first.revision)
    saved.verify()
    assert found(saved) == found(first._index)


async def test_another_machine_catches_up_by_revision(
    processes: tuple[LiveIndex, LiveIndex], database: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a folder of its own: it builds once, then it adds what changed, also after a pause or an interruption."""
    first, _ = processes
    folder, papers = tmp_path / "elsewhere", {"o0": owls(0, 1)[0]}

    async def catch_up(catalogue: Catalogue) -> LiveIndex:
        async with LiveIndex(catalogue, folder=folder, title_weight=WEIGHT, prepare=as_it_is) as live:
            await live.follow()
            for number in range(3):
                new = [*owls(10 + 5 * number, 5), Paper(id="o0", title=f"Owl or eagle owl {number}")]
                papers.update((paper.id, paper) for paper in new)
                await first.add(new, seen_at=NOW)
                await live.follow()
                assert len(live._index) == len(papers)
            return live

    async with Catalogue.open(database) as catalogue:
        await catch_up(catalogue)
        monkeypatch.setattr(IndexBuilder, "build", forbidden)
        await first.add([Paper(id="o99", title="Owl of the pause")], seen_at=NOW)
        papers["o99"] = Paper(id="o99", title="Owl of the pause")
        live = await catch_up(catalogue)
    expected = add_documents(Index.empty(), [(id, document_terms(each, WEIGHT)) for id, each in papers.items()])
    hits = live._index.search(["owl", "eagle"], 99)
    assert {hit.id: round(hit.score, 9) for hit in hits} == {
        hit.id: round(hit.score, 9) for hit in expected.search(["owl", "eagle"], 99)
    }
