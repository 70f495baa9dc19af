"""A thousand servers whose daily post is due in the same minute, and Discord's rate limits."""

from __future__ import annotations

import time as clock
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.wire.bot_process import ForkServer
from tests.wire.feeds import daily_feeds, pause
from tests.wire.rest import RateLimits, Request

SERVERS, DUE = 1_000, datetime(2027, 3, 1, 9, tzinfo=UTC)
LATENCY = 0.3
"""Seconds that Discord takes for a message."""


async def _slowly(request: Request) -> None:
    if request.method == "POST" and request.path.endswith("/messages"):
        await pause(LATENCY)


@pytest.mark.soak
async def test_a_thousand_servers_have_their_post_within_a_minute(tmp_path: Path, forks: ForkServer) -> None:
    """Each one once, with 50 requests a second for the bot and 5 in 5 seconds for a channel."""
    schedules = [("UTC", time(9))] * SERVERS
    async with daily_feeds(tmp_path, forks, schedules, [DUE.date()], DUE - timedelta(minutes=30)) as feeds:
        rest = feeds.scene.discord.rest
        rest.limits, rest.before = RateLimits(), _slowly
        async with feeds.bot():
            feeds.set_time(DUE)
            began = clock.monotonic()
            await feeds.scene.discord.until(lambda: all(map(feeds.posts, range(SERVERS))), 300)
            took = clock.monotonic() - began
            await feeds.tick_at(DUE + timedelta(minutes=1))
            assert {feeds.posts(number) for number in range(SERVERS)} == {1}
            assert rest.limits.exceeded == 0
            assert took < 60
