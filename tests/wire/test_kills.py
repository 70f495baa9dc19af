"""``kill -9`` at every step and at random: posts, recaps, alerts, mails and threads arrive, and each of them once.

A round: a week passes, and one of each is due. The process is killed in the middle, and another one starts. What a
killed process had begun is settled by looking, so every round must end with exactly one more of each.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wire.bot_process import ForkServer
from tests.wire.weekly_world import STEPS, run_rounds


def random_moments(seed: int, count: int) -> list[str]:
    """Plans of kills at moments that are the same in each run."""
    return [f"random {seed} {place}" for place in range(count)]


@pytest.mark.parametrize("half", [0, 1])
async def test_ten_kills_lose_and_double_nothing(tmp_path: Path, forks: ForkServer, half: int) -> None:
    """Twenty in both halves: at each step of each kind of delivery, and at seven random moments."""
    plans = [*STEPS, *random_moments(1, 20 - len(STEPS))][half::2]
    world = await run_rounds(tmp_path, forks, plans)
    assert len(world.killed) == 10


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
async def test_forty_kills_lose_and_double_nothing(tmp_path: Path, forks: ForkServer, seed: int) -> None:
    """Two hundred in all."""
    world = await run_rounds(tmp_path, forks, [*STEPS, *random_moments(seed, 40 - len(STEPS))])
    assert len(world.killed) == 40
