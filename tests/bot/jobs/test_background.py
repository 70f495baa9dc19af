"""The supervisor: every job survives whatever happens in it, and says so."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.check import Check, State, background_checks
from bot.cli.jobs import background_jobs
from bot.jobs.background import Job, Supervisor, every, next_minute
from bot.mail.mailer import MailService
from bot.settings import MailSettings
from bot.storage.heartbeat import STALE, JobStatus, heartbeat_path, read_heartbeat
from tests.bot.conftest import START, World, seen
from tests.bot.jobs.fake_time import FakeTime

MINUTE = timedelta(minutes=1)


class Supervised:
    """A running supervisor, with a clock of its own."""

    def __init__(self, jobs: Sequence[Job], clock: FakeTime, folder: Path, statuses: dict[str, JobStatus]) -> None:
        self.clock, self.statuses, self.path = clock, statuses, heartbeat_path(folder / "community.sqlite3")
        self.ready = asyncio.Event()
        self.number = len(jobs) + 1
        self.supervisor = Supervisor(
            jobs, statuses=statuses, ready=self.ready.wait, heartbeat=self.path, clock=clock, sleep=clock.sleep
        )

    async def pass_time(self, **by: float) -> None:
        """Let time pass until all jobs sleep again."""
        await self.clock.pass_time(self.number, **by)

    def task(self, name: str) -> asyncio.Task[None]:
        """The task of a job."""
        [task] = [task for task in asyncio.all_tasks() if task.get_name() == name]
        return task

    async def check(self) -> list[Check]:
        """What ``python -m bot check`` says in another process, which has the file only."""
        await self.pass_time(seconds=31)
        return background_checks(read_heartbeat(self.path), self.clock())


@asynccontextmanager
async def supervised(
    jobs: Sequence[Job], folder: Path, statuses: dict[str, JobStatus] | None = None, *, ready: bool = True
) -> AsyncGenerator[Supervised]:
    """These jobs, running until the end of the block. Nothing in it may wait for real time."""
    made = Supervised(jobs, FakeTime(), folder, {} if statuses is None else statuses)
    if ready:
        made.ready.set()
    running = asyncio.create_task(made.supervisor.run())
    try:
        async with asyncio.timeout(60):
            yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def counting(runs: list[datetime], *errors: BaseException | None) -> Callable[[datetime], Awaitable[None]]:
    """A tick that notes when it came; the first ones raise these errors."""
    left = list(errors)

    async def tick(now: datetime) -> None:
        runs.append(now)
        error = left.pop(0) if left else None
        if error is not None:
            raise error

    return tick


# --- the bot's own jobs ------------------------------------------------------------------------


def jobs_of(world: World, tmp_path: Path) -> list[Job]:
    """All that the bot registers, with mail."""
    world.bot.mail = MailService.in_folder(MailSettings(), tmp_path / "mail")
    return background_jobs(world.bot)


async def status(world: World) -> str:
    """What /status says."""
    result = await world.admin.slash(world.channel, "status")
    return seen((result.followups or [result.response])[0])


async def test_every_job_of_the_bot_comes_back_when_its_task_is_killed(world: World, tmp_path: Path) -> None:
    """Its ticks go on, and /status and ``check`` name it with the reference that the log has."""
    jobs = jobs_of(world, tmp_path)
    assert {"daily posts", "follow alerts", "recaps", "mail", "retention"} <= {job.name for job in jobs}
    runs = {job.name: list[datetime]() for job in jobs}
    jobs = [replace(job, tick=counting(runs[job.name])) for job in jobs]
    async with supervised(jobs, tmp_path, world.bot.jobs) as made:
        await made.pass_time(seconds=1)
        assert "All of them are running." in await status(world)
        assert [each.text for each in await made.check()] == [f"all {len(jobs) + 1} jobs running"]
        for name in [*runs, "heartbeat"]:
            before = len(runs.get(name, ()))
            made.task(name).cancel()
            await made.pass_time(seconds=2)
            assert name == "heartbeat" or len(runs[name]) > before, f"{name} is back"
            told = made.statuses[name]
            assert (told.restarts, told.failures, "cancelled" in told.error) == (1, 0, True)
        for text in (await status(world), "\n".join(f"{each.name}: {each.text}" for each in await made.check())):
            assert text.count("running again after 1 restart") >= 5
            assert made.statuses["daily posts"].reference in text


async def test_the_real_ticks_of_the_bot_succeed(world: World, tmp_path: Path) -> None:
    """In a server where nothing is due, no job has anything to report."""
    jobs = jobs_of(world, tmp_path)
    async with supervised(jobs, tmp_path) as made:
        await made.clock.all_asleep(made.number)
        now = made.clock()
        assert [status.name for status in made.statuses.values() if not status.is_healthy(now)] == []
        assert all(status.last_success for status in made.statuses.values())


# --- what can happen to a job ------------------------------------------------------------------


async def test_a_tick_that_raises_is_not_the_last_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is counted and logged under the reference that ``check`` names; a success ends the count."""
    runs = list[datetime]()
    job = Job("owls", counting(runs, ZeroDivisionError("by an owl"), ZeroDivisionError()), every(minutes=1))
    async with supervised([job], tmp_path) as made:
        await made.pass_time(seconds=1)
        [line] = await made.check()
        reference = made.statuses["owls"].reference
        assert line.state is State.WRONG
        assert "1 failure in a row; no success since the start" in line.text
        assert f"ZeroDivisionError: by an owl (reference {reference})" in line.text
        assert reference in line.fix
        [record] = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert reference in record.getMessage()
        assert record.exc_info is not None
        await made.pass_time(seconds=30)
        assert made.statuses["owls"].failures == 2
        await made.pass_time(minutes=1)
        assert runs == [START, START + MINUTE, START + 2 * MINUTE]
        assert (made.statuses["owls"].failures, made.statuses["owls"].restarts) == (0, 0)
        assert [each.state for each in await made.check()] == [State.OK]


class Abrupt(BaseException):
    """Not an ``Exception``: no tick may let it out, but a library might."""


@pytest.mark.parametrize("error", [Abrupt(), asyncio.CancelledError(), GeneratorExit()])
async def test_a_task_that_ends_is_restarted_more_and_more_slowly(tmp_path: Path, error: BaseException) -> None:
    """After 1, 2, 4 … seconds; a success starts from the beginning. The other jobs don't notice."""
    runs, others = list[datetime](), list[datetime]()
    ill = Job("ill", counting(runs, error, error, error, None, error), every(minutes=1))
    well = Job("well", counting(others), every(minutes=1))
    async with supervised([ill, well], tmp_path) as made:
        await made.pass_time(seconds=20)
        assert [(at - START).total_seconds() for at in runs] == [0, 1, 3, 7]
        assert made.statuses["ill"].restarts == 3
        await made.pass_time(seconds=50)
        assert [(at - START).total_seconds() for at in runs[4:]] == [67, 68]
        assert others == [START, START + MINUTE]
        assert made.statuses["well"].restarts == 0


async def test_a_job_that_hangs_is_late(tmp_path: Path) -> None:
    """Nothing is raised, so only the clock tells."""

    async def hang(_: datetime) -> None:
        await asyncio.Event().wait()

    async with supervised([Job("owls", hang, every(minutes=1))], tmp_path) as made:
        await made.clock.all_asleep(1)
        await made.clock.pass_time(1, minutes=9)
        assert made.statuses["owls"].is_healthy(made.clock())
        await made.clock.pass_time(1, minutes=2)
        [line] = background_checks(read_heartbeat(made.path), made.clock())
        assert (line.state, line.text.split(":")[0]) == (State.WRONG, "late")
        assert "Restart the bot." in line.fix


async def test_jobs_that_need_discord_wait_for_it(tmp_path: Path) -> None:
    """The others don't."""
    early, late = list[datetime](), list[datetime]()
    jobs = [
        Job("early", counting(early), every(minutes=1), needs_discord=False),
        Job("late", counting(late), every(minutes=1)),
    ]
    async with supervised(jobs, tmp_path, ready=False) as made:
        await made.clock.all_asleep(2)
        assert (early, late) == ([START], [])
        made.ready.set()
        await made.clock.all_asleep(3)
        assert late == [START]


def test_the_next_minute_begins_at_its_start() -> None:
    """Also at the very start of one."""
    assert next_minute(START) == START + MINUTE
    assert next_minute(START + timedelta(seconds=59, microseconds=999_999)) == START + MINUTE
    assert every(seconds=10)(START) == START + timedelta(seconds=10)


# --- the heartbeat -----------------------------------------------------------------------------


async def test_a_bot_that_stops_takes_its_heartbeat_along(tmp_path: Path) -> None:
    """``check`` says that it isn't running, rather than that it hangs."""
    async with supervised([Job("owls", counting([]), every(minutes=1))], tmp_path) as made:
        await made.pass_time(seconds=31)
        assert made.path.exists()
    assert not made.path.exists()
    [line] = background_checks(read_heartbeat(made.path), START)
    assert (line.state, line.text) == (State.NOTE, "the bot isn't running")


async def test_a_heartbeat_that_stops_is_a_bot_that_hangs(tmp_path: Path) -> None:
    """Or one that was killed: ``check`` says since when."""
    async with supervised([Job("owls", counting([]), every(minutes=1))], tmp_path) as made:
        await made.pass_time(seconds=31)
        heartbeat = read_heartbeat(made.path)
    assert heartbeat is not None
    assert background_checks(heartbeat, heartbeat.written_at + STALE)[0].state is State.OK
    [line] = background_checks(heartbeat, heartbeat.written_at + STALE + timedelta(seconds=1))
    assert line.state is State.WRONG
    assert "no heartbeat from the bot since 2026-11-24 08:00 UTC" in line.text
    assert "Restart the bot." in line.fix


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"written_at": 7}'])
def test_a_heartbeat_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    """One of another version, or half a file after a power failure."""
    path = tmp_path / "heartbeat.json"
    path.write_bytes(content)
    assert read_heartbeat(path) is None
