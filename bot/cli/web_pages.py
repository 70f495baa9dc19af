"""The web site of feeds and private links: its pages, its errors, and where it is served."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import DBAPIError

from bot.client import PaperBot
from bot.cooldown import LinkCooldowns, TooQuick
from bot.saved.link_pages import SavedLinkPages
from bot.saved.service import saved_service
from bot.ui.notices import error_text
from bot.web.site import LARGEST_BODY, SiteLimits, in_browsers_language, port_taken, serve_site
from bot.web_feeds.pages import WebFeedPages
from bot.web_feeds.service import WebFeeds
from retrieval.errors import Busy, QueryError

log = logging.getLogger(__name__)


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors in a line of text. The log doesn't say what was requested: addresses contain private links."""
    try:
        return await handler(request)
    except QueryError as error:
        return _refusal(400, error_text(error))
    except TooQuick as error:
        return _refusal(429, "Too many requests.", retry=error.seconds)
    except (Busy, DBAPIError) as error:
        log.warning("Could not answer a request for a web page: %s", type(error).__name__)
        return _refusal(503, "Busy. Try again in a minute.", retry=60)


def _refusal(status: int, text: str, retry: float = 0) -> web.Response:
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(max(1, round(retry)))} if retry else {})
    return web.Response(status=status, text=f"{text}\n", headers=headers)


def web_application(bot: PaperBot) -> Callable[[], web.Application]:
    """What makes the application, in the site's thread. Call this on the bot's loop."""
    url, cooldowns = bot.settings.web.public_url, LinkCooldowns(bot.clock)
    feeds = WebFeedPages(WebFeeds(bot.library, bot.store, bot.clock, url), cooldowns)
    saved = SavedLinkPages(saved_service(bot), url, cooldowns)

    def make() -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=[in_browsers_language, _answer_errors])
        feeds.add_to(application)
        saved.add_to(application)
        return application

    return make


@asynccontextmanager
async def serve_web_pages(bot: PaperBot, limits: SiteLimits | None = None) -> AsyncGenerator[int | None]:
    """Serve the pages while the block runs, if the settings have a public URL; yields the port.

    Raises ``SettingsError`` if the port is in use. Requests aren't logged.
    """
    settings = bot.settings.web
    if not settings.public_url:
        yield None
        return
    async with AsyncExitStack() as stack:
        host, port = settings.listen_host, settings.listen_port
        try:
            used = await stack.enter_async_context(serve_site(web_application(bot), host, port, limits))
        except OSError as error:
            fix = "Set [web] listen_host and listen_port to another address."
            raise port_taken("the web pages", host, port, error, fix) from error
        yield used
