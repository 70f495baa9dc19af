"""Shards: how they are named and divided, and when their sessions may begin."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.connection.shards import IDENTIFY_PAUSE, IdentifyTurns, ShardRange, divide
from bot.storage import Store
from tests.bot.conftest import FakeClock
from tests.databases import Server


@pytest.mark.parametrize(("text", "ids"), [("0-3/16", [0, 1, 2, 3]), ("5/16", [5]), (" 15-15/16 ", [15])])
def test_a_range_of_shards(text: str, ids: list[int]) -> None:
    """Or a single one, counted from 0."""
    assert ShardRange.parse(text).ids == ids
    assert ShardRange.parse(str(ShardRange.parse(text))) == ShardRange.parse(text)


@pytest.mark.parametrize("text", ["", "3", "0-3", "3-0/16", "0-16/16", "16/16", "-1/4", "0-3/0", "a/b", "1/2/3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    """With an example."""
    with pytest.raises(ValueError, match="0-3/16"):
        ShardRange.parse(text)


@given(st.integers(1, 300), st.integers(1, 64))
def test_processes_share_all_shards_about_evenly(count: int, processes: int) -> None:
    """Each shard is in one share, the first share has shard 0, and none has two more than another."""
    count = max(count, processes)
    shares = divide(count, processes)
    assert [id for share in shares for id in share.ids] == list(range(count))
    assert [share.leads for share in shares] == [True, *[False] * (processes - 1)]
    sizes = {len(share.ids) for share in shares}
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("max_concurrency", [1, 16])
async def test_one_shard_of_a_bucket_identifies_at_a_time(
    postgresql: Server, clock: FakeClock, max_concurrency: int
) -> None:
    """Among all processes: five seconds lie between two sessions of a bucket, and other buckets don't wait."""
    begun = list[tuple[timedelta, int]]()
    start, shards = clock(), 4 * max_concurrency

    async def pause(seconds: float) -> None:
        await asyncio.sleep(0)
        clock.move(seconds=seconds / shards)

    with postgresql.fresh() as database:
        async with Store.open(database) as first, Store.open(database) as second:
            turns = [IdentifyTurns(store.leases, clock, pause) for store in (first, second)]

            async def identify(shard: int) -> None:
                await turns[shard % 2].wait(shard, max_concurrency)
                begun.append((clock() - start, shard))

            await asyncio.gather(*(identify(shard) for shard in range(shards)))
    for bucket in range(max_concurrency):
        moments = sorted(moment for moment, shard in begun if shard % max_concurrency == bucket)
        assert len(moments) == 4
        # The clock moves on a little between the grant and its note.
        assert all(later - earlier > IDENTIFY_PAUSE - timedelta(seconds=1) for earlier, later in pairwise(moments))
    assert max(moment for moment, _ in begun) < 4 * IDENTIFY_PAUSE
