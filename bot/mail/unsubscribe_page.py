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
from bot.storage import Store
from bot.texts import language_in_use, tr, translated, use_language
from bot.web.site import LARGEST_BODY, BotLoop, SiteLimits, in_browsers_language, port_taken, serve_site
from retrieval.english import Text, sentences
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

    def __init__(self, links: UnsubscribeLinks, store: Store, name: str) -> None:
        self._links = links
        self._inboxes, self._languages = store.inboxes, store.languages
        self._name = name
        self._bot = BotLoop()
        self._template = Environment(
            loader=PackageLoader("bot.mail"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        ).get_template("page.html")

    def application(self) -> web.Application:
        """The web application, below the public URL's path."""
        path = urlsplit(self._links.url).path
        application = web.Application(client_max_size=LARGEST_BODY, middlewares=[in_browsers_language])
        application.router.add_get(f"{path}/{{token}}", self.ask)
        application.router.add_post(f"{path}/{{token}}", self.unsubscribe)
        return application

    async def ask(self, request: web.Request) -> web.Response:
        """Ask whether to unsubscribe."""
        if await self._token(request) is None:
            return self._not_found()
        text = tr("You won't get any more papers by mail, and your address is deleted here.")
        return self._page(tr("Unsubscribe"), text, press=tr("Unsubscribe"))

    async def unsubscribe(self, request: web.Request) -> web.Response:
        """Unsubscribe and delete the address. Doing it twice does no harm."""
        await request.read()  # refused with 413 if it's too large
        token = await self._token(request)
        if token is None:
            return self._not_found()
        try:
            text = await self._bot.run(partial(self._forget, token))
        except (Busy, DBAPIError) as error:
            log.warning("Could not unsubscribe a person by the link in a mail: %s", type(error).__name__)
            later = tr("I can't do that right now. Try again in a minute.")
            return self._page(tr("Please try again"), later, status=503)
        return self._page(tr("Unsubscribed"), translated(text))

    async def _forget(self, token: UnsubscribeToken) -> Text:
        """End the link's subscription; what the page says about it."""
        inbox = await self._inboxes.get(token.user_id)
        if inbox is not None and not token.matches(inbox.address):
            return Text(
                "The address that this link was sent to gets no papers any more. Mail still goes to your present "
                "address, {address}: to end that too, use the link in its last mail. Or use /inbox on Discord.",
                address=masked(inbox.address),
            )
        ended = Text("You won't get any more papers by mail.")
        if inbox is not None:
            await self._inboxes.forget_person(token.user_id)
            log.info("A person unsubscribed by a link in a mail")
            ended = Text("You won't get any more papers by mail at {address}.", address=masked(inbox.address))
        return sentences(ended, Text("To subscribe again, use /inbox on Discord."))

    async def _token(self, request: web.Request) -> UnsubscribeToken | None:
        """The link's token; from here on, pages are in the person's language, or the browser's if it isn't known."""
        token = self._links.read(request.match_info["token"])
        if token is not None:
            try:
                stored = await self._bot.run(partial(self._languages.of, token.user_id))
                use_language(stored or language_in_use())
            except (Busy, DBAPIError) as error:
                log.info("The language of a person who unsubscribes can't be read: %s", type(error).__name__)
        return token

    def _not_found(self) -> web.Response:
        text = tr("It may have been cut off. Open it from the mail again, or use /inbox on Discord.")
        return self._page(tr("This link is incomplete"), text, status=404)

    def _page(self, title: str, text: str, *, press: str = "", status: int = 200) -> web.Response:
        """A page; with ``press``, it has a button of that label, which unsubscribes."""
        language = language_in_use() or "en"
        page = self._template.render(bot=self._name, language=language, title=title, text=text, press=press)
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
