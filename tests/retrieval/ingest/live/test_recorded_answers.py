"""Recorded days and responses, served on the loopback as their sources did, with the faults that sources have."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import PaperNotFound
from retrieval.ingest.live import Source
from retrieval.ingest.parsers.arxiv import read_feed
from retrieval.ingest.parsers.huggingface import read_items
from retrieval.papers import Paper, arxiv_id
from tests.retrieval.ingest.live.live_sources import ReceivedRequest, Reply, Time, daily, feed
from tests.retrieval.ingest.live.test_fetcher import reading
from tests.shared_data import SHARED, needs_shared

pytestmark = needs_shared


def recorded_days() -> dict[str, list[Any]]:
    """The recorded responses of the daily papers API, by day."""
    paths = sorted((SHARED / "data" / "hf_api").glob("daily_papers-*.json"))
    return {path.stem[-10:]: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def recorded_response(start: str) -> bytes:
    """The recorded response of arXiv's query API whose file name starts with ``start``."""
    (path,) = (SHARED / "data" / "arxiv_api").glob(f"{start}*.json")
    return json.loads(path.read_text(encoding="utf-8"))["body"].encode()


async def test_recorded_days_are_read_completely_despite_faults(tmp_path: Path) -> None:
    """Each day's papers in order, whatever failed in between; a day without a list is requested only once."""
    days, clock = recorded_days(), Time()
    async with reading(daily(days), tmp_path, clock, seconds=5) as (library, server):
        whole = json.dumps(days["2026-08-20"]).encode()
        for day, faults in {
            "2024-05-27": [Reply(status=429, headers={"Retry-After": "30"}), Reply(status=500)],
            "2024-12-20": [Reply(whole, cut=True), Reply(whole[:-9])],
            "2025-06-10": [Reply(b"<html>Bad gateway</html>", status=502)],
        }.items():
            server.faults = list(faults)
            caught = await library.sync(Source.HUGGING_FACE, date.fromisoformat(day), date.fromisoformat(day))
            assert (caught.pages, caught.defects, server.faults) == (1, 0, [])
        for day in days:
            await library.sync(Source.HUGGING_FACE, date.fromisoformat(day), date.fromisoformat(day))
            listed = await library.lists.named(day)
            ids = [trend.paper.id for trend in sorted(listed.ranked, key=place)] if listed else []
            assert ids == [paper.id for paper in read_items(days[day], list_day=date.fromisoformat(day)).papers]
            assert ids
        asked = len(server.asked)
        for _ in range(2):
            empty = date(2026, 4, 15)  # there is no recording for this day
            await library.sync(Source.HUGGING_FACE, empty, empty)
        assert len(server.asked) == asked + 1
        assert await library.lists.named("2026-04-15") is None


def place(trend: Any) -> int:
    """The position of a paper on its list."""
    return trend.paper.listing.position


async def test_recorded_responses_of_arxiv_are_read(tmp_path: Path) -> None:
    """By id, an old one too; arXiv's error, which is an entry, means that there is no such paper."""
    known = {
        "1605.08386": recorded_response("id_1605.08386"),
        "astro-ph/0601001": recorded_response("id_astro-ph"),
        "9912.99999": recorded_response("id_abc"),
    }

    def answers(asked: ReceivedRequest) -> Reply:
        body = known.get(asked.query["id_list"], feed())
        return Reply(body, status=400 if asked.query["id_list"] == "9912.99999" else 200)

    async with reading(answers, tmp_path, Time()) as (library, server):
        for id in ("1605.08386", "astro-ph/0601001"):
            (found,) = await library.find(f"https://arxiv.org/abs/{id}")
            (same,) = read_feed(known[id]).papers
            assert same.model_dump(exclude={"listing"}) == found.model_dump(exclude={"listing"})
        for _ in range(2):
            with pytest.raises(PaperNotFound, match=r"arxiv\.org/abs/9912\.99999"):
                await library.find("9912.99999")
        assert len(server.asked) == 3
        (state,) = (await library.stats()).sources
        assert (state.failures, "incorrect id format" in state.last_status) == (0, True)


async def test_pages_of_a_recorded_query_are_read(tmp_path: Path) -> None:
    """Ten papers in each response: as long as there are more, the next page is requested."""
    pages = {start: recorded_response(f"q_testing_s{start}_m10_") for start in ("0", "10", "20", "30", "40", "50")}
    read = {start: read_feed(body) for start, body in pages.items()}
    papers: dict[str, Paper] = {paper.id: paper for each in read.values() for paper in each.papers}

    def answers(asked: ReceivedRequest) -> Reply:
        body = pages.get(asked.query["start"])
        if body is None:
            return Reply(status=503)
        total = str(read["0"].total)
        return Reply(body.replace(f">{total}<".encode(), b">60<", 1))

    day = date(2026, 11, 16)
    async with reading(answers, tmp_path, Time(), arxiv_categories=["cs.SE"]) as (library, server):
        caught = await library.sync(Source.ARXIV, day, day)
        assert [each.query["start"] for each in server.asked] == list(pages)
        assert (caught.pages, caught.added.new, caught.defects) == (1, len(papers), 0)
        assert all(arxiv_id(id) == id for id in papers)
        assert (await library.stats()).papers == len(papers)


async def test_a_recorded_feed_is_read_and_not_sent_again(tmp_path: Path) -> None:
    """A day later arXiv says that nothing has changed: no paper is read or stored again."""
    body, clock = (SHARED / "data" / "arxiv_api" / "arxiv_rss_example.xml").read_bytes(), Time()
    papers = {paper.id for paper in read_feed(body).papers}

    def answers(asked: ReceivedRequest) -> Reply:
        return Reply(body if asked.path == "/atom/cs.AI" else feed())

    async with reading(answers, tmp_path, clock, arxiv_categories=["cs.AI"]) as (library, server):
        first = await library.sync(Source.ARXIV)
        assert (first.added.new, first.defects) == (len(papers), 0)
        clock.move(days=1)
        again = await library.sync(Source.ARXIV)
        feeds = [each for each in server.asked if each.path == "/atom/cs.AI"]
        assert ["If-None-Match" in each.headers for each in feeds] == [False, True]
        assert (again.added.new, again.added.changed, again.added.unchanged) == (0, 0, 0)
        assert (await library.stats()).sources[0].last_status == "304 Not Modified"
