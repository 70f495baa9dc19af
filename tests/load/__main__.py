"""``python -m tests.load``: a table of what many people get to see at each rate."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, quantiles
from typing import Annotated, Final, cast

import typer
from sqlalchemy import URL

from tests.databases import server
from tests.load.crowd import Crowd, Request, run_open_loop
from tests.load.loopback import LoopbackDiscord, loopback_discord
from tests.load.process import BotProcess, bot_process

_ROOT: Final = Path(__file__).parents[2]
_QUESTIONS: Final = (_ROOT.parent / "shared/data/questions/train.jsonl", _ROOT / "tests/data/seed_questions.jsonl")
_HEAD: Final = (
    "| offered/s | answered/s | p50 s | p99 s | refused | told within s | wrong | no answer "
    "| CPU ms/answer | stall ms | MB |\n|---|---|---|---|---|---|---|---|---|---|---|"
)
_WARM_UP_RATE: Final = 4  # requests a second
_BURST_RATE: Final = 30  # makes the processes start that answer when many ask
_BURST_SECONDS: Final = 5
_MINUTE: Final = 60.0  # seconds
_PATIENCE: Final = 8  # seconds that the last requests of a round are waited for


def _asked() -> list[str]:
    file = next(each for each in _QUESTIONS if each.exists())
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [line["question"] for line in lines if not line.get("after")]


def _fill(folder: Path, papers: Path | None, checkout: Path, **settings: str) -> None:
    """Put papers into a data folder: those of another folder, or of a file, which the checkout imports."""
    if papers is None:
        folder.mkdir()
    elif papers.is_dir():
        shutil.copytree(papers, folder)
    else:
        env = os.environ | {"PYTHONPATH": str(checkout), "DAILY_PAPERS_DATA_FOLDER": str(folder)} | settings
        command = [sys.executable, "-m", "retrieval", "import", str(papers.resolve())]
        subprocess.run(command, cwd=checkout, env=env, check=True, stdout=subprocess.DEVNULL)


async def _round(crowd: Crowd, discord: LoopbackDiscord, bot: BotProcess, rate: float, seconds: float) -> str:
    crowd.requests = []
    cpu, line = bot.cpu_seconds(), bot.seconds()
    await run_open_loop(crowd, discord, rate, seconds)
    for _ in range(_PATIENCE * 10):
        if all(each.ended is not None for each in crowd.requests):
            break
        await asyncio.sleep(0.1)
    cpu = bot.cpu_seconds() - cpu
    return _row(crowd.requests, rate, seconds, cpu, max(bot.stalls_since(line), default=0.0), bot.memory())


def _row(requests: Sequence[Request], rate: float, seconds: float, cpu: float, stall: float, memory: float) -> str:
    took = {kind: list[float]() for kind in ("good", "refused", "wrong")}
    for each in requests:
        if each.ended is not None:
            took[each.outcome].append(each.ended - each.sent)
    good, refused = took["good"], took["refused"]
    silent = sum(each.ended is None for each in requests)
    cuts = quantiles(good, n=100) if len(good) > 1 else [float("nan")] * 99
    return (
        f"| {rate:g} | {len(good) / seconds:.1f} | {cuts[49]:.2f} | {cuts[98]:.2f} | {len(refused)} "
        f"| {max(refused, default=0.0):.2f} | {len(took['wrong'])} | {silent} "
        f"| {cpu * 1000 / max(1, len(good)):.0f} | {stall:.0f} | {memory:.0f} |"
    )


async def _memory_over_time(
    crowd: Crowd, discord: LoopbackDiscord, bot: BotProcess, rate: float, minutes: float
) -> None:
    """Print a row for each minute, and how much the memory grew between the first and the last third."""
    if minutes <= 0:
        return
    typer.echo(f"Memory at {rate:g} requests a second\n| minute | MB | of each process |\n|---|---|---|")
    measured = list[float]()
    while len(measured) < minutes:
        crowd.requests = []
        await run_open_loop(crowd, discord, rate, min(1.0, minutes - len(measured)) * _MINUTE)
        each = bot.memories()
        measured.append(sum(each))
        typer.echo(f"| {len(measured)} | {measured[-1]:.0f} | {', '.join(f'{one:.0f}' for one in each)} |")
    third = max(1, len(measured) // 3)
    typer.echo(f"Growth from the first to the last third: {mean(measured[-third:]) - mean(measured[:third]):+.1f} MB")


async def _warm_up(crowd: Crowd, discord: LoopbackDiscord, seconds: float) -> None:
    await run_open_loop(crowd, discord, _WARM_UP_RATE, seconds / 2)
    await run_open_loop(crowd, discord, _BURST_RATE, _BURST_SECONDS)
    await run_open_loop(crowd, discord, _WARM_UP_RATE, seconds / 2)


def main(
    rates: Annotated[str, typer.Option(help="Requests a second, with commas between them.")] = "10,20,50,100,200,500",
    seconds: Annotated[float, typer.Option(help="How long each rate lasts.")] = 60,
    warm_up: Annotated[float, typer.Option(help="Seconds of few requests before.")] = 30,
    servers: Annotated[int, typer.Option(help="How many servers the members are in.")] = 200,
    papers: Annotated[
        Path | None, typer.Option(help="A data folder to copy, or a file to import; without it, the seed page.")
    ] = None,
    checkout: Annotated[
        list[Path] | None, typer.Option(help="Measure these checkouts one after the other instead of this one.")
    ] = None,
    minutes: Annotated[float, typer.Option(help="Afterwards, the memory in each of so many minutes at one rate.")] = 0,
    log: Annotated[Path, typer.Option(help="What the bot logs.")] = Path("load.log"),
    processes: Annotated[
        str, typer.Option(help="Measure so many processes over PostgreSQL, which must be installed, as in 1,2,4.")
    ] = "",
) -> None:
    """Run the real bot against a Discord on this machine, and print what its members get to see at each rate.

    A tenth of the questions are mentions, the others /ask; one request in twenty searches, one in ten turns a page or
    votes. They arrive at random times, whether or not the bot keeps up. On 2 cores: taskset -c 0,1.
    """

    async def measure(place: Path, folder: Path, count: int = 1, **settings: str) -> None:
        crowd = Crowd(_asked(), servers, random.Random(1))
        async with (
            loopback_discord(servers, crowd.see, count) as discord,
            bot_process(discord.url, place, folder, log, count, **settings) as bot,
        ):
            await asyncio.wait_for(discord.connected.wait(), 120)
            await _warm_up(crowd, discord, warm_up)
            typer.echo(f"{place}{f', processes: {count}' if settings else ''}\n{_HEAD}")
            for rate in rates.split(","):
                typer.echo(await _round(crowd, discord, bot, float(rate), seconds))
            await _memory_over_time(crowd, discord, bot, float(rates.split(",")[0]), minutes)

    if processes:
        with server() as postgresql:
            for count in map(int, processes.split(",")):
                with postgresql.fresh() as location, tempfile.TemporaryDirectory() as folder:
                    url = cast("URL", location).render_as_string()
                    _fill(Path(folder) / "data", papers, _ROOT, DAILY_PAPERS_DATABASE__URL=url)
                    asyncio.run(measure(_ROOT, Path(folder) / "data", count, database__url=url))
        return
    for place in checkout or [_ROOT]:
        with tempfile.TemporaryDirectory() as folder:
            _fill(Path(folder) / "data", papers, place.resolve())
            asyncio.run(measure(place.resolve(), Path(folder) / "data"))


if __name__ == "__main__":
    typer.run(main)
