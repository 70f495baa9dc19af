"""The simulation of the daily minute keeps the limits that it is given, and the measurement makes real posts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.database import Location
from tests.scale.__main__ import main
from tests.scale.measurement import measure
from tests.scale.simulation import DATABASE_PLACES, Costs, simulate

seconds = st.floats(0.001, 1.0)


@given(st.integers(1, 300), st.integers(1, 8), st.builds(Costs, seconds, seconds, seconds, st.floats(1.0, 100.0)))
def test_no_limit_is_exceeded(posts: int, processes: int, costs: Costs) -> None:
    """The last post can't be there earlier than each shared thing allows; and one post takes as long as its parts."""
    minute = simulate(posts, processes, costs)
    least = costs.core + costs.database + costs.discord
    assert minute.seconds >= least
    assert minute.seconds >= posts / costs.requests * 0.999
    assert minute.seconds >= posts / processes * costs.core * 0.999
    assert minute.seconds >= posts * costs.database / DATABASE_PLACES * 0.999
    assert simulate(posts, processes + 1, costs).seconds <= minute.seconds * 1.1 + least + 1 / costs.requests


def test_what_posts_wait_for() -> None:
    """One process waits for its places, many for Discord, and without a limit for the slowest thing."""
    assert simulate(1_000, 1, Costs()).bottleneck == "places in the processes"
    assert simulate(10_000, 16, Costs()).bottleneck == "Discord's limit"
    assert simulate(10_000, 16, Costs(requests=1e6, database=0.1)).bottleneck == "the database"
    assert simulate(1_000, 1, Costs(core=0.5)).bottleneck == "a process's core"


async def test_the_measurement_makes_posts(database: Location, tmp_path: Path) -> None:
    """One in each channel, by the bot's own poster."""
    costs = await measure(database, tmp_path, 3)
    assert costs.core > 0


def test_the_command_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each number of servers and processes."""
    main(["--servers", "100", "1000", "--processes", "1", "4"])
    assert capsys.readouterr().out.count("\n") == 6
