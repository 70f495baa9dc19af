"""The page on which a person leaves: a link of a mail opens it, a button on it ends the mail.

Mail programs press that button themselves (RFC 8058): a POST to the same address, without cookies or log-in.
A GET changes nothing: programs that check links open all of them.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.mail.unsubscribe_links import UnsubscribeLinks, UnsubscribeToken
from bot.settings import MailSettings
from bot.storage.inboxes import Inboxes
from retrieval.errors import SettingsError

log = logging.getLogger(__name__)

_LARGEST: Final = 16_384  # bytes of a request's body: a form with one field is far below
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class UnsubscribePage:
    """Answers to what comes in at the link of a mail."""

    def __init__(self, leaving: UnsubscribeLinks, inboxes: Inboxes, name: str) -> None:
        self._leaving = leaving
        self._inboxes = inboxes
        self._name = name
        self._template = Environment(
            loader=PackageLoader("bot.mail"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        ).get_template("page.html")

    def application(self) -> web.Application:
        """The pages below the path of the public address."""
        application, path = web.Application(client_max_size=_LARGEST), urlsplit(self._leaving.url).path
        application.router.add_get(f"{path}/{{token}}", self.ask)
        application.router.add_post(f"{path}/{{token}}", self.leave)
        return application

    async def ask(self, request: web.Request) -> web.Response:
        """Ask whether to end the mail."""
        if self._leaver(request) is None:
            return self._wrong()
        return self._page(
            "Unsubscribe", "No more papers are sent to your address, and it is forgotten here.", asks=True
        )

    async def leave(self, request: web.Request) -> web.Response:
        """End the mail, and forget the address. Pressing twice does no harm."""
        leaver = self._leaver(request)
        if leaver is None:
            return self._wrong()
        inbox = await self._inboxes.get(leaver.user_id)
        if inbox is not None and leaver.uses(inbox.address):
            await self._inboxes.forget_person(leaver.user_id)
            log.info("A person left the inbox by the link of a mail")
        return self._page("Unsubscribed", "You get no more papers by mail. /inbox on Discord starts it again.")

    def _leaver(self, request: web.Request) -> UnsubscribeToken | None:
        return self._leaving.read(request.match_info["token"])

    def _wrong(self) -> web.Response:
        words = "It may have been cut off. Open it from the mail once more, or use /inbox on Discord."
        return self._page("This link is not complete", words, status=404)

    def _page(self, title: str, words: str, *, asks: bool = False, status: int = 200) -> web.Response:
        text = self._template.render(bot=self._name, title=title, words=words, asks=asks)
        return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)


@asynccontextmanager
async def served(pages: UnsubscribePage, settings: MailSettings) -> AsyncGenerator[int]:
    """Serve the pages where the settings say; the port. Raises ``SettingsError`` where it is taken.

    No log of requests is kept: the links in it would let its readers end other people's mail.
    """
    runner = web.AppRunner(pages.application(), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.listen_host, settings.listen_port)
        try:
            await site.start()
        except OSError as error:
            place = f"{settings.listen_host}:{settings.listen_port}"
            mend = "Set another one: [mail] listen_host and listen_port."
            raise SettingsError(
                f"The unsubscribe page cannot be served at {place} ({error.strerror}). {mend}"
            ) from error
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
