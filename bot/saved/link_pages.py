"""Serves saved papers to whoever has a person's private link: ``/saved/TOKEN.ris`` and ``.bib``."""

from __future__ import annotations

from functools import partial
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from bot.cooldown import LinkCooldowns
from bot.saved.export.formats import ExportFormat, file_name
from bot.saved.service import SavedService, SavedView
from bot.storage.private_links import LinkKind
from bot.texts import tr
from bot.web.documents import Document
from bot.web.site import BotLoop

_CONTENT_TYPES: Final = {
    ExportFormat.RIS: "application/x-research-info-systems",
    ExportFormat.BIBTEX: "application/x-bibtex",
}
"""By these, browsers hand the file to Zotero."""


class SavedLinkPages:
    """Handles the requests for saved papers, in the site's thread. Make it on the bot's loop."""

    def __init__(self, service: SavedService, public_url: str, cooldowns: LinkCooldowns) -> None:
        self._service, self._url, self._cooldowns = service, public_url, cooldowns
        self._bot = BotLoop()

    def add_to(self, application: web.Application) -> None:
        """Add the page below the public URL's path."""
        path = urlsplit(self._url).path
        application.router.add_get(rf"{path}/saved/{{token:[\w-]+}}.{{ending:ris|bib}}", self.file)

    async def file(self, request: web.Request) -> web.Response:
        """The papers of a list, as they are now."""
        token, form = request.match_info["token"], ExportFormat(request.match_info["ending"])
        self._cooldowns.check(token)
        found = await self._bot.run(partial(self._export, token, form))
        if found is None:
            return web.Response(status=404, text=tr("There is no such list. Its link may have been replaced.") + "\n")
        content, name = found
        document = Document(content, _CONTENT_TYPES[form], self._service.clock())
        return document.response(request, "private, no-cache", name)

    async def _export(self, token: str, form: ExportFormat) -> tuple[bytes, str] | None:
        """The file and its name; ``None`` for a wrong token."""
        link = await self._service.store.private_links.find(token)
        if link is None or link.kind is not LinkKind.SAVED or link.user_id is None:
            return None
        view = SavedView(link.list_name or None)
        content, _ = await self._service.export(link.user_id, view, form)
        return content, file_name(form, view.list_name)
