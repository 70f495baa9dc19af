"""``kill -9`` in the middle of a delivery of each kind: they arrive, and each of them once.

A round: a week passes, and one of each is due. All seven are under way when the process is killed, each at one of its
steps, and another process starts. What a killed process had begun is settled by looking, so every round must end with
exactly one more of each. In other rounds, the process is killed at a random moment.
"""

from __future__ import annotations

import random
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.wire.bot_process import ForkServer
from tests.wire.weekly_world import LONGEST_MOMENT, STEPS, Plan, run_rounds


def plans(rounds: int, seed: int) -> list[Plan]:
    """All steps of each kind, equally often; which of them meet in a round is drawn."""
    draw = random.Random(seed)
    orders = [list(islice(cycle(steps), rounds)) for steps in STEPS.values()]
    for order in orders:
        draw.shuffle(order)
    return list(zip(*orders, strict=True))


def moments(rounds: int, seed: int) -> list[Plan]:
    """Random moments."""
    draw = random.Random(seed)
    return [draw.uniform(0, LONGEST_MOMENT) for _ in range(rounds)]


@pytest.mark.parametrize("half", [0, 1])
async def test_twenty_kills_of_each_kind_lose_and_double_nothing(tmp_path: Path, forks: ForkServer, half: int) -> None:
    """Twenty in both halves, and four at random moments."""
    world = await run_rounds(tmp_path, forks, [*plans(10, half), *moments(2, half)])
    assert all(world.hits[kind] >= 10 for kind in STEPS)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 7))
async def test_two_hundred_kills_of_each_kind(tmp_path: Path, forks: ForkServer, seed: int) -> None:
    """Forty for each seed, and ten at random moments."""
    world = await run_rounds(tmp_path, forks, [*plans(40, seed), *moments(10, seed)])
    assert all(world.hits[kind] >= 40 for kind in STEPS)
