"""Metrics and health, as an operator's monitoring reads them."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bot.monitoring.page import serve_monitoring
from bot.settings import MetricsSettings
from bot.storage.heartbeat import JobStatus
from tests.bot.conftest import World


async def get(port: int, path: str) -> tuple[int, str]:
    """The status and text of a page."""
    async with aiohttp.ClientSession() as browser, browser.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


def values(text: str) -> dict[str, float]:
    """The measured values by their name and labels."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {f"{each.name}{''.join(f' {value}' for value in each.labels.values())}": each.value for each in samples}


async def test_what_happens_is_counted(world: World, unused_tcp_port: int) -> None:
    """Questions by outcome, refusals by reason, how long things take, and how the jobs are doing."""
    now = world.clock()
    world.bot.jobs["mail"] = JobStatus(name="mail", expected_by=now + timedelta(minutes=1), last_run=now, failures=2)
    async with serve_monitoring(world.bot, MetricsSettings(listen_port=unused_tcp_port)):
        before = values((await get(unused_tcp_port, "/metrics"))[1])
        await world.member.slash(world.channel, "ask", question="How large is the bandwidth?")
        await world.member.slash(world.channel, "recap schedule", channel=world.channel)
        status, text = await get(unused_tcp_port, "/metrics")
    after = values(text)
    changed = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert status == 200
    assert sum(value for name, value in changed.items() if name.startswith("daily_papers_questions_total")) == 1
    assert changed["daily_papers_refusals_total MissingPermissions"] == 1
    assert changed["daily_papers_event_seconds_count command"] == 1
    assert after["daily_papers_job_failures mail"] == 2
    assert after["daily_papers_job_last_run_timestamp_seconds mail"] == now.timestamp()
    assert {"daily_papers_queue_length", "daily_papers_places_taken", "daily_papers_ready"} <= after.keys()
    assert str(world.member.id) not in text


async def test_a_late_job_is_not_healthy(world: World, unused_tcp_port: int) -> None:
    """It names the job."""
    world.bot.jobs["mail"] = JobStatus(name="mail", expected_by=world.clock() + timedelta(minutes=1))
    async with serve_monitoring(world.bot, MetricsSettings(listen_port=unused_tcp_port)):
        assert await get(unused_tcp_port, "/healthz") == (200, "ok\n")
        assert await get(unused_tcp_port, "/readyz") == (200, "ok\n")
        world.clock.move(minutes=2)
        assert await get(unused_tcp_port, "/healthz") == (503, "late: mail\n")


async def test_a_bot_that_hangs_is_reported(world: World, unused_tcp_port: int) -> None:
    """Its loop is blocked; the page answers from another thread."""
    async with serve_monitoring(world.bot, MetricsSettings(listen_port=unused_tcp_port)):
        asked = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(get(unused_tcp_port, "/healthz"))))
        await asyncio.sleep(0)
        threading.Event().wait(4)  # that is the fault
        status, text = await asked
    assert status == 503
    assert "isn't responding" in text


async def test_without_a_port_nothing_is_served(world: World) -> None:
    """The default."""
    async with serve_monitoring(world.bot, MetricsSettings()) as port:
        assert port is None
