"""The cooldown of a person, in one process and in several."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from bot.cooldown import LinkCooldowns, QuestionCooldowns, SharedCount, TooQuick
from bot.storage import Store
from retrieval.database import Location
from tests.bot.conftest import FakeClock

ADA, EVE = 1, 2


@pytest.fixture
async def processes(
    database: Location, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[list[QuestionCooldowns]]:
    """The cooldowns of two processes over one database: two questions in ten seconds. A busy machine is waited for."""
    monkeypatch.setattr("bot.cooldown._PATIENCE", 60)
    async with Store.open(database) as first, Store.open(database) as second:
        yield [QuestionCooldowns(2, 10, clock, store.question_counts.count) for store in (first, second)]


async def allowed(cooldowns: QuestionCooldowns, user_id: int) -> bool:
    """Whether a question is let through."""
    try:
        await cooldowns.check(user_id)
    except TooQuick:
        return False
    return True


async def test_questions_in_all_processes_count_together(processes: list[QuestionCooldowns], clock: FakeClock) -> None:
    """One in a direct message and one in a server; then both processes refuse the third, with the time that is left."""
    first, second = processes
    assert await allowed(first, ADA)
    clock.move(seconds=4)
    assert await allowed(second, ADA)
    clock.move(seconds=1)
    for process in processes:
        with pytest.raises(TooQuick, match="again in 5 seconds"):
            await process.check(ADA)
        assert await allowed(process, EVE)
    clock.move(seconds=5)
    assert await allowed(second, ADA)


async def test_questions_at_the_same_moment_count_together(processes: list[QuestionCooldowns]) -> None:
    """However the statements of two processes interleave."""
    asked = [allowed(process, ADA) for process in processes * 10]
    assert sum(await asyncio.gather(*asked)) == 2


def test_links_are_used_so_often_in_all_and_each(clock: FakeClock) -> None:
    """Each thirty times a minute; all together, wrong ones too, six hundred times: nobody can try them out."""
    cooldowns = LinkCooldowns(clock)
    for number in range(600):
        cooldowns.check(f"link {number // 30}")
    with pytest.raises(TooQuick):
        cooldowns.check("another link")
    clock.move(minutes=2)
    for _ in range(30):
        cooldowns.check("link")
    with pytest.raises(TooQuick):
        cooldowns.check("link")
    cooldowns.check("another link")


async def test_a_database_that_does_not_answer_keeps_nobody_waiting(
    clock: FakeClock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process counts for itself meanwhile."""

    async def silent(*_: object) -> None:
        await asyncio.Event().wait()

    async def down(*_: object) -> None:
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr("bot.cooldown._PATIENCE", 0.01)
    failures: list[SharedCount] = [silent, down]
    for failure in failures:
        cooldowns = QuestionCooldowns(2, 10, clock, failure)
        with caplog.at_level(logging.WARNING):
            assert [await allowed(cooldowns, ADA) for _ in range(3)] == [True, True, False]
    assert "the database is slow" in caplog.text
    assert "nobody there" in caplog.text
