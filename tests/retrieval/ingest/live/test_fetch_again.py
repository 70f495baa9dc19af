"""Repeated requests: unchanged pages, later changes, and one pace for all processes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import SourceUnavailable
from retrieval.ingest.live import Source
from retrieval.ingest.live.due import GROWING
from retrieval.ingest.live.http_client import RetryTiming
from retrieval.ingest.live.huggingface import read_answer
from retrieval.library import Library
from tests.retrieval.ingest.live.live_sources import (
    ReceivedRequest,
    Reply,
    Server,
    Time,
    daily,
    entry,
    feed,
    item,
    settings_at,
)
from tests.retrieval.ingest.live.test_fetcher import reading

TODAY = date(2026, 11, 24)
IDS = tuple(f"2611.0000{number}" for number in range(1, 6))


async def read_today(library: Library) -> Any:
    """The result of reading today's list."""
    return await library.sync(Source.HUGGING_FACE, TODAY, TODAY)


async def test_an_unchanged_page_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """304, even after a restart: no body is parsed, nothing is stored, and the page isn't due any more."""
    parsed, clock = list[int](), Time()

    def counted(body: bytes, **where: Any) -> Any:
        parsed.append(len(body))
        return read_answer(body, **where)

    monkeypatch.setattr("retrieval.ingest.live.huggingface.read_answer", counted)
    lists = {TODAY.isoformat(): [item(IDS[0], votes=3)]}
    async with reading(daily(lists), tmp_path, clock) as (library, server):
        assert (await read_today(library)).added.new == 1
        before, kept = await library.stats(), server.asked[0]
    async with (
        Server(daily(lists), clock).running() as server,
        Library.open(settings_at(server.url, tmp_path), clock, live=clock.waiting) as library,
    ):
        clock.move(seconds=GROWING.total_seconds())
        caught = await read_today(library)
        assert (caught.pages, caught.added.new, caught.added.changed, caught.added.unchanged) == (1, 0, 0, 0)
        assert ("If-None-Match" in kept.headers, "If-None-Match" in server.asked[0].headers) == (False, True)
        after = await library.stats()
        assert (after.papers, after.sources[0].last_status) == (before.papers, "304 Not Modified")
        assert (await read_today(library)).pages == 0
        assert len(parsed) == 1
        lists[TODAY.isoformat()] = [item(IDS[0], votes=4)]
        clock.move(seconds=GROWING.total_seconds())
        assert (await read_today(library)).added.changed == 1
        assert (len(parsed), (await library.paper(IDS[0])).votes) == (2, 4)


async def test_the_time_of_the_last_change_is_sent_back(tmp_path: Path) -> None:
    """Last-Modified: the next request says which version this bot has."""
    clock, changed = Time(), "Tue, 24 Nov 2026 10:00:00 GMT"
    lists = daily({TODAY.isoformat(): [item(IDS[0])]})

    def answers(asked: ReceivedRequest) -> Reply:
        return Reply(lists(asked).body, headers={"Last-Modified": changed})

    async with reading(answers, tmp_path, clock) as (library, server):
        await read_today(library)
        clock.move(seconds=GROWING.total_seconds())
        await read_today(library)
        assert [each.headers.get("If-Modified-Since") for each in server.asked] == [None, changed]


async def test_a_list_of_several_pages_is_always_read_completely(tmp_path: Path) -> None:
    """An unchanged first page says nothing about the second."""
    clock, items = Time(), [item(f"2611.{number:05}") for number in range(250)]
    async with reading(daily({TODAY.isoformat(): items}), tmp_path, clock) as (library, server):
        caught = await read_today(library)
        assert (caught.pages, caught.added.new) == (1, 250)
        assert [each.query.get("p") for each in server.asked] == [None, "1", "2"]
        clock.move(seconds=GROWING.total_seconds())
        items[-1] = item("2611.00249", votes=7)
        assert (await read_today(library)).added.changed == 1
        assert (await library.paper("2611.00249")).votes == 7
        assert not [each for each in server.asked if "If-None-Match" in each.headers]


async def test_a_list_without_usable_papers_is_read_again_after_a_day(tmp_path: Path) -> None:
    """It may have been fixed. This is an old day, which would otherwise not be read again."""
    clock, day = Time(), date(2026, 6, 1)
    lists: dict[str, list[Any]] = {day.isoformat(): [{"paper": {"id": IDS[0]}}]}
    async with reading(daily(lists), tmp_path, clock) as (library, server):
        assert (await library.sync(Source.HUGGING_FACE, day, day)).defects == 1
        lists[day.isoformat()] = [item(IDS[0])]
        clock.move(hours=23)
        assert (await library.sync(Source.HUGGING_FACE, day, day)).pages == 0
        clock.move(hours=2)
        assert (await library.sync(Source.HUGGING_FACE, day, day)).added.new == 1
        assert len(server.asked) == 2


async def test_votes_and_code_that_come_later_update_the_paper(tmp_path: Path) -> None:
    """Through the day and for a week after; all counts of votes are kept."""
    lists, clock = {TODAY.isoformat(): [item(IDS[0], votes=1)]}, Time()
    async with reading(daily(lists), tmp_path, clock, huggingface_days=1) as (library, _):
        await read_today(library)
        assert (await library.paper(IDS[0])).code_url is None
        for hours, votes in ((1, 5), (30, 9), (5 * 24, 12)):
            clock.move(hours=hours)
            lists[TODAY.isoformat()] = [item(IDS[0], votes=votes, githubRepo="https://github.com/example/owls")]
            await read_today(library)
        clock.move(days=30)
        await read_today(library)
        lists[TODAY.isoformat()] = [item(IDS[0], votes=99)]
        clock.move(days=1)
        assert (await read_today(library)).pages == 0
        paper = await library.paper(IDS[0])
        assert (paper.votes, paper.code_url) == (12, "https://github.com/example/owls")
        page = await library.search("has:code votes:>=12")
        assert [hit.paper.id for hit in page.hits] == [IDS[0]]


async def test_a_withdrawal_in_the_feed_hides_the_paper_and_keeps_quotes(tmp_path: Path) -> None:
    """A search no longer finds it, and the quoted abstract can still be shown."""
    shown, clock = [feed(entry(f"{IDS[0]}v1", summary="We study quokkas.", kind="new"))], Time()

    def answers(asked: ReceivedRequest) -> Reply:
        return Reply(shown[-1] if asked.path.startswith("/atom/") else feed())

    async with reading(answers, tmp_path, clock, arxiv_categories=["cs.CL"]) as (library, _):
        await library.sync(Source.ARXIV)
        old = await library.paper(IDS[0])
        assert (await library.search("quokkas")).total == 1
        said = "This paper has been withdrawn by its authors."
        shown.append(feed(entry(f"{IDS[0]}v2", summary=said, comment=said, kind="replace")))
        clock.move(days=1)
        assert (await library.sync(Source.ARXIV)).added.changed == 1
        now = await library.paper(IDS[0])
        assert (now.version, now.withdrawn is not None, now.published) == (2, True, old.published)
        assert (await library.search("quokkas")).total == (await library.search("withdrawn")).total == 0
        reference = (old.id, old.digest)
        assert (await library.as_quoted([reference]))[reference].abstract == "We study quokkas."


def days_of(count: int) -> dict[str, list[Any]]:
    """A list for each day."""
    days = (date(2026, 6, number) for number in range(1, count + 1))
    return {day.isoformat(): [item(f"2606.{number:05}")] for number, day in enumerate(days)}


@pytest.mark.parametrize("shared", [True, False], ids=["one library", "two that share the database"])
async def test_tasks_and_processes_share_one_pace(tmp_path: Path, *, shared: bool) -> None:
    """However many read at once, there are never two requests within the source's interval."""
    clock, first, last = Time(), date(2026, 6, 1), date(2026, 6, 5)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(Server(daily(days_of(5)), clock).running())
        # Waiting tasks move the clock far ahead while a request is in progress: it must not be taken for lost.
        settings = settings_at(server.url, tmp_path, seconds=300)
        open_one: Callable[[], Any] = lambda: Library.open(settings, clock, live=clock.waiting)  # noqa: E731
        libraries = [await stack.enter_async_context(open_one()) for _ in range(1 if shared else 2)]
        asking = [each.sync(Source.HUGGING_FACE, first, last) for each in libraries for _ in range(2)]
        await asyncio.gather(*asking)
        gaps = [later.at - earlier.at for earlier, later in zip(server.asked, server.asked[1:], strict=False)]
        assert len(gaps) >= 4
        assert min(gaps) >= Source.HUGGING_FACE.interval
        assert (await libraries[0].stats()).papers == 5


async def test_the_pace_is_kept_over_a_restart(tmp_path: Path) -> None:
    """A process that starts right after another one waits as that one would have."""
    clock = Time()
    async with Server(lambda _: Reply(feed()), clock).running() as server:
        for id in IDS[:3]:
            async with Library.open(settings_at(server.url, tmp_path), clock, live=clock.waiting) as library:
                assert library.fetcher is not None
                assert await library.fetcher.paper(id) is None
        gaps = [later.at - earlier.at for earlier, later in zip(server.asked, server.asked[1:], strict=False)]
        assert min(gaps) >= timedelta(seconds=3)


async def test_a_quota_that_runs_out_is_stretched(tmp_path: Path) -> None:
    """RateLimit: with one request left for a minute, the next one waits a minute."""
    clock, plenty = Time(), daily(days_of(3))

    def answers(asked: ReceivedRequest) -> Reply:
        return Reply(plenty(asked).body, headers={"RateLimit": '"api";r=1;t=60'})

    async with reading(answers, tmp_path, clock) as (library, server):
        await library.sync(Source.HUGGING_FACE, date(2026, 6, 1), date(2026, 6, 3))
        assert [later.at - earlier.at for earlier, later in zip(server.asked, server.asked[1:], strict=False)] == [
            timedelta(minutes=1)
        ] * 2


async def test_a_good_response_can_ask_for_a_pause(tmp_path: Path) -> None:
    """Retry-After is respected there too."""
    clock, plenty = Time(), daily(days_of(2))

    def answers(asked: ReceivedRequest) -> Reply:
        return Reply(plenty(asked).body, headers={"Retry-After": "30"})

    async with reading(answers, tmp_path, clock) as (library, server):
        await library.sync(Source.HUGGING_FACE, date(2026, 6, 1), date(2026, 6, 2))
        assert server.asked[1].at - server.asked[0].at == timedelta(seconds=30)


@pytest.mark.parametrize(("drawn", "seconds"), [(0.0, 4), (0.5, 3), (1.0, 2)])
async def test_bots_do_not_retry_at_the_same_time(tmp_path: Path, drawn: float, seconds: int) -> None:
    """Jitter shortens the pause after a failure by up to half."""
    clock, day = Time(), date(2026, 6, 1)
    async with Server(daily(days_of(1)), clock).running() as server:
        server.faults, waiting = [Reply(status=500)], RetryTiming(clock.sleep, lambda: drawn)
        async with Library.open(settings_at(server.url, tmp_path), clock, live=waiting) as library:
            await library.sync(Source.HUGGING_FACE, day, day)
        assert server.asked[1].at - server.asked[0].at == timedelta(seconds=seconds)


async def test_a_source_that_is_down_gets_few_requests(tmp_path: Path) -> None:
    """A circuit breaker: open after failures, half open for one request at a time, closed by a good response."""
    clock, up = Time(), list[bool]()
    lists = daily(days_of(5))

    def answers(asked: ReceivedRequest) -> Reply:
        return lists(asked) if up else Reply(status=503)

    async with reading(answers, tmp_path, clock) as (library, server):
        away = 0
        for _ in range(12 * 4):  # twelve hours; the bot checks each minute, which would only take longer here
            try:
                await library.sync(Source.HUGGING_FACE, date(2026, 6, 1), date(2026, 6, 5))
            except SourceUnavailable:
                away += 1
            clock.move(minutes=15)
        assert away == 12 * 4
        assert len(server.asked) <= 18
        assert server.asked[-1].at - server.asked[0].at >= timedelta(hours=10)
        up.append(True)
        clock.move(hours=1)
        tried = len(server.asked)
        assert (await library.sync(Source.HUGGING_FACE, date(2026, 6, 1), date(2026, 6, 5))).added.new == 5
        assert len(server.asked) == tried + 5
        assert (await library.stats()).sources[0].failures == 0


async def test_a_query_of_several_pages_is_read_completely_or_not_at_all(tmp_path: Path) -> None:
    """While the second page fails or is empty, nothing from the first one is stored."""
    pages = {"0": feed(*(entry(f"{id}v1") for id in IDS[:3]), total=5), "3": feed(total=5)}
    day, clock = date(2026, 11, 16), Time()

    def answers(asked: ReceivedRequest) -> Reply:
        return Reply(pages[asked.query["start"]])

    async with reading(answers, tmp_path, clock, arxiv_categories=["cs.CL", "cs.LG"]) as (library, server):
        with pytest.raises(SourceUnavailable, match="no papers after the first 3 of 5"):
            await library.sync(Source.ARXIV, day, day)
        assert (await library.stats()).papers == 0
        pages["3"] = feed(*(entry(f"{id}v1") for id in IDS[3:]), total=5)
        clock.move(hours=1)
        assert (await library.sync(Source.ARXIV, day, day)).added.new == 5
        wanted = "(cat:cs.CL OR cat:cs.LG) AND submittedDate:[202611160000 TO 202611162359]"
        assert {each.query["search_query"] for each in server.asked} == {wanted}
