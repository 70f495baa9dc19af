"""How old the lists are, mentioned only where it matters."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.ui.freshness import freshness
from retrieval.catalogue import SourceState
from retrieval.ingest.live import Source
from retrieval.papers import Listing, Paper
from tests.bot.conftest import World, said, seen

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
READ = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SINCE = f"<t:{int(READ.timestamp())}:f>"


def source(read_at: datetime | None, failures: int, name: str = "huggingface") -> SourceState:
    """The state of a source."""
    return SourceState(name, NOW + timedelta(minutes=5), failures, read_at, NOW, "503 Service Unavailable")


@pytest.mark.parametrize(
    ("newest", "sources", "words"),
    [
        (TODAY, [], ""),
        (TODAY, [source(READ, 0)], ""),
        (TODAY - timedelta(days=4), [source(READ, 0)], ""),
        (TODAY, [source(NOW - timedelta(hours=1), 3)], ""),
        (None, [], ""),
        (TODAY - timedelta(days=5), [], "Newest list: 19 November 2026"),
        (TODAY, [source(READ, 3)], f"Newest list: 24 November 2026 · Hugging Face hasn't responded since {SINCE}"),
        (None, [source(None, 1)], "Hugging Face hasn't responded yet"),
    ],
)
def test_old_papers_are_mentioned(newest: date | None, sources: list[SourceState], words: str) -> None:
    """An old list, or a source that hasn't responded for hours; not a weekend or a short failure."""
    assert freshness(newest, sources, NOW, tuple(Source)) == words


def test_each_source_has_its_own_patience() -> None:
    """The arXiv API is read once a day. A source that doesn't matter isn't mentioned."""
    silent = [source(READ, 9), source(READ, 9, "arxiv")]
    of_lists = f"Newest list: 24 November 2026 · Hugging Face hasn't responded since {SINCE}"
    assert freshness(TODAY, silent, NOW, tuple(Source)) == of_lists
    later = NOW + timedelta(days=2)
    assert freshness(TODAY, silent, later, tuple(Source)) == f"{of_lists} · arXiv hasn't responded since {SINCE}"
    assert freshness(TODAY, silent, later, [Source.HUGGING_FACE]) == of_lists
    assert freshness(TODAY, silent, later, []) == ""


async def test_trending_says_that_its_list_is_old(world: World) -> None:
    """If it counts back from today, on every page. Chosen days aren't old."""
    day = date(2026, 11, 10)
    listing = Listing(name=day.isoformat(), day=day, position=0)
    await world.bot.library.add([Paper(id="2611.00001", title="Owls", abstract="We study owls.", listing=listing)])
    assert "Newest list: 10 November 2026" in said(await world.member.slash(world.channel, "trending"))
    await world.member.click(world.last, label="Week")
    assert "Newest list: 10 November 2026" in seen(world.last)
    chosen = await world.member.slash(world.channel, "trending", since="2026-11")
    assert "Owls" in said(chosen)
    assert "Newest list" not in said(chosen)
