"""``python -m tests.load``: a table of what many people get to see at each rate."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles

import typer

from tests.load.crowd import Crowd, Request, run_open_loop
from tests.load.loopback import LoopbackDiscord, loopback_discord
from tests.load.process import BotProcess, bot_process

_ROOT = Path(__file__).parents[2]
_QUESTIONS = (_ROOT.parent / "shared/data/questions/train.jsonl", _ROOT / "tests/data/seed_questions.jsonl")
_HEAD = (
    "| offered/s | answered/s | p50 s | p99 s | refused | told within s | wrong | no answer "
    "| CPU ms/answer | stall ms | MB |\n|---|---|---|---|---|---|---|---|---|---|---|"
)
_WARM_UP_RATE = 4  # requests a second
_PATIENCE = 8  # seconds that the last requests of a round are waited for


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--rates", default="10,20,50,100,200,500", help="requests a second, with commas between them")
    parser.add_argument("--seconds", type=float, default=60, help="how long each rate lasts")
    parser.add_argument("--servers", type=int, default=200)
    parser.add_argument("--papers", type=Path, help="a data folder to copy; without it, the seed page's papers")
    parser.add_argument("--checkout", type=Path, action="append", help="measure these checkouts, in turns")
    parser.add_argument("--warm-up", type=float, default=25, help="seconds of few requests, while abstracts are read")
    parser.add_argument("--log", type=Path, default=Path("load.log"), help="what the bot logs")
    return parser.parse_args()


def _asked() -> list[str]:
    file = next(each for each in _QUESTIONS if each.exists())
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [line["question"] for line in lines if not line.get("after")]


def _copied(papers: Path | None, folder: Path) -> Path:
    if papers is None:
        folder.mkdir()
    else:
        shutil.copytree(papers, folder)
    return folder


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
    took = {kind: [0.0] for kind in ("good", "refused", "wrong")}
    for each in requests:
        if each.ended is not None:
            took[each.outcome].append(each.ended - each.sent)
    good, refused, wrong = (took[kind][1:] for kind in ("good", "refused", "wrong"))
    silent = sum(each.ended is None for each in requests)
    cuts = quantiles(good, n=100) if len(good) > 1 else [float("nan")] * 99
    return (
        f"| {rate:g} | {len(good) / seconds:.1f} | {cuts[49]:.2f} | {cuts[98]:.2f} | {len(refused)} "
        f"| {max(refused, default=0.0):.2f} | {len(wrong)} | {silent} "
        f"| {cpu * 1000 / max(1, len(good)):.0f} | {stall:.0f} | {memory:.0f} |"
    )


async def _measure(checkout: Path, options: argparse.Namespace, folder: Path) -> None:
    crowd = Crowd(_asked(), options.servers, random.Random(1))
    async with (
        loopback_discord(options.servers, crowd.see) as discord,
        bot_process(discord.url, checkout, folder, options.log) as bot,
    ):
        await asyncio.wait_for(discord.connected.wait(), 120)
        await run_open_loop(crowd, discord, _WARM_UP_RATE, options.warm_up)
        typer.echo(f"{checkout}\n{_HEAD}")
        for rate in options.rates.split(","):
            typer.echo(await _round(crowd, discord, bot, float(rate), options.seconds))


async def _main(options: argparse.Namespace) -> None:
    for checkout in options.checkout or [_ROOT]:
        with tempfile.TemporaryDirectory() as folder:
            await _measure(checkout.resolve(), options, _copied(options.papers, Path(folder) / "data"))


if __name__ == "__main__":
    asyncio.run(_main(_options()))
