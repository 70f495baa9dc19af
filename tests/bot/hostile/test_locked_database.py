"""Another program holds both databases: reading goes on, and everybody who waits is told something in time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator
from contextlib import closing, contextmanager

import pytest

from bot.ui import custom_ids
from tests.bot.conftest import World
from tests.bot.hostile.forger import Forger, answer_to
from tests.bot.hostile.test_inputs import defects

IN_TIME = 3.0
"""Seconds: later, Discord takes no answer."""

READING: list[tuple[str, dict[str, object]]] = [
    ("paper", {"paper": "2310.07240"}),
    ("search", {"words": "quaternion"}),
    ("trending", {}),
    ("saved", {}),
    ("following", {}),
    ("inbox", {}),
    ("privacy", {}),
    ("help", {}),
    ("ask", {"question": "How large is the bandwidth?"}),
]
WRITING: list[tuple[str, dict[str, object]]] = [
    ("save", {"paper": "2310.07240"}),
    ("follow", {"words": "quaternion owls"}),
    ("forget", {}),
    ("links on", {}),
    ("discussions", {}),
    ("setup", {}),
    ("daily preview", {}),
]


@contextmanager
def locked(world: World) -> Generator[None]:
    """Hold the write lock of the community database while the block runs."""
    with closing(sqlite3.connect(world.bot.settings.community_database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.parametrize(("command", "options"), [*READING, *WRITING], ids=[name for name, _ in [*READING, *WRITING]])
async def test_a_command_is_answered_while_the_database_is_locked(
    world: World, command: str, options: dict[str, object]
) -> None:
    """With what it found, or that nothing can be stored now; never too late, and never with a traceback."""
    admin = await Forger.of(world, world.admin)
    with locked(world), defects() as logged:
        began = time.monotonic()
        result = await admin.command(command, options)
        took = time.monotonic() - began
    said = answer_to(result)
    assert result.acknowledged
    assert said
    assert "Something went wrong" not in said
    assert took < 2 * IN_TIME  # the response itself; followed by listeners, on a busy machine
    assert not [each for each in logged if "Traceback" in each]
    if (command, options) in READING:
        assert "can't store" not in said


async def test_a_press_is_answered_too(world: World) -> None:
    """And works again when the lock is gone."""
    forger = await Forger.of(world)
    with locked(world):
        assert "I can't store anything right now" in answer_to(await forger.press(custom_ids.PAPER_SAVE("2310.07240")))
    assert "Saved in" in answer_to(await forger.press(custom_ids.PAPER_SAVE("2310.07240")))
