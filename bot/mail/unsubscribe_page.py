"""The unsubscribe page: a link in a mail opens it, a button on it unsubscribes.

Mail programs can press that button by themselves (RFC 8058): a POST to the same URL, without cookies or login.
A GET changes nothing, because link checkers open every link.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy.exc import DBAPIError

from bot.mail.addresses import masked
from bot.mail.unsubscribe_links import UnsubscribeLinks, UnsubscribeToken
from bot.settings import MailSettings
from bot.storage.inboxes import Inboxes
from bot.web.site import LARGEST_BODY, BotLoop, SiteLimits, port_taken, serve_site
from retrieval.errors import Busy

log = logging.getLogger(__name__)

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class UnsubscribePage:
    """Handles the requests to the links in mails, in a thread of their own."""

    def __init__(self, links: UnsubscribeLinks, inboxes: Inboxes, name: str) -> None:
        self._links = links
        self._inboxes = inboxes
        self._name = name
        self._bot = BotLoop()
        self._template = Environment(
            loader=PackageLoader("bot.mail"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        ).get_template("page.html")

    def application(self) -> web.Application:
        """The web application, below the public URL's path."""
        application, path = web.Application(client_max_size=LARGEST_BODY), urlsplit(self._links.url).path
        application.router.add_get(f"{path}/{{token}}", self.ask)
        application.router.add_post(f"{path}/{{token}}", self.unsubscribe)
        return application

    async def ask(self, request: web.Request) -> web.Response:
        """Ask whether to unsubscribe."""
        if self._token(request) is None:
            return self._not_found()
        return self._page(
            "Unsubscribe", "You won't get any more papers by mail, and your address is deleted here.", asks=True
        )

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """Unsubscribe and delete the address. Doing it twice does no harm."""
        await request.read()  # refused with 413 if it's too large
        token = self._token(request)
        if token is None:
            return self._not_found()
        try:
            text = await self._bot.run(partial(self._forget, token))
        except (Busy, DBAPIError) as error:
            log.warning("Could not unsubscribe a person by the link in a mail: %s", type(error).__name__)
            return self._page("Please try again", "I can't do that right now. Try again in a minute.", status=503)
        return self._page("Unsubscribed", text)

    async def _forget(self, token: UnsubscribeToken) -> str:
        """End the link's subscription; what the page says about it."""
        inbox = await self._inboxes.get(token.user_id)
        if inbox is not None and token.matches(inbox.address):
            await self._inboxes.forget_person(token.user_id)
            log.info("A person unsubscribed by a link in a mail")
            ended = f"You won't get any more papers by mail at {masked(inbox.address)}."
        elif inbox is not None:
            ended = (
                "The address that this link was sent to gets no papers any more. Mail still goes to your present "
                f"address, {masked(inbox.address)}: to end that too, use the link in its last mail."
            )
            return f"{ended} Or use /inbox on Discord."
        else:
            ended = "You won't get any more papers by mail."
        return f"{ended} To subscribe again, use /inbox on Discord."

    def _token(self, request: web.Request) -> UnsubscribeToken | None:
        return self._links.read(request.match_info["token"])

    def _not_found(self) -> web.Response:
        text = "It may have been cut off. Open it from the mail again, or use /inbox on Discord."
        return self._page("This link is incomplete", text, status=404)

    def _page(self, title: str, text: str, *, asks: bool = False, status: int = 200) -> web.Response:
        page = self._template.render(bot=self._name, title=title, text=text, asks=asks)
        return web.Response(text=page, content_type="text/html", status=status, headers=_HEADERS)


@asynccontextmanager
async def serve_unsubscribe_page(
    pages: UnsubscribePage, settings: MailSettings, limits: SiteLimits | None = None
) -> AsyncGenerator[int]:
    """Serve the page at the settings' host and port; yields the port. Raises ``SettingsError`` if it's in use.

    Requests aren't logged: with the links in such a log, its readers could unsubscribe other people.
    """
    host, port = settings.listen_host, settings.listen_port
    async with AsyncExitStack() as stack:
        try:
            used = await stack.enter_async_context(serve_site(pages.application, host, port, limits))
        except OSError as error:
            fix = "Set [mail] listen_host and listen_port to another address."
            raise port_taken("the unsubscribe page", host, port, error, fix) from error
        yield used
