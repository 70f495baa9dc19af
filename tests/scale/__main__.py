"""The command: ``python -m tests.scale`` prints the table of docs/scale.md; ``--measure`` first measures a post."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from retrieval.database import Location
from tests.databases import Files, installed, server
from tests.scale.measurement import measure
from tests.scale.simulation import Costs, simulate

_SERVERS = (1_000, 10_000, 100_000, 1_000_000)
_PROCESSES = (1, 2, 4, 16, 64)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what was asked for."""
    defaults = Costs()
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    parser.add_argument("--measure", type=int, metavar="POSTS", help="first measure so many posts, on each database")
    parser.add_argument("--servers", type=int, nargs="+", default=_SERVERS, help="each with a post at that minute")
    parser.add_argument("--processes", type=int, nargs="+", default=_PROCESSES)
    parser.add_argument("--core", type=float, default=defaults.core, help="seconds of a core for a post")
    parser.add_argument("--database", type=float, default=defaults.database, help="seconds of the database for a post")
    parser.add_argument("--discord", type=float, default=defaults.discord, help="seconds until Discord answers")
    parser.add_argument("--requests", type=float, default=defaults.requests, help="requests a second that it allows")
    chosen = parser.parse_args(arguments)
    if chosen.measure:
        _measure(chosen.measure)
    costs = replace(
        defaults, core=chosen.core, database=chosen.database, discord=chosen.discord, requests=chosen.requests
    )
    _print("| servers | processes | last post after | posts a minute | waits for |")
    _print("|---|---|---|---|---|")
    for servers in chosen.servers:
        for processes in chosen.processes:
            minute = simulate(servers, processes, costs)
            pace = servers / minute.seconds * 60
            _print(f"| {servers:,} | {processes} | {_span(minute.seconds)} | {pace:,.0f} | {minute.bottleneck} |")


def _measure(posts: int) -> None:
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        kinds: dict[str, Location] = {"SQLite": stack.enter_context(Files(Path(folder)).fresh())}
        if installed():
            kinds["PostgreSQL"] = stack.enter_context(stack.enter_context(server()).fresh())
        for name, location in kinds.items():
            costs = asyncio.run(measure(location, Path(folder), posts))
            post = f"{costs.core:.1f} ms of a core, {costs.elapsed:.1f} ms and {costs.kilobytes:.1f} kB for a post"
            _print(f"{name}: {post}; each minute {costs.waiting:.2f} ms before it and {costs.done:.2f} ms after it")


def _span(seconds: float) -> str:
    units = ((120, 1, "{:.0f} s"), (7_200, 60, "{:.0f} min"), (float("inf"), 3_600, "{:.1f} h"))
    return next(text.format(seconds / unit) for until, unit, text in units if seconds < until)


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
