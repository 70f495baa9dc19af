"""What a post costs: the real poster over a real database, with a Discord that answers at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord

from bot.daily_post.poster import DailyPoster
from bot.settings import Settings
from bot.storage import Store
from retrieval.database import Location
from retrieval.library import Library
from tests.bot.daily_post.daily_world import FEED, START, TODAY, list_of


@dataclass(frozen=True, slots=True)
class PostCosts:
    """Milliseconds for one post: of this process's core, and from beginning to end with one post at a time."""

    core: float
    elapsed: float


class InstantDiscord:
    """Has every server, and accepts every message."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def get_guild(self, guild_id: int) -> Any:
        """A server that is available."""
        return SimpleNamespace(id=guild_id, unavailable=False)

    def get_channel(self, _channel_id: int) -> None:
        """Channels aren't remembered."""

    def get_partial_messageable(self, _channel_id: int) -> InstantDiscord:
        """A channel."""
        return self

    async def send(self, **_options: object) -> Any:
        """A message with a new number."""
        return SimpleNamespace(id=next(self._numbers))


async def measure(location: Location, folder: Path, posts: int) -> PostCosts:
    """Make so many posts in as many channels, one after the other."""
    due = datetime.combine(TODAY, FEED.time, UTC)
    settings = Settings.model_validate({"data_folder": folder})
    async with (
        Library.of(list_of(TODAY, *range(30, 0, -1)), settings, lambda: due) as library,
        Store.open(location) as store,
    ):
        for number in range(1, posts + 1):
            feed = replace(FEED, guild_id=number << 22, channel_id=number, changed_at=START)
            await store.daily_feeds.save(feed)
        poster = DailyPoster(cast("discord.Client", InstantDiscord()), library, store, lambda: due)
        began, core = time.perf_counter(), time.process_time()
        await poster.tick(due)
        core, elapsed = time.process_time() - core, time.perf_counter() - began
        sent = sum([len(await store.daily_posts.papers_posted(number)) > 0 for number in range(1, posts + 1)])
    assert sent == posts, f"{sent} of {posts} posts were made"
    return PostCosts(core / posts * 1_000, elapsed / posts * 1_000)
