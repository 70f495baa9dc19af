"""What a post costs: the real poster over a real database, with a Discord that answers at once."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.daily_post.poster import DailyPoster
from bot.settings import Settings
from bot.storage import Store
from retrieval.database import Location
from retrieval.library import Library
from tests.bot.daily_post.daily_world import FEED, START, TODAY, list_of

_PAGE = 4_096  # bytes of a page of SQLite
_TABLES = (
    "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'community' AND c.relkind = 'r'"
)


@dataclass(frozen=True, slots=True)
class PostCosts:
    """Milliseconds for one post: of this process's core, and from beginning to end with one post at a time.

    ``waiting`` and ``done`` are for looking at a channel before its time, and after its post: on a core, each minute.
    ``kilobytes`` is what a post and its channel's settings take in the database, indexes included.
    """

    core: float
    elapsed: float
    waiting: float
    done: float
    kilobytes: float


class InstantDiscord:
    """Has every server, and accepts every message."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def get_guild(self, guild_id: int) -> Any:
        """A server that is available."""
        return SimpleNamespace(id=guild_id, unavailable=False, preferred_locale=discord.Locale.american_english)

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
        size = await _size(location)
        for number in range(1, posts + 1):
            feed = replace(FEED, guild_id=number << 22, channel_id=number, changed_at=START)
            await store.daily_feeds.save(feed)
        poster = DailyPoster(cast("discord.Client", InstantDiscord()), library, store, lambda: due)
        waiting, _ = await _spent(poster, due - timedelta(hours=1))
        core, elapsed = await _spent(poster, due)
        done, _ = await _spent(poster, due)
        grown = await _size(location) - size
        sent = sum([len(await store.daily_posts.papers_posted(number)) > 0 for number in range(1, posts + 1)])
    assert sent == posts, f"{sent} of {posts} posts were made"
    core, elapsed, waiting, done = (each / posts * 1_000 for each in (core, elapsed, waiting, done))
    return PostCosts(core, elapsed, waiting, done, grown / posts / 1_000)


async def _spent(poster: DailyPoster, now: datetime) -> tuple[float, float]:
    """Seconds of a core, and seconds, for one run of the poster."""
    began, core = time.perf_counter(), time.process_time()
    await poster.tick(now)
    return time.process_time() - core, time.perf_counter() - began


async def _size(location: Location) -> float:
    """Bytes of the community database."""
    if isinstance(location, Path):
        with closing(sqlite3.connect(location)) as connection:
            return float(connection.execute("PRAGMA page_count").fetchone()[0] * _PAGE)
    engine = create_async_engine(location.set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        size = await connection.scalar(text(_TABLES))
    await engine.dispose()
    return float(size or 0)
