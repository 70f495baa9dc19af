"""Four processes over one PostgreSQL database, one of them killed in each round: all arrives, and each of it once.

A round: a week passes. In each of four servers, every one with its own process, a post and a recap are due and a
thread is asked for, and each of four people gets an alert and a mail. A process drawn by lot is killed at a random
moment, and another one started in its place.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.databases import Server
from tests.wire.bot_process import ForkServer
from tests.wire.shared_world import run_rounds


def address(location: object) -> str:
    """The address of a database, for the settings."""
    assert isinstance(location, URL)
    return location.render_as_string()


async def test_a_killed_process_of_four_loses_and_doubles_nothing(
    tmp_path: Path, forks: ForkServer, postgresql: Server
) -> None:
    """One round."""
    with postgresql.fresh() as location:
        await run_rounds(tmp_path, forks, address(location), 1, seed=0)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 5))
async def test_two_hundred_kills_among_four_processes(
    tmp_path: Path, forks: ForkServer, postgresql: Server, seed: int
) -> None:
    """Fifty rounds for each seed. Every kind is interrupted."""
    with postgresql.fresh() as location:
        begun = await run_rounds(tmp_path, forks, address(location), 50, seed=seed)
    assert sum(begun.values()) > 0
