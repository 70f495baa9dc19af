"""Two processes over one catalogue: batches are merged, and a source gets one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from retrieval.catalogue import Catalogue
from retrieval.database import Location
from retrieval.papers import Paper

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def catalogues(database: Location) -> AsyncIterator[tuple[Catalogue, Catalogue]]:
    """The catalogues of two processes."""
    async with Catalogue.open(database) as first, Catalogue.open(database) as second:
        yield first, second


async def test_batches_with_the_same_papers_are_merged(catalogues: tuple[Catalogue, Catalogue]) -> None:
    """Each brings a field of its own for the same papers: none is lost, each paper is new once, changes are counted."""
    ids = [str(number) for number in range(20)]
    fields = ({"votes": 3}, {"link": "https://example.org"}, {"authors": ("Ada Byron",)}, {"abstract": "Owls."})
    batches = [[Paper.model_validate({"id": id, "title": "T", **each}) for id in ids] for each in fields]
    added = await asyncio.gather(
        *(catalogues[n % 2].add(batch[:: 1 if n % 2 else -1], seen_at=NOW) for n, batch in enumerate(batches))
    )
    stored = await catalogues[0].get(ids)
    whole = Paper.model_validate({"title": "T", **fields[0], **fields[1], **fields[2], **fields[3], "id": "0"})
    assert list(stored.values()) == [whole.model_copy(update={"id": id}) for id in ids]
    assert sum(each.new for each in added) == len(ids)
    assert await catalogues[1].arrivals.latest() == len(batches)
    assert await catalogues[1].revision() == sum(each.revisions for each in added)


async def test_a_source_gets_one_request_at_a_time(catalogues: tuple[Catalogue, Catalogue]) -> None:
    """Also the first one ever, and again when a claim has expired. Failures are counted one by one."""
    for now in (NOW, NOW + MINUTE):
        waits = await asyncio.gather(*(catalogues[n % 2].sources.claim("arxiv", now, MINUTE) for n in range(10)))
        assert waits.count(timedelta(0)) == 1
    await asyncio.gather(*(catalogues[n % 2].sources.failed("arxiv", NOW, NOW, "no") for n in range(10)))
    state = await catalogues[0].sources.state("arxiv")
    assert state is not None
    assert state.failures == 10
