"""Background jobs and the one supervisor that keeps them running."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, ParamSpec

from bot.errors import explain, log_defect
from bot.logs import begin_event, redacted
from bot.storage.heartbeat import Heartbeat, JobStatus, write_heartbeat

log = logging.getLogger(__name__)

P = ParamSpec("P")

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[object]]

_PATIENCE: Final = timedelta(minutes=10)
_HEARTBEAT: Final = timedelta(seconds=30)
_FIRST_BACK_OFF: Final = 1.0  # seconds before the first restart; doubled for each further one in a row
_LONGEST_BACK_OFF: Final = 300.0  # seconds


async def run_logged(what: str, work: Awaitable[None]) -> None:
    """Do ``work``, one part of a job's run. A defect in it is logged and doesn't stop the other parts."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - one bad row, recipient or channel never stops the others
        explain(error, what=what)


class ConcurrencyLimit:
    """Runs at most ``places`` pieces of work at a time; further ones wait."""

    def __init__(self, places: int) -> None:
        self._places = asyncio.Semaphore(places)

    async def serve(self, what: str, work: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do one piece of work, as ``run_logged`` does."""
        async with self._places:
            await run_logged(what, work(*args, **kwargs))


Schedule = Callable[[datetime], datetime]
"""When a job runs next, given when its last run ended (both aware UTC)."""


def every(**interval: float) -> Schedule:
    """A pause between the end of a run and the next one: ``every(seconds=10)``. Units as in ``timedelta``."""
    pause = timedelta(**interval)
    return lambda ended: ended + pause


def next_minute(ended: datetime) -> datetime:
    """The start of the next minute."""
    return ended.replace(second=0, microsecond=0) + timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Job:
    """Something that the bot does again and again.

    ``tick`` gets the present time (aware UTC). Its first call comes at the start, or when Discord is ready if it
    ``needs_discord``. A tick that takes longer than ``patience``, or begins that much too late, makes the job late.
    """

    name: str
    tick: Callable[[datetime], Awaitable[object]]
    next_run: Schedule
    needs_discord: bool = True
    patience: timedelta = _PATIENCE


class Supervisor:
    """Runs all background jobs.

    A tick that raises is logged and counted, and its job goes on. A task that ends, for whatever reason, is
    restarted: after a second, then after twice as long each time until a run succeeds. ``statuses`` is kept up to
    date, and written to the file ``heartbeat`` by a job of its own.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        *,
        statuses: MutableMapping[str, JobStatus],
        ready: Callable[[], Awaitable[object]],
        heartbeat: Path,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        beat = Job("heartbeat", self._write_heartbeat, every(seconds=_HEARTBEAT.total_seconds()), needs_discord=False)
        self._jobs = {job.name: job for job in (*jobs, beat)}
        self._statuses, self._ready, self._heartbeat = statuses, ready, heartbeat
        self._clock, self._sleep = clock, sleep
        self._ended_in_a_row = dict.fromkeys(self._jobs, 0)

    async def run(self) -> None:
        """Run the jobs until cancelled; then stop them and remove the heartbeat."""
        tasks = {self._start(job) for job in self._jobs.values()}
        try:
            while True:
                ended, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                tasks |= {self._restart(task) for task in ended}
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._heartbeat.unlink(missing_ok=True)

    def _start(self, job: Job, delay: float = 0.0) -> asyncio.Task[None]:
        expected_by = self._clock() + timedelta(seconds=delay) + job.patience
        self._statuses.setdefault(job.name, JobStatus(name=job.name, expected_by=expected_by)).expected_by = expected_by
        return asyncio.create_task(self._keep_running(job, delay), name=job.name)

    def _restart(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        """A new task for the job whose task has ended."""
        job = self._jobs[task.get_name()]
        error = asyncio.CancelledError("the task was cancelled") if task.cancelled() else task.exception()
        self._failed(job, error or RuntimeError("the task returned"))
        self._statuses[job.name].restarts += 1
        delay = min(_FIRST_BACK_OFF * 2 ** min(self._ended_in_a_row[job.name], 16), _LONGEST_BACK_OFF)
        self._ended_in_a_row[job.name] += 1
        log.warning("The background job %s ended; it restarts in %g seconds", job.name, delay)
        return self._start(job, delay)

    async def _keep_running(self, job: Job, delay: float) -> None:
        if delay:
            await self._sleep(delay)
        if job.needs_discord:
            await self._ready()
        status = self._statuses[job.name]
        while True:
            now = self._clock()
            status.last_run, status.expected_by = now, now + job.patience
            await self._tick(job, now)
            ended = self._clock()
            due = job.next_run(ended)
            status.expected_by = due + job.patience
            await self._sleep(max(0.0, (due - ended).total_seconds()))

    async def _tick(self, job: Job, now: datetime) -> None:
        begin_event()
        try:
            await job.tick(now)
        except Exception as error:  # noqa: BLE001 - a job survives every defect
            self._failed(job, error)
        else:
            self._ended_in_a_row[job.name] = 0
            self._statuses[job.name].last_success = self._clock()
            self._statuses[job.name].failures = 0

    def _failed(self, job: Job, error: BaseException) -> None:
        status = self._statuses[job.name]
        status.failures += 1
        status.error = redacted(f"{type(error).__name__}: {error}".removesuffix(": "))
        status.reference = log_defect(error, what=f"background job: {job.name}")

    async def _write_heartbeat(self, now: datetime) -> None:
        """Say in the file how all jobs are doing. This one is doing well if it gets so far."""
        heartbeat = Heartbeat(written_at=now, jobs=[status.model_copy() for status in self._statuses.values()])
        writing = asyncio.ensure_future(asyncio.to_thread(write_heartbeat, self._heartbeat, heartbeat))
        try:
            await asyncio.shield(writing)
        finally:
            await writing  # also when cancelled: the file mustn't come back after ``run`` has removed it
