"""``/metrics``, ``/healthz`` and ``/readyz`` on a local port.

They run in a thread of their own: a bot whose loop hangs is reported as such instead of not at all.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.client import PaperBot
from bot.settings import MetricsSettings
from bot.web.site import BotLoop, SiteLimits, port_taken, serve_site
from retrieval.errors import PaperBotError

_SECONDS: Final = 2.0  # to wait for the bot


class MonitoringPage:
    """The three pages of one bot. Make it on the bot's loop."""

    def __init__(self, bot: PaperBot, seconds: float = _SECONDS) -> None:
        self._bot = bot
        self._loop = BotLoop(seconds)

    def application(self) -> web.Application:
        """The web application."""
        application = web.Application()
        application.router.add_get("/metrics", self.metrics)
        application.router.add_get("/healthz", self.health)
        application.router.add_get("/readyz", self.readiness)
        return application

    async def metrics(self, _request: web.Request) -> web.Response:
        """Everything that is measured, as of now; of a bot that hangs, as it was before."""
        problem = await self._problem(self._collect)
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        if problem:
            headers["X-Problem"] = problem
        return web.Response(body=generate_latest(metrics.REGISTRY), headers=headers)

    async def health(self, _request: web.Request) -> web.Response:
        """200 while the loop runs and no job is late; otherwise 503 and why. Restart a bot that isn't healthy."""
        return _answer(await self._problem(self._check_jobs))

    async def readiness(self, _request: web.Request) -> web.Response:
        """200 while connected to Discord with a readable database; otherwise 503 and why."""
        return _answer(await self._problem(self._check_ready))

    async def _problem(self, work: Callable[[], Awaitable[str]]) -> str:
        try:
            return await self._loop.run(work)
        except (PaperBotError, SQLAlchemyError) as error:
            return f"{type(error).__name__}: the bot isn't responding, or its database"

    async def _check_jobs(self) -> str:
        late = [job.name for job in self._bot.jobs.values() if job.is_late(self._bot.clock())]
        return f"late: {', '.join(late)}" if late else ""

    async def _check_ready(self) -> str:
        await self._bot.store.deliveries.counts()
        return "" if self._bot.is_ready() and not self._bot.is_closed() else "not connected to Discord"

    async def _collect(self) -> str:
        """Bring the gauges up to date."""
        bot, now = self._bot, self._bot.clock()
        metrics.INSIDE.set(bot.admission.inside)
        metrics.QUEUE.set(bot.admission.waiting)
        metrics.READY.set(bot.is_ready() and not bot.is_closed())
        metrics.LATENCY.set(bot.latency if math.isfinite(bot.latency) else math.nan)
        for job in bot.jobs.values():
            metrics.JOB_RUN.labels(job.name).set(job.last_run.timestamp() if job.last_run else 0)
            metrics.JOB_FAILURES.labels(job.name).set(job.failures)
        metrics.DELIVERIES.clear()
        for (kind, state), count in (await bot.store.deliveries.counts()).items():
            metrics.DELIVERIES.labels(kind, state).set(count)
        for source in await bot.library.sources():
            if source.read_at is not None:
                metrics.SOURCE_AGE.labels(source.source).set((now - source.read_at).total_seconds())
        return ""


def _answer(problem: str) -> web.Response:
    return web.Response(text=f"{problem or 'ok'}\n", status=503 if problem else 200)


@asynccontextmanager
async def serve_monitoring(
    bot: PaperBot, settings: MetricsSettings, limits: SiteLimits | None = None
) -> AsyncGenerator[int | None]:
    """Serve the pages while the block runs, if the settings have a port; yields it. Raises ``SettingsError``."""
    if not settings.listen_port:
        yield None
        return
    async with AsyncExitStack() as stack:
        host, port = settings.listen_host, settings.listen_port
        try:
            page = MonitoringPage(bot)
            used = await stack.enter_async_context(serve_site(page.application, host, port, limits))
        except OSError as error:
            fix = "Set [metrics] listen_host and listen_port to another address."
            raise port_taken("the metrics", host, port, error, fix) from error
        yield used
