"""A run that is killed twice has the same result as an uninterrupted one.

Some recorded days, without waiting. All 580, by the command itself at its pace, a quarter of an hour:
DAILY_LISTS=all python -m pytest tests/retrieval/ingest/live/test_fetch_killed.py -n0
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

from retrieval.settings import PROJECT
from tests.retrieval.ingest.live.live_sources import Server, Time, daily
from tests.shared_data import SHARED, needs_shared

ALL = os.environ.get("DAILY_LISTS") == "all"


def recorded(days: int) -> dict[str, list[Any]]:
    """The first recorded days, as they were listed."""
    lists = dict[str, list[Any]]()
    with gzip.open(SHARED / "data" / "hf_daily_papers.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            lists.setdefault(row["list_date"], []).append(row["item"])
    return {day: lists[day] for day in sorted(lists)[:days]}


async def fetched(server: Server, folder: Path, first: str, last: str, kills: Collection[int]) -> dict[str, list[Any]]:
    """The catalogue's rows after a run that is killed at these requests, and started again."""
    running: Process | None = None

    def kill(count: int) -> None:
        if count in kills and running is not None:
            running.kill()

    server.asked.clear()
    server.on_request = kill
    arguments = ["-m", "tests.retrieval.ingest.live.fetch_lists", server.url, str(folder), first, last]
    if ALL:
        arguments = ["-m", "retrieval", "fetch", "--source", "huggingface", "--since", first, "--until", last]
    places = {"DAILY_PAPERS_DATA_FOLDER": str(folder), "DAILY_PAPERS_SOURCES__HUGGINGFACE_URL": server.url}
    statuses = list[int]()
    while not statuses or statuses[-1] != 0:
        assert len(statuses) <= len(kills)
        running = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=PROJECT, env=os.environ | places)
        statuses.append(await running.wait())
    assert len(statuses) == len(kills) + 1
    return rows_of(folder / "papers.sqlite3")


def rows_of(path: Path) -> dict[str, list[Any]]:
    """All rows of all tables, except for the times at which something was done, and the catalogue's identity."""
    with closing(sqlite3.connect(path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = {
            table: ", ".join(name for _, name, *_ in database.execute(f"PRAGMA table_info({table})") if not _own(name))
            for table in tables
        }
        return {name: sorted(database.execute(f"SELECT {columns[name]} FROM {name}"), key=repr) for name in tables}


def _own(column: str) -> bool:
    return column.endswith("_at") or column == "identity"


@needs_shared
async def test_a_run_that_is_killed_twice_has_the_result_of_an_uninterrupted_one(tmp_path: Path) -> None:
    """The recorded lists, from a loopback server."""
    lists = recorded(580 if ALL else 24)
    first, last = min(lists), max(lists)
    async with Server(daily(lists), Time()).running() as server:
        whole = await fetched(server, tmp_path / "whole", first, last, ())
        third = len(server.asked) // 3
        assert await fetched(server, tmp_path / "killed", first, last, (third, 2 * third)) == whole
    assert len(whole["papers"]) >= sum(map(len, lists.values())) * 0.95
    assert {"papers", "authors", "listings", "votes", "source_pages", "text_changes"} <= whole.keys()
