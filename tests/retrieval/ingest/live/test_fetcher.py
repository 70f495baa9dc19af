"""Reading live sources from a loopback server: faults, pace, and continuing after an interruption."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from retrieval.__main__ import app
from retrieval.catalogue import Added, SourceLog
from retrieval.errors import PaperNotFound, SourceUnavailable
from retrieval.ingest.live import Source
from retrieval.library import Library
from tests.retrieval.ingest.live.live_sources import Answers, Reply, Server, Time, daily, entry, feed, item, settings_at

MONDAY, FRIDAY = date(2026, 6, 1), date(2026, 6, 5)
LISTS = {f"2026-06-0{day}": [item(f"2606.0000{day}", votes=day)] for day in range(1, 6)}


@asynccontextmanager
async def reading(
    answers: Answers, folder: Path, clock: Time, **sources: Any
) -> AsyncGenerator[tuple[Library, Server]]:
    """A library whose sources are a server on the loopback."""
    async with (
        Server(answers, clock).running() as server,
        Library.open(settings_at(server.url, folder, **sources), clock, live=clock.waiting) as library,
    ):
        yield library, server


async def test_every_list_is_read_once(tmp_path: Path) -> None:
    """At the published pace, with one User-Agent, and not again once it is final."""
    clock = Time()
    async with reading(daily(LISTS), tmp_path, clock, contact="ada@example.org") as (library, server):
        caught = await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)
        assert (caught.pages, caught.added.new, caught.defects) == (5, 5, 0)
        assert [each.query["date"] for each in server.asked] == sorted(LISTS)
        gaps = [later.at - earlier.at for earlier, later in zip(server.asked, server.asked[1:], strict=False)]
        assert min(gaps) >= Source.HUGGING_FACE.interval
        assert {"(ada@example.org)" in each.headers["User-Agent"] for each in server.asked} == {True}
        assert (await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)).pages == 0


@pytest.mark.parametrize(
    "fault",
    [
        Reply(status=429, headers={"Retry-After": "90"}),
        Reply(status=500),
        Reply(b"[" + b" " * 5_000 + b"]", cut=True),
        Reply(b'[{"paper": '),
        Reply(b"{}"),
        Reply(slow=True),
    ],
    ids=["429", "500", "cut off", "half", "no list", "slow"],
)
async def test_a_failed_request_is_retried(tmp_path: Path, fault: Reply) -> None:
    """After the pause that the response asks for; the result is the same."""
    clock = Time()
    async with reading(daily(LISTS), tmp_path, clock, seconds=1) as (library, server):
        server.faults = [fault]
        caught = await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)
        assert (caught.pages, caught.added.new, len(server.asked)) == (5, 5, 6)
        pause = timedelta(seconds=90 if fault.status == 429 else 4)
        assert server.asked[1].at - server.asked[0].at >= pause


async def test_a_source_that_is_down_is_left_alone_even_after_a_restart(tmp_path: Path) -> None:
    """Papers that were read are kept; nothing is requested in the pause; then the run continues where it stopped."""
    clock = Time()
    async with reading(daily(LISTS), tmp_path, clock) as (library, server):
        await library.sync(Source.HUGGING_FACE, MONDAY, date(2026, 6, 2))
        server.faults = [Reply(status=503)] * 20
        with pytest.raises(SourceUnavailable, match="503"):
            await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)
        assert (await library.stats()).papers == 2
    async with reading(daily(LISTS), tmp_path, clock) as (library, server):
        with pytest.raises(SourceUnavailable):
            await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)
        assert server.asked == []
        clock.move(hours=1)
        assert (await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)).added.new == 3


async def test_an_interrupted_run_continues_with_the_page_that_it_was_storing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before its papers are stored, nothing is lost; before the page is recorded, nothing is stored twice."""

    async def ends(*_: object) -> Any:
        raise KeyboardInterrupt

    async with reading(daily(LISTS), tmp_path, Time()) as (library, _):
        for place, name in ((library, "add"), (SourceLog, "record")):
            with monkeypatch.context() as patch:
                patch.setattr(place, name, ends)
                with pytest.raises(KeyboardInterrupt):
                    await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)
        assert (await library.stats()).papers == 1
        caught = await library.sync(Source.HUGGING_FACE, MONDAY, FRIDAY)
        assert (caught.pages, caught.added) == (5, Added(new=4, unchanged=1))


async def test_valid_papers_of_a_list_with_defects_are_stored(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The others are counted, and logged with their positions."""
    lists = {"2026-06-01": [item("2606.00001"), {"paper": {"id": "x"}}, 7]}
    async with reading(daily(lists), tmp_path, Time()) as (library, _):
        caught = await library.sync(Source.HUGGING_FACE, MONDAY, MONDAY)
        assert (caught.added.new, caught.defects) == (1, 2)
        logged = [record.getMessage() for record in caplog.records if "list 2026-06-01" in record.getMessage()]
        assert [f"item {place}" in message for place, message in zip((2, 3), logged, strict=True)] == [True, True]


async def test_an_unknown_paper_is_fetched_from_arxiv(tmp_path: Path) -> None:
    """Once; an id that arXiv doesn't know is requested once a day."""
    clock = Time()
    known = {"2606.00009": feed(entry("2606.00009v2"))}
    answers: Answers = lambda asked: Reply(known.get(asked.query["id_list"], feed()))  # noqa: E731
    async with reading(answers, tmp_path, clock) as (library, server):
        (found,) = await library.find("https://arxiv.org/abs/2606.00009")
        assert (found.title, found.version) == ("Paper 2606.00009v2", 2)
        await library.find("2606.00009")
        for _ in range(2):
            with pytest.raises(PaperNotFound):
                await library.find("2606.00010")
        assert len(server.asked) == 2


async def test_a_quoted_abstract_is_kept(tmp_path: Path) -> None:
    """A new version replaces the abstract; a reference to the old one still finds it."""
    first, later = feed(entry("2606.00009v1")), feed(entry("2606.00009v2", summary="We study bats."))
    shown = [first]
    answers: Answers = lambda _: Reply(shown[-1])  # noqa: E731
    async with reading(answers, tmp_path, Time()) as (library, _):
        (old,) = await library.find("2606.00009")
        shown.append(later)
        assert library.fetcher is not None
        new = await library.fetcher.paper("2606.00009")
        assert new is not None
        await library.add([new])
        reference = (old.id, old.digest)
        assert (await library.as_quoted([reference]))[reference].abstract == "We study owls."
        assert (await library.paper(old.id)).abstract == "We study bats."
        assert (await library.as_quoted([(old.id, "0" * 16)])) == {}


async def test_the_command_reads_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reports new papers, then that nothing is due; if a source can't be read, the exit status is 1."""
    async with Server(daily(LISTS), Time()).running() as server:
        monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", str(tmp_path))
        monkeypatch.setenv("DAILY_PAPERS_SOURCES__HUGGINGFACE_URL", server.url)

        async def fetch(*days: str) -> tuple[int, str]:
            result = await asyncio.to_thread(CliRunner().invoke, app, ["fetch", *days], catch_exceptions=False)
            return result.exit_code, result.output

        first = await fetch("--since", "2026-06-01", "--until", "2026-06-01")
        again = await fetch("--since", "2026-06-01", "--until", "2026-06-01")
        backwards = await fetch("--since", "2026-06-02", "--until", "2026-06-01")
        assert (first[0], "1 new paper" in first[1]) == (0, True)
        assert (again[0], "nothing new to read" in again[1]) == (0, True)
        assert (backwards[0], "--since" in backwards[1]) == (2, True)
        assert len(server.asked) == 1
        server.faults = [Reply(status=429, headers={"Retry-After": "7200"})] * 9
        away = await fetch("--since", "2026-06-02", "--until", "2026-06-02")
        assert (away[0], "run the same command again" in away[1]) == (1, True)
